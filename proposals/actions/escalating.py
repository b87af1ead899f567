"""The clock tells those above of steps in which nobody acts. Safe to repeat, and by several clocks at once."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q

from accounts.authority import people_with
from accounts.hooks import Message
from accounts.models import AdoptedPolicy, Person, Role
from journal import clock
from journal.actions import mail, notices, record
from proposals import hooks, words
from proposals.actions.locking import lock
from proposals.models import Proposal, Reminder, Step, StepStatus
from proposals.states import State

if TYPE_CHECKING:
    import uuid

KIND = "escalation"


def escalate_idle() -> int:
    """Tell of every step that has been idle for as many days as its policy lets it. Returns of how many.

    Again after each further such number of days. Each in a transaction of its own, with its entry in the record.
    """
    return sum(_escalate(key) for key in _candidates())


def _candidates() -> list[uuid.UUID]:
    """Open steps to which the policies give a number of idle days; drafts that nobody has seen wait for nobody."""
    rules = Q(pk__in=[])
    for policy in AdoptedPolicy.objects.all():
        keys = [step.id for step in policy.pack.steps() if step.escalate_days]
        if keys:
            rules |= Q(proposal__policy=policy, key__in=keys)
    rows = Step.objects.open().filter(rules, proposal__submitted_at__isnull=False)
    return list(
        rows.exclude(proposal__state=State.ON_HOLD).order_by("opened_at", "pk").values_list("pk", flat=True)
    )


@transaction.atomic
def _escalate(key: uuid.UUID) -> bool:
    """Under the proposal's lock, so that of two clocks the second finds it told."""
    proposal = lock(Step.objects.values_list("proposal", flat=True).get(pk=key))
    step = Step.objects.select_related("person").get(pk=key)
    step.proposal = proposal
    if step.status != StepStatus.OPEN or step.state != proposal.state:
        return False
    days = step.rules_in(proposal.policy.pack).escalate_days or 0
    began, today = _began(step, proposal), clock.today(proposal.policy.pack.calendar.timezone)
    times = (today - began).days // days if days else 0
    if not times:
        return False
    on = began + dt.timedelta(days=days * times)
    told = {"proposal": proposal, "deadline": f"idle:{step.pk}", "due_on": on, "days": 0}
    if Reminder.objects.filter(**told).exists():
        return False
    Reminder.objects.create(**told, sent_at=clock.now())
    _tell(step, proposal, days * times)
    return True


def _began(step: Step, proposal: Proposal) -> dt.date:
    """The day since when the step waits; after a hold it begins anew."""
    zone = ZoneInfo(proposal.policy.pack.calendar.timezone)
    return max(step.opened_at or proposal.state_since, proposal.state_since).astimezone(zone).date()


def _tell(step: Step, proposal: Proposal, days: int) -> None:
    (actor, people), who = above(step, proposal), words.who_of(proposal.policy.pack, step)
    said = f"“{step.title}” has waited for {who} for {days} days."
    path = proposal.get_absolute_url()
    notices.tell(people=people, kind=KIND, text=f"{proposal}: {said}", path=path)
    context = {"step": step.title, "who": who, "days": days, "path": path}
    messages = [Message(KIND, f"{KIND}:{step.pk}:{days}:{one.pk}", one, context) for one in people]
    office = words.who(proposal.policy.pack, actor, "")
    mail.post_many(messages=messages, institution=proposal.institution, about=proposal.pk, office=office)
    record.write(
        subject_kind="proposal",
        subject_id=proposal.pk,
        institution=proposal.institution,
        act="escalate",
        by=None,
        detail={"step": step.pk, "key": step.key, "name": step.title, "days": days},
    )


def above(step: Step, proposal: Proposal) -> tuple[str, list[Person]]:
    """Whom it is told, and as what: whom the policy names, else the programme manager; never those for whom it waits,
    nor proposers."""
    actor = step.rules_in(proposal.policy.pack).escalate_to or Role.PROGRAMME_MANAGER
    asked = {person.pk for person in hooks.step_handler(step.kind).asked(step)}
    known = asked | {row.person_id for row in proposal.proposers.all()}
    for one in (actor, Role.PROGRAMME_MANAGER):
        found = people_with(one, proposal.institution, proposal.unit).exclude(pk__in=known)
        seeing = [who for who in found if Proposal.objects.visible_to(who).filter(pk=proposal.pk).exists()]
        if seeing:
            return one, seeing
    return Role.PROGRAMME_MANAGER, []

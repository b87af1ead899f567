"""The clock reminds people of what is due. Safe to repeat, and by several clocks at once: each reminder goes out once."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.db import transaction

from accounts.clauses import mark
from accounts.hooks import Message
from journal import clock
from journal.actions import mail, notices
from proposals import deadlines, owing
from proposals.actions.locking import lock
from proposals.models import Proposal, Reminder

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from proposals.deadlines import Deadline

KIND = "deadline"


def remind_due() -> int:
    """Send the reminders whose day has come. Returns how many deadlines people were reminded of.

    Each proposal in a transaction of its own, in which its reminders are written down together with their mail and
    notices; a clock that is stopped in the middle leaves the rest to the next.
    """
    found = _come(deadlines.of_all(Proposal.objects.all()))
    sent = _sent(Reminder.objects.filter(proposal__in={due.proposal.pk for due, _days in found}))
    left = {due.proposal.pk for due, days in found if _mark(due, days) not in sent}
    return sum(_remind(key) for key in sorted(left))


def step_of(due: Deadline) -> int | None:
    """Which of its reminders is due now: the nearest whose day has come; None before the first.

    One whose day had passed before the deadline was known is left out. Of what ends by itself people hear when it does.
    """
    known = (due.on - due.since).days
    come = [days for days in due.reminders if due.left <= days < known]
    if not come or (due.late and due.ends_by_itself):
        return None
    return min(come)


def _come(found: list[Deadline]) -> list[tuple[Deadline, int]]:
    """Those of which a reminder is due now, each with which one."""
    steps = [(due, step_of(due)) for due in found]
    return [(due, days) for due, days in steps if days is not None]


def _mark(due: Deadline, days: int) -> tuple[object, ...]:
    """What makes a reminder one of its own."""
    return (due.proposal.pk, due.key, due.on, days)


def _sent(rows: QuerySet[Reminder]) -> set[tuple[object, ...]]:
    return set(rows.values_list("proposal", "deadline", "due_on", "days"))


@transaction.atomic
def _remind(key: uuid.UUID) -> int:
    """Under the proposal's lock, so that of two clocks the second finds everything sent."""
    proposal = lock(key)
    sent = _sent(Reminder.objects.filter(proposal=proposal))
    come = [(due, days) for due, days in _come(deadlines.of(proposal)) if _mark(due, days) not in sent]
    for due, days in come:
        Reminder.objects.create(
            proposal=proposal, deadline=due.key, due_on=due.on, days=days, sent_at=clock.now()
        )
        _tell(due, days)
    return len(come)


def _tell(due: Deadline, days: int) -> None:
    proposal, people = due.proposal, owing.people(due)
    text, path = sentence(due), due.path
    notices.tell(people=people, kind=KIND, text=f"{proposal}: {text}", path=path)
    context = {"title": str(proposal), "sentence": text, "path": path, **_rule(due)}
    mark = f"{KIND}:{proposal.pk}:{due.key}:{due.on}:{days}"
    messages = [Message(KIND, f"{mark}:{person.pk}", person, context) for person in people]
    mail.post_many(messages=messages, institution=proposal.institution, about=proposal.pk, office=due.who)


def _rule(due: Deadline) -> dict[str, str]:
    """What happens past the day, and the clause with its address."""
    said = {"consequence": due.consequence if not due.late else ""}
    clause = mark(due.proposal.policy, due.clause)
    return said | {"clause": clause["id"], "clause_path": clause["url"]} if clause else said


def sentence(due: Deadline) -> str:
    """What is due and when, in words."""
    day = f"{due.on:%-d %B %Y}"
    if due.late:
        ago = "yesterday" if due.left == -1 else f"{-due.left} days ago"
        return f"“{due.title}” was due on {day}, {ago}, and has not come in."
    if due.left > 1:
        return f"“{due.title}” is due by {day}. There are {due.left} days left."
    return f"“{due.title}” is due {'tomorrow' if due.left else 'today'}, {day}, until 23:59."

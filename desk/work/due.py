"""What is late or soon due: of a person's own, and of what they oversee."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.db.models import Q
from django.urls import reverse

from accounts.clauses import mark
from credentials.reach import policies_of
from desk.work.item import MOST, UNCOUNTED, Item, Items
from proposals import deadlines, owing, pressing
from proposals.models import Proposal, Step
from reviews import owed, owed_votes, queues
from reviews.models import Ballot

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import Person
    from desk.work.standing import Standing
    from proposals.deadlines import Deadline

DUE = "Late or due soon"
HELD_UP = "Late on its way to you"


def mine(standing: Standing) -> list[Item]:
    """What the person owes that is late or due within two months; steps and conditions stand in lists of their own."""
    person, grants = standing.person, standing.grants
    seen, found = Proposal.objects.visible_to(person), []
    if standing.ties.proposes:
        found = deadlines.of_all(seen.filter(pk__in=person.proposerships.values("proposal")))
    asked, actors = owing.asked_of_offices(person, grants)
    if actors:
        found += pressing.first_owed(seen.filter(asked), policies_of(person), _enough(standing, MOST), actors)
    pressed = [due for due in found if (due.late or due.soon) and not due.apart]
    once = {(due.proposal.pk, due.key): due for due in pressed}
    found = owing.owed_by(sorted(once.values(), key=lambda due: due.on), person, grants)
    return _cut([_item(due, _what(due)) for due in found], standing, MOST, "due", DUE)


def overseen(standing: Standing) -> list[Item]:
    """Of what the person oversees: everything late, and what is due within two months beside steps."""
    person = standing.person
    rows = Proposal.objects.reviewed_by(person)
    if not person.is_superuser:
        rows = rows.filter(owing.oversight(standing.grants))
    found = pressing.first(rows, policies_of(person), _enough(standing, MOST))
    return _cut([_item(due, _whose(due)) for due in found], standing, MOST, "overseen", DUE)


def held_up(standing: Standing, rows: QuerySet[Proposal], most: int) -> list[Item]:
    """Of these proposals what is late, the longest late on top."""
    found = pressing.first(rows, policies_of(standing.person), _enough(standing, most))
    held = [_item(due, _whose(due)) for due in found if due.late]
    return _cut(held, standing, most, "late-coming", HELD_UP)


def _enough(standing: Standing, most: int) -> int:
    """So many that one sees whether there are more; what presses is reckoned from the first on."""
    return standing.start + (standing.size or most) + 1


def _cut(found: list[Item], standing: Standing, most: int, name: str, words: str) -> Items:
    size = standing.size or most
    more = UNCOUNTED if len(found) > standing.start + size else 0
    some = found[standing.start : standing.start + size]
    return Items(some, more=more, whole=reverse("waiting", args=[name]), words=words)


def everything(person: Person) -> list[Deadline]:
    """All that is due from the person, by day: what they owe, the steps and votes that wait for them, and the conditions
    that they settle or oversee, which do not wait for them while they are with somebody else."""
    grants = owing.grants_of(person)
    steps = set(queues.steps_waiting_for(person).values_list("pk", flat=True))
    columns = ("proposal", "step", "pk")
    votes = {*Ballot.objects.waiting_for(person).values_list(*columns)}
    votes |= {*Ballot.objects.chaired_by(person).values_list(*columns)}
    steps |= {step for _proposal, step, _key in votes}
    waiting = Q(pk__in=Step.objects.filter(pk__in=steps).values("proposal"))
    seen = Proposal.objects.visible_to(person)
    followed = owed.followed(person, seen.filter(owing.oversight(grants)))
    with_conditions = Q(pk__in={proposal for proposal, _key in followed})
    found = deadlines.of_all(seen.filter(owing.reach(person, grants) | waiting | with_conditions))
    waits = {(due.proposal.pk, due.key): True for due in owing.owed_by(found, person, grants)}
    waits |= {(due.proposal.pk, due.key): True for due in found if due.step and due.step.pk in steps}
    waits |= {(proposal, owed_votes.key(key)): True for proposal, _step, key in votes}
    waits = followed | waits
    return [
        replace(due, waits=waits[due.proposal.pk, due.key])
        for due in found
        if (due.proposal.pk, due.key) in waits
    ]


def _what(due: Deadline) -> str:
    """What is due, to who owes it."""
    return f"{due.title}. {due.consequence}".strip() if due.consequence else f"{due.title}."


def _whose(due: Deadline) -> str:
    """What is due and from whom, to those who oversee it."""
    if due.key == deadlines.PILOT_END:
        return _what(due)
    return f"With {due.who}: {due.title}." if due.apart else f"{due.title}: due from {due.who}."


def _item(due: Deadline, text: str) -> Item:
    proposal = due.proposal
    return Item(
        title=str(proposal),
        text=text,
        url=due.path,
        place=str(proposal.unit),
        state=proposal.state,
        since=due.step.opened_at if due.step else None,
        until=due.on,
        overdue=due.late,
        clause=mark(proposal.policy, due.clause),
    )

"""Who moves a vote of a meeting and who seconds it, where the body's rule asks for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policies.reasons import Reason
from reviews.meetings import presence

if TYPE_CHECKING:
    from accounts.models import Person
    from policies.schema import Body
    from reviews.models import AgendaItem, Meeting, MeetingSeat, TakenUp

FIELDS = ("moved_by", "seconded_by")


def body_of(item: AgendaItem) -> Body:
    """The body as the policy of the item's proposal describes it."""
    if item.step is None:
        return item.meeting.body_rules
    return item.step.proposal.policy.pack.body(item.step.body)


def asked(item: AgendaItem) -> tuple[str, ...]:
    """Whom the rule asks for: nobody, "moved_by", or "seconded_by" as well."""
    return {"not_asked": (), "moved": FIELDS[:1], "seconded": FIELDS}[body_of(item).rule.motion]


def movers(meeting: Meeting) -> list[MeetingSeat]:
    """The lines of those who could move a vote: members with a vote who are in the room themselves."""
    there = presence.in_person(meeting)
    rows = meeting.roll.select_related("person").filter(votes=True)
    return [line for line in rows if line.person_id in there]


def reasons(item: AgendaItem, named: dict[str, Person | None]) -> list[Reason]:
    """What is wrong with whom one named: somebody is missing, is not there, has no vote or proposes; one in both parts."""
    wanted, body = asked(item), body_of(item)
    verbs = {"moved_by": "moves", "seconded_by": "seconds"}
    found = [
        Reason(f"Say who {verbs[field]} it: the rule of {body.name} asks for it.", body.clause, field)
        for field in wanted
        if named.get(field) is None
    ]
    can = {line.person_id for line in movers(item.meeting)}
    for field in FIELDS:
        if (person := named.get(field)) is None:
            continue
        if field not in wanted:
            found.append(
                Reason(f"The rule of {body.name} does not ask who {verbs[field]} a vote.", "", field)
            )
        elif person.pk not in can:
            found.append(Reason(f"{person} is not in the room, or has no vote.", "", field))
        elif item.proposal and item.proposal.proposers.filter(person=person).exists():
            found.append(Reason(f"{person} proposes it.", "", field))
    if named.get("moved_by") and named.get("moved_by") == named.get("seconded_by"):
        found.append(Reason("Nobody seconds what they move.", body.clause, "seconded_by"))
    return found


def said(taken: TakenUp | None, *, secret: bool) -> str:
    """ "Moved by A, seconded by B."; "" where nobody was asked for, and of a secret ballot, whose minutes name nobody."""
    if taken is None or secret or taken.moved_by is None:
        return ""
    second = f", seconded by {taken.seconded_by}" if taken.seconded_by else ""
    return f"Moved by {taken.moved_by}{second}."

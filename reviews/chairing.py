"""Who presides over a body: one answer for closing and stopping ballots, holding votes, settling conditions and concerns.

The chair; where that seat is vacant, or its holder recused, a proposer or gone, the vice chair; the programme manager
stands in only where both are missing. In a meeting who is not in the room is missing too, and after the vice chair comes
the member whom the body named to preside. `BallotSeat.objects.presiding()` is the same for lists.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reviews import rolls
from reviews.meetings import presence
from reviews.models import Ballot, BallotState
from reviews.precedence import presiding

if TYPE_CHECKING:
    import uuid

    from accounts.models import Person
    from policies.schema import Body
    from proposals.models import Proposal, Step
    from reviews.models import BallotSeat, Meeting, MeetingSeat


def of_step(step: Step) -> Person | None:
    """Who presides today over the body of a step: never a proposer, nor who was recused when it voted last."""
    body, proposal = step.proposal.policy.pack.body(step.body), step.proposal
    found = presiding(rolls.members_of(body, proposal), _away(step, proposal, body))
    return found.person if found else None


def _away(step: Step, proposal: Proposal, body: Body) -> set[uuid.UUID]:
    proposers = {row.person_id for row in proposal.proposers.all()}
    last = proposal.ballots.filter(body=body.id, step__key=step.key).order_by("opened_at").last()
    return proposers | (set(last.recusals.values_list("person_id", flat=True)) if last else set())


def of_ballot(ballot: Ballot) -> BallotSeat | None:
    """Who presides over a ballot. While a meeting takes it, somebody in its room."""
    roll, away = list(ballot.roll.all()), {row.person_id for row in ballot.recusals.all()}
    taken = presence.taken_up(ballot)
    if taken is None or ballot.state != BallotState.OPEN:
        return presiding(roll, away)
    meeting = taken.item.meeting
    outside = {line.person_id for line in roll if line.person_id} - presence.in_person(meeting)
    return presiding(roll, away | outside, named_in(meeting))


# --- meetings ------------------------------------------------------------------------------------
def of_meeting(meeting: Meeting) -> MeetingSeat | None:
    """Who presides over a meeting in session now, whatever it takes up; None where nobody does, or it is not."""
    if not meeting.in_session:
        return None
    roll, there = list(meeting.roll.select_related("person")), presence.in_person(meeting)
    return presiding(roll, {line.person_id for line in roll} - there, named_in(meeting))


def presides(meeting: Meeting, person: Person) -> bool:
    """Whether the person presides over the meeting now."""
    found = of_meeting(meeting)
    return found is not None and found.person_id == person.pk


def named_in(meeting: Meeting) -> uuid.UUID | None:
    """The member whom the body named last to preside where neither chair nor vice chair can."""
    rows = sorted(meeting.acting_chairs.all(), key=lambda row: row.pk)
    return rows[-1].line.person_id if rows else None


def unchaired(meeting: Meeting) -> list[Ballot]:
    """The votes that the meeting takes now and over which nobody presides."""
    return [ballot for ballot in votes_now(meeting) if of_ballot(ballot) is None]


def votes_now(meeting: Meeting) -> list[Ballot]:
    """The votes that are open in the meeting."""
    rows = Ballot.objects.open().filter(taken_up__item__meeting=meeting)
    return list(rows.select_related("taken_up__item__meeting").order_by("opened_at"))

"""Who sits on a body, what it lacks before it can convene, and a ballot's roll as lines to count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from accounts.authority import seat_holdings
from policies.reasons import Reason
from reviews.meetings import presence
from reviews.models import BallotSeat, Panel
from reviews.tally import Line

if TYPE_CHECKING:
    from accounts.models import Institution, Person
    from policies.schema import Body, Seat, VotingRule
    from proposals.models import Proposal
    from reviews.models import Ballot, Meeting, MeetingSeat


@dataclass(frozen=True)
class Member:
    """One person on one seat (an id of the pack)."""

    seat: str
    person: Person
    chair: bool = False
    experienced: bool = False
    vice_chair: bool = False


def members_of(body: Body, proposal: Proposal) -> list[Member]:
    """Who sits on the body today: the holders of its seats, or the panel formed for this proposal (none yet: nobody)."""
    if body.formed == "proposal":
        panel = Panel.objects.filter(proposal=proposal, body=body.id).first()
        return panel_members(panel) if panel else []
    return standing_members(body, proposal.institution)


def panel_members(panel: Panel) -> list[Member]:
    rows = panel.members.filter(person__is_active=True).select_related("person").order_by("pk")
    vice = {seat.id for seat in panel.proposal.policy.pack.body(panel.body).seats if seat.vice_chair}
    return [Member(row.seat, row.person, row.chair, row.experienced, row.seat in vice) for row in rows]


def standing_members(body: Body, institution: Institution) -> list[Member]:
    """Holders of the seats. Nobody sits twice: the first seat in the pack's order is theirs."""
    seats = {seat.id: seat for seat in body.seats}
    found: dict[object, Member] = {}
    for row in seat_holdings(institution, body):
        seat = seats[row.seat]
        member = Member(seat.id, row.person, seat.chair, row.experienced, seat.vice_chair)
        found.setdefault(row.person_id, member)
    return list(found.values())


# --- what is lacking -----------------------------------------------------------------------------
def lacking(body: Body, members: Sequence[Member]) -> list[Reason]:
    """Why a body of these members cannot convene: a required seat without a holder, one with too many, nobody with
    the experience asked for, no chair. Pure."""
    held = Counter(member.seat for member in members)
    reasons = [reason for seat in body.seats if (reason := _seat_reason(body, seat, held[seat.id]))]
    if body.experience and not any(member.experienced for member in members):
        clause = body.experience_clause or body.clause
        reasons.append(Reason(f"{body.name} cannot convene without a member who {body.experience}.", clause))
    return reasons


def _seat_reason(body: Body, seat: Seat, held: int) -> Reason | None:
    clause = seat.clause or body.clause
    if held < seat.minimum:
        found = "it is vacant" if not held else f"{held} of at least {seat.minimum} is filled"
        return Reason(f"{body.name} cannot convene without the seat “{seat.title}”: {found}.", clause)
    if held > seat.maximum:
        return Reason(
            f"{body.name} has {held} members on the seat “{seat.title}”; it takes {seat.maximum}.", clause
        )
    return None


# --- seats and lines -----------------------------------------------------------------------------
def seats_for(ballot: Ballot, body: Body, members: Iterable[Member]) -> list[BallotSeat]:
    """The roll to freeze: a line for each member and, where a standing body counts all its seats, for each vacant one."""
    members = list(members)
    all_seats = body.formed == "standing" and "seats" in (body.rule.quorum_base, body.rule.basis)
    found: list[BallotSeat] = []
    for seat in body.seats:
        sitting = [member for member in members if member.seat == seat.id]
        vacant = seat.maximum - len(sitting) if all_seats else 0
        found += [_line(ballot, seat, member) for member in sitting]
        found += [_line(ballot, seat, None) for _ in range(vacant)]
    return found


def _line(ballot: Ballot, seat: Seat, member: Member | None) -> BallotSeat:
    return BallotSeat(
        ballot=ballot,
        seat=seat.id,
        title=seat.title,
        person=member.person if member else None,
        chair=member.chair if member else seat.chair,
        vice_chair=seat.vice_chair,
        votes=seat.votes,
        counts_for_quorum=seat.counts_for_quorum,
        alternates=seat.alternates,
    )


def rule_of(ballot: Ballot) -> VotingRule:
    """The rule to count by. In a secret ballot a chair who has a vote casts it with the others, as nobody can tell it
    from theirs afterwards."""
    rule = ballot.voting_rule
    if rule.secret and rule.chair_votes == "if_decisive":
        return rule.model_copy(update={"chair_votes": "always"})
    return rule


def lines(ballot: Ballot) -> list[Line]:
    """The roll as it stands, for `tally.count`. A recused member takes part, by the acts of declaring or proposing;
    where an alternate has voted, it is the alternate's recusal that counts. In a meeting who is in the room takes part."""
    recused = {row.person_id for row in ballot.recusals.all()}
    votes = {vote.seat_id: vote.choice for vote in ballot.votes.all()}
    cast_by = {vote.seat_id: vote.person_id for vote in ballot.votes.all()}
    if ballot.secret:
        votes = dict(zip(votes, _box(ballot), strict=True))
    found = [
        (seat, _counted(seat, votes.get(seat.pk, ""), cast_by.get(seat.pk, seat.person_id) in recused))
        for seat in ballot.roll.all()
    ]
    room = presence.room_of(ballot)
    return [line if room is None else _in_room(ballot, seat, line, room) for seat, line in found]


def _in_room(ballot: Ballot, seat: BallotSeat, line: Line, room: presence.Room) -> Line:
    """The line as a meeting counts it: in the room or away."""
    from_afar = bool(line.choice) and presence.counts_from_afar(ballot)
    there = seat.person_id in room
    return replace(line, present=there, away=not there and not from_afar)


def meeting_lines(
    meeting: Meeting, room: presence.Room, roll: Iterable[MeetingSeat] | None = None
) -> list[Line]:
    """The roll of a meeting as lines, with who is in the room; every seat of the body where its rule counts them all."""
    body = meeting.body_rules
    counts = {seat.id: seat.counts_for_quorum for seat in body.seats}
    sitting = list(meeting.roll.all() if roll is None else roll)
    found = [
        Line(
            present=row.person_id in room,
            votes=row.votes,
            counts_for_quorum=counts[row.seat],
            chair=row.chair,
        )
        for row in sitting
    ]
    if body.formed == "standing" and body.rule.quorum_base == "seats":
        for seat in body.seats:
            vacant = seat.maximum - sum(row.seat == seat.id for row in sitting)
            found += [Line(filled=False, votes=seat.votes, counts_for_quorum=seat.counts_for_quorum)] * max(
                vacant, 0
            )
    return found


def _box(ballot: Ballot) -> list[str]:
    """The choices of a secret ballot. Who took part is known and what was chosen is known, never which was whose."""
    return [choice for choice, number in sorted(ballot.box.counts.items()) for _ in range(number)]


def _counted(seat: BallotSeat, choice: str, recused: bool) -> Line:
    return Line(
        choice=choice,
        present=recused,
        recused=recused,
        filled=seat.person_id is not None,
        chair=seat.chair,
        votes=seat.votes,
        counts_for_quorum=seat.counts_for_quorum,
    )

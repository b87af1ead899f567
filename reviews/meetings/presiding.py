"""Who presides over a meeting and over each of its votes, and why, in words; why a member cannot be named to preside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policies.reasons import Reason
from reviews import chairing
from reviews.meetings import presence
from reviews.models import BallotState

if TYPE_CHECKING:
    import uuid
    from collections.abc import Collection, Iterable

    from reviews.models import Ballot, BallotSeat, Meeting, MeetingSeat
    from reviews.precedence import Line

AWAY, RECUSED, VACANT = "away", "recused", "vacant"
PARTS = ("chair", "vice_chair")
TITLES = {"chair": "the chair", "vice_chair": "the vice chair"}
NOBODY = "Nobody presides"
Missing = dict[str, Any]


# --- who is missing ------------------------------------------------------------------------------
def lacking(
    lines: Iterable[Line], there: Collection[uuid.UUID], recused: Collection[uuid.UUID] = ()
) -> list[Missing]:
    """Chair and vice chair where they cannot preside: which of both (`part`), who (`person`, None for a vacant seat),
    and why (`because`: "away", "recused" or "vacant"). A body without a vice chair lacks none. Pure."""
    found: list[Missing] = []
    rows = list(lines)
    for part in PARTS:
        line = next((line for line in rows if getattr(line, part)), None)
        person = line.person if line else None
        if person is None:
            found += [{"part": part, "person": None, "because": VACANT}] if part == "chair" or line else []
        elif person.pk in recused:
            found.append({"part": part, "person": person, "because": RECUSED})
        elif person.pk not in there or not person.is_active:
            found.append({"part": part, "person": person, "because": AWAY})
    return found


def missing(meeting: Meeting) -> list[Missing]:
    """For whom a member presides now, as the record keeps it: of the votes that are open and lack somebody, else of the
    meeting."""
    for ballot in chairing.unchaired(meeting):
        return [_kept(row) for row in _of_ballot(ballot)]
    roll = list(meeting.roll.select_related("person"))
    return [_kept(row) for row in lacking(roll, presence.in_person(meeting))]


def _kept(row: Missing) -> Missing:
    return {**row, "person": row["person"].pk if row["person"] else None}


def _of_ballot(ballot: Ballot) -> list[Missing]:
    """Of a ballot that its meeting has taken and that is open."""
    recused = {row.person_id for row in ballot.recusals.all()}
    return lacking(_roll(ballot), presence.in_person(ballot.taken_up.item.meeting), recused)


def _roll(ballot: Ballot) -> list[BallotSeat]:
    """The lines that chair, with their people."""
    return [line for line in ballot.roll.all() if line.chair or line.vice_chair]


def of_closing(ballot: Ballot) -> dict[str, Any]:
    """Who presides over a vote that is about to be closed, for whom and why, as the record keeps it; {} outside of
    meetings and where the chair presides."""
    if presence.taken_up(ballot) is None:
        return {}
    found, rows = chairing.of_ballot(ballot), _of_ballot(ballot)
    if not rows or (found and found.chair):
        return {}
    return {"presided_by": found.person_id if found else None, "instead_of": [_kept(row) for row in rows]}


# --- words ---------------------------------------------------------------------------------------
def sentence(who: str, part: str, rows: list[Missing], *, past: bool = False) -> str:
    """ "B, the vice chair, presides: A, the chair, is not in the room." `who` is "" where nobody presides."""
    verb = "presided" if past else "presides"
    lead = f"{who}{_as(part)} {verb}" if who else NOBODY.replace("presides", verb)
    because = " and ".join(_because(row, past) for row in rows)
    return f"{lead}: {because}." if because and part != "chair" else f"{lead}."


def _as(part: str) -> str:
    return f", {TITLES[part]}," if part in TITLES else ", whom the body named,"


def _because(row: Missing, past: bool) -> str:
    verb = "was" if past else "is"
    if row["person"] is None:
        return f"the seat of {TITLES[row['part']]} {verb} vacant"
    why = "recused from this vote" if row["because"] == RECUSED else "not in the room"
    return f"{row['person']}, {TITLES[row['part']]}, {verb} {why}"


def part_of(line: Line) -> str:
    """As what the holder of a line presides."""
    return "chair" if line.chair else "vice_chair" if line.vice_chair else "named"


def now(meeting: Meeting) -> str:
    """Who presides over the meeting now, and why; "" unless it is in session."""
    if not meeting.in_session:
        return ""
    roll = list(meeting.roll.select_related("person"))
    return _said(chairing.of_meeting(meeting), lacking(roll, presence.in_person(meeting)))


def over(ballot: Ballot) -> str:
    """Who presides over an open vote of a meeting where that is not the chair, and why; else ""."""
    if presence.taken_up(ballot) is None or ballot.state != BallotState.OPEN:
        return ""
    rows = _of_ballot(ballot)
    return _said(chairing.of_ballot(ballot), rows) if rows and rows[0]["part"] == "chair" else ""


def _said(line: Line | None, rows: list[Missing]) -> str:
    if line is None:
        return sentence("", "", rows)
    return sentence(str(line.person), part_of(line), _before(part_of(line), rows))


def _before(part: str, rows: list[Missing]) -> list[Missing]:
    """Those who would preside before: nobody before the chair, the chair before the vice chair."""
    return [row for row in rows if part == "named" or (part == "vice_chair" and row["part"] == "chair")]


def presided(ballot: Ballot) -> str:
    """Who presided over a vote that its meeting closed where that was not the chair, and why; else ""."""
    taken = presence.taken_up(ballot)
    if taken is None or ballot.closed_at is None or ballot.closed_by is None:
        return ""
    recused = {row.person_id for row in ballot.recusals.all()}
    there = presence.in_person_at(taken.item.meeting, ballot.closed_at)
    rows = lacking(_roll(ballot), there, recused)
    if not rows or rows[0]["part"] != "chair":
        return ""
    line = next((line for line in ballot.roll.all() if line.person_id == ballot.closed_by_id), None)
    if line is None or line.person_id not in there:
        return sentence("", "", rows, past=True) + f" {ballot.closed_by} closed the vote."
    part = part_of(line)
    return sentence(str(line.person), part, _before(part, rows), past=True)


def who_closes(ballot: Ballot) -> str:
    """Who closes a ballot, for somebody who does not."""
    if presence.taken_up(ballot) is None or ballot.state != BallotState.OPEN:
        return "The chair of the body closes its ballot."
    return f"Who presides over the meeting closes the votes taken in it. {over(ballot)}".strip()


# --- why not -------------------------------------------------------------------------------------
def name_reasons(meeting: Meeting, line: MeetingSeat) -> list[Reason]:
    """Why the body cannot name this member to preside now."""
    if line.person_id not in presence.in_person(meeting):
        return [Reason(f"{line.person} is not recorded as in the room.", "", "line")]
    unchaired = chairing.unchaired(meeting)
    for ballot in unchaired:
        if ballot.recusals.filter(person=line.person_id).exists():
            said = f"{line.person} is recused from the vote that is open: {ballot.question}"
            return [Reason(said, ballot.clause, "line")]
        if not ballot.roll.filter(person=line.person_id).exists():
            said = f"{line.person} is not on the roll of the vote that is open: {ballot.question}"
            return [Reason(said, ballot.clause, "line")]
    return [] if unchaired else two_reasons(meeting)


def two_reasons(meeting: Meeting) -> list[Reason]:
    """Two never preside at once."""
    votes = chairing.votes_now(meeting)
    found = chairing.of_ballot(votes[0]) if votes else chairing.of_meeting(meeting)
    if found is None:
        return []
    said = (
        f"{found.person} presides, and two cannot at once. Name somebody once they are not there or recused."
    )
    return [Reason(said, meeting.body_rules.clause, "line")]


def not_now(meeting: Meeting) -> list[Reason]:
    """Why nobody can be named now: somebody presides."""
    return [] if chairing.unchaired(meeting) else two_reasons(meeting)


def offered(meeting: Meeting) -> list[MeetingSeat]:
    """The lines of those who are in the room."""
    there = presence.in_person(meeting)
    return [line for line in meeting.roll.select_related("person") if line.person_id in there]

"""What a meeting does with its items: hold a first reading, take a vote, adopt the consent group, put off, note.

Every act locks the proposals it is about, then the meeting. A vote that the meeting took up is an ordinary ballot,
closed by `actions.ballots.close`, which counts over who is in the room then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from journal import clock
from policies.reasons import Reason, Refused, refuse_if
from proposals.actions.locking import lock
from reviews import discussion, rolls
from reviews.actions import concluding, opening
from reviews.actions.agenda import note_item
from reviews.actions.locking import locked_ballot, locked_item, locked_meeting
from reviews.actions.meetings import note
from reviews.meetings import agenda, consent, moving
from reviews.meetings import rules as meetings
from reviews.models import AgendaItem, Ballot, Came, ItemKind, TakenUp
from reviews.viewpoint import Viewpoint

if TYPE_CHECKING:
    from collections.abc import Mapping

    from accounts.models import Person
    from proposals.models import Step
    from reviews.models import Meeting


@transaction.atomic
def hold_reading(*, item: AgendaItem, by: Person, text: str = "") -> AgendaItem:
    """Record that the first reading of an item was held; the vote comes in a later meeting.

    Effects: the item with what was noted, records of proposal and campus. Refused: a meeting that is not in session, an
    item that is not for its first reading, void or dealt with. PermissionDenied: who does not run the meeting.
    """
    item = _taken(item, by, text)
    if item.reading != 1:
        raise Refused("This item is not for a first reading.")
    _deal(item, Came.READ, by, text)
    note_item(item, "first_reading", by)
    return item


@transaction.atomic
def deal(*, item: AgendaItem, by: Person, text: str) -> AgendaItem:
    """Record what came of other business, in words.

    Effects: the item, the campus's record (that it was dealt with; the words stand in the minutes). Refused: a meeting
    that is not in session, a proposal or minutes, an item that is dealt with, no words.
    PermissionDenied: who neither runs the meeting nor keeps its minutes.
    """
    item = locked_item(item)
    meetings.require_keeper(item.meeting, by)
    refuse_if([*meetings.session_reasons(item.meeting), *agenda.item_reasons(item)])
    refuse_if(meetings.words_reasons(text, "Say what came of it: it stands in the minutes."))
    if item.kind != ItemKind.OTHER:
        raise Refused("Only other business is dealt with by a note.")
    _deal(item, Came.NOTED, by, text)
    note_item(item, "item_noted", by)
    return item


@transaction.atomic
def put_off(*, item: AgendaItem, by: Person, text: str = "") -> AgendaItem:
    """Put an item off to a later meeting; it waits again.

    Effects: the item, records; a vote on it that was open is no longer this meeting's: it goes on as it was, or is void
    where the body votes only in meetings. Refused: a meeting that is not in session, an item that is dealt with.
    PermissionDenied: who does not run the meeting.
    """
    item = locked_item(item)
    meetings.require_runner(item.meeting, by)
    refuse_if([*meetings.session_reasons(item.meeting), *meetings.words_reasons(text)])
    refuse_if([] if not agenda.is_done(item) else agenda.item_reasons(item))
    if vote := agenda.open_vote(item):
        vote.taken_up.delete()
        if item.step is not None and item.reading:
            opening.void_ballots(step=item.step, reason="The meeting put it off.")
    _deal(item, Came.PUT_OFF, by, text)
    note_item(item, "item_put_off", by)
    return item


def _taken(item: AgendaItem, by: Person, text: str) -> AgendaItem:
    """The item under lock, where a proposal can be taken up now by this person."""
    item = locked_item(item)
    meetings.require_runner(item.meeting, by)
    refuse_if([*meetings.session_reasons(item.meeting), *meetings.words_reasons(text)])
    if item.kind != ItemKind.PROPOSAL:
        raise Refused("Only proposals are read and voted on.")
    refuse_if(agenda.item_reasons(item))
    return item


def _deal(item: AgendaItem, came: Came, by: Person, text: str) -> None:
    item.came, item.note, item.dealt_at, item.dealt_by = came, text.strip(), clock.now(), by
    item.consent = False
    item.save(update_fields=["came", "note", "dealt_at", "dealt_by", "consent"])


# --- votes ---------------------------------------------------------------------------------------
@transaction.atomic
def take_vote(
    *, item: AgendaItem, by: Person, moved_by: Person | None = None, seconded_by: Person | None = None
) -> Ballot:
    """Have the meeting vote on an item now. The ballot counts over who is in the room when it closes.

    `moved_by` and `seconded_by` are members in the room, where the body's rule asks who moves and who seconds.

    Effects: the open ballot of the item's step is this meeting's, or a new one opens (as `opening.open_ballot`); out of
    the consent group; records. Refused: a meeting that is not in session, an item that is void, dealt with, for its
    first reading or being voted on; a ballot whose time to vote is over; a body that lacks a seat; a mover or seconder
    whom the rule asks for and who is missing, away, a proposer, without a vote or the same person.
    PermissionDenied: who does not run the meeting.
    """
    item = _taken(item, by, "")
    if item.reading == 1:
        raise Refused("This is the first reading. The vote comes in the meeting of the second.")
    if agenda.open_vote(item):
        raise Refused("The vote on this item is open already.")
    motion = {"moved_by": moved_by, "seconded_by": seconded_by}
    refuse_if(moving.reasons(item, motion))
    if item.consent:
        item.consent = False
        item.save(update_fields=["consent"])
    ballot = _ballot(item, by, motion)
    movers = {part: person.pk for part, person in motion.items() if person}
    note_item(item, "taken_up", by, ballot=ballot.pk, **movers)
    return ballot


def _ballot(item: AgendaItem, by: Person, motion: Mapping[str, Person | None]) -> Ballot:
    """The open ballot of the item's step, or a new one, now under this item."""
    step = _step(item)
    ballot = Ballot.objects.open().filter(step=step).first()
    if ballot is None:
        ballot = opening.open_ballot(step=step, by=by, in_meeting=True)
    elif ballot.closes_at and ballot.closes_at <= clock.now():
        raise Refused(f"The time to vote on “{item}” is over. Close that ballot.")
    TakenUp.objects.filter(ballot=ballot).delete()
    TakenUp.objects.create(ballot=ballot, item=item, at=clock.now(), by=by, **motion)
    return locked_ballot(ballot)


def _step(item: AgendaItem) -> Step:
    if item.step is None:
        raise Refused("Only proposals are voted on.")
    return item.step


# --- consent -------------------------------------------------------------------------------------
@transaction.atomic
def adopt_consent(*, meeting: Meeting, by: Person) -> list[Ballot]:
    """Adopt everything in the consent group, since nobody has pulled it out; all of it or nothing.

    Effects: each item's ballot is closed as approved by consent, with the count of who is in the room; its step is
    complete, as after any ballot. Refused: a meeting that is not in session, nothing in the group, no quorum for one of
    them, an item that is void, was pulled meanwhile, has votes or a concern without an answer, or of which `by` is a
    proposer or recused. PermissionDenied: who does not run the meeting.
    """
    group = _locked_group(meeting)
    meeting = locked_meeting(meeting)
    meetings.require_runner(meeting, by)
    refuse_if(meetings.session_reasons(meeting))
    found = [item for item in agenda.items_of(meeting) if item.consent and not item.came]
    if {item.pk for item in found} != group:
        raise Refused("The consent group has just changed. Look again before you adopt it.")
    items = [item for item in found if not agenda.is_done(item)]
    refuse_if([] if items else [Reason("Nothing stands in the consent group.")])
    refuse_if(reason for item in items for reason in _objections(item))
    done = [_adopt(item, by) for item in items]
    note(meeting, "consent group adopted", by, items=[item.pk for item in items])
    return done


def _locked_group(meeting: Meeting) -> set[object]:
    """The items of the consent group as it is now, their proposals under lock, in one order for everybody."""
    rows = meeting.items.filter(consent=True, came="").values_list("pk", "step__proposal")
    found = sorted(rows, key=lambda row: str(row[1]))
    for _item, proposal in found:
        lock(proposal)
    return {item for item, _proposal in found}


def _objections(item: AgendaItem) -> list[Reason]:
    if reasons := agenda.consent_reasons(item):
        return reasons
    step = _step(item)
    return [
        Reason(f"“{item}”: {reason.text}", reason.clause)
        for reason in [*discussion.holding(step), *opening.open_reasons(step, in_meeting=True)]
    ]


def _adopt(item: AgendaItem, by: Person) -> Ballot:
    ballot = _ballot(item, by, {})
    view = Viewpoint(ballot, by)
    if view.proposes or view.is_recused:
        said = f"You have a conflict in “{item}”. Somebody else adopts it, or it is pulled out."
        raise Refused(Reason(said, ballot.clause))
    result = consent.count(rolls.rule_of(ballot), rolls.lines(ballot))
    if not result.decided:
        raise Refused(Reason(f"“{item}” cannot be adopted now. {result.sentence}", ballot.clause))
    return concluding.conclude(ballot=ballot, result=result, by=by)

"""Notes to the minutes, and their approval by the body. Every act locks the meeting whose minutes they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction

from journal import clock
from policies.reasons import Reason, Refused, refuse_if
from reviews.actions.agenda import note_item
from reviews.actions.locking import locked_item, locked_meeting
from reviews.actions.meetings import note
from reviews.meetings import agenda, minutes, presence, quorum
from reviews.meetings import rules as meetings
from reviews.models import Came, ItemKind, MinutesCorrection, MinutesState

if TYPE_CHECKING:
    from accounts.models import Person
    from reviews.models import AgendaItem, Meeting


@transaction.atomic
def correct(*, meeting: Meeting, text: str, by: Person) -> MinutesCorrection:
    """Write a note to the minutes: what should be read differently. The minutes themselves are never edited.

    Effects: MinutesCorrection, the campus's record. Refused: a meeting that is not over, no words or too many.
    PermissionDenied: who neither was called to the meeting, nor runs it, nor keeps its minutes; once the minutes are
    approved only who runs it.
    """
    meeting = locked_meeting(meeting)
    approved = meeting.minutes_state == MinutesState.APPROVED
    if not may_correct(meeting, by):
        who = "the chair or the programme manager notes" if approved else "members of the body note"
        raise PermissionDenied(f"Only {who} corrections.")
    refuse_if(_over_reasons(meeting))
    refuse_if(meetings.words_reasons(text, "Say what should be read differently."))
    made = MinutesCorrection.objects.create(meeting=meeting, author=by, text=text.strip(), at=clock.now())
    note(meeting, "minutes correction noted", by, correction=made.pk, after_approval=approved)
    return made


def may_correct(meeting: Meeting, person: Person) -> bool:
    """Members, and who runs the meeting or keeps its minutes; after the approval only who runs it."""
    if meeting.minutes_state == MinutesState.APPROVED:
        return meetings.runs(meeting, person)
    return meetings.sits(meeting, person) or meetings.keeps(meeting, person)


def _over_reasons(meeting: Meeting) -> list[Reason]:
    return [] if meeting.is_over else [Reason("The minutes are there once the meeting is over.")]


@transaction.atomic
def approve(*, meeting: Meeting, how: str, by: Person) -> Meeting:
    """Record that the body has approved the minutes of a meeting, and how, without an item of a later meeting.

    Effects: the minutes as they read now with their hash; nothing about the meeting changes any more; the campus's
    record. Refused: a meeting that is not over, minutes that are approved, no words on how.
    PermissionDenied: who does not run the meeting.
    """
    meeting = locked_meeting(meeting)
    meetings.require_runner(meeting, by)
    refuse_if(approve_reasons(meeting))
    refuse_if(
        meetings.words_reasons(how, "Say how the body approved them: it stands below the minutes.", "how")
    )
    meeting.approved_how = how.strip()
    return _seal(meeting, by)


@transaction.atomic
def approve_in_session(*, item: AgendaItem, by: Person, text: str = "") -> AgendaItem:
    """Record that the meeting approves the minutes that are this item, without objection.

    Effects: the item, the earlier meeting's minutes as `approve` does. Refused: a meeting that is not in session or has
    no quorum, an item that is no minutes or dealt with, minutes that are approved already.
    PermissionDenied: who does not run the meeting.
    """
    item = locked_item(item)
    meetings.require_runner(item.meeting, by)
    refuse_if(
        [*meetings.session_reasons(item.meeting), *agenda.item_reasons(item), *meetings.words_reasons(text)]
    )
    if item.kind != ItemKind.MINUTES or item.minutes_of is None:
        raise Refused("Only minutes are approved here.")
    refuse_if(quorum_reasons(item.meeting))
    earlier = locked_meeting(item.minutes_of)
    refuse_if(approve_reasons(earlier))
    earlier.approved_in = item.meeting
    _seal(earlier, by)
    item.came, item.note, item.dealt_at, item.dealt_by = Came.APPROVED, text.strip(), clock.now(), by
    item.save(update_fields=["came", "note", "dealt_at", "dealt_by"])
    note_item(item, "minutes_approved_here", by, minutes_of=earlier.pk)
    return item


def approve_reasons(meeting: Meeting) -> list[Reason]:
    """Why the minutes of this meeting cannot be approved now."""
    if meeting.minutes_state == MinutesState.APPROVED:
        return [Reason("These minutes are approved already.")]
    return _over_reasons(meeting)


def quorum_reasons(meeting: Meeting) -> list[Reason]:
    """Why the meeting cannot act now: too few are in the room, by the body's own rule."""
    seats = quorum.of_room(meeting, presence.now_in(meeting))
    if seats["present"] >= seats["needed"]:
        return []
    said = "There is no quorum: {present} of {of} seats are in the room, {needed} are needed.".format(**seats)
    return [Reason(said, meeting.body_rules.clause)]


def _seal(meeting: Meeting, by: Person) -> Meeting:
    meeting.minutes, meeting.minutes_hash = minutes.sealed(meeting)
    meeting.minutes_state, meeting.approved_at, meeting.approved_by = MinutesState.APPROVED, clock.now(), by
    meeting.save(
        update_fields=[
            "minutes", "minutes_hash", "minutes_state", "approved_at", "approved_by", "approved_in", "approved_how",
        ]
    )  # fmt: skip
    note(meeting, "minutes approved", by, hash=meeting.minutes_hash)
    return meeting

"""Build the agenda of a meeting: put on, take off, order, the consent group. Every act locks the meeting."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max

from journal import clock
from journal.actions import record
from policies.reasons import Reason, Refused, refuse_if
from proposals.actions.locking import lock
from reviews.actions import telling_meetings
from reviews.actions.locking import locked_item, locked_meeting
from reviews.actions.meetings import note
from reviews.meetings import agenda
from reviews.meetings import rules as meetings
from reviews.models import AgendaItem, ItemKind

if TYPE_CHECKING:
    from accounts.models import Person
    from proposals.models import Step
    from reviews.models import Meeting

MOST = 200


@transaction.atomic
def add_step(*, meeting: Meeting, step: Step, by: Person, text: str = "") -> AgendaItem:
    """Put an open vote of the body on the agenda, with the proposal's latest revision.

    Effects: AgendaItem at the end (as its first or second reading where the body reads twice), entries in the records
    of proposal and campus; where the meeting was called, a notice to the proposers. Refused: a meeting that is over, a
    vote that is not open, of another body, or on this agenda already. PermissionDenied: who does not run the meeting.
    """
    lock(step.proposal_id)
    meeting = locked_meeting(meeting)
    _require(meeting, by)
    found = agenda.steps_waiting(meeting).filter(pk=step.pk).first()
    refuse_if([*meetings.over(meeting), *_full(meeting), *meetings.words_reasons(text)])
    if found is None:
        raise Refused(f"“{step.proposal}” does not wait for this body, or stands on this agenda already.")
    revision = found.proposal.revisions.latest("number")
    reading = agenda.reading_of(found, revision, meeting.body_rules)
    made = _add(
        meeting, by, kind=ItemKind.PROPOSAL, step=found, revision=revision, reading=reading, text=text.strip()
    )
    note_item(made, "put_on_agenda", by, reading=reading)
    if meeting.called_at:
        telling_meetings.on_agenda(meeting, found)
    return made


@transaction.atomic
def add_minutes(*, meeting: Meeting, of: Meeting, by: Person) -> AgendaItem:
    """Put the minutes of an earlier meeting of the body on the agenda, to be approved.

    Effects: AgendaItem, the campus's record. Refused: a meeting that is over, minutes that are approved, of another
    body or on this agenda already. PermissionDenied: who does not run the meeting.
    """
    meeting = locked_meeting(meeting)
    _require(meeting, by)
    refuse_if([*meetings.over(meeting), *_full(meeting)])
    if not agenda.minutes_waiting(meeting).filter(pk=of.pk).exists():
        raise Refused("These minutes do not wait for approval, or stand on this agenda already.")
    made = _add(meeting, by, kind=ItemKind.MINUTES, minutes_of=of)
    note(meeting, "agenda changed", by, added=made.pk, minutes_of=of.pk)
    return made


@transaction.atomic
def add_other(*, meeting: Meeting, title: str, by: Person, text: str = "") -> AgendaItem:
    """Put other business on the agenda, under a title.

    Effects: AgendaItem, the campus's record. Refused: a meeting that is over, no title or too long a one, too much text.
    PermissionDenied: who does not run the meeting.
    """
    meeting = locked_meeting(meeting)
    _require(meeting, by)
    refuse_if(
        [*meetings.over(meeting), *_full(meeting), *_title_reasons(title), *meetings.words_reasons(text)]
    )
    made = _add(meeting, by, kind=ItemKind.OTHER, title=title.strip(), text=text.strip())
    note(meeting, "agenda changed", by, added=made.pk, title=made.title)
    return made


def _title_reasons(title: str) -> list[Reason]:
    if not title.strip():
        return [Reason("Give it a title.", "", "title")]
    return [Reason("A title has at most 300 characters.", "", "title")] if len(title.strip()) > 300 else []


def _full(meeting: Meeting) -> list[Reason]:
    number = meeting.items.count()
    return [Reason(f"At most {MOST} items stand on one agenda.")] if number >= MOST else []


def _require(meeting: Meeting, by: Person) -> None:
    meetings.require_runner(meeting, by)


def _add(meeting: Meeting, by: Person, **facts: object) -> AgendaItem:
    last = meeting.items.aggregate(last=Max("position"))["last"] or 0
    return AgendaItem.objects.create(
        meeting=meeting, position=last + 1, added_by=by, added_at=clock.now(), **facts
    )


@transaction.atomic
def move(*, item: AgendaItem, to: int, by: Person) -> AgendaItem:
    """Move an item to the place `to` (1 is the first); those between move on by one.

    Effects: the places, the campus's record. A place beyond the ends is the end. Refused: a meeting that is over.
    PermissionDenied: who does not run the meeting.
    """
    meeting = locked_meeting(item.meeting)
    _require(meeting, by)
    refuse_if(meetings.over(meeting))
    rows = list(meeting.items.order_by("position"))
    if item not in rows:
        raise Refused(f"“{item}” was taken off the agenda meanwhile.")
    rows.insert(min(max(to, 1), len(rows)) - 1, rows.pop(rows.index(item)))
    for place, row in enumerate(rows, 1):
        if row.position != place:
            row.position = place
            row.save(update_fields=["position"])
    note(meeting, "agenda changed", by, moved=item.pk, to=rows.index(item) + 1)
    return rows[rows.index(item)]


@transaction.atomic
def remove(*, item: AgendaItem, by: Person) -> None:
    """Take an item off the agenda of a meeting that lies ahead; it waits for another meeting again.

    Effects: the row is gone, its records are not. Refused: once the meeting is open (put it off then).
    PermissionDenied: who does not run the meeting.
    """
    item = locked_item(item)
    _require(item.meeting, by)
    refuse_if(meetings.over(item.meeting))
    if item.meeting.in_session:
        raise Refused("The meeting is in session. Put the item off instead: the minutes say so.")
    note_item(item, "taken_off_agenda", by)
    item.delete()


@transaction.atomic
def renew(*, item: AgendaItem, by: Person) -> AgendaItem:
    """Let an item be about the latest revision of its proposal, which was submitted after it was put on the agenda.

    Effects: the revision, the reading that it then is, out of the consent group; records of proposal and campus.
    Refused: an item that is not void for that, one that is dealt with. PermissionDenied: who does not run the meeting.
    """
    item = locked_item(item)
    _require(item.meeting, by)
    refuse_if(meetings.over(item.meeting))
    if item.step is None or agenda.is_done(item) or not agenda.void(item):
        raise Refused("This item is about what the body would vote on already.")
    refuse_if([Reason(agenda.void(item))] if item.step.status != "open" else [])
    item.revision = item.step.proposal.revisions.latest("number")
    item.reading = agenda.reading_of(item.step, item.revision, item.meeting.body_rules)
    item.consent, item.pulled_by, item.pulled_at = False, None, None
    item.save(update_fields=["revision", "reading", "consent", "pulled_by", "pulled_at"])
    note_item(item, "put_on_agenda", by, reading=item.reading)
    return item


@transaction.atomic
def set_consent(*, item: AgendaItem, consent: bool, by: Person) -> AgendaItem:
    """Put an item into the consent group, or take it out of it.

    Effects: the row, records. Refused into the group: other business, a first reading, a secret ballot, an item that is
    void or dealt with, on which votes were cast, or which a member pulled out. PermissionDenied: who does not run it.
    """
    item = locked_item(item)
    _require(item.meeting, by)
    refuse_if(meetings.over(item.meeting))
    refuse_if(agenda.consent_reasons(item) if consent else [])
    item.consent = consent
    item.save(update_fields=["consent"])
    note(item.meeting, "agenda changed", by, item=item.pk, consent=consent)
    return item


@transaction.atomic
def pull(*, item: AgendaItem, by: Person) -> AgendaItem:
    """Pull an item out of the consent group, so that the body takes it up by itself; no reason is needed.

    Effects: who pulled it and when; records of proposal and campus. Refused: an item that is not in the group (any
    more: adopted, pulled by somebody else), a meeting that is over. PermissionDenied: who does not sit on the body.
    """
    item = locked_item(item)
    meetings.require_member(item.meeting, by)
    refuse_if(meetings.over(item.meeting))
    if agenda.decided(item):
        raise Refused(f"“{item}” has been adopted by consent already.")
    if not item.consent:
        who = f"{item.pulled_by} has pulled" if item.pulled_by else "Nobody has put"
        raise Refused(f"{who} “{item}” {'out of' if item.pulled_by else 'into'} the consent group.")
    item.consent, item.pulled_by, item.pulled_at = False, by, clock.now()
    item.save(update_fields=["consent", "pulled_by", "pulled_at"])
    note_item(item, "pulled_from_consent", by)
    return item


def note_item(item: AgendaItem, act: str, by: Person, **detail: object) -> None:
    """Entries in the proposal's chain, bound to the revision, and in the campus's."""
    facts: dict[str, object] = {"item": item.pk, "number": item.position}
    if item.step is not None and item.revision is not None:
        record.write(
            subject_kind="proposal",
            subject_id=item.step.proposal_id,
            institution=item.meeting.institution,
            act=act,
            by=by,
            detail={
                "meeting": item.meeting.pk,
                "body": item.meeting.body,
                "starts_at": item.meeting.starts_at,
                "revision": item.revision.number,
                "hash": item.revision.hash,
                **detail,
            },
        )
        facts |= {"proposal": item.step.proposal_id}
    note(item.meeting, act.replace("_", " "), by, **facts, **detail)


def item_of(meeting: Meeting, key: uuid.UUID) -> AgendaItem | None:
    """An item of this meeting by its id."""
    return meeting.items.select_related("meeting", "step__proposal", "revision").filter(pk=key).first()

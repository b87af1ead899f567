"""What the minutes say, as values: generated from what happened, never typed. Approved minutes are what the body approved,
word for word; notes written afterwards stand below them.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import TYPE_CHECKING, Any

import rfc8785
from django.db.models import Prefetch

from journal.actions.record import plain
from reviews.meetings import quorum
from reviews.meetings.agenda import agenda_of
from reviews.models import Attendance, MeetingSeat, MinutesState

if TYPE_CHECKING:
    from reviews.models import Meeting, MinutesCorrection


def said(meeting: Meeting) -> dict[str, Any]:
    """What the minutes say: `head` (when, where, who opened, adjourned and keeps them), `attendance` of each member with
    its stretches, `absent`, `guests`, `items` as `agenda.agenda_of` gives them, each with the times without a quorum (`quorum`)
    that began before it, `quorum` with those after the last, `corrections`; and their own state:
    `state`, `approved` ({at, by, meeting, how}), `hash`, `later` (notes written after the approval).

    Times are aware; show them in `head["timezone"]`.
    """
    notes = list(meeting.corrections.select_related("author"))
    if meeting.minutes_state != MinutesState.APPROVED:
        return {
            **_body(meeting, notes),
            "state": meeting.minutes_state,
            "approved": None,
            "hash": "",
            "later": [],
        }
    kept = revived(json.loads(meeting.minutes))
    later = [_note(note) for note in notes if meeting.approved_at and note.at > meeting.approved_at]
    approved = {
        "at": meeting.approved_at,
        "by": str(meeting.approved_by),
        "meeting": str(meeting.approved_in) if meeting.approved_in else "",
        "how": meeting.approved_how,
    }
    return {
        **kept,
        "state": meeting.minutes_state,
        "approved": approved,
        "hash": meeting.minutes_hash,
        "later": later,
    }


def sealed(meeting: Meeting) -> tuple[str, str]:
    """The minutes as they are approved: their RFC 8785 text, and its SHA-256 in hex."""
    notes = list(meeting.corrections.select_related("author"))
    text = rfc8785.dumps(plain(_body(meeting, notes))).decode()
    return text, hashlib.sha256(text.encode()).hexdigest()


def revived(value: Any) -> Any:
    """Stored values with their times as times again: what is called "at" or ends so."""
    if isinstance(value, list):
        return [revived(inner) for inner in value]
    if not isinstance(value, dict):
        return value
    return {
        key: dt.datetime.fromisoformat(inner)
        if isinstance(inner, str) and (key == "at" or key.endswith("_at"))
        else revived(inner)
        for key, inner in value.items()
    }


def _body(meeting: Meeting, notes: list[MinutesCorrection]) -> dict[str, Any]:
    roll = roll_of(meeting)
    items, gaps = agenda_of(meeting), quorum.gaps(meeting, roll)
    return {
        "head": _head(meeting),
        "attendance": [_attended(seat) for seat in roll if seat.stretches.all()],
        "absent": [_seat(seat) for seat in roll if not seat.stretches.all()],
        "guests": meeting.guests,
        "items": [{**item, "quorum": quorum.before(item, items, gaps)} for item in items],
        "quorum": quorum.after(items, gaps),
        "corrections": [_note(note) for note in notes],
    }


def roll_of(meeting: Meeting) -> list[MeetingSeat]:
    """The lines of its roll with who was there on each from when to when; a fixed number of queries."""
    stretches = Prefetch("stretches", Attendance.objects.select_related("person").order_by("arrived_at"))
    return list(meeting.roll.select_related("person").prefetch_related(stretches).order_by("pk"))


def _head(meeting: Meeting) -> dict[str, Any]:
    return {
        "meeting": str(meeting.pk),
        "institution": meeting.institution.name,
        "body": meeting.body_rules.name,
        "clause": meeting.body_rules.clause,
        "policy_revision": meeting.policy.revision,
        "timezone": meeting.zone.key,
        "place": meeting.place,
        "starts_at": meeting.starts_at,
        "called_at": meeting.called_at,
        "opened_at": meeting.opened_at,
        "opened_by": _name(meeting.opened_by),
        "adjourned_at": meeting.adjourned_at,
        "adjourned_by": _name(meeting.adjourned_by),
        "keeper": _name(meeting.keeper),
    }


def _name(person: object) -> str:
    return str(person) if person is not None else ""


def _seat(seat: MeetingSeat) -> dict[str, Any]:
    return {"name": str(seat.person), "seat": seat.title, "chair": seat.chair, "votes": seat.votes}


def _attended(seat: MeetingSeat) -> dict[str, Any]:
    """A member with the stretches in which they, or an alternate for them, were there; `left_at` None: to the end."""
    return {**_seat(seat), "stretches": [stretch(seat, row) for row in seat.stretches.all()]}


def stretch(seat: MeetingSeat, row: Attendance) -> dict[str, Any]:
    """From when to when somebody was there for a seat, and whether it was an alternate."""
    return {
        "name": str(row.person),
        "alternate": row.person_id != seat.person_id,
        "arrived_at": row.arrived_at,
        "left_at": row.left_at,
    }


def _note(note: MinutesCorrection) -> dict[str, Any]:
    return {"author": str(note.author), "text": note.text, "at": note.at}

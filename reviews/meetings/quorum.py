"""When a meeting had no quorum: its attendance, from opening to end, against the body's own rule."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from reviews import rolls, tally
from reviews.meetings import presence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reviews.models import Meeting, MeetingSeat

Gap = dict[str, Any]


def of_room(
    meeting: Meeting, room: presence.Room, roll: Sequence[MeetingSeat] | None = None
) -> dict[str, int]:
    """How many seats that count are in the room (`present`), of how many (`of`), and how many it takes (`needed`)."""
    lines = rolls.meeting_lines(meeting, room, roll)
    needed, of = tally.quorum(meeting.body_rules.rule, lines)
    there = sum(line.present and line.votes and line.counts_for_quorum for line in lines)
    return {"present": there, "needed": needed, "of": of}


def gaps(meeting: Meeting, roll: Sequence[MeetingSeat]) -> list[Gap]:
    """The times without a quorum in their order: `lost_at`, `regained_at` (None: not again), and how many seats were
    present then (`present`) of how many (`of`), with how many are `needed`."""
    stretches = [row for seat in roll for row in seat.stretches.all()]
    moments = {meeting.opened_at} | {row.arrived_at for row in stretches} | {row.left_at for row in stretches}
    found: list[Gap] = []
    for at in sorted(moment for moment in moments if moment is not None and moment != meeting.adjourned_at):
        seats = of_room(meeting, presence.room(stretches, at), roll)
        missing = bool(found) and found[-1]["regained_at"] is None
        if seats["present"] < seats["needed"] and not missing:
            found.append({"lost_at": at, "regained_at": None, **seats})
        elif seats["present"] < seats["needed"]:
            found[-1]["present"] = min(seats["present"], found[-1]["present"])
        elif missing:
            found[-1]["regained_at"] = at
    return found


def before(item: dict[str, Any], items: Sequence[dict[str, Any]], found: Sequence[Gap]) -> list[Gap]:
    """Those that began before this item was dealt with, and not before an earlier one of the agenda."""
    at = _at(item)
    earlier = [when for other in items if other["number"] < item["number"] and (when := _at(other))]
    if at is None:
        return []
    return [gap for gap in found if gap["lost_at"] < at and not any(gap["lost_at"] < one for one in earlier)]


def after(items: Sequence[dict[str, Any]], found: Sequence[Gap]) -> list[Gap]:
    """Those that began once everything was dealt with."""
    times = [when for item in items if (when := _at(item))]
    return [gap for gap in found if not any(gap["lost_at"] < one for one in times)]


def _at(item: dict[str, Any]) -> dt.datetime | None:
    """When an item was dealt with: its last vote, or what was recorded of it."""
    closed = [vote["closed_at"] for vote in item["votes"] if vote["closed_at"]]
    times = [*closed, *([item["dealt_at"]] if item["dealt_at"] else [])]
    return max(times, default=None)

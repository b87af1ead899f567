"""A request's record as its pages show it: each act in words, newest first."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from issuance.sending.causes import cause_of
from journal.models import Entry

if TYPE_CHECKING:
    from issuance.models import IssuanceRequest

MOST = 40
# What is recorded of requests, and of credentials as far as their awards are concerned.
ACTS = {
    "request": (
        "submitted", "submitted again", "lines marked", "approved", "left out", "sent back", "cancelled", "day changed",
        "release taken back", "stopped", "awarded", "done", "delivery sent again", "deliveries sent again",
        "delivery cancelled", "deliveries cancelled", "stack fulfilled",
    ),
    "definition": (
        "award revoked", "award suspended", "award reinstated", "award renewed", "award corrected", "awards to revoke",
        "awards to correct", "stack award reviewed",
    ),
}  # fmt: skip


def acts(kind: str = "") -> tuple[str, ...]:
    """The acts of issuing; with a kind those recorded of that kind of subject."""
    return ACTS[kind] if kind else ACTS["request"] + ACTS["definition"]


def entries(request: IssuanceRequest) -> list[dict[str, Any]]:
    """What the record component shows; one query."""
    rows = Entry.objects.filter(subject_kind="request", subject_id=request.pk).order_by("-number")
    return [
        {
            "at": entry.at,
            "text": said_of(entry),
            "by": who_did(entry),
            "note": entry.detail.get("note") or entry.detail.get("reason") or "",
            "proof": entry.hash,
        }
        for entry in rows.select_related("by", "on_behalf_of")[:MOST]
    ]


def who_did(entry: Entry) -> str:
    """Who did it, and for whom; nobody where it went by itself."""
    if entry.act == "awarded" or entry.by is None:
        return ""
    return f"{entry.by}, for {entry.on_behalf_of}" if entry.on_behalf_of else str(entry.by)


def said_of(entry: Entry) -> str:
    """What was done, as a sentence."""
    detail = entry.detail
    said = {
        "submitted": f"Sent to the certifying office with {_many(detail.get('lines'), 'line')}.",
        "submitted again": f"Mended and sent again with {_many(detail.get('lines'), 'line')}.",
        "approved": _released(detail),
        "left out": f"{_many(detail.get('lines'), 'line')} left out of a release.",
        "lines marked": f"Noted at {_many(detail.get('lines'), 'line')}.",
        "day changed": f"To be awarded on {detail['day']}."
        if detail.get("day")
        else "To be awarded at once.",
        "release taken back": "The release was taken back before its day.",
        "stopped": f"Stopped: {_many(detail.get('lines'), 'line')} not awarded, "
        f"{_many(detail.get('deliveries'), 'badge')} not sent.",
        "deliveries cancelled": f"{_many(detail.get('count'), 'delivery', 'deliveries')} cancelled.",
        "sent back": "Sent back.",
        "cancelled": "Taken back.",
        "awarded": f"{_many(detail.get('awards'), 'award')} made, lines {detail.get('from')} to {detail.get('to')}.",
        "done": f"Done: {_many(detail.get('awards'), 'award')}.",
        "delivery sent again": "One delivery sent again.",
        "deliveries sent again": f"{_many(detail.get('count'), 'delivery', 'deliveries')} sent again: "
        f"{cause_of(str(detail.get('cause', ''))).title.lower()}.",
        "delivery cancelled": "One delivery cancelled.",
        "awards to revoke": f"{_many(detail.get('count'), 'award')} to be revoked by a list.",
        "awards to correct": f"{_many(detail.get('count'), 'award')} to be corrected by a list.",
    }
    return said.get(entry.act, entry.act.capitalize() + ".")


def _released(detail: dict[str, Any]) -> str:
    day = f", to be awarded on {_day(detail['day'])}" if detail.get("day") else ""
    left = f"; {_many(detail['left_out'], 'line')} left out" if detail.get("left_out") else ""
    return f"Released, {_many(detail.get('lines'), 'line')}{day}{left}."


def _day(text: str) -> str:
    return f"{dt.date.fromisoformat(text):%-d %B %Y}"


def _many(number: object, one: str, many: str = "") -> str:
    count = number if isinstance(number, int) else 0
    return f"{count:,} {one if count == 1 else many or one + 's'}"

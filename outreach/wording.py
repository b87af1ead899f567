"""How the office's pages and mails say things."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policies.reasons import Reason

if TYPE_CHECKING:
    from outreach.models import Session

LONGEST_TEXT = 5000
LONGEST_NAME = 200


def when(session: Session) -> str:
    """Begin and end as clocks on the campus show them: 3 March 2027, 14:00 to 15:30 (MST)."""
    start, end = (moment.astimezone(session.zone) for moment in (session.starts_at, session.ends_at))
    last = f"{end:%H:%M}" if start.date() == end.date() else f"{end:%-d %B %Y, %H:%M}"
    return f"{start:%-d %B %Y, %H:%M} to {last} ({start:%Z})"


def text_reasons(text: str, field: str, *, longest: int = LONGEST_TEXT, empty: str = "") -> list[Reason]:
    """Why a text cannot be kept: it is missing where `empty` says so, or longer than `longest` characters."""
    if empty and not text.strip():
        return [Reason(empty, field=field)]
    if len(text) > longest:
        return [Reason(f"At most {longest:,} characters; this has {len(text):,}.", field=field)]
    return []

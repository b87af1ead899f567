"""Write in the campus's chain what the office did. People who only wrote to it appear by the id of what they wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from journal.actions import record

if TYPE_CHECKING:
    from accounts.models import Institution, Person


def note(institution: Institution, act: str, by: Person | None, **detail: Any) -> None:
    """One entry, in the caller's transaction; call it after all other locks."""
    record.write(
        subject_kind="campus",
        subject_id=institution.pk,
        institution=institution,
        act=act,
        by=by,
        detail=detail,
    )

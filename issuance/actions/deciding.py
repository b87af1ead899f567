"""What every decision about a request shares: the row under lock, its state, its entry in the record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from accounts.locking import locked
from issuance.models import IssuanceRequest, RequestState
from journal import clock
from journal.actions import record

if TYPE_CHECKING:
    from accounts.authority import Authority
    from accounts.models import Person

NOTE_NEEDED = "Say what the requester should change."
RELATED = (
    "institution",
    "definition__institution",
    "definition__unit",
    "definition__current__policy",
    "version__policy",
    "requested_by",
)


def in_hand(request: IssuanceRequest) -> IssuanceRequest:
    """The request under lock, with what its decisions read."""
    return locked(IssuanceRequest.objects.select_related(*RELATED), request.pk)


def decide(request: IssuanceRequest, state: RequestState, standing: Authority, note: str) -> None:
    """Write who decided what, for whom and when."""
    request.state, request.note = state, note.strip()
    request.decided_at, request.decided_by = clock.now(), standing.person
    request.on_behalf_of = standing.on_behalf_of
    request.save()


def day_begins(request: IssuanceRequest) -> dt.datetime | None:
    """When the day of its awards begins on the campus; None where they are made at once."""
    if request.due_on is None:
        return None
    return dt.datetime.combine(request.due_on, dt.time(), tzinfo=ZoneInfo(request.institution.timezone))


def write_down(
    request: IssuanceRequest,
    act: str,
    by: Person | None,
    detail: Mapping[str, object],
    standing: Authority | None = None,
) -> None:
    """An entry in the request's record; its head row is locked last."""
    record.write(
        subject_kind="request",
        subject_id=request.pk,
        institution=request.institution,
        act=act,
        by=by,
        on_behalf_of=standing.on_behalf_of if standing else None,
        detail=dict(detail),
    )

"""Release several requests at once: those that can be, each by itself; the others say why not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from issuance.actions import requests
from issuance.checking import decisions
from policies.reasons import Reason, Refused

if TYPE_CHECKING:
    import uuid

    from accounts.models import Person
    from issuance.models import IssuanceRequest

MOST = 6


def approve(
    *,
    chosen: Sequence[IssuanceRequest],
    by: Person,
    note: str = "",
    seen: Mapping[uuid.UUID, dt.datetime] | None = None,
    due_on: dt.date | None = None,
) -> dict[uuid.UUID, list[Reason]]:
    """Release each of these as `requests.approve` does, in a transaction of its own; a line left out of one keeps it
    from being released here, since what becomes of that line is to be said.

    Returns what refused each of them, by its id; nothing where it was released. Only the certifying office of each:
    PermissionDenied before anything is done.
    """
    for request in chosen:
        decisions.require_certifier(request, by)
    found = {}
    for request in chosen:
        moment = seen.get(request.pk) if seen else None
        found[request.pk] = _approve(request, by, note, moment, due_on)
    return found


def _approve(
    request: IssuanceRequest, by: Person, note: str, seen: dt.datetime | None, due_on: dt.date | None
) -> list[Reason]:
    if request.lines.filter(held=True).exists():
        return [Reason("Lines of it are left out; release it on its own page.")]
    try:
        requests.approve(request=request, by=by, note=note, seen=seen, due_on=due_on)
    except Refused as error:
        return error.reasons
    return []

"""Which ballots of a body were opened before somebody took a seat on it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db.models import Q

from accounts.once import once

if TYPE_CHECKING:
    import uuid

    from accounts.models import Person


def joined(person: Person) -> dict[tuple[uuid.UUID, str], dt.datetime]:
    """The standing bodies (campus, body) on which the person sits today, and when their seat had begun at the latest."""

    def find() -> dict[tuple[uuid.UUID, str], dt.datetime]:
        rows = person.holdings.in_force().values_list("institution", "body", "starts_on")
        return {
            (campus, body): dt.datetime.combine(day + dt.timedelta(days=2), dt.time(), dt.UTC)
            for campus, body, day in rows
        }

    return once(person, "bodies joined", find)


def before_their_time(person: Person) -> Q:
    """What a body on which the person sits today decided before they joined it, and its votes on rescinding: they had
    no line there, and the members of the day rescind."""
    found = Q(pk__in=[])
    for (campus, body), began in joined(person).items():
        earlier = Q(opened_at__lt=began) | Q(state="open", kind="rescind")
        found |= earlier & Q(proposal__institution=campus, body=body)
    return found

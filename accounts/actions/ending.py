"""How dated rows end: now, or on a last day."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from accounts.hooks import now
from policies.reasons import Reason, Refused

if TYPE_CHECKING:
    from accounts.models import Person
    from accounts.models.role import Dated


def end_row(row: Dated, by: Person, ends_on: dt.date | None = None) -> None:
    """End a row now or, with `ends_on`, after that day, in the caller's transaction.

    Refused: what is over already, and a last day before the first.
    """
    if row.is_over:
        raise Refused("This is over already.")
    if ends_on is None:
        row.ended_at, row.ended_by = now(), by
    elif ends_on < row.starts_on:
        raise Refused(Reason("The last day comes before the first.", field="ends_on"))
    else:
        row.ends_on = ends_on
    row.save(update_fields=["ends_on", "ended_at", "ended_by"])

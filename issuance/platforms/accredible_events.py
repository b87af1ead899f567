"""Accredible's event list: what happened to the credentials of a group.

Documented are the address with its parameters, the rows (`credential.id`, `event`, `created_at`), the pages and three names
of events, of which one is a view: the recipient looked at the credential. Not documented is how a day is written in the
parameters; the form of the same API's other days is sent, and every row's own day is looked at again.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any, Protocol

from issuance.platforms.answers import inner, unreadable
from issuance.platforms.http import Http

VIEWED = "recipient_view_certificate"
PAGE = 100
MOST_PAGES = 10_000


class Account(Protocol):
    """What is needed of the platform: its requests, and the address of its first version."""

    http: Http
    v1: str


def own_views(self: Account, template_id: str, known: frozenset[str], first: date) -> Iterator[date]:
    """The days of such views from `first` on; rows of other people's credentials and of other days are left out."""
    params = {"start_date": first.isoformat(), "group_id": template_id, "page_size": str(PAGE)}
    for number in range(1, MOST_PAGES + 1):
        answer = self.http.ask("GET", f"{self.v1}/analytics", params={**params, "page": str(number)})
        if not answer.ok:
            raise self.http.refusal(answer)
        rows = _rows(answer.mapping())
        if rows is None:
            raise unreadable(self.http.label, "its list of events has no rows", writes=False)
        for row in rows:
            day = _day(row)
            if day and day >= first and str(inner(row, "credential").get("id") or "") in known:
                yield day
        if not inner(answer.mapping(), "meta").get("next_page"):
            return


def _rows(body: dict[str, Any]) -> list[dict[str, Any]] | None:
    """The rows, whatever the list is called: its name is not documented."""
    lists = [value for value in body.values() if isinstance(value, list)]
    return [row for row in lists[0] if isinstance(row, dict)] if len(lists) == 1 else None


def _day(row: dict[str, Any]) -> date | None:
    """The day of a view; None for another event, or one without a day."""
    if row.get("event") != VIEWED:
        return None
    try:
        return date.fromisoformat(str(row.get("created_at"))[:10])
    except ValueError:
        return None

"""Places on published status lists: given out in each list's own random order, rebuilt and signed when a bit changes."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max

from credentials.facts import keys_of
from credentials.models import Award, StatusList
from credentials.openbadges import did, proof, status_list
from credentials.openbadges.document import to_bytes
from credentials.openbadges.status_list import new_order
from journal import clock

if TYPE_CHECKING:
    from accounts.models import Institution

NEARLY_FULL = 2000  # places left when the next list is made, so that nobody has to wait for it

# The row is locked for this one statement where the caller has no transaction open, else until it ends; not its key, which
# awards that are being stored refer to. Found once, before anything is changed: a subquery in FROM may be run again for each
# row of the table, passes over the one that was just changed, and takes places of the next list too.
TAKE = """
WITH free AS MATERIALIZED (
    SELECT id, used FROM credentials_statuslist WHERE institution_id = %(institution)s AND used < size
    ORDER BY number LIMIT 1 FOR NO KEY UPDATE
)
UPDATE credentials_statuslist AS list SET used = list.used + least(%(count)s, list.size - list.used)
FROM free
WHERE list.id = free.id
RETURNING list.id, list.number, list.size - list.used,
    substring(list."order" FROM 4 * free.used + 1 FOR 4 * (list.used - free.used))
"""


@dataclass(frozen=True)
class Place:
    """One position on one list, given out for good."""

    list_id: uuid.UUID
    url: str  # of the list
    index: int


def url_of(institution: Institution, number: int) -> str:
    return did.status_list_url(settings.ISSUER_ORIGIN, institution.slug, number)


def take(institution: Institution, count: int) -> list[Place]:
    """`count` places, never to be given out again: those of work that is rolled back are lost.

    Called before a transaction is opened, it makes nobody wait; within one, others wait for its end.
    """
    taken: list[Place] = []
    while len(taken) < count:
        last = _last_number(institution)
        found = _block(institution, count - len(taken))
        if not found or found.left < NEARLY_FULL and found.number == last:
            _make_list(institution, last + 1)
        if found:
            url = url_of(institution, found.number)
            taken += [Place(found.list_id, url, index) for index in status_list.places(found.block)]
    return taken


@dataclass(frozen=True)
class _Block:
    list_id: uuid.UUID
    number: int
    left: int
    block: bytes


def _block(institution: Institution, count: int) -> _Block | None:
    """Up to `count` places of the first list with room; None when none has any."""
    with connection.cursor() as cursor:
        cursor.execute(TAKE, {"count": count, "institution": institution.pk})
        row = cursor.fetchone()
    return _Block(row[0], row[1], row[2], bytes(row[3])) if row else None


def _last_number(institution: Institution) -> int:
    rows = StatusList.objects.filter(institution=institution)
    return rows.aggregate(last=Max("number"))["last"] or 0


@transaction.atomic
def _make_list(institution: Institution, number: int) -> None:
    """The list of this number, signed before anyone can see it; of two who make it at once, the first one's stays."""
    places = StatusList(institution=institution, number=number, order=new_order(), updated_at=clock.now())
    sign(places)
    StatusList.objects.bulk_create([places], ignore_conflicts=True)


def sign(places: StatusList) -> None:
    """Write the list as its awards stand now into its document; what is served is this, never one made on request."""
    places.updated_at = clock.now()
    unsigned = status_list.build(
        url_of(places.institution, places.number),
        did.issuer_did(settings.ISSUER_ORIGIN, places.institution.slug),
        Award.objects.bits(places),
        places.updated_at,
        size=places.size,
    )
    signed = proof.sign(unsigned, keys_of(places.institution).signing_key, places.updated_at)
    places.document = to_bytes(signed).decode()


@transaction.atomic
def publish(list_id: uuid.UUID) -> None:
    """Sign the list anew, under its lock, in the transaction that changed an award's bit."""
    rows = StatusList.objects.select_for_update(of=("self",), no_key=True).select_related("institution")
    places = rows.get(pk=list_id)
    sign(places)
    places.save(update_fields=["document", "updated_at"])

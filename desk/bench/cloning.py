"""Awards in great number: rows made of a few that were really signed, as fast as the database writes them.

Each has an id, a holder, a code, a place on a status list and a hash of its own, and passes every constraint. Its file is
that of its model with its own id, so it has the size of a real one but verifies nowhere.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

from accounts.models import Person
from credentials.actions import status_lists
from credentials.codes import new_code
from credentials.models import Award

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from django.db.models import Model

    from desk.bench.world import World

CHUNK = 50_000

# Of a new row, what is not as in its model; `one` is the model, `fresh` what is this row's own.
HOLDER = {"id": "fresh.holder", "email": "fresh.holder || '@clones.example'"}
FILE = "replace(one.document, one.id::text, fresh.id::text)"
AWARD = {
    "id": "fresh.id",
    "holder_id": "fresh.holder",
    "code": "fresh.code",
    "recipient_email": "fresh.holder || '@clones.example'",
    "request_id": "NULL",
    "document": FILE,
    "document_hash": f"encode(sha256(convert_to({FILE}, 'UTF8')), 'hex')",
    "status_list_id": "fresh.list",
    "status_index": "fresh.index",
    "revoked_at": "CASE WHEN fresh.ended THEN one.awarded_at END",
    "revoked_by_id": "CASE WHEN fresh.ended THEN %(by)s::uuid END",
    "revocation_reason": "CASE WHEN fresh.ended THEN 'Bench' ELSE '' END",
}
FRESH = """
WITH fresh AS (
    SELECT rows.*, (%(models)s::uuid[])[1 + rows.n %% cardinality(%(models)s::uuid[])] AS model,
        rows.n %% %(every)s = 0 AS ended
    FROM unnest(%(ids)s::uuid[], %(holders)s::uuid[], %(codes)s::text[], %(lists)s::uuid[], %(indexes)s::int[])
        WITH ORDINALITY AS rows(id, holder, code, list, index, n)
)
"""


def clone(
    world: World, models: Sequence[uuid.UUID], count: int, *, every: int, say: Callable[[str], object]
) -> None:
    """So many awards of the campus more, made of these; one of every `every` is revoked. Says how far it is."""
    for done in range(0, count, CHUNK):
        _chunk(world, models, min(CHUNK, count - done), every)
        say(f"{min(done + CHUNK, count):,} of {count:,} awards")


def settle() -> None:
    """Clean up after many rows as the database does by itself soon after."""
    with connection.cursor() as cursor:
        for model in (Person, Award):
            cursor.execute(f"VACUUM (ANALYZE) {connection.ops.quote_name(model._meta.db_table)}")
        cursor.execute("CHECKPOINT")


def _chunk(world: World, models: Sequence[uuid.UUID], count: int, every: int) -> None:
    places = status_lists.take(world.definition.institution, count)
    own: dict[str, Any] = {
        "models": [str(key) for key in models],
        "every": every,
        "by": str(world.certifier.pk),
        "ids": [str(uuid.uuid4()) for _ in places],
        "holders": [str(uuid.uuid4()) for _ in places],
        "codes": [new_code() for _ in places],
        "lists": [str(place.list_id) for place in places],
        "indexes": [place.index for place in places],
    }
    award, person = Award._meta.db_table, Person._meta.db_table
    model = f"{award} AS one ON one.id = fresh.model"
    holder = f"{award} AS model ON model.id = fresh.model JOIN {person} AS one ON one.id = model.holder_id"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_insert(Person, HOLDER, holder), own)
        cursor.execute(_insert(Award, AWARD, model), own)


def _insert(model: type[Model], differing: Mapping[str, str], source: str) -> str:
    """Rows like their models in all but what differs."""
    quote = connection.ops.quote_name
    columns = [field.column for field in model._meta.concrete_fields if field.column]
    values = ", ".join(differing.get(column, f"one.{quote(column)}") for column in columns)
    named = ", ".join(quote(column) for column in columns)
    table = quote(model._meta.db_table)
    return f"{FRESH} INSERT INTO {table} ({named}) SELECT {values} FROM fresh JOIN {source}"  # noqa: S608

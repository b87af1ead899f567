"""Columns of many rows, each with values of its own, stored in one statement (`bulk_update` takes many times as long)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import connection, models


def write(rows: Sequence[models.Model], columns: Mapping[str, str], also: str = "") -> None:
    """Store these columns of the rows; `columns` gives PostgreSQL's type of each, `also` further assignments in SQL."""
    if not rows:
        return
    table = connection.ops.quote_name(rows[0]._meta.db_table)
    kinds = {"id": "uuid", **columns}
    given = ", ".join(f"unnest(%s::{kind}[]) AS {name}" for name, kind in kinds.items())
    changes = ", ".join([*(f"{name} = given.{name}" for name in columns), *filter(None, [also])])
    values = [[getattr(row, name) for row in rows] for name in columns]
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} AS row SET {changes} FROM (SELECT {given}) AS given WHERE row.id = given.id",  # noqa: S608
            [[str(row.pk) for row in rows], *values],
        )

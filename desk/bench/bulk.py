"""Rows by COPY: as fast as the database takes them, with its triggers and constraints on."""

from __future__ import annotations

import csv
import io
import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any, TypeVar, cast

from django.db import connection
from django.db.models import AutoField, JSONField, Model

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Row = TypeVar("Row", bound=Model)
NOTHING = r"\N"


class Pile:
    """Rows of many models, unsaved, put away together: each model in the order in which its first row came."""

    def __init__(self) -> None:
        self._rows: dict[type[Model], list[Model]] = defaultdict(list)

    def add(self, *rows: Model) -> None:
        """Lay rows on it."""
        for row in rows:
            self._rows[type(row)].append(row)

    def rows(self, model: type[Row]) -> list[Row]:
        """What lies on it of one model."""
        return cast("list[Row]", self._rows[model])

    def store(self, *models: type[Model]) -> None:
        """Copy the rows of these models into the database, and forget them."""
        for model in models:
            copy(model, self._rows.pop(model, []))


def copy(model: type[Model], rows: Iterable[Model]) -> None:
    """One COPY. A number that the database gives out is left to it, and the rows in memory do not learn it."""
    fields = [f for f in model._meta.concrete_fields if not isinstance(f, AutoField)]
    columns = [(field.attname, isinstance(field, JSONField)) for field in fields]
    out = io.StringIO()
    write = csv.writer(out).writerow
    for row in rows:
        write([_plain(getattr(row, name), written) for name, written in columns])
    out.seek(0)
    quote: Callable[[Any], str] = connection.ops.quote_name
    named = ", ".join(quote(field.column) for field in fields)
    with connection.cursor() as cursor:
        cursor.copy_expert(
            f"COPY {quote(model._meta.db_table)} ({named}) FROM STDIN WITH (FORMAT csv, NULL '{NOTHING}')",
            out,
        )
        cursor.execute(f"ANALYZE {quote(model._meta.db_table)}")  # triggers look rows up in it next


def _plain(value: Any, as_json: bool) -> Any:
    """As COPY reads it: what is neither JSON nor nothing is written as it prints."""
    if as_json:
        return value if isinstance(value, Written) else json.dumps(value)
    return NOTHING if value is None else value


class Written(str):
    """JSON that has been written already: a form that thousands of rows share is written once."""

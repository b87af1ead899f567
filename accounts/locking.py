"""A row under lock, together with what is joined to it."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, TypeVar

from django.db.models import Model

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.db.models import QuerySet

Row = TypeVar("Row", bound=Model)


def locked(rows: QuerySet[Row], key: uuid.UUID | int) -> Row:
    """The row of that key, of these rows, under lock until the transaction ends; DoesNotExist without it.

    It is locked first and read afterwards. One statement that does both and has to wait gives the row as it is after
    the wait, but joined to what stood before it: a reference that was set meanwhile comes as None, and a row whose
    reference was changed is not found.
    """
    rows.model._base_manager.using(rows.db).select_for_update().values_list("pk").get(pk=key)
    return rows.get(pk=key)


def locked_all(rows: QuerySet[Row], keys: Collection[uuid.UUID | int]) -> QuerySet[Row]:
    """The rows of these keys under lock, in the order of their keys, so that two who want the same wait for each other.

    Locked first and read afterwards, as `locked` says.
    """
    wanted = rows.model._base_manager.using(rows.db).filter(pk__in=keys)
    list(wanted.select_for_update().order_by("pk").values_list("pk"))
    return rows.filter(pk__in=keys).order_by("pk")

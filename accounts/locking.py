"""A row under lock, together with what is joined to it."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, TypeVar

from django.db.models import Model

if TYPE_CHECKING:
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

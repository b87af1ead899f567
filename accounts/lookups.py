"""`among`: a column equals one of many values, given to the server as one array.

Means what `in` means, but costs a fifth of the time for hundreds of values: `in` writes each into the statement as a
parameter of its own, which Django builds and the server reads one by one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Lookup

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models.sql.compiler import SQLCompiler


class Among(Lookup):  # type: ignore[type-arg]  # Django's own is no generic when it runs
    """`column = ANY(array)`. The values are of the column's kind, as it is stored, and never None.

    A key of another table is asked for by `<field>__pk__among`.
    """

    lookup_name = "among"

    def get_prep_lookup(self) -> list[Any]:
        """The values as a list, which is sent as an array."""
        return list(self.rhs)

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        """The comparison with its one parameter."""
        left, params = self.process_lhs(compiler, connection)
        kind = self.lhs.output_field.db_type(connection)
        return f"{left} = ANY(%s::{kind}[])", (*params, self.rhs)

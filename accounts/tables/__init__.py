"""Lists that people upload (CSV, text with tabs or semicolons, Excel) read into checked rows.

`read_table` is the one door: every bad line is named by number and column, and no good line is dropped silently.
"""

from accounts.tables.columns import ColumnSpec, Problem
from accounts.tables.reading import LIMIT, MAX_ROWS, Row, Table, read_table

__all__ = ["LIMIT", "MAX_ROWS", "ColumnSpec", "Problem", "Row", "Table", "read_table"]

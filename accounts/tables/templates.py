"""A list to begin with, as CSV or Excel: the headings, a line that shows how, and what each column is for."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.http import HttpResponse
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font

from accounts.tables.rewriting import as_csv, harmless

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Heading(NamedTuple):
    """A column of the list to begin with: its heading, what stands in the line that shows how, what it is for."""

    name: str
    example: str
    help: str


def as_file(headings: Sequence[Heading], name: str, sheet: str, kind: str) -> HttpResponse:
    """The list to begin with, as `kind` "csv" or "xlsx", under `name`."""
    if kind == "xlsx":
        content: str | bytes = as_excel(headings, sheet)
        answer = HttpResponse(content, content_type=EXCEL)
    else:
        content = as_csv([[h.name for h in headings], [h.example for h in headings]])
        answer = HttpResponse(content, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return answer


def as_excel(headings: Sequence[Heading], sheet: str) -> bytes:
    """A workbook: the list on its first sheet, and on the second what each column is for."""
    book = Workbook()
    first: Any = book.active
    second: Any = book.create_sheet("How to fill it in")
    first.title = sheet
    first.append([harmless(h.name) for h in headings])
    first.append([harmless(h.example) for h in headings])
    first.freeze_panes = "A2"
    for number, heading in enumerate(headings, 1):
        column = first.cell(1, number)
        column.font = Font(bold=True)
        width = max(len(heading.name), len(heading.example), 12)
        first.column_dimensions[column.column_letter].width = min(width + 2, 60)
    _explain(second, headings)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _explain(sheet: Any, headings: Sequence[Heading]) -> None:
    sheet.append(["Column", "What it is for"])
    for heading in headings:
        sheet.append([harmless(heading.name), harmless(heading.help)])
    for cell in (sheet["A1"], sheet["B1"]):
        cell.font = Font(bold=True)
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 30, 100
    for row in sheet.iter_rows(min_row=2, min_col=2, max_col=2):
        row[0].alignment = Alignment(wrap_text=True, vertical="top")

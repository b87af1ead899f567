"""Reports that exist only as downloads, as one list: a line is one figure of one badge of one day, from one source.

A list is read twice, once for the dry run and once when it is brought in, from the same text, which the page carries.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import IO, TYPE_CHECKING, NamedTuple

from django.core.files.base import ContentFile, File

from accounts.tables import MAX_ROWS, ColumnSpec, Row, Table, read_table
from accounts.tables.columns import normal, storable
from accounts.tables.dry_runs import Doubt
from accounts.tables.failures import BadFile
from accounts.tables.reading import check_size, known_in
from accounts.tables.rewriting import as_csv
from accounts.tables.sources import Source, binary
from credentials.models import Definition
from issuance.figures.names import LABOUR, PARTS, REPORTED
from issuance.models import DayFigure, PlatformTemplate
from issuance.platforms import registry
from journal import clock
from policies.reasons import Reason

if TYPE_CHECKING:
    from accounts.models import Institution

LARGEST = 10**12
COLUMNS = (
    ColumnSpec("badge", required=True, aliases=("credential", "template", "badge template", "title")),
    ColumnSpec("source", required=True, max_length=60, aliases=("platform", "from whom")),
    ColumnSpec("day", "date", required=True, aliases=("date", "on")),
    ColumnSpec("figure", required=True, choices={word: key for key, (word, _) in REPORTED.items()},
               aliases=("metric", "what")),
    ColumnSpec("part", max_length=120, aliases=("of", "destination", "country", "place", "employer", "job title")),
    ColumnSpec("value", "integer", required=True, aliases=("count", "number", "lowest")),
    ColumnSpec("to", "integer", aliases=("most", "highest", "value to")),
)  # fmt: skip
HEADINGS = tuple(column.name for column in COLUMNS)
EXAMPLES = (
    ("Data literacy", "Lightcast", "2026-03-01", "postings", "", "412", ""),
    ("Data literacy", "Lightcast", "2026-03-01", "postings by employer", "A hospital", "31", ""),
    ("Data literacy", "Lightcast", "2026-03-01", "salary", "Data analyst", "58000", "91000"),
    ("Data literacy", "Credly", "2026-03-31", "shares", "LinkedIn", "64", ""),
    ("Data literacy", "Credly", "2026-03-31", "holders", "Canada", "12", ""),
)


class Group(NamedTuple):
    """What a report tells at once, and what a later one takes the place of: a figure of a badge of a day, in all its parts."""

    definition: uuid.UUID
    source: str
    figure: str
    day: dt.date


Values = dict[str, tuple[int, int | None]]  # by part: the value and, of a range, its upper end
Groups = dict[Group, Values]


@dataclass
class Preview:
    """A dry run: the list as text, what stands against its lines, what it would add, and of which days it would take the
    place."""

    text: str
    doubts: list[Doubt] = field(default_factory=list)
    bad_lines: int = 0
    groups: Groups = field(default_factory=dict)
    new: int = 0
    replaced: int = 0
    same: int = 0

    @property
    def lines(self) -> int:
        """How many lines tell something."""
        return sum(map(len, self.groups.values()))

    @property
    def ok(self) -> bool:
        """Whether the whole list may be brought in."""
        return bool(self.groups) and not self.doubts


def preview(upload: File[bytes] | IO[bytes], campus: Institution) -> Preview:
    """Read and check a list without writing anything: every bad line with its number and column."""
    text, unread = as_text(upload)
    if unread:
        return Preview(text, [Doubt(unread.line, "", unread.text)], 1)
    table = read_table(ContentFile(text.encode()), COLUMNS)
    groups, verdicts = _groups(table, campus)
    found = Preview(text, _doubts(table, verdicts), table.bad_lines + len(verdicts), groups)
    _compare(found, stored(groups))
    return found


def as_text(upload: File[bytes] | IO[bytes]) -> tuple[str, BadFile | None]:
    """Any list as CSV, each line under its own number; or why it cannot be read to its end."""
    out, written, file = io.StringIO(), 0, binary(upload)
    write = csv.writer(out, lineterminator="\n").writerow
    try:
        check_size(file)
        with Source(file, known_in(COLUMNS)) as source:
            for number, cells in islice(source.lines, MAX_ROWS + 2):
                out.write("\n" * (number - 1 - written))
                write([" ".join(storable(cell).splitlines()) for cell in cells])
                written = number
    except BadFile as error:
        return out.getvalue(), error
    return out.getvalue(), None


def _doubts(table: Table, verdicts: Mapping[int, Iterable[Reason]]) -> list[Doubt]:
    """Line by line, what could not be read and why what was read is refused."""
    found = [Doubt(problem.line, problem.column, problem.text) for problem in table.problems]
    found += [
        Doubt(number, reason.field, reason.text) for number, reasons in verdicts.items() for reason in reasons
    ]
    return sorted(found, key=lambda doubt: doubt.line)


def _compare(found: Preview, held: Groups) -> None:
    for group, values in found.groups.items():
        if group not in held:
            found.new += 1
        elif held[group] == values:
            found.same += 1
        else:
            found.replaced += 1


def stored(groups: Iterable[Group]) -> Groups:
    """What is held of these groups; one query."""
    wanted, held = set(groups), Groups()
    rows = DayFigure.objects.filter(
        definition__in={one.definition for one in wanted},
        source__in={one.source for one in wanted},
        figure__in={one.figure for one in wanted},
        day__in={one.day for one in wanted},
    )
    for row in rows.iterator():
        group = Group(row.definition_id, row.source, row.figure, row.day)
        if group in wanted:
            held.setdefault(group, {})[row.part] = (row.value, row.most)
    return held


def _groups(table: Table, campus: Institution) -> tuple[Groups, dict[int, list[Reason]]]:
    """The good lines by group, and what stands against the others."""
    badges, today = Badges(campus), clock.now().date()
    groups, verdicts = Groups(), dict[int, list[Reason]]()
    for row in table.rows:
        reasons = [*badges.reasons(row.values["badge"]), *_reasons(row, today)]
        key = badges.found(row.values["badge"])
        if reasons or key is None:
            verdicts[row.line] = reasons
            continue
        values = row.values
        group = Group(key, source_of(values["source"]), values["figure"], values["day"])
        part, told = values.get("part") or "", groups.setdefault(group, {})
        if part in told:
            verdicts[row.line] = [Reason("An earlier line tells this already.", field="badge")]
        told.setdefault(part, (values["value"], values.get("to")))
    return {group: values for group, values in groups.items() if values}, verdicts


class Badges:
    """The credentials of a campus by whatever a report may call them: title, short name, id, the platform's template."""

    def __init__(self, campus: Institution) -> None:
        self.known: dict[str, set[uuid.UUID]] = {}
        rows = Definition.objects.filter(institution=campus, current__isnull=False)
        for key, slug, title in rows.values_list("pk", "slug", "current__title"):
            for name in (str(key), slug, title):
                self.known.setdefault(normal(name), set()).add(key)
        templates = PlatformTemplate.objects.filter(version__definition__institution=campus)
        for remote, key in templates.values_list("remote_id", "version__definition"):
            self.known.setdefault(normal(remote), set()).add(key)

    def found(self, name: str) -> uuid.UUID | None:
        """The one that is meant."""
        named = self.known.get(normal(name), set())
        return next(iter(named)) if len(named) == 1 else None

    def reasons(self, name: str) -> list[Reason]:
        """Why none is."""
        named = self.known.get(normal(name), set())
        if not named:
            return [Reason(f"No badge of this campus is called “{name[:60]}”.", field="badge")]
        if len(named) > 1:
            return [
                Reason(
                    "Several badges are called so. Write its short name, as in its address.", field="badge"
                )
            ]
        return []


def source_of(text: str) -> str:
    """A platform by its kind, whatever the list calls it; any other source as it is written."""
    names = {normal(name): kind for kind in registry.KINDS for name in (kind, registry.label(kind))}
    return names.get(normal(text), " ".join(text.split()))


def _reasons(row: Row, today: dt.date) -> list[Reason]:
    values, found = row.values, list[Reason]()
    figure, part, low, high = values["figure"], values.get("part"), values["value"], values.get("to")
    word, offered = REPORTED[figure]
    source = source_of(values["source"])
    if values["day"] > today:
        found.append(Reason("This day is still to come.", field="day"))
    if figure in PARTS and not part:
        found.append(Reason(f"Write which {PARTS[figure]}.", field="part"))
    if figure not in PARTS and part:
        found.append(Reason(f"“{word}” has no parts. Leave this empty.", field="part"))
    if not 0 <= low <= LARGEST:
        found.append(Reason("Write a number from 0 on, in figures.", field="value"))
    if high is not None and figure != "salary":
        found.append(Reason("Only a salary goes from one number to another.", field="to"))
    elif high is not None and not low <= high <= LARGEST:
        found.append(Reason("This is less than the number in “value”.", field="to"))
    return found + _of_source(source, figure, word, offered)


def _of_source(source: str, figure: str, word: str, offered: str) -> list[Reason]:
    """What a platform tells by itself is not brought in, and only platforms tell of their own mail and pages."""
    if source in registry.KINDS:
        if offered in registry.platform_class(source).offers:
            text = f"{registry.label(source)} tells this by itself each day. Leave the line out."
            return [Reason(text, field="figure")]
    elif figure not in (*LABOUR, "holders"):
        names = ", ".join(registry.label(kind) for kind in registry.KINDS)
        return [Reason(f"Of “{word}” only a platform tells: {names}.", field="source")]
    return []


def template() -> str:
    """The list to begin with: headings and lines that show how."""
    return as_csv([HEADINGS, *EXAMPLES])


def sources(groups: Mapping[Group, Values]) -> list[str]:
    """From whom it is, by name."""
    return sorted({registry.label(group.source) for group in groups})

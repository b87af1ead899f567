"""All figures of some credentials of one campus together: what the page, the CSV and the API show."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from issuance.figures import charts, reading
from issuance.figures.charts import Chart, Place
from issuance.figures.funnel import funnel
from issuance.figures.names import OURS
from issuance.figures.small import Cell, Rule
from issuance.platforms import registry
from journal import clock

if TYPE_CHECKING:
    from accounts.models import Institution
    from credentials.models import Definition
    from issuance.figures.periods import Periods
    from issuance.figures.reading import Sums, Told


@dataclass
class Board:
    """`few` says that so few learners hold these badges that nothing of them is told."""

    rule: Rule
    few: bool = False
    sums: list[tuple[str, Cell]] = field(default_factory=list)
    charts: list[Chart] = field(default_factory=list)
    labour: list[Chart] = field(default_factory=list)
    at: dt.datetime | None = None
    told: dict[str, Told] = field(default_factory=dict)

    @property
    def glance(self) -> list[dict[str, Any]]:
        """The sums as their component takes them."""
        return [{"label": label, "value": cell.value or 0, "shown": cell.shown} for label, cell in self.sums]

    def chart(self, key: str) -> Chart | None:
        """One of them."""
        return next((chart for chart in (*self.charts, *self.labour) if chart.key == key), None)


def rule_of(campus: Institution) -> Rule:
    """The campus's policy says how small a group may be that is told."""
    policy = campus.in_force or campus.policy
    return Rule(policy.pack.evaluation.minimum_group)


def board_of(definition: Definition, periods: Periods) -> Board:
    """All figures of one credential, with the labour market for its skills."""
    found = board(definition.institution, [definition.pk], periods)
    found.labour = charts.labour(reading.labour(definition.pk), _labels(), places_of([definition.pk]))
    return found


def board(campus: Institution, definitions: Sequence[uuid.UUID], periods: Periods) -> Board:
    """The figures of these credentials together."""
    rule, when = rule_of(campus), reading.when(definitions)
    found = Board(rule, at=when[OURS].at if OURS in when else None, told=_named(when))
    places = places_of(definitions)
    sums = reading.sums(definitions, periods)
    if sums.ours("issued") < rule.minimum:
        found.few = True
        return found
    found.sums = _sums(sums, rule)
    found.charts = [
        funnel(sums, rule),
        charts.issued(sums, rule, periods),
        charts.acceptance(sums, rule, places),
        charts.mail(sums, rule, places),
        charts.shares(sums, rule, places),
        charts.views(sums, rule, periods),
        charts.seen(sums, rule, places),
        charts.countries(sums, rule, places, _labels()),
    ]
    return found


def _sums(sums: Sums, rule: Rule) -> list[tuple[str, Cell]]:
    issued = sums.ours("issued")
    return [
        ("Badges issued", rule.count(issued)),
        ("Accepted", rule.share(sums.ours("accepted"), issued)),
        ("Mail link followed", rule.share(sums.ours("followed"), sums.ours("mailed"))),
        ("Shared by their holders", rule.share(sums.ours("sharers"), issued)),
        ("Views", Cell(charts.total(sums, OURS, "views"))),
    ]


def places_of(definitions: Sequence[uuid.UUID]) -> list[Place]:
    """The platforms at which these credentials are, with what each offers."""
    return [
        Place(kind, registry.label(kind), registry.platform_class(kind).offers)
        for kind in reading.platforms_of(definitions)
        if kind in registry.KINDS
    ]


def _labels() -> dict[str, str]:
    return {kind: registry.label(kind) for kind in registry.KINDS}


def _named(when: Mapping[str, Told]) -> dict[str, Told]:
    """The platforms by their names, without ours."""
    return {registry.label(source): told for source, told in when.items() if source != OURS}


COLUMNS = ("Badge", "Unit", "Issued", "Accepted", "Mail link followed", "Shared", "Views")


@dataclass(frozen=True)
class Row:
    """One credential in the table of all."""

    definition: Definition
    cells: tuple[Cell, ...]

    @property
    def headed(self) -> list[tuple[str, Cell]]:
        """Each cell with the heading of its column."""
        return list(zip(COLUMNS[2:], self.cells, strict=True))


def rows(campus: Institution, definitions: Sequence[Definition]) -> list[Row]:
    """Every credential with its own figures, most badges first. Of those that few hold nothing is told."""
    rule, known = rule_of(campus), reading.by_credential([one.pk for one in definitions])
    ordered = sorted(definitions, key=lambda one: (-_of(known, one, "issued"), str(one)))
    counts = rule.parts([_of(known, one, "issued") for one in ordered])
    return [
        Row(one, _cells(rule, known.get(one.pk, {}), count))
        for one, count in zip(ordered, counts, strict=True)
    ]


def _of(known: Mapping[uuid.UUID, Mapping[str, int]], one: Definition, figure: str) -> int:
    return known.get(one.pk, {}).get(figure, 0)


def _cells(rule: Rule, mine: Mapping[str, int], count: Cell) -> tuple[Cell, ...]:
    if count.few or not count.value:
        return (count, *(Cell() for _ in range(4)))
    issued = mine.get("issued", 0)
    return (
        count,
        rule.share(mine.get("accepted", 0), issued),
        rule.share(mine.get("followed", 0), mine.get("mailed", 0)),
        rule.share(mine.get("sharers", 0), issued),
        Cell(mine.get("views", 0)),
    )


def as_json(cell: Cell) -> dict[str, Any]:
    """A cell for programs: a value, or why there is none."""
    return {
        "value": cell.value,
        "text": cell.shown,
        "offered": not cell.absent,
        "withheld": cell.few,
    }


def today() -> dt.date:
    """Days of figures are those of UTC."""
    return clock.now().date()

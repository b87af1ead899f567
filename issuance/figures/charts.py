"""From sums to charts: one neutral form that page, CSV and API read, so that all three keep few learners out alike. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from credentials.models.share import Destination
from issuance.figures.names import OURS, OWN_VIEWS
from issuance.figures.small import Cell, Rule

if TYPE_CHECKING:
    from issuance.figures.periods import Periods
    from issuance.figures.reading import Sums
    from issuance.models import DayFigure


@dataclass(frozen=True)
class Line:
    """A line of a chart's table, and by its place in `columns` also a bar or a point."""

    label: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Chart:
    """A chart with its table. `drawn` is the cell of each line that is drawn; `tail` one that is drawn light behind it."""

    key: str
    title: str
    source: str
    columns: tuple[str, ...]
    lines: Sequence[Line]
    drawn: int = 0
    tail: int | None = None
    percent: bool = False
    counted: bool = True  # here, as of the last count; else its source says of when it is
    kind: Literal["bars", "curve"] = "bars"
    none: str = ""

    def shown(self) -> dict[str, Any]:
        """What the figure component takes."""
        marks = [self._mark(line) for line in self.lines]
        values = [
            cell.value or 0 for line in self.lines for n, cell in enumerate(line.cells) if n in self._scale()
        ]
        found: dict[str, Any] = {
            "title": self.title, "source": self.source, "columns": self.columns, "none": self.none,
            "top": 100 if self.percent else max(values, default=0),
        }  # fmt: skip
        if self.kind == "bars":
            return found | {"bars": marks}
        drawable = any(mark["value"] for mark in marks)
        return found | ({"points": marks} if drawable else {})

    def _scale(self) -> tuple[int, ...]:
        return (self.drawn,) if self.tail is None else (self.drawn, self.tail)

    def _mark(self, line: Line) -> dict[str, Any]:
        cell = line.cells[self.drawn]
        tail = line.cells[self.tail] if self.tail is not None else None
        return {
            "label": line.label,
            "value": cell.value,  # none where it is not told: not drawn as nothing
            "none": cell.shown or "none",
            "shown": f"{cell.shown} to {tail.shown}" if tail else cell.shown,
            "tail": tail.value if tail else None,
            "cells": [line.label, *(one.shown for one in line.cells)],
        }


@dataclass(frozen=True)
class Place:
    """A platform at which the credentials are, as charts speak of it."""

    kind: str
    label: str
    offers: frozenset[str] = field(default_factory=frozenset)

    def absent(self, width: int) -> tuple[Cell, ...]:
        """A line of what it does not offer."""
        return tuple(Cell(absent=self.label) for _ in range(width))


HERE = "Counted here"
NOT_YET = Cell(text="not asked yet")


def issued(sums: Sums, rule: Rule, periods: Periods) -> Chart:
    """Badges issued and accepted, period by period."""
    made, taken = (_series(sums, rule, periods, figure) for figure in ("issued", "accepted"))
    lines = [
        Line(periods.label(start), pair)
        for start, pair in zip(periods.starts, zip(made, taken, strict=True), strict=True)
    ]
    title = "Badges issued"
    heads = (periods.by.capitalize(), "Issued", "Accepted")
    return Chart("issued", title, HERE, heads, lines, kind="curve", none="No badge was issued in this time.")


def _series(sums: Sums, rule: Rule, periods: Periods, figure: str) -> list[Cell]:
    return rule.parts([sums.period.get((figure, start), 0) for start in periods.starts])


def acceptance(sums: Sums, rule: Rule, places: Sequence[Place]) -> Chart:
    """How many were accepted, here and at each platform."""
    taken, declined = sums.ours("accepted"), sums.ours("declined")
    lines = [_accepted("Here", rule, taken, sums.ours("issued") - taken - declined, declined)]
    for place in places:
        if "acceptance" not in place.offers:
            lines.append(Line(f"At {place.label}", place.absent(5)))
        elif sums.at(place.kind, "taken") is None:
            lines.append(Line(f"At {place.label}", (NOT_YET,) * 5))
        else:
            there = [sums.at(place.kind, name) or 0 for name in ("taken", "pending", "refused")]
            lines.append(_accepted(f"At {place.label}", rule, *there))
    heads = ("Where", "Share accepted", "Badges", "Accepted", "Waiting", "Declined")
    source = "Badges neither revoked nor replaced, as they stand"
    return Chart("acceptance", "Are they accepted?", source, heads, lines, percent=True)


def _accepted(label: str, rule: Rule, taken: int, waiting: int, declined: int) -> Line:
    whole, waiting = taken + max(waiting, 0) + declined, max(waiting, 0)
    parts = rule.parts([taken, waiting, declined])
    return Line(label, (rule.share(taken, whole), rule.count(whole), *parts))


def mail(sums: Sums, rule: Rule, places: Sequence[Place]) -> Chart:
    """Whether mail is opened and its link followed."""
    lines = [
        _of("Our mail: link followed", rule, sums.ours("followed"), sums.ours("mailed")),
        _of(
            "Our mail: opened, of learners who agreed to its counting",
            rule,
            sums.ours("mail_opened"),
            sums.ours("mail_counted"),
        ),
    ]
    for place in places:
        lines += [_opened(sums, rule, place), _clicked(sums, rule, place)]
    heads = ("Mail", "Share", "Learners", "Of so many")
    source = "Counted here; some mail programs load pictures by themselves, others never"
    return Chart("mail", "Is mail opened, is its link followed?", source, heads, lines, percent=True)


def _of(label: str, rule: Rule, part: int, whole: int) -> Line:
    told = rule.parts([part, max(whole - part, 0)])[0] if whole else Cell(0)
    return Line(label, (rule.share(part, whole), told, rule.count(whole)))


def _opened(sums: Sums, rule: Rule, place: Place) -> Line:
    if "opened" in place.offers:
        label = f"{place.label}: opened (the mail or the page, it does not say which)"
        held, seen = sums.at(place.kind, "held"), sums.at(place.kind, "opened")
        return Line(label, (NOT_YET,) * 3) if held is None or seen is None else _of(label, rule, seen, held)
    return _reported(sums, rule, place, f"{place.label}: opened", "mail_opened")


def _clicked(sums: Sums, rule: Rule, place: Place) -> Line:
    return _reported(sums, rule, place, f"{place.label}: link followed", "mail_clicked")


def _reported(sums: Sums, rule: Rule, place: Place, label: str, figure: str) -> Line:
    """What a report tells of the platform's mail."""
    if (place.kind, figure) not in sums.known:
        return Line(label, place.absent(3))
    part, whole = (total(sums, place.kind, name) for name in (figure, "mail_sent"))
    if (place.kind, "mail_sent") not in sums.known:
        return Line(label, (Cell(text="its reports do not say of how many"), rule.count(part), Cell()))
    return _of(f"{label}, by reports", rule, part, max(whole, part))


def total(sums: Sums, source: str, figure: str) -> int:
    """A figure of a source with all its parts."""
    return sum(n for key, n in sums.total.items() if (key.source, key.figure) == (source, figure))


def views(sums: Sums, rule: Rule, periods: Periods) -> Chart:
    """Views of badges' pages here and shares, period by period."""
    shares = _series(sums, rule, periods, "shares")
    lines = [
        Line(periods.label(start), (Cell(sums.period.get(("views", start), 0)), shared))
        for start, shared in zip(periods.starts, shares, strict=True)
    ]
    heads = (periods.by.capitalize(), "Views", "Shares")
    source = "Counted here; programs and the holders themselves are left out"
    return Chart("views", "Views of badges", source, heads, lines, kind="curve", none="No view in this time.")


def seen(sums: Sums, rule: Rule, places: Sequence[Place]) -> Chart:
    """Views in all, here and at each platform."""
    lines = [Line("On our pages", (Cell(total(sums, OURS, "views")),))]
    for place in places:
        if OWN_VIEWS in place.offers:
            own = rule.count(total(sums, place.kind, OWN_VIEWS))
            lines.append(Line(f"At {place.label}, by the holders themselves", (own,)))
        told = (place.kind, "views") in sums.known
        cells = (Cell(total(sums, place.kind, "views")),) if told else place.absent(1)
        label = f"At {place.label}, by reports" if told else f"At {place.label}, by others"
        lines.append(Line(label, cells))
    return Chart("seen", "Views in all", HERE, ("Where", "Views"), lines)


def shares(sums: Sums, rule: Rule, places: Sequence[Place]) -> Chart:
    """Shares and views by destination, with the share of holders who shared there."""
    issued, lines = sums.ours("issued"), list[Line]()
    made, looked = sums.parts(OURS, "shares"), sums.parts(OURS, "views")
    ways = [one for one in Destination if one.value in made or one.value in looked]
    withheld = rule.parts([made.get(one.value, 0) for one in ways])
    for one, told in zip(ways, withheld, strict=True):
        who, times = sums.ours("sharers", one.value), looked.get(one.value, 0)
        # Where shares are not told, by how many learners would tell them.
        learners = (told, told) if told.few else (rule.count(who), rule.share(who, issued))
        cells = (told, *learners, Cell(times), _each(told, times))
        lines.append(Line(one.label, cells))
    for place in places:
        lines += _shares_there(sums, rule, place)
    heads = ("Destination", "Shares", "Learners", "Share of holders", "Views", "Views a share")
    return Chart("shares", "Where badges are shared, and seen from there", HERE, heads, lines)


def _each(shares: Cell, times: int) -> Cell:
    if shares.few:
        return Cell(text="not told", few=True)
    return Cell(text=f"{times / shares.value:.1f}" if shares.value else "")


def _shares_there(sums: Sums, rule: Rule, place: Place) -> list[Line]:
    told = sums.parts(place.kind, "shares")
    if not told:
        return [Line(f"Shares at {place.label}", place.absent(5))]
    cells = rule.parts(list(told.values()))
    return [
        Line(f"{name}, at {place.label}", (cell, *place.absent(2), Cell(), Cell()))
        for name, cell in zip(told, cells, strict=True)
    ]


def countries(sums: Sums, rule: Rule, places: Sequence[Place], sources: Mapping[str, str]) -> Chart:
    """Where holders are, by reports; nobody's place is kept here."""
    lines = list[Line]()
    for source in sorted({key.source for key in sums.total if key.figure == "holders"}):
        told = sums.parts(source, "holders")
        cells = zip(told, rule.parts(list(told.values())), strict=True)
        lines += [Line(f"{name} ({sources.get(source, source)})", (cell,)) for name, cell in cells]
    if not lines:
        lines = [Line(f"At {place.label}", place.absent(1)) for place in places]
    return Chart(
        "countries",
        "Where holders are",
        "Reports of platforms; no visitor’s and no learner’s place is kept here",
        ("Country", "Badges"),
        lines,
        none="No platform has these badges, and no place is counted here.",
        counted=False,
    )


def labour(rows: Sequence[DayFigure], sources: Mapping[str, str], places: Sequence[Place]) -> list[Chart]:
    """The labour market for the skills of one credential, by the last report of each source."""
    asked = {
        "postings": ("Open positions that ask for its skills", ("By", "Positions")),
        "postings_by_place": ("Where they are", ("Place", "Positions")),
        "postings_by_employer": ("Who offers them", ("Employer", "Positions")),
        "salary": ("What they pay, by job title, a year", ("Job title", "From", "To")),
    }
    return [_labour(key, *asked[key], rows, sources, places) for key in asked]


def _labour(
    key: str,
    title: str,
    heads: tuple[str, ...],
    rows: Sequence[DayFigure],
    sources: Mapping[str, str],
    places: Sequence[Place],
) -> Chart:
    told = sorted((row for row in rows if row.figure == key), key=lambda row: (-row.value, row.part))
    ranged = key == "salary"
    lines = [
        Line(
            row.part or sources.get(row.source, row.source),
            (Cell(row.value), Cell(row.value if row.most is None else row.most))
            if ranged
            else (Cell(row.value),),
        )
        for row in told
    ]
    if not lines:
        lines = [Line(f"At {place.label}", place.absent(len(heads) - 1)) for place in places]
    days = sorted({f"{sources.get(row.source, row.source)}, {row.day:%-d %B %Y}" for row in told})
    source = "; ".join(days) or "Reports that are brought in"
    tail, none = 1 if ranged and told else None, "No report tells of it."
    return Chart(key, title, source, heads, lines, tail=tail, none=none, counted=False)

"""Goals as pages, files and the API tell them: each period's value beside the target that was in force then."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from evaluation.measures import Measure, measures
from evaluation.models import Direction, Goal, Measured, Metric
from evaluation.spans import Span, spans
from issuance.figures.board import rule_of
from issuance.figures.charts import Chart, Line
from issuance.figures.small import Cell, Rule

if TYPE_CHECKING:
    from accounts.models import Institution

Key = tuple[str, str]  # measure, period
NOT_YET = Cell(text="not counted yet")
NOTHING = Cell(text="nothing to measure")


@dataclass(frozen=True)
class Report:
    """One goal as it stands: its metrics, the last one in force, and its chart by period."""

    goal: Goal
    metrics: Sequence[Metric]
    measure: Measure | None
    chart: Chart
    at: dt.datetime | None
    now: str  # the running period in a sentence

    @property
    def metric(self) -> Metric:
        """The one in force."""
        return self.metrics[-1]


def reports(campus: Institution, goals: Iterable[Goal]) -> list[Report]:
    """All of them, in three queries however many there are."""
    goals = list(goals)
    metrics: dict[uuid.UUID, list[Metric]] = defaultdict(list)
    for metric in Metric.objects.filter(goal__in=goals).select_related("made_by").order_by("number"):
        metrics[metric.goal_id].append(metric)
    keys = {(found[-1].measure, found[-1].period) for found in metrics.values()}
    rows, today, rule = _measured(campus, keys), campus.today(), rule_of(campus)
    return [_report(goal, metrics[goal.pk], rows, today, rule) for goal in goals]


def _measured(campus: Institution, keys: Iterable[Key]) -> dict[Key, dict[dt.date, Measured]]:
    wanted = Q(pk__in=[])
    for measure, period in keys:
        wanted |= Q(measure=measure, period=period)
    found: dict[Key, dict[dt.date, Measured]] = defaultdict(dict)
    for row in Measured.objects.filter(wanted, institution=campus):
        found[row.measure, row.period][row.starts_on] = row
    return found


def _report(
    goal: Goal, metrics: list[Metric], rows: dict[Key, dict[dt.date, Measured]], today: dt.date, rule: Rule
) -> Report:
    last = metrics[-1]
    measure, found = measures().get(last.measure), rows[last.measure, last.period]
    lines = [_line(span, found.get(span.first), metrics, measure, rule) for span in spans(last.period, today)]
    heads = (last.get_period_display().removeprefix("Each ").capitalize(), "Value", "Target", "Reached")
    title = measure.label if measure else last.measure
    share = measure is not None and measure.kind == "share"
    chart = Chart(
        str(goal.pk), title, "Counted here", heads, lines, percent=share, kind="curve", none="Nothing was counted yet."
    )  # fmt: skip
    at = max((row.counted_at for row in found.values()), default=None)
    cell, target, reached = lines[-1].cells
    now = f"{lines[-1].label} so far: {cell.shown}. Target: {target.shown.lower()}. {reached.shown}".strip()
    return Report(goal, metrics, measure, chart, at, now)


def _line(
    span: Span, row: Measured | None, metrics: Sequence[Metric], measure: Measure | None, rule: Rule
) -> Line:
    metric = in_force(metrics, span.last)
    value = told(row, measure, rule)
    target = Cell(metric.target, f"{metric.get_direction_display()} {_with_unit(metric.target, measure)}")
    plain = value.value is not None and not value.few
    word = ("Reached." if metric.reached(value.value or 0) else "Not reached.") if plain else ""
    return Line(span.label, (value, target, Cell(text=word)))


def in_force(metrics: Sequence[Metric], day: dt.date) -> Metric:
    """The metric that held on a day: of one measure and period the last that was set by then, else the first of them."""
    last = metrics[-1]
    alike = [one for one in metrics if (one.measure, one.period) == (last.measure, last.period)]
    return next((one for one in reversed(alike) if one.made_at.date() <= day), alike[0])


def told(row: Measured | None, measure: Measure | None, rule: Rule) -> Cell:
    """A value for people, with few learners kept out."""
    if row is None or measure is None:
        return NOT_YET
    if row.value is None:
        return NOTHING
    if measure.kind == "share":
        whole = row.whole or 0
        if measure.learners:
            return rule.share(row.value, whole)
        percent = round(100 * row.value / whole) if whole else 0
        return Cell(percent, f"{percent} %")
    if measure.learners:
        return rule.count(row.value)
    return Cell(row.value, _with_unit(row.value, measure))


def _with_unit(number: int, measure: Measure | None) -> str:
    if measure is not None and measure.kind == "share":
        return f"{number} %"
    if measure is not None and measure.kind == "days":
        return "1 day" if number == 1 else f"{number:,} days"
    return f"{number:,}"


def sentence(metric: Metric) -> str:
    """A metric in words: its measure, how often, and its target."""
    measure = measures().get(metric.measure)
    label = measure.label if measure else metric.measure
    word = "at most" if metric.direction == Direction.AT_MOST else "at least"
    return f"{label}, {metric.get_period_display().lower()}: {word} {_with_unit(metric.target, measure)}"

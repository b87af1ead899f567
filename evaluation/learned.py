"""What learners reached before and after, as a figure for reviews and full proposals."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from evaluation import readings
from issuance.figures.charts import Chart
from issuance.figures.charts import Line as Row
from issuance.figures.small import Cell
from learning.models import Offering

if TYPE_CHECKING:
    from evaluation.evidence import About

SOURCE = "Measures before and after, recorded here by assessors; pairs alone are compared"
HEADS = (
    "Measure and cohort", "Mean after, in per cent of the scale", "Pairs", "Mean before", "Mean after",
    "Difference", "95 % confidence interval", "Effect size",
)  # fmt: skip


def gains(about: About) -> Iterable[Chart]:
    """Each measure of each cohort that has begun, where anything is measured at all."""
    begun = Offering.objects.filter(definition=about.definition, starts_on__lte=about.until)
    related = begun.select_related("institution", "definition__current__policy").order_by("starts_on", "pk")
    rows = [
        _row(line, offering)
        for offering in related
        for line in readings.comparison(offering, about.rule.minimum)
    ]
    if rows:
        yield Chart("gains", "What was learned", SOURCE, HEADS, rows, percent=True)


def _row(line: readings.Line, offering: Offering) -> Row:
    label = f"{line.metric.name}, {offering.title}"
    if line.found is None:
        return Row(label, (Cell(text=line.note), *(Cell() for _ in HEADS[2:])))
    low, high = float(line.metric.lowest), float(line.metric.highest)
    share = round(100 * (line.found.after - low) / (high - low))
    return Row(label, (Cell(share, f"{share} %"), *(Cell(text=text) for text in line.cells[5:11])))

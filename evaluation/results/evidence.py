"""What surveys say, as rows of the evidence that yearly reviews and full proposals rest on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from django.utils.text import slugify

from evaluation.results import board as boards
from evaluation.results import reading
from issuance.figures.charts import Line

if TYPE_CHECKING:
    from evaluation.evidence import About
    from issuance.figures.charts import Chart
    from issuance.figures.small import Rule

UNDATED = "of all who have answered so far, since answers bear no time"


def surveys(about: About) -> Iterator[Chart]:
    """Every question of every survey that can be told, all cohorts together; what was written in own words stays out."""
    for asking in reading.askings(about.definition):
        yield from _of(reading.answers(about.definition, asking), about.rule)


def _of(found: reading.Answers, rule: Rule) -> Iterator[Chart]:
    asking = found.asking
    made = boards.board(found, rule, {})
    for chart in made.charts:
        if chart.kind == "bars" and chart.key != "answered" and chart.lines:
            yield replace(
                chart,
                key=slugify(f"survey-{asking.survey.key}-{asking.wave}-{asking.about}-{chart.key}"),
                title=f"{asking.title}: {chart.title}",
                source=f"{chart.source}, {UNDATED}",
                columns=chart.columns[:2],
                lines=[Line(line.label, line.cells[:1]) for line in chart.lines],
            )

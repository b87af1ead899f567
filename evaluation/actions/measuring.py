"""What the worker counts for goals: each measure, period by period. Nothing is counted while somebody waits for a page."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING

from accounts.models import Institution
from evaluation.measures import measures
from evaluation.models import Measured, Metric
from evaluation.spans import spans
from journal import clock

if TYPE_CHECKING:
    from evaluation.measures import Measure
    from evaluation.spans import Span

SETTLED = dt.timedelta(days=45)  # so long after a period its figures may still change


def measure_all() -> int:
    """Count every measure that a goal is measured by; returns how many. Repeatable, and the worker's alone."""
    rows = Metric.objects.filter(goal__ended_at__isnull=True).order_by()
    wanted: set[tuple[uuid.UUID, str, str]] = set(
        rows.values_list("goal__institution", "measure", "period").distinct()
    )
    campuses = Institution.objects.in_bulk([campus for campus, _, _ in wanted])
    known = measures()
    for campus, measure, period in sorted(wanted, key=str):
        if measure in known:
            measure_one(campuses[campus], known[measure], period)
    return len(wanted)


def measure_one(campus: Institution, measure: Measure, period: str) -> None:
    """The periods that are not counted yet, the running one, and those that have just ended; earlier ones stay as they are."""
    now, today = clock.now(), campus.today()
    done = set(
        Measured.objects.filter(institution=campus, measure=measure.key, period=period).values_list(
            "starts_on", flat=True
        )
    )
    fresh = [span for span in spans(period, today) if span.first not in done or span.last >= today - SETTLED]
    Measured.objects.bulk_create(
        [_measured(campus, measure, span, now) for span in fresh],
        update_conflicts=True,
        unique_fields=["institution", "measure", "period", "starts_on"],
        update_fields=["value", "whole", "counted_at"],
    )


def _measured(campus: Institution, measure: Measure, span: Span, now: dt.datetime) -> Measured:
    value, whole = measure.reckon(campus, span)
    return Measured(
        institution=campus, measure=measure.key, period=span.kind, starts_on=span.first,
        value=value, whole=whole, counted_at=now,
    )  # fmt: skip

"""What is known of a credential by itself: its figures, each with its source, for reviews and for a full proposal.

A chart is what `issuance.figures.charts` makes of figures; frozen, it is what the figure component takes, with the
moment at which it was taken. Few learners are kept out as everywhere (`issuance.figures.small`).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import rfc8785
from django.db.models import Count, Q
from django.db.models.functions import TruncMonth

from credentials.models import Award
from evaluation.learned import gains
from evaluation.results.evidence import surveys
from issuance.figures.charts import Chart, Line
from issuance.figures.small import Cell, Rule
from journal import clock
from learning.models import Completion, Enrolment, Offering

if TYPE_CHECKING:
    from uuid import UUID
    from zoneinfo import ZoneInfo

    from django.db.models import QuerySet

    from credentials.models import Definition

Frozen = list[dict[str, Any]]
MOST_MONTHS = 60
ENROLLED = "Enrolments kept here"
KEPT_LATELY = "Learners enrolled"
NOT_KEPT = Cell(text="none kept here")
RECORDED = "Completions recorded here by assessors"
AWARDED = "Awards made here, neither revoked nor replaced"


@dataclass(frozen=True)
class About:
    """Of which credential, from which day to which (both within), in which time zone, and the rule of few learners."""

    definition: Definition
    since: dt.date
    until: dt.date
    zone: ZoneInfo
    rule: Rule

    @property
    def span(self) -> str:
        """The days in words."""
        return f"{self.since:%-d %B %Y} to {self.until:%-d %B %Y}"

    def within(self, field: str) -> Q:
        """Moments of these days, as they are counted on the campus."""
        first = dt.datetime.combine(self.since, dt.time.min, self.zone)
        after = dt.datetime.combine(self.until + dt.timedelta(days=1), dt.time.min, self.zone)
        return Q(**{f"{field}__gte": first, f"{field}__lt": after})


def charts(about: About) -> list[Chart]:
    """Everything that is known, each chart with its own source."""
    return [chart for make in MAKERS for chart in make(about)]


def frozen(about: About) -> Frozen:
    """The charts as they are now, as plain values to keep: what the figure component takes, and `at`."""
    at = clock.now().isoformat()
    shown = [{**chart.shown(), "key": chart.key, "at": at} for chart in charts(about)]
    kept: Frozen = json.loads(json.dumps(shown))
    return kept


def shown(kept: Frozen) -> Frozen:
    """Kept charts for a page: with the moment as a moment."""
    return [{**chart, "at": dt.datetime.fromisoformat(chart["at"])} for chart in kept]


def digest(kept: object) -> str:
    """SHA-256 in hex over the canonical JSON (RFC 8785)."""
    return hashlib.sha256(rfc8785.dumps(kept)).hexdigest()  # type: ignore[arg-type]


def table(chart: dict[str, Any]) -> tuple[list[str], list[list[str]]]:
    """The head and the lines of a kept chart's table."""
    marks = chart.get("bars") or chart.get("points") or []
    return list(chart["columns"]), [list(mark["cells"]) for mark in marks]


# --- what is made of it -----------------------------------------------------------------------------
def _awards(about: About) -> QuerySet[Award]:
    return Award.objects.filter(
        definition=about.definition, revoked_at__isnull=True, superseded_by__isnull=True
    )


def finishing(about: About) -> Iterable[Chart]:
    """By cohort how many have finished, are enrolled and have not, and left before the end."""
    begun = Offering.objects.filter(definition=about.definition, starts_on__lte=about.until)
    done, seats = _done(about, begun), _seats(about, begun)
    lines = [
        Line(
            f"{row.title}, from {row.starts_on:%-d %B %Y}",
            tuple(
                about.rule.parts(
                    [done.get(row.pk, 0), seats.get((row.pk, "enrolled"), 0), seats.get((row.pk, "left"), 0)]
                )
            ),
        )
        for row in begun.order_by("starts_on", "pk")
    ]
    heads = ("Cohort", "Finished", "Still on the way", "Left before the end")
    source, none = f"{ENROLLED}; {RECORDED.lower()}", "No cohort has begun."
    yield Chart("finished", "Who has finished, by cohort", source, heads, lines, none=none)


def _done(about: About, offerings: QuerySet[Offering]) -> dict[UUID, int]:
    """How many finished each until the last of these days."""
    rows = Completion.objects.complete().filter(offering__in=offerings, completed_on__lte=about.until)
    counted = rows.order_by().values("offering").annotate(n=Count("learner", distinct=True))
    return {row["offering"]: row["n"] for row in counted}


def _seats(about: About, offerings: QuerySet[Offering]) -> dict[tuple[UUID, str], int]:
    """How many got a seat in each until then, by how it stands."""
    after = dt.datetime.combine(about.until + dt.timedelta(days=1), dt.time.min, about.zone)
    rows = Enrolment.objects.filter(offering__in=offerings, enrolled_at__lt=after).order_by()
    counted = rows.values("offering", "state").annotate(n=Count("learner", distinct=True))
    return {(row["offering"], row["state"]): row["n"] for row in counted}


def numbers(about: About) -> Iterable[Chart]:
    """Enrolled, finished, awarded, accepted: in these days and since the beginning."""
    one, lines = about.rule.count, list[Line]()
    for label, (now, ever) in {
        KEPT_LATELY: _enrolled(about),
        "Learners who finished": _finished(about),
        **_awarded(about),
    }.items():
        none = label == KEPT_LATELY and not ever  # finished before enrolments were kept here
        lines.append(Line(label, (NOT_KEPT, NOT_KEPT) if none else (one(now), one(ever))))
    heads, source = (
        ("", "In these days", "Since it began"),
        f"{ENROLLED}; {RECORDED.lower()}; {AWARDED.lower()}",
    )
    yield Chart("numbers", f"In figures, {about.span}", source, heads, lines)


def _enrolled(about: About) -> tuple[int, int]:
    rows = Enrolment.objects.filter(offering__definition=about.definition, enrolled_at__isnull=False)
    found = rows.aggregate(
        now=Count("learner", distinct=True, filter=about.within("enrolled_at")),
        ever=Count("learner", distinct=True),
    )
    return found["now"], found["ever"]


def _finished(about: About) -> tuple[int, int]:
    rows = Completion.objects.complete().filter(offering__definition=about.definition)
    days = Q(completed_on__range=(about.since, about.until))
    found = rows.aggregate(
        now=Count("learner", distinct=True, filter=days), ever=Count("learner", distinct=True)
    )
    return found["now"], found["ever"]


def _awarded(about: About) -> dict[str, tuple[int, int]]:
    found = _awards(about).aggregate(
        made=Count("pk", filter=about.within("awarded_at")),
        made_ever=Count("pk"),
        taken=Count("pk", filter=about.within("accepted_at")),
        taken_ever=Count("pk", filter=Q(accepted_at__isnull=False)),
    )
    return {
        "Awards made": (found["made"], found["made_ever"]),
        "Awards accepted": (found["taken"], found["taken_ever"]),
    }


def monthly(about: About) -> Iterable[Chart]:
    """Awards month by month."""
    months = _months(about)
    counted = _awards(about).filter(about.within("awarded_at"))
    by_month = counted.annotate(month=TruncMonth("awarded_at", tzinfo=about.zone)).order_by()
    found = {row["month"].date(): row["n"] for row in by_month.values("month").annotate(n=Count("pk"))}
    cells: Sequence[Cell] = about.rule.parts([found.get(month, 0) for month in months])
    lines = [Line(f"{month:%B %Y}", (cell,)) for month, cell in zip(months, cells, strict=True)]
    none = "No award was made in these days."
    yield Chart("monthly", "Awards by month", AWARDED, ("Month", "Awards"), lines, kind="curve", none=none)


def _months(about: About) -> list[dt.date]:
    """The first days of the months of these days, the last five years of them at most."""
    found, month = list[dt.date](), about.since.replace(day=1)
    while month <= about.until:
        found.append(month)
        month = (month + dt.timedelta(days=32)).replace(day=1)
    return found[-MOST_MONTHS:]


MAKERS: tuple[Callable[[About], Iterable[Chart]], ...] = (numbers, finishing, monthly, gains, surveys)

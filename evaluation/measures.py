"""What can be measured from live data, for goals: each measure of one campus in one period. Called by the worker alone.

An app above adds its own with `register` in `AppConfig.ready`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

from django.db.models import Count, Min, OuterRef, Q, Subquery, Sum

from credentials.models import Definition, DefinitionVersion
from credentials.models.definition import ADVERTISED
from issuance.models import DayFigure
from learning.models import Enrolment, Offering
from learning.models.enrolment import SEATED
from proposals.models import Proposal

if TYPE_CHECKING:
    from accounts.models import Institution
    from evaluation.spans import Span


class Counted(NamedTuple):
    """A number, or a part of a whole; None where there is nothing to measure."""

    value: int | None
    whole: int | None = None


Reckon = Callable[["Institution", "Span"], Counted]


@dataclass(frozen=True)
class Measure:
    """`share` is told in per cent of its whole, `days` is the time that half of them took at most."""

    key: str
    label: str
    kind: Literal["count", "share", "days"]
    reckon: Reckon
    learners: bool = False  # counts learners, of whom few are not told


_measures: dict[str, Measure] = {}


def register(measure: Measure) -> None:
    """Called once for each, by the app that knows how to count it."""
    if measure.key in _measures:
        raise RuntimeError(f"There is a measure {measure.key} already.")
    _measures[measure.key] = measure


def measures() -> dict[str, Measure]:
    """All of them by key, in the order in which they are offered."""
    return dict(_measures)


def _offered(campus: Institution, span: Span) -> Counted:
    """Approved by the last day, and still offered or ended only after it."""
    first = Min("versions__approved_on")
    rows = Definition.objects.filter(institution=campus).annotate(approved=first)
    still = Q(standing__in=ADVERTISED) | Q(standing_since__gt=span.last)
    return Counted(rows.filter(still, approved__lte=span.last).exclude(standing="draft").count())


def _figure(figure: str, campus: Institution, span: Span) -> int:
    rows = DayFigure.objects.filter(
        definition__institution=campus, source="", figure=figure, day__range=(span.first, span.last)
    )
    if figure == "sharers":  # of each destination beside those of all
        rows = rows.filter(part="")
    return rows.aggregate(n=Sum("value"))["n"] or 0


def _flow(figure: str) -> Reckon:
    return lambda campus, span: Counted(_figure(figure, campus, span))


def _share(part: str, whole: str) -> Reckon:
    """Of those of the period: figures by day say how many, not who, so the part is never more than the whole."""

    def reckon(campus: Institution, span: Span) -> Counted:
        of = _figure(whole, campus, span)
        return Counted(min(_figure(part, campus, span), of) if of else None, of)

    return reckon


def _seats_taken(campus: Institution, span: Span) -> Counted:
    """Of the offerings that begin in the period and have a capacity."""
    rows = Offering.objects.filter(institution=campus, starts_on__range=(span.first, span.last))
    limited = rows.filter(capacity__isnull=False)
    whole = limited.aggregate(n=Sum("capacity"))["n"] or 0
    taken = Enrolment.objects.filter(offering__in=limited, state__in=SEATED).count()
    return Counted(min(taken, whole) if whole else None, whole)


def _completed(campus: Institution, span: Span) -> Counted:
    """Of the learners of the offerings that end in the period."""
    rows = Enrolment.objects.filter(
        offering__institution=campus,
        offering__ends_on__range=(span.first, span.last),
        enrolled_at__isnull=False,
    )
    found = rows.aggregate(whole=Count("pk"), done=Count("pk", filter=Q(state="finished")))
    return Counted(found["done"] if found["whole"] else None, found["whole"])


def _approved(campus: Institution, span: Span) -> list[int]:
    """The days that each proposal took which was first approved in the period."""
    versions = DefinitionVersion.objects.filter(proposal_id=OuterRef("pk")).order_by("approved_on")
    rows = Proposal.objects.filter(institution=campus, submitted_at__isnull=False)
    rows = rows.annotate(approved_on=Subquery(versions.values("approved_on")[:1]))
    found = rows.filter(approved_on__range=(span.first, span.last)).values_list("approved_on", "submitted_at")
    return sorted(max((approved - begun.date()).days, 0) for approved, begun in found if begun)


def _half_the_days(campus: Institution, span: Span) -> Counted:
    days = _approved(campus, span)
    return Counted(days[(len(days) - 1) // 2] if days else None)


for _one in (
    Measure("offered", "Micro-credentials offered at the end of the period", "count", _offered),
    Measure("approved", "Proposals approved", "count", lambda campus, span: Counted(len(_approved(campus, span)))),
    Measure("days_to_approval", "Days from intent to approval, of half the proposals at most", "days", _half_the_days),
    Measure("enrolled", "Learners enrolled", "count", _flow("enrolled"), learners=True),
    Measure("seats_taken", "Seats taken, of the capacity of the offerings that begin", "share", _seats_taken, learners=True),
    Measure("completed", "Learners who completed, of those enrolled in offerings that end", "share", _completed, learners=True),
    Measure("awarded", "Badges awarded", "count", _flow("issued"), learners=True),
    Measure("accepted", "Badges accepted, of those awarded", "share", _share("accepted", "issued"), learners=True),
    Measure("shared", "Learners who shared, of the badges awarded", "share", _share("sharers", "issued"), learners=True),
    Measure("views", "Views of badges", "count", _flow("views")),
):  # fmt: skip
    register(_one)

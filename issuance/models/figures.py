"""Figures by day of one credential, where they come from, and the reports that were brought in."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q

from issuance.figures.names import EVERY

if TYPE_CHECKING:
    from accounts.models import Person


class DayFigure(models.Model):
    """One count of one day (UTC). Nothing of a learner is in it.

    `source` is "" for what is counted here, a platform's kind, or whoever made a report. `part` is what of the whole it
    is: a destination, a country, an employer. What a source does not offer has no row; a row of 0 is a count of none.
    """

    definition = models.ForeignKey(
        "credentials.Definition", on_delete=models.PROTECT, related_name="day_figures"
    )
    source = models.CharField(max_length=60, blank=True)
    figure = models.CharField(max_length=24)
    part = models.CharField(max_length=120, blank=True)
    day = models.DateField()
    value = models.BigIntegerField()
    most = models.BigIntegerField(
        null=True, blank=True
    )  # the upper end of a range, of which `value` is the lower
    report = models.ForeignKey(
        "issuance.FigureReport", null=True, blank=True, on_delete=models.PROTECT, related_name="figures"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["definition", "source", "figure", "day", "part"], name="day_figure_once"
            ),
            models.CheckConstraint(condition=Q(figure__in=EVERY), name="day_figure_known"),
            models.CheckConstraint(condition=Q(value__gte=0), name="day_figure_is_a_count"),
            models.CheckConstraint(
                condition=Q(most__isnull=True) | Q(most__gte=F("value")),
                name="day_figure_range_in_order",
                violation_error_message="The upper end comes before the lower.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.figure} {self.part} {self.day}: {self.value}"


class FigureSource(models.Model):
    """When a source was last asked and when it last answered; `problem` is why it did not. Without a definition: ours."""

    definition = models.ForeignKey(
        "credentials.Definition", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    source = models.CharField(max_length=20, blank=True)
    asked_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True, blank=True)
    problem = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["definition", "source"], name="figure_source_once", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.source or 'ours'}, {self.asked_at:%Y-%m-%d}"


class FigureReportQuerySet(models.QuerySet["FigureReport"]):
    """Reports."""

    def visible_to(self, person: Person) -> Self:
        """Those of the campuses that the person manages."""
        return self if person.is_superuser else self.filter(institution__in=person.managed())


class FigureReport(models.Model):
    """A report that exists only as a download, brought in by somebody: what it added, and of which days it took the place."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    institution = models.ForeignKey(
        "accounts.Institution", on_delete=models.PROTECT, related_name="figure_reports"
    )
    name = models.CharField(max_length=200, blank=True)  # of the file
    sources = models.JSONField(default=list)  # [str]
    lines = models.PositiveIntegerField()
    new = models.PositiveIntegerField()  # figures of a day that were not there
    replaced = models.PositiveIntegerField()  # and those that were there otherwise
    brought_at = models.DateTimeField()
    brought_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")

    objects = FigureReportQuerySet.as_manager()

    class Meta:
        ordering = ("-brought_at",)

    def __str__(self) -> str:
        return self.name or f"{self.brought_at:%Y-%m-%d}"

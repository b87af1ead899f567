"""What is measured of each objective, and each learner's values before and after."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q

if TYPE_CHECKING:
    from learning.models import Offering


class IndicatorQuerySet(models.QuerySet["Indicator"]):
    """Metrics."""

    def of(self, offering: Offering) -> Self:
        """Those in use that the offering measures: its own, and those of all offerings of its credential."""
        everywhere = Q(offering__isnull=True, definition=offering.definition_id)
        rows = self.filter(everywhere | Q(offering=offering), retired_at__isnull=True)
        return rows.order_by("objective", "defined_at", "pk")


class Indicator(models.Model):
    """One measure of an objective: its kind (such as knowledge), its form (such as a written assignment), and its scale.

    `objective` is a competency of the credential. Without `offering` it is measured in all of its offerings.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    definition = models.ForeignKey(
        "credentials.Definition", on_delete=models.PROTECT, related_name="indicators"
    )
    offering = models.ForeignKey(
        "learning.Offering", null=True, blank=True, on_delete=models.PROTECT, related_name="indicators"
    )
    objective = models.CharField(max_length=300)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=100)
    form = models.CharField(max_length=100)
    lowest = models.DecimalField(max_digits=8, decimal_places=2, default=0)
    highest = models.DecimalField(max_digits=8, decimal_places=2, default=100)
    defined_at = models.DateTimeField()
    defined_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = IndicatorQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(highest__gt=F("lowest")),
                name="indicator_scale_runs_upwards",
                violation_error_message="The highest value lies above the lowest.",
            ),
            models.UniqueConstraint(
                fields=["definition", "offering", "name"],
                condition=Q(retired_at__isnull=True),
                nulls_distinct=False,
                name="indicator_name_once",
                violation_error_message="There is a measure of this name already.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Reading(models.Model):
    """What one learner reached in one metric of one offering, before and after; either may be missing."""

    id = models.BigAutoField(primary_key=True)
    metric = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="readings")
    offering = models.ForeignKey("learning.Offering", on_delete=models.PROTECT, related_name="readings")
    learner = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="readings")
    before = models.DecimalField(max_digits=8, decimal_places=2, null=True, blank=True)
    before_at = models.DateTimeField(null=True, blank=True)
    before_by = models.ForeignKey(
        "accounts.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    after = models.DecimalField(max_digits=8, decimal_places=2, null=True, blank=True)
    after_at = models.DateTimeField(null=True, blank=True)
    after_by = models.ForeignKey(
        "accounts.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["metric", "offering", "learner"], name="reading_once"),
            models.CheckConstraint(
                condition=Q(before__isnull=False) | Q(after__isnull=False), name="reading_says_something"
            ),
            models.CheckConstraint(
                condition=Q(before__isnull=True, before_at__isnull=True, before_by__isnull=True)
                | Q(before__isnull=False, before_at__isnull=False, before_by__isnull=False),
                name="reading_before_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(after__isnull=True, after_at__isnull=True, after_by__isnull=True)
                | Q(after__isnull=False, after_at__isnull=False, after_by__isnull=False),
                name="reading_after_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.metric}: {self.before} to {self.after}"

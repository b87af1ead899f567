"""Strategic goals, the metrics that show whether they are reached, and what was measured of each period."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from accounts.models import Role
from credentials.reach import grants_of

if TYPE_CHECKING:
    from accounts.models import Person

# Roles that by themselves say nothing of a campus's strategy.
UNSEEING = (Role.PROPOSER, Role.ISSUER, Role.ASSESSOR)


class PeriodKind(models.TextChoices):
    MONTH = "month", "Each month"
    QUARTER = "quarter", "Each quarter"
    YEAR = "year", "Each calendar year"


class Direction(models.TextChoices):
    AT_LEAST = "at_least", "At least"
    AT_MOST = "at_most", "At most"


class GoalQuerySet(models.QuerySet["Goal"]):
    """Goals."""

    def visible_to(self, person: Person) -> Self:
        """Those of the campuses where the person manages, signs or leads today."""
        if person.is_superuser:
            return self
        return self.filter(
            institution__in={g.institution_id for g in grants_of(person) if g.role not in UNSEEING}
        )

    def standing(self) -> Self:
        """Not given up."""
        return self.filter(ended_at__isnull=True)


class Goal(models.Model):
    """What the office wants to reach. Its words stay; a goal that is given up keeps the reason."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    institution = models.ForeignKey("accounts.Institution", on_delete=models.PROTECT, related_name="goals")
    says = models.CharField(max_length=300)
    made_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    ended_by = models.ForeignKey(
        "accounts.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_why = models.CharField(max_length=1000, blank=True)

    objects = GoalQuerySet.as_manager()

    class Meta:
        ordering = ("made_at", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "says"],
                condition=Q(ended_at__isnull=True),
                name="goal_once",
                violation_error_message="This goal is set already.",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True, ended_why="")
                | (Q(ended_at__isnull=False, ended_by__isnull=False) & ~Q(ended_why="")),
                name="goal_end_is_whole",
                violation_error_message="A goal is given up by somebody, with a reason.",
            ),
        ]

    def __str__(self) -> str:
        return self.says


class Metric(models.Model):
    """How a goal is measured, from one day on: the last of a goal is in force, the ones before it are kept with the reason
    of the change that followed."""

    goal = models.ForeignKey(Goal, on_delete=models.PROTECT, related_name="metrics")
    number = models.PositiveSmallIntegerField()
    measure = models.SlugField(max_length=40)
    period = models.CharField(max_length=8, choices=PeriodKind.choices)
    direction = models.CharField(max_length=8, choices=Direction.choices, default=Direction.AT_LEAST)
    target = models.PositiveIntegerField()
    reason = models.CharField(max_length=1000, blank=True)  # why it differs from the one before
    made_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("goal", "number")
        constraints = [
            models.UniqueConstraint(fields=["goal", "number"], name="metric_number_once"),
            models.CheckConstraint(condition=Q(period__in=PeriodKind.values), name="metric_period_known"),
            models.CheckConstraint(
                condition=Q(direction__in=Direction.values), name="metric_direction_known"
            ),
            models.CheckConstraint(
                condition=Q(number=1, reason="") | (Q(number__gt=1) & ~Q(reason="")),
                name="metric_change_has_a_reason",
                violation_error_message="A change of a metric needs a reason.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure}, {self.get_direction_display().lower()} {self.target}"

    def reached(self, value: int) -> bool:
        """Whether a value is good enough."""
        return value <= self.target if self.direction == Direction.AT_MOST else value >= self.target


class Measured(models.Model):
    """One measure of one campus in one period, as last counted: a number, or a part of a whole. Kept by the worker."""

    institution = models.ForeignKey("accounts.Institution", on_delete=models.CASCADE, related_name="measured")
    measure = models.SlugField(max_length=40)
    period = models.CharField(max_length=8, choices=PeriodKind.choices)
    starts_on = models.DateField()
    value = models.PositiveIntegerField(null=True)  # None: nothing to measure yet
    whole = models.PositiveIntegerField(null=True)
    counted_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "measured"
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "measure", "period", "starts_on"], name="measured_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.starts_on}: {self.value}"

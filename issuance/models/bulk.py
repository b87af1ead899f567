"""Many awards revoked or corrected at once: the decision, and a line for each award, which a worker carries out."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Count, Q

from credentials.reach import covered_by, grants_of, keeps_awards

if TYPE_CHECKING:
    from accounts.models import Person


class BulkAct(models.TextChoices):
    REVOKE = "revoke", "Revoke"
    CORRECT = "correct", "Correct"


class BulkQuerySet(models.QuerySet["Bulk"]):
    """Decisions about many awards."""

    def visible_to(self, person: Person) -> Self:
        """One's own, and those about awards of the campuses and units where the person manages or certifies."""
        if person.is_superuser:
            return self
        keeping = [grant for grant in grants_of(person) if keeps_awards(grant)]
        places = covered_by(keeping, institution="institution", unit="lines__award__definition__unit")
        return self.filter(pk__in=self.model.objects.filter(Q(by=person) | places).values("pk"))

    def counted(self) -> Self:
        """With `total`, `done` and `failed` lines."""
        return self.annotate(
            total=Count("lines"),
            done=Count("lines", filter=Q(lines__done_at__isnull=False, lines__problem="")),
            failed=Count("lines", filter=~Q(lines__problem="")),
        )


class Bulk(models.Model):
    """One decision about many awards, of one campus, with one reason. Repeatable after a kill: each line is done once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    institution = models.ForeignKey("accounts.Institution", on_delete=models.PROTECT, related_name="+")
    act = models.CharField(max_length=8, choices=BulkAct.choices)
    reason = models.CharField(max_length=300)
    by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True, blank=True)
    claim_token = models.UUIDField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    objects = BulkQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at",)
        constraints = [
            models.CheckConstraint(condition=Q(act__in=BulkAct.values), name="bulk_act_known"),
            models.CheckConstraint(condition=~Q(reason=""), name="bulk_has_reason"),
        ]
        indexes = [models.Index(fields=["created_at"], name="bulk_open", condition=Q(done_at__isnull=True))]

    def __str__(self) -> str:
        return f"{self.get_act_display()}, {self.created_at:%Y-%m-%d}"


class BulkLine(models.Model):
    """One award of it. `said` holds what a correction changes, until it is done."""

    id = models.BigAutoField(primary_key=True)
    bulk = models.ForeignKey(Bulk, on_delete=models.PROTECT, related_name="lines")
    number = models.PositiveIntegerField()
    award = models.ForeignKey("credentials.Award", on_delete=models.PROTECT, related_name="+")
    said = models.JSONField(default=dict, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=300, blank=True)  # why it could not be done

    class Meta:
        ordering = ("bulk", "number")
        constraints = [
            models.UniqueConstraint(fields=["bulk", "number"], name="bulk_line_once"),
            models.UniqueConstraint(fields=["bulk", "award"], name="bulk_award_once"),
        ]
        indexes = [
            models.Index(fields=["bulk", "number"], name="bulk_line_to_do", condition=Q(done_at__isnull=True))
        ]

    def __str__(self) -> str:
        return f"Line {self.number}"

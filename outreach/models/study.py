"""What the office and the committee keep to think with: reviews of the field, their own work, market intelligence."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from accounts.models import SeatHolding
from outreach.office import offices_of

if TYPE_CHECKING:
    from accounts.models import Person

MARKET = "market"


class StudyQuerySet(models.QuerySet["Study"]):
    """Studies."""

    def visible_to(self, person: Person) -> Self:
        """Those of the offices that the person runs, and of the campuses on whose standing bodies they sit today."""
        seats = SeatHolding.objects.in_force().filter(person=person).values("institution")
        return self.filter(Q(institution__in=offices_of(person)) | Q(institution__in=seats))

    def standing(self) -> Self:
        """Not taken back."""
        return self.filter(withdrawn_at__isnull=True)


class Study(models.Model):
    """One finding with its source and its date. `subject` is one of the policy's, or "market".

    Market intelligence names the skill gap as its title and is attached to a proposal, a credential, or neither yet.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    institution = models.ForeignKey("accounts.Institution", on_delete=models.PROTECT, related_name="studies")
    subject = models.SlugField(max_length=60)
    title = models.CharField(max_length=300)
    text = models.TextField(blank=True)
    source = models.CharField(max_length=300)
    url = models.URLField(max_length=500, blank=True)
    dated_on = models.DateField()
    proposal = models.ForeignKey(
        "proposals.Proposal", null=True, blank=True, on_delete=models.PROTECT, related_name="studies"
    )
    definition = models.ForeignKey(
        "credentials.Definition", null=True, blank=True, on_delete=models.PROTECT, related_name="studies"
    )
    kept_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    kept_at = models.DateTimeField()
    withdrawn_by = models.ForeignKey(
        "accounts.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = StudyQuerySet.as_manager()

    class Meta:
        ordering = ("-dated_on", "-kept_at")
        verbose_name_plural = "studies"
        indexes = [models.Index(fields=["institution", "subject"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="study_withdrawal_is_whole",
            ),
            models.CheckConstraint(
                condition=~Q(source=""),
                name="study_has_a_source",
                violation_error_message="Say where it comes from.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

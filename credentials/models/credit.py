"""What was recorded when an award that was earned without credit gained credit later."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q

from credentials.models.award import Award


class CreditGain(models.Model):
    """The fee and the further assessment on which a newer award, for credit, took the place of one without.

    Never changed: what is wrong in it is put right by correcting or revoking the newer award.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    award = models.OneToOneField(Award, on_delete=models.PROTECT, related_name="credit_gain")
    newer = models.OneToOneField(Award, on_delete=models.PROTECT, related_name="credit_gained")
    fee_received_on = models.DateField(null=True, blank=True)
    fee_amount = models.DecimalField(max_digits=9, decimal_places=2, null=True, blank=True)
    fee_reference = models.CharField(max_length=100, blank=True)
    assessment = models.CharField(max_length=100, blank=True)
    assessed_on = models.DateField(null=True, blank=True)
    assessed_by = models.CharField(max_length=200, blank=True)
    result = models.CharField(max_length=200, blank=True)
    recorded_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    on_behalf_of = models.ForeignKey(
        "accounts.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ("-recorded_at",)
        constraints = [
            models.CheckConstraint(
                condition=~Q(award=F("newer")),
                name="credit_gained_by_another",
                violation_error_message="An award is not replaced by itself.",
            ),
            models.CheckConstraint(
                condition=Q(fee_received_on__isnull=False) | Q(fee_amount__isnull=True, fee_reference=""),
                name="credit_fee_is_whole",
                violation_error_message="A fee needs the day on which it was received.",
            ),
            models.CheckConstraint(
                condition=Q(assessed_on__isnull=True, assessment="", assessed_by="", result="")
                | (Q(assessed_on__isnull=False) & ~Q(assessment="") & ~Q(assessed_by="")),
                name="credit_assessment_is_whole",
                violation_error_message="An assessment needs its kind, its day and who assessed.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.award_id} by {self.newer_id}"

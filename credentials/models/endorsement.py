"""What a body decided of a version, as a signed statement that travels in every award of it."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

import pgtrigger
from django.db import models

from credentials.models.definition import Definition, DefinitionVersion

if TYPE_CHECKING:
    from accounts.models import Institution


class EndorsementQuerySet(models.QuerySet["Endorsement"]):
    """Endorsements."""

    def known(self) -> Self:
        """What a stranger may look up: of credentials that are public, and of those that people hold."""
        return self.filter(version__definition__in=Definition.objects.known())

    def by_body(self, institution: Institution, body: str) -> Self:
        """Those of one body of the campus, the latest first."""
        rows = self.filter(version__definition__institution=institution, body=body)
        return rows.order_by("-decided_on", "version__title", "place")


class Endorsement(models.Model):
    """One decision of a version's chain of approvals, signed for the body. `text` is byte for byte what was signed.

    Written once by `credentials.actions.endorsements`; a trigger refuses every change.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey(DefinitionVersion, on_delete=models.PROTECT, related_name="endorsements")
    place = models.PositiveSmallIntegerField()  # in the version's chain of approvals
    body = models.CharField(max_length=100)  # the last part of the body's DID
    body_name = models.CharField(max_length=250)
    decided_on = models.DateField()
    text = models.TextField()
    signed_at = models.DateTimeField()

    objects = EndorsementQuerySet.as_manager()

    class Meta:
        ordering = ("version", "place")
        constraints = [models.UniqueConstraint(fields=["version", "place"], name="decision_endorsed_once")]
        indexes = [models.Index(fields=["body", "-decided_on"], name="endorsement_of_body")]
        triggers = [
            pgtrigger.Protect(name="endorsement_is_final", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.body_name}, {self.decided_on}"

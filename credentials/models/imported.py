"""A badge that a learner earned elsewhere and keeps in the wallet here."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

from django.db import models

if TYPE_CHECKING:
    from accounts.models import Person


class ImportedBadgeQuerySet(models.QuerySet["ImportedBadge"]):
    """Badges from elsewhere."""

    def held_by(self, person: Person) -> Self:
        """In this person's wallet, without the files themselves."""
        return self.filter(holder=person).defer("source")


class ImportedBadge(models.Model):
    """`source` is the file as it was brought; `checks` what was found when it was last looked at: [{check, answer, ...}].

    Only its holder sees it, but for title, issuer and that day where they put it into a collection. `address` is the holder's own address that it was made out to.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    holder = models.ForeignKey("accounts.Person", on_delete=models.CASCADE, related_name="imported_badges")
    source = models.BinaryField()
    digest = models.CharField(max_length=64)  # SHA-256 of the source
    address = models.EmailField()
    title = models.CharField(max_length=300)
    issuer = models.CharField(max_length=300)
    checks = models.JSONField(default=list)
    added_at = models.DateTimeField()
    checked_at = models.DateTimeField()

    objects = ImportedBadgeQuerySet.as_manager()

    class Meta:
        ordering = ("-added_at", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["holder", "digest"],
                name="imported_once",
                violation_error_message="This badge is in your wallet already.",
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def sound(self) -> bool:
        """Whether nothing spoke against it when it was last looked at."""
        return all(check["answer"] != "no" for check in self.checks)

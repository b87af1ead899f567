"""A badge offered to a wallet app: taken once, for a few minutes, with a number that only the holder sees."""

from __future__ import annotations

import uuid

from django.db import models

from credentials.models.award import Award


class Offer(models.Model):
    """One offer of one award (OpenID for Verifiable Credential Issuance 1.0, pre-authorized code).

    `code` is what the app sends with the number; of number and token only hashes are kept. `tries` counts wrong numbers.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    award = models.ForeignKey(Award, on_delete=models.CASCADE, related_name="offers")
    code = models.CharField(max_length=43, unique=True)
    number_hash = models.CharField(max_length=64)
    tries = models.PositiveSmallIntegerField(default=0)
    expires_at = models.DateTimeField()
    token_hash = models.CharField(max_length=64, blank=True)  # once the code was used
    token_until = models.DateTimeField(null=True, blank=True)
    taken_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(token_hash="", token_until=None)
                | (~models.Q(token_hash="") & models.Q(token_until__isnull=False)),
                name="offer_token_is_whole",
            ),
            models.UniqueConstraint(
                fields=["token_hash"], condition=~models.Q(token_hash=""), name="offer_token_once"
            ),
        ]

    def __str__(self) -> str:
        return f"Offer of {self.award_id}"

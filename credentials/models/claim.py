"""The links by which learners come to their badges."""

from __future__ import annotations

from django.db import models


class ClaimLink(models.Model):
    """What a learner gets by mail: opens the wallet once, for a while. Only the token's hash is stored."""

    person = models.ForeignKey("accounts.Person", on_delete=models.CASCADE, related_name="claim_links")
    award = models.ForeignKey("Award", null=True, on_delete=models.CASCADE, related_name="claim_links")
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

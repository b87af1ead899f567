"""The links by which learners come to their badges and to their wallet."""

from __future__ import annotations

from django.db import models


class ClaimLink(models.Model):
    """What a learner gets by mail: acts once, for a while. Only the token's hash is stored.

    Without an award it only opens the wallet. `mail_key` is the key of the mail that brought it; `opened_on` the day on
    which its page was first seen, as it was counted. Whether the mail itself was opened is counted only where its reader
    agreed to that before (`counts_opening`); `mail_seen_on` is the first day.
    """

    person = models.ForeignKey("accounts.Person", on_delete=models.CASCADE, related_name="claim_links")
    award = models.ForeignKey("Award", null=True, on_delete=models.CASCADE, related_name="claim_links")
    token_hash = models.CharField(max_length=64, unique=True)
    mail_key = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    opened_on = models.DateField(null=True, blank=True)
    counts_opening = models.BooleanField(default=False)
    mail_seen_on = models.DateField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["expires_at"], name="claim_link_unused", condition=models.Q(used_at=None))
        ]

"""A delivery is an outbox row: one award to one platform account; leases and attempts make it happen once."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q


class DeliveryState(models.TextChoices):
    QUEUED = "queued", "Waiting"
    SENDING = "sending", "Being sent"
    DELIVERED = "delivered", "Delivered"
    ACCEPTED = "accepted", "Accepted"
    REJECTED = "rejected", "Rejected by the learner"
    UNPUBLISHED = "unpublished", "Created but not published"
    NEEDS_PERSON = "needs_person", "Needs a person"
    CANCELLED = "cancelled", "Cancelled"


class PlatformAccount(models.Model):
    """An institution's account at a platform. Secrets stay in the environment; `name` says which set ("" is the plain one)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    institution = models.ForeignKey("accounts.Institution", on_delete=models.PROTECT, related_name="platforms")
    platform = models.CharField(max_length=20)
    name = models.CharField(max_length=40, blank=True)
    active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["institution", "platform", "name"], name="platform_account_once")
        ]

    def __str__(self) -> str:
        return f"{self.platform} of {self.institution}"


class PlatformTemplate(models.Model):
    """The badge template (Credly) or group (Accredible) that stands for one definition version."""

    account = models.ForeignKey(PlatformAccount, on_delete=models.PROTECT, related_name="templates")
    version = models.ForeignKey("credentials.DefinitionVersion", on_delete=models.PROTECT, related_name="+")
    remote_id = models.CharField(max_length=100)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "version"], name="platform_template_once")]


class Delivery(models.Model):
    """What is to reach the platform, when next, and how it stands. An outcome is written only under `claim_token`."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    award = models.ForeignKey("credentials.Award", on_delete=models.PROTECT, related_name="deliveries")
    account = models.ForeignKey(PlatformAccount, on_delete=models.PROTECT, related_name="deliveries")
    request = models.ForeignKey(
        "issuance.IssuanceRequest", null=True, on_delete=models.PROTECT, related_name="deliveries"
    )
    act = models.CharField(
        max_length=10, default="issue", choices=[("issue", "Issue"), ("revoke", "Revoke")]
    )
    state = models.CharField(max_length=12, choices=DeliveryState.choices, default=DeliveryState.QUEUED)
    due_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True, blank=True)
    claim_token = models.UUIDField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    ask_first = models.BooleanField(default=False)  # after an ambiguous end: ask the platform before sending again
    remote_id = models.CharField(max_length=100, blank=True)
    remote_url = models.URLField(blank=True, max_length=500)
    claim_url = models.URLField(blank=True, max_length=500)
    cause = models.CharField(max_length=60, blank=True)
    message = models.TextField(blank=True)
    created_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("created_at",)
        verbose_name_plural = "deliveries"
        constraints = [
            models.UniqueConstraint(fields=["award", "account", "act"], name="delivery_once"),
            models.CheckConstraint(condition=Q(state__in=DeliveryState.values), name="delivery_state_known"),
            models.CheckConstraint(
                condition=(Q(state="sending") & Q(claim_token__isnull=False) & Q(claimed_until__isnull=False))
                | (~Q(state="sending") & Q(claim_token__isnull=True) & Q(claimed_until__isnull=True)),
                name="delivery_lease_is_whole",
            ),
        ]
        indexes = [
            models.Index(
                fields=["account", "due_at"], name="delivery_due", condition=Q(state__in=["queued", "sending"])
            ),
            models.Index(fields=["request", "state"]),
        ]


class Attempt(models.Model):
    """Recorded before the call, completed after it. Without an end it was cut off: the end is not known."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    asked = models.BooleanField(default=False)  # a question, not a sending
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=20, blank=True)  # delivered, temporary, permanent, ambiguous, found, absent
    message = models.TextField(blank=True)

    class Meta:
        ordering = ("delivery", "number")
        constraints = [models.UniqueConstraint(fields=["delivery", "number"], name="attempt_number_once")]

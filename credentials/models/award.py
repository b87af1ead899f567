"""An award: ours first, signed and verifiable here, whatever a platform does."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from typing import Any

import pgtrigger
from django.db import models
from django.db.models import Q

from credentials.codes import new_code
from credentials.models.award_queries import ENDED, AwardQuerySet


class Visibility(models.TextChoices):
    PRIVATE = "private", "Only I can see it"
    LINK = "link", "People with my link can see it"
    PUBLIC = "public", "Anyone can find it"


class Item(models.TextChoices):
    """What a badge says of its holder, each of which they can keep to themselves."""

    NAME = "name", "My name"
    EVIDENCE = "evidence", "The evidence of my work"
    NARRATIVE = "narrative", "What was written about my work"
    RESULTS = "results", "My results"


class Why(models.TextChoices):
    """Why a newer award stands in the place of an older one."""

    RENEWAL = "renewal", "Renewed"
    CORRECTION = "correction", "Corrected"
    MERGE = "merge", "Held twice by the same person"
    CREDIT = "credit", "Credit was gained"


# What nobody may do to signed bytes, whoever has the database: they stay as they are, or are erased for good.
REWRITTEN = (
    "((NEW.document <> OLD.document AND NEW.document <> '') OR NEW.document_hash <> OLD.document_hash)"
)


class Award(models.Model):
    """One credential held by one person.

    `document` is the signed Open Badges 3.0 credential, byte for byte as it was signed; empty for a type without a badge,
    and once its holder had it erased. `document_hash` (SHA-256, hexadecimal) then still says which bytes they were.

    It begins private and waiting: until the holder accepts it, only they and staff see it. Declining hides it the same
    way and can be taken back; how the award stands (`status_on`) is another matter.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    institution = models.ForeignKey("accounts.Institution", on_delete=models.PROTECT, related_name="awards")
    definition = models.ForeignKey("Definition", on_delete=models.PROTECT, related_name="awards")
    version = models.ForeignKey("DefinitionVersion", on_delete=models.PROTECT, related_name="awards")
    holder = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="awards")
    code = models.CharField(
        max_length=10, unique=True, default=new_code, editable=False
    )  # of its short address
    recipient_name = models.CharField(max_length=200)  # as it was certified
    recipient_email = models.EmailField()
    awarded_on = models.DateField()
    awarded_at = models.DateTimeField()
    expires_on = models.DateField(null=True, blank=True)
    request_id = models.UUIDField(null=True, blank=True)  # the issuance request, which stands above
    document = models.TextField(blank=True)
    document_hash = models.CharField(max_length=64, blank=True)
    status_list = models.ForeignKey("StatusList", null=True, on_delete=models.PROTECT, related_name="awards")
    status_index = models.PositiveIntegerField(null=True, blank=True)
    visibility = models.CharField(max_length=8, choices=Visibility.choices, default=Visibility.PRIVATE)
    # Of Item, kept from everyone but the holder.
    hidden = models.JSONField(default=list, db_default=[], blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    declined_at = models.DateTimeField(null=True, blank=True)
    # For those who keep awards, never published.
    decline_reason = models.CharField(max_length=300, blank=True)
    # Since when nothing here says any more whose it was; id, days, standing and hash stay.
    erased_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        "accounts.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    revocation_reason = models.CharField(max_length=300, blank=True)
    superseded_by = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="supersedes"
    )
    superseded_at = models.DateTimeField(null=True, blank=True)
    superseded_why = models.CharField(max_length=10, choices=Why.choices, blank=True)
    superseded_reason = models.CharField(max_length=300, blank=True)
    # Until it is reinstated; told by our pages and API alone, since the signed status says only what is final.
    suspended_at = models.DateTimeField(null=True, blank=True)
    suspended_by = models.ForeignKey(
        "accounts.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    suspension_reason = models.CharField(max_length=300, blank=True)

    text: str  # the stored credential as JSON text, with `stored` and `shown`; the others with `shown` alone
    campus_slug: str
    campus_name: str
    campus_zone: str
    badge_slug: str
    badge_image: str | None
    badge_drawing: str | None
    badge_alt: str

    objects = AwardQuerySet.as_manager()

    class Meta:
        ordering = ("-awarded_at",)
        constraints = [
            models.UniqueConstraint(
                fields=["holder", "definition"],
                condition=Q(revoked_at__isnull=True, superseded_by__isnull=True),
                name="one_live_award",
                violation_error_message="This person holds this credential already.",
            ),
            models.UniqueConstraint(fields=["status_list", "status_index"], name="status_place_once"),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_by__isnull=True, revocation_reason="")
                | (Q(revoked_at__isnull=False, revoked_by__isnull=False) & ~Q(revocation_reason="")),
                name="revocation_is_whole",
                violation_error_message="A revocation needs its time, its person and a reason.",
            ),
            models.CheckConstraint(
                condition=Q(suspended_at__isnull=True, suspended_by__isnull=True, suspension_reason="")
                | (Q(suspended_at__isnull=False, suspended_by__isnull=False) & ~Q(suspension_reason="")),
                name="suspension_is_whole",
                violation_error_message="A suspension needs its time, its person and a reason.",
            ),
            models.CheckConstraint(
                condition=Q(superseded_by__isnull=True, superseded_at__isnull=True, superseded_why="")
                | Q(superseded_by__isnull=False, superseded_at__isnull=False, superseded_why__in=Why.values),
                name="supersession_is_whole",
                violation_error_message="An award that was replaced needs the other one, the time and why.",
            ),
            models.CheckConstraint(
                condition=Q(status_list__isnull=True, status_index__isnull=True)
                | Q(status_list__isnull=False, status_index__isnull=False),
                name="status_place_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(visibility__in=Visibility.values), name="award_visibility_known"
            ),
            models.CheckConstraint(
                condition=Q(hidden__contained_by=Item.values), name="award_hidden_items_known"
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=False) | Q(visibility=Visibility.PRIVATE),
                name="award_private_until_accepted",
                violation_error_message="Others see a badge once its holder has accepted it.",
            ),
            models.CheckConstraint(
                condition=Q(declined_at__isnull=False, accepted_at__isnull=True)
                | Q(declined_at__isnull=True, decline_reason=""),
                name="declining_is_whole",
                violation_error_message="A badge is accepted or declined, not both.",
            ),
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True)
                | Q(recipient_name="", recipient_email="", document="", visibility=Visibility.PRIVATE),
                name="erasing_is_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["request_id"]),
            models.Index(fields=["institution", "-awarded_at"]),
            models.Index(fields=["status_list", "status_index"], name="award_bits", condition=ENDED),
            models.Index(
                fields=["expires_on"], name="award_last_days", condition=Q(expires_on__isnull=False)
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="document_is_final", operation=pgtrigger.Update, condition=pgtrigger.Condition(REWRITTEN)
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def ended(self) -> bool:
        """Revoked or superseded: for good, and said so by the signed status."""
        return bool(self.revoked_at or self.superseded_by_id)

    @property
    def why_ended(self) -> str:
        """Why it was revoked or replaced, in words for others; empty while it stands."""
        replaced = self.superseded_by_id and f"Replaced by another award ({self.superseded_why})."
        return self.revocation_reason or self.superseded_reason or replaced or ""

    @property
    def credential(self) -> dict[str, Any]:
        """The signed document, read; empty where there is none."""
        found: dict[str, Any] = json.loads(self.document) if self.document else {}
        return found

    def status_on(self, day: dt.date) -> str:
        """valid, revoked, superseded, suspended or expired."""
        if self.revoked_at:
            return "revoked"
        if self.superseded_by_id:
            return "superseded"
        if self.suspended_at:
            return "suspended"
        return "expired" if self.expires_on and day > self.expires_on else "valid"

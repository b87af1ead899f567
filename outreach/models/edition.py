"""What the office keeps in versions: its roadmap, and the definition, taxonomies and procedures."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

import pgtrigger
from django.db import models
from django.db.models import F, Q

from outreach.office import offices_of

if TYPE_CHECKING:
    import datetime as dt

    from accounts.models import Person

ROADMAP = "roadmap"


class EditionQuerySet(models.QuerySet["Edition"]):
    """Versions."""

    def visible_to(self, person: Person) -> Self:
        """All of the offices that the person runs, drafts too."""
        return self.filter(institution__in=offices_of(person))

    def settled(self) -> Self:
        """Approved; drafts are nobody else's."""
        return self.filter(settled_at__isnull=False)

    def in_effect(self, day: dt.date) -> Self:
        """Of each subject the version that holds on this day."""
        held = self.settled().filter(effective_on__lte=day)
        return held.order_by("subject", "-effective_on", "-number").distinct("subject")


class Edition(models.Model):
    """One version of one subject; `number` counts them. It takes effect on `effective_on`, never before its approval.

    The roadmap is the office's own: each change is a version in effect at once, with the reason (`why`). Everything else
    is a draft until it is recorded who approved it and when. What is settled is never changed again.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    institution = models.ForeignKey("accounts.Institution", on_delete=models.PROTECT, related_name="editions")
    subject = models.SlugField(max_length=60)
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    data = models.JSONField(default=dict, blank=True)
    why = models.TextField(blank=True)
    written_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    approved_by = models.CharField(max_length=200, blank=True)
    approved_on = models.DateField(null=True, blank=True)
    reference = models.CharField(max_length=300, blank=True)
    effective_on = models.DateField(null=True, blank=True)
    settled_by = models.ForeignKey(
        "accounts.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = EditionQuerySet.as_manager()

    class Meta:
        ordering = ("subject", "-number")
        verbose_name = "version"
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "subject", "number"],
                name="edition_number_once",
                violation_error_message="Somebody wrote a version in the same moment. Load the page again.",
            ),
            models.UniqueConstraint(
                fields=["institution", "subject"],
                condition=Q(settled_at__isnull=True),
                name="one_draft_a_subject",
                violation_error_message="There is a draft already.",
            ),
            models.CheckConstraint(
                condition=Q(settled_at__isnull=True, effective_on__isnull=True, settled_by__isnull=True)
                | Q(settled_at__isnull=False, effective_on__isnull=False, settled_by__isnull=False),
                name="edition_is_settled_as_a_whole",
            ),
            models.CheckConstraint(
                condition=Q(settled_at__isnull=True)
                | Q(subject=ROADMAP)
                | (~Q(approved_by="") & Q(approved_on__isnull=False, effective_on__gte=F("approved_on"))),
                name="edition_is_approved_before_it_holds",
                violation_error_message="Nothing takes effect before it is approved.",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="settled_edition_is_final",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__settled_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}, version {self.number}"

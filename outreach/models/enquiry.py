"""What people write to the office: questions, and requests for a session of their own."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from outreach.office import offices_of

if TYPE_CHECKING:
    from accounts.models import Person


class EnquiryKind(models.TextChoices):
    QUESTION = "question", "Question"
    SESSION = "session", "Session asked for"


class EnquiryQuerySet(models.QuerySet["Enquiry"]):
    """Enquiries."""

    def visible_to(self, person: Person) -> Self:
        """Those sent to the offices that the person runs, once their writer has confirmed the address."""
        return self.confirmed().filter(institution__in=offices_of(person))

    def confirmed(self) -> Self:
        """Really sent."""
        return self.filter(confirmed_at__isnull=False)

    def waiting(self) -> Self:
        """Without an answer, the oldest first."""
        return self.confirmed().filter(answered_at__isnull=True).order_by("confirmed_at", "pk")


class Enquiry(models.Model):
    """One question or request with its answer; who wrote it is known by an address alone.

    Of a request: `group` is for whom, `wanted` what kind of session, `session` the one that came of it. `published`
    answers stand on the page of resources, without who asked.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    institution = models.ForeignKey(
        "accounts.Institution", on_delete=models.PROTECT, related_name="enquiries"
    )
    kind = models.CharField(max_length=10, choices=EnquiryKind.choices)
    name = models.CharField(max_length=200, blank=True)
    email = models.EmailField(blank=True)
    text = models.TextField()
    group = models.CharField(max_length=200, blank=True)
    unit = models.ForeignKey(
        "accounts.Unit", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    wanted = models.CharField(max_length=20, blank=True)
    asked_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(
        "accounts.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    session = models.ForeignKey(
        "outreach.Session", null=True, blank=True, on_delete=models.PROTECT, related_name="enquiries"
    )
    published = models.BooleanField(default=False)

    objects = EnquiryQuerySet.as_manager()

    class Meta:
        ordering = ("-asked_at",)
        verbose_name_plural = "enquiries"
        indexes = [models.Index(fields=["institution", "answered_at"]), models.Index(fields=["email"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answered_by__isnull=True, answer="")
                | (Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(answer="")),
                name="enquiry_answer_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(published=False) | Q(answered_at__isnull=False), name="published_has_its_answer"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.asked_at:%Y-%m-%d}"

    @property
    def whom(self) -> str:
        """For whom a session is asked for."""
        return self.unit.name if self.unit else self.group

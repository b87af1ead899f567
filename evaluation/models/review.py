"""Programme reviews: of each pilot year, and of an established credential with its academic unit."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse

from proposals.models import Proposal

if TYPE_CHECKING:
    from accounts.models import Person


class ReviewState(models.TextChoices):
    DRAFT = "draft", "Being written"
    FILED = "filed", "Filed"
    RETURNED = "returned", "Sent back"
    ACKNOWLEDGED = "acknowledged", "Acknowledged"


WRITABLE = (ReviewState.DRAFT, ReviewState.RETURNED)


class ReviewQuerySet(models.QuerySet["Review"]):
    """Reviews."""

    def visible_to(self, person: Person) -> Self:
        """Those of the proposals that the person may see; what is only being written, as they see a draft: by its page."""
        return self.filter(proposal__in=Proposal.objects.visible_to(person))

    def filed(self) -> Self:
        """Filed, and neither sent back nor acknowledged yet."""
        return self.filter(state=ReviewState.FILED)


class Review(models.Model):
    """One review, due of a proposal under a key (`proposals.deadlines`), as it is being written and what became of it.

    `answer_by` is the day by which the office answers what was filed; `note` what it said last.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    proposal = models.ForeignKey("proposals.Proposal", on_delete=models.PROTECT, related_name="reviews")
    deadline = models.CharField(max_length=60)
    form = models.CharField(max_length=20)
    title = models.CharField(max_length=200)
    year = models.PositiveSmallIntegerField(null=True, blank=True)  # of the pilot
    due_on = models.DateField()
    answers = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=12, choices=ReviewState.choices, default=ReviewState.DRAFT)
    note = models.TextField(blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    updated_at = models.DateTimeField()
    updated_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    filed_at = models.DateTimeField(null=True, blank=True)
    answer_by = models.DateField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        "accounts.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    on_behalf_of = models.ForeignKey(
        "accounts.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = ReviewQuerySet.as_manager()

    class Meta:
        ordering = ("due_on", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["proposal", "deadline"],
                name="review_once",
                violation_error_message="There is a review for this already.",
            ),
            models.CheckConstraint(condition=Q(state__in=ReviewState.values), name="review_state_known"),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(filed_at__isnull=False, answer_by__isnull=False),
                name="review_filed_has_its_day",
                violation_error_message="A review that was filed knows when, and until when it is answered.",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["returned", "acknowledged"])
                | Q(decided_at__isnull=False, decided_by__isnull=False),
                name="review_answer_is_whole",
                violation_error_message="Who answered a review is kept with the time.",
            ),
        ]
        indexes = [models.Index(fields=["answer_by"], name="review_waits", condition=Q(state="filed"))]

    def __str__(self) -> str:
        return f"{self.title}: {self.proposal}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("review", args=[self.proposal_id, self.deadline])

    @property
    def writable(self) -> bool:
        """Whether it is being written."""
        return self.state in WRITABLE


class Filing(models.Model):
    """A review as it was filed: never changed. `charts` are its figures, each with its source, as they were then.

    `hash` covers the canonical JSON (RFC 8785) of form, answers and charts.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="filings")
    number = models.PositiveSmallIntegerField()
    answers = models.JSONField()
    form = models.JSONField()
    charts = models.JSONField()
    hash = models.CharField(max_length=64)
    filed_at = models.DateTimeField()
    filed_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("review", "number")
        constraints = [models.UniqueConstraint(fields=["review", "number"], name="filing_once")]
        triggers = [pgtrigger.Protect(name="filing_is_final", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.review}, {self.number}"

"""The office's inventory of what could become a micro-credential. It is never public."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

import pgtrigger
from django.db import models
from django.db.models import Q

from outreach.office import offices_of

if TYPE_CHECKING:
    from accounts.models import Person


class CandidateQuerySet(models.QuerySet["Candidate"]):
    """Candidates."""

    def visible_to(self, person: Person) -> Self:
        """Those of the offices that the person runs, and nobody else's."""
        return self.filter(institution__in=offices_of(person))


class Candidate(models.Model):
    """A learning activity; `state` is one of the policy's, such as candidate, soft_launch, proposed, launched."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    institution = models.ForeignKey(
        "accounts.Institution", on_delete=models.PROTECT, related_name="candidates"
    )
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    unit = models.ForeignKey(
        "accounts.Unit", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    state = models.SlugField(max_length=40)
    proposal = models.ForeignKey(
        "proposals.Proposal", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    definition = models.ForeignKey(
        "credentials.Definition", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    added_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    objects = CandidateQuerySet.as_manager()

    class Meta:
        ordering = ("title",)
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "title"],
                name="candidate_once",
                violation_error_message="The inventory has an activity of this title already.",
            )
        ]

    def __str__(self) -> str:
        return self.title


class StepKind(models.TextChoices):
    STATE = "state", "State"
    MARKETING = "marketing", "Marketing"


class CandidateStep(models.Model):
    """What happened to it: another state, or how it was marketed (where, on what day). Never changed."""

    candidate = models.ForeignKey(Candidate, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=10, choices=StepKind.choices)
    before = models.SlugField(max_length=40, blank=True)
    after = models.SlugField(max_length=40, blank=True)
    channel = models.CharField(max_length=200, blank=True)
    on = models.DateField()
    text = models.TextField(blank=True)
    by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("-at", "-pk")
        constraints = [
            models.CheckConstraint(
                condition=(Q(kind="state") & ~Q(after="")) | (Q(kind="marketing") & ~Q(channel="")),
                name="candidate_step_is_whole",
            )
        ]
        triggers = [
            pgtrigger.Protect(name="candidate_step_is_final", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.on}"

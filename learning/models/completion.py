"""What each learner has shown in an offering, and what was corrected in it."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from credentials.reach import covered_by, grants_of, keeps_awards
from learning.models.offering import Offering

if TYPE_CHECKING:
    from accounts.models import Person


class CompletionQuerySet(models.QuerySet["Completion"]):
    """Completions."""

    def standing(self) -> Self:
        """Not withdrawn."""
        return self.filter(withdrawn_at__isnull=True)

    def complete(self) -> Self:
        """Standing, of learners who have completed the programme."""
        return self.standing().filter(completed_on__isnull=False)

    def visible_to(self, person: Person) -> Self:
        """One's own, those of offerings that one assesses or directs, and all where one manages, issues or certifies."""
        if person.is_superuser:
            return self
        keeping = [grant for grant in grants_of(person) if keeps_awards(grant)]
        kept = covered_by(keeping, "offering__institution", "offering__definition__unit")
        assessed = Offering.assessors.through.objects.filter(person=person).values("offering")
        return self.filter(kept | Q(learner=person) | Q(offering__director=person) | Q(offering__in=assessed))


class Completion(models.Model):
    """What one learner has shown in one offering, recorded by an assessor with date and evidence.

    `completed_on` stays empty until the programme's requirements are met as a whole. `version` is the definition's
    version whose requirements it was recorded under.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    offering = models.ForeignKey(Offering, on_delete=models.PROTECT, related_name="completions")
    version = models.ForeignKey("credentials.DefinitionVersion", on_delete=models.PROTECT, related_name="+")
    learner = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="completions")
    learner_name = models.CharField(max_length=200)
    completed_on = models.DateField(null=True, blank=True)
    enrolled = models.BooleanField(
        null=True, blank=True, help_text="Confirmed as an eligible enrolled student."
    )
    evidence = models.TextField(blank=True)
    evidence_url = models.URLField(blank=True, max_length=500)
    recorded_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = CompletionQuerySet.as_manager()

    class Meta:
        ordering = ("-recorded_at",)
        constraints = [
            models.UniqueConstraint(
                fields=["offering", "learner"],
                condition=Q(withdrawn_at__isnull=True),
                name="completion_once",
                violation_error_message="This learner's completion is recorded already.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.learner_name}, {self.completed_on or 'on the way'}"


class CompetencyMet(models.Model):
    """One competency of the definition shown by one learner."""

    completion = models.ForeignKey(Completion, on_delete=models.CASCADE, related_name="competencies")
    competency = models.CharField(max_length=300)
    met_on = models.DateField()
    evidence = models.TextField(blank=True)
    # The name of the level reached, where the competency has a rubric.
    level = models.CharField(max_length=500, blank=True, default="", db_default="")
    recorded_by = models.ForeignKey(
        "accounts.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("met_on", "pk")
        verbose_name = "competency met"
        verbose_name_plural = "competencies met"
        constraints = [
            models.UniqueConstraint(fields=["completion", "competency"], name="competency_met_once")
        ]

    def __str__(self) -> str:
        return f"{self.competency}, {self.met_on}"


class Change(models.Model):
    """A correction or a withdrawal of what was recorded: who, when, why, and what stood there before and after.

    The campus's record names it by id; the words are about a learner, so they stay here.
    """

    completion = models.ForeignKey(Completion, on_delete=models.CASCADE, related_name="changes")
    act = models.CharField(max_length=12, choices=[("corrected", "Corrected"), ("withdrawn", "Taken back")])
    reason = models.CharField(max_length=1000)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("-at", "-pk")
        constraints = [
            models.CheckConstraint(condition=Q(act__in=["corrected", "withdrawn"]), name="change_act_known"),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="change_has_a_reason",
                violation_error_message="A correction needs a reason.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_act_display()}: {self.completion_id}"

    @property
    def completed_before(self) -> dt.date | None:
        """The day of completion that stood there before."""
        day = self.before.get("completed_on")
        return dt.date.fromisoformat(day) if day else None

"""A campus's surveys, the versions of their questions, and what an offering asks."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from accounts.models import Person


class Audience(models.TextChoices):
    """Who is asked."""

    LEARNERS = "learners", "Learners"
    PARTNERS = "partners", "Employers and partners"


class After(models.TextChoices):
    """What the days are counted from."""

    COMPLETION = "completion", "the completion of the programme"
    MODULE = "module", "each module"


class SurveyQuerySet(models.QuerySet["Survey"]):
    """Surveys."""

    def managed_by(self, person: Person) -> Self:
        """Those of the campuses that the person manages."""
        return self.filter(institution__in=person.managed())

    def asked(self) -> Self:
        """Not retired."""
        return self.filter(retired_at__isnull=True)


class Survey(models.Model):
    """A set of questions that a campus asks: begun by its policy, looked after by its office.

    `key` is the id in the pack. `offsets_days` are the waves: so many days after what it follows. `current` is the
    version that an offering asks which has not begun to ask.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    institution = models.ForeignKey("accounts.Institution", on_delete=models.PROTECT, related_name="surveys")
    key = models.CharField(max_length=100)
    level = models.PositiveSmallIntegerField()
    audience = models.CharField(max_length=10, choices=Audience.choices, default=Audience.LEARNERS)
    after = models.CharField(max_length=10, choices=After.choices, default=After.COMPLETION)
    offsets_days = models.JSONField(default=list)
    reminders_days = models.JSONField(default=list)
    open_days = models.PositiveSmallIntegerField(default=60)
    clause = models.CharField(max_length=40, blank=True)
    current = models.ForeignKey(
        "SurveyVersion", null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = SurveyQuerySet.as_manager()

    class Meta:
        ordering = ("level", "key")
        constraints = [
            models.UniqueConstraint(fields=["institution", "key"], name="survey_once"),
            models.CheckConstraint(condition=Q(level__in=[1, 2, 3, 4]), name="survey_level_known"),
            models.CheckConstraint(condition=Q(audience__in=Audience.values), name="survey_audience_known"),
            models.CheckConstraint(condition=Q(after__in=After.values), name="survey_after_known"),
        ]

    def __str__(self) -> str:
        return self.current.title if self.current else self.key

    @property
    def days_words(self) -> str:
        """When it is asked: "at once, and 42, 182 days after the completion of the programme"."""
        later = ", ".join(f"{days:,}" for days in self.offsets_days if days)
        unit = "day" if later == "1" else "days"
        said = f"{later} {unit} after {self.get_after_display()}" if later else ""
        once = f"at once after {self.get_after_display()}" if not later else "at once"
        return ", and ".join(filter(None, [once if 0 in self.offsets_days else "", said]))

    @property
    def for_learners(self) -> bool:
        """Whether learners are asked; else employers and partners."""
        return self.audience == Audience.LEARNERS


class SurveyVersion(models.Model):
    """The questions as they were at one time; never changed afterwards, and every answer names its version.

    With an offering it was adapted for that offering alone. Without `made_by` the policy itself gives it.
    `questions` are {id, text, kind, options, low, high, group, required}.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="versions")
    offering = models.ForeignKey(
        "learning.Offering", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    intro = models.TextField(blank=True)
    questions = models.JSONField()
    made_by = models.ForeignKey("accounts.Person", null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("-number",)
        constraints = [models.UniqueConstraint(fields=["survey", "number"], name="survey_version_once")]

    def __str__(self) -> str:
        return f"{self.title}, version {self.number}"

    @property
    def words(self) -> dict[str, Any]:
        """What is asked, as plain values."""
        return {"title": self.title, "intro": self.intro, "questions": self.questions}


class OfferingSurvey(models.Model):
    """What one offering asks: the survey's current version until it is adapted or opened; fixed once it is open."""

    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="offerings")
    offering = models.ForeignKey(
        "learning.Offering", on_delete=models.PROTECT, related_name="offering_surveys"
    )
    version = models.ForeignKey(SurveyVersion, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["survey", "offering"], name="survey_of_an_offering_once")
        ]

    def __str__(self) -> str:
        return f"{self.version}: {self.offering_id}"

"""A learner's place in an offering: waiting for a seat, enrolled, finished, or left."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from credentials.reach import covered_by, grants_of, keeps_awards

if TYPE_CHECKING:
    from accounts.models import Person

OPENERS = ("programme_manager", "programme_director", "issuer")


class EnrolmentState(models.TextChoices):
    WAITING = "waiting", "On the waiting list"
    ENROLLED = "enrolled", "Enrolled"
    FINISHED = "finished", "Finished"
    LEFT = "left", "Left"


SEATED = (EnrolmentState.ENROLLED, EnrolmentState.FINISHED)


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    """Enrolments."""

    def visible_to(self, person: Person) -> Self:
        """One's own, those of offerings that one assesses, directs or may open, and all where one manages, issues or certifies."""
        if person.is_superuser:
            return self
        keeping = [grant for grant in grants_of(person) if keeps_awards(grant) or grant.role in OPENERS]
        kept = covered_by(keeping, "offering__institution", "offering__definition__unit")
        assessed = Q(offering__in=person.assessed_offerings.values("pk"))
        return self.filter(kept | Q(learner=person) | Q(offering__director=person) | assessed)

    def standing(self) -> Self:
        """Of learners who have not left."""
        return self.exclude(state=EnrolmentState.LEFT)

    def seated(self) -> Self:
        """With a seat: enrolled, or finished in it."""
        return self.filter(state__in=SEATED)

    def waiting(self) -> Self:
        """On the waiting list, the next one first."""
        return self.filter(state=EnrolmentState.WAITING).order_by("turn")


class Enrolment(models.Model):
    """One learner in one offering. Who left and comes again gets another row, at the end of the list.

    `turn` counts the enrolments of the offering in the order in which they came: so the waiting list moves. `added_by` put
    the learner on; `enrolled_at` is when they got their seat; `finished_on` the day of their completion.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    offering = models.ForeignKey("learning.Offering", on_delete=models.PROTECT, related_name="enrolments")
    learner = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="enrolments")
    learner_name = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=EnrolmentState.choices)
    turn = models.PositiveIntegerField()
    added_at = models.DateTimeField()
    added_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    enrolled_at = models.DateTimeField(null=True, blank=True)
    finished_on = models.DateField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)
    left_by = models.ForeignKey(
        "accounts.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        ordering = ("turn",)
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=EnrolmentState.values), name="enrolment_state_known"
            ),
            models.UniqueConstraint(fields=["offering", "turn"], name="enrolment_turn_once"),
            models.UniqueConstraint(
                fields=["offering", "learner"],
                condition=~Q(state="left"),
                name="enrolled_once",
                violation_error_message="This learner is in the offering already.",
            ),
            models.CheckConstraint(
                condition=Q(state="left", left_at__isnull=False, left_by__isnull=False)
                | (~Q(state="left") & Q(left_at__isnull=True, left_by__isnull=True)),
                name="enrolment_left_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(state="left")
                | Q(state="waiting", enrolled_at__isnull=True)
                | Q(state__in=["enrolled", "finished"], enrolled_at__isnull=False),
                name="enrolment_seat_has_a_day",
            ),
            models.CheckConstraint(
                condition=Q(state="finished", finished_on__isnull=False)
                | (~Q(state="finished") & Q(finished_on__isnull=True)),
                name="enrolment_finished_has_a_day",
            ),
        ]
        indexes = [
            models.Index(fields=["offering", "state", "turn"], name="enrolment_by_state"),
            models.Index(fields=["learner", "-added_at"], name="enrolment_of_learner"),
        ]

    def __str__(self) -> str:
        return f"{self.learner_name}, {self.get_state_display().lower()}"

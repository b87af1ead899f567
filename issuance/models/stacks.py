"""Who may have fulfilled a stack, how far the look through them is, and awards of stacks that are to be looked at again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import connection, models
from django.db.models import Q

from credentials.models import Award, Definition
from credentials.reach import covered_by, grants_of, keeps_awards

if TYPE_CHECKING:
    import datetime as dt

    from accounts.models import Person

# In one statement, since a part may have very many holders.
ALL_HOLDERS = """
INSERT INTO issuance_stackcandidate (definition_id, learner_id, noted_at)
SELECT DISTINCT %s::uuid, award.holder_id, %s::timestamptz
FROM credentials_award award
JOIN credentials_part part ON part.part_id = award.definition_id
JOIN credentials_definition stack ON stack.current_id = part.version_id
WHERE stack.id = %s AND award.revoked_at IS NULL AND award.superseded_by_id IS NULL AND award.erased_at IS NULL
"""


class CandidateQuerySet(models.QuerySet["StackCandidate"]):
    """Learners to look at."""

    def note_holders(self, definition: Definition, at: dt.datetime) -> int:
        """Note everybody who holds a part of the stack; returns how many."""
        with connection.cursor() as cursor:
            cursor.execute(ALL_HOLDERS, [definition.pk, at, definition.pk])
            return cursor.rowcount


class StackCandidate(models.Model):
    """This learner may fulfil the stack by now: a worker looks, and removes the row. Noted as often as there is cause."""

    id = models.BigAutoField(primary_key=True)
    definition = models.ForeignKey(Definition, on_delete=models.CASCADE, related_name="candidates")
    learner = models.ForeignKey("accounts.Person", on_delete=models.CASCADE, related_name="+")
    noted_at = models.DateTimeField()

    objects = CandidateQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["definition", "id"], name="candidates_in_order")]

    def __str__(self) -> str:
        return f"Candidate {self.pk}"


class StackLook(models.Model):
    """The look through all who hold a part, since the stack can be awarded: of how many, and how many fulfilled it."""

    definition = models.OneToOneField(Definition, on_delete=models.CASCADE, related_name="look")
    begun_at = models.DateTimeField()
    total = models.PositiveIntegerField()
    fulfilled = models.PositiveIntegerField(default=0)
    done_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"Look of {self.definition_id}"


class Outcome(models.TextChoices):
    REVOKED = "revoked", "Revoked"
    KEPT = "kept", "Kept"


class ReviewQuerySet(models.QuerySet["StackReview"]):
    """Awards of stacks to be looked at again."""

    def visible_to(self, person: Person) -> Self:
        """Those of the campuses and units where the person manages, issues or certifies."""
        if person.is_superuser:
            return self
        keeping = [grant for grant in grants_of(person) if keeps_awards(grant)]
        places = covered_by(keeping, institution="award__institution", unit="award__definition__unit")
        return self.filter(places)

    def waiting(self) -> Self:
        """Not decided yet, the oldest first."""
        return self.filter(decided_at__isnull=True).order_by("opened_at", "pk")


class StackReview(models.Model):
    """An award of a stack that no longer has all its parts, since `cause` was revoked or expired: revoke it, or keep it."""

    id = models.BigAutoField(primary_key=True)
    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="reviews")
    cause = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="+")
    expired = models.BooleanField(default=False)  # the part expired; else it was revoked
    opened_at = models.DateTimeField()
    outcome = models.CharField(max_length=8, choices=Outcome.choices, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        "accounts.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = ReviewQuerySet.as_manager()

    class Meta:
        ordering = ("-opened_at",)
        constraints = [
            models.UniqueConstraint(
                fields=["award"], condition=Q(decided_at__isnull=True), name="one_open_review"
            ),
            models.UniqueConstraint(fields=["award", "cause"], name="one_review_of_a_cause"),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, decided_by__isnull=True, outcome="", reason="")
                | (
                    Q(decided_at__isnull=False, decided_by__isnull=False, outcome__in=Outcome.values)
                    & ~Q(reason="")
                ),
                name="review_decision_is_whole",
                violation_error_message="A decision needs its time, its person, its outcome and a reason.",
            ),
        ]

    def __str__(self) -> str:
        return f"Review of {self.award_id}"

"""What the student system is to be told: a batch of lines that the registrar takes there and marks as recorded."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from credentials.models.award import Award
from credentials.models.transcript import EventCode
from credentials.reach import covered_by, grants_of, keeps_records

if TYPE_CHECKING:
    from accounts.models import Person


class Ledger(models.TextChoices):
    """Which part of the student system a batch is for."""

    TRANSCRIPT = "transcript", "Transcript notations"
    RECORD = "record", "Micro-credential record"


class Step(models.TextChoices):
    """What a line asks of the student system."""

    ADD = "add", "Add"
    CHANGE = "change", "Change"
    REMOVE = "remove", "Take out"


class RecordBatchQuerySet(models.QuerySet["RecordBatch"]):
    """Batches."""

    def visible_to(self, person: Person) -> Self:
        """Those of the campuses whose learners' records are the business of the person's office."""
        if person.is_superuser:
            return self
        keeping = [grant for grant in grants_of(person) if keeps_records(grant) and grant.unit_id is None]
        return self.filter(covered_by(keeping))

    def waiting(self) -> Self:
        """Neither marked as recorded nor dropped."""
        return self.filter(recorded_at__isnull=True, dropped_at__isnull=True)


class RecordBatch(models.Model):
    """Lines for the student system of one campus. One waits at a time, so that no award stands in two."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    institution = models.ForeignKey(
        "accounts.Institution", on_delete=models.PROTECT, related_name="record_batches"
    )
    ledger = models.CharField(max_length=10, choices=Ledger.choices)
    number = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    on_behalf_of = models.ForeignKey(
        "accounts.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    recorded_on = models.DateField(null=True, blank=True)
    recorded_at = models.DateTimeField(null=True, blank=True)
    recorded_by = models.ForeignKey(
        "accounts.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    dropped_at = models.DateTimeField(null=True, blank=True)
    dropped_by = models.ForeignKey(
        "accounts.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = RecordBatchQuerySet.as_manager()

    class Meta:
        ordering = ("-made_at",)
        verbose_name_plural = "record batches"
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "ledger", "number"], name="record_batch_number_once"
            ),
            models.UniqueConstraint(
                fields=["institution", "ledger"],
                condition=Q(recorded_at__isnull=True, dropped_at__isnull=True),
                name="one_record_batch_waits",
                violation_error_message="An earlier batch waits to be marked as recorded.",
            ),
            models.CheckConstraint(condition=Q(ledger__in=Ledger.values), name="record_batch_ledger_known"),
            models.CheckConstraint(
                condition=Q(recorded_at__isnull=True, recorded_on__isnull=True, recorded_by__isnull=True)
                | Q(recorded_at__isnull=False, recorded_on__isnull=False, recorded_by__isnull=False),
                name="record_batch_recording_is_whole",
                violation_error_message="A batch that was recorded needs its day and its person.",
            ),
            models.CheckConstraint(
                condition=Q(dropped_at__isnull=True, dropped_by__isnull=True)
                | Q(dropped_at__isnull=False, dropped_by__isnull=False, recorded_at__isnull=True),
                name="record_batch_is_recorded_or_dropped",
                violation_error_message="A batch was recorded or dropped, not both.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_ledger_display()}, batch {self.number}"

    @property
    def waits(self) -> bool:
        """Whether it is still to be marked as recorded."""
        return self.recorded_at is None and self.dropped_at is None

    @property
    def state(self) -> str:
        """waiting, recorded or dropped."""
        return "waiting" if self.waits else "recorded" if self.recorded_at else "dropped"


class BatchLine(models.Model):
    """One award in a batch. What the file says of it is read from the award, so that nothing is kept twice."""

    batch = models.ForeignKey(RecordBatch, on_delete=models.CASCADE, related_name="lines")
    number = models.PositiveIntegerField()
    step = models.CharField(max_length=6, choices=Step.choices)
    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="batch_lines")
    event_code = models.ForeignKey(EventCode, null=True, on_delete=models.PROTECT, related_name="+")
    suspended = models.BooleanField(default=False)  # as it stood when the batch was made
    not_taken = models.BooleanField(default=False)  # the student system did not take it

    class Meta:
        ordering = ("batch", "number")
        constraints = [
            models.UniqueConstraint(fields=["batch", "number"], name="batch_line_number_once"),
            models.UniqueConstraint(fields=["batch", "award"], name="award_once_in_a_batch"),
            models.CheckConstraint(condition=Q(step__in=Step.values), name="batch_step_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_step_display()}: {self.award_id}"


class StudentNumber(models.Model):
    """The number under which a campus's student system knows a learner."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    institution = models.ForeignKey(
        "accounts.Institution", on_delete=models.PROTECT, related_name="student_numbers"
    )
    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="student_numbers")
    number = models.CharField(max_length=40)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "person"],
                name="one_student_number",
                violation_error_message="This learner has a student number already.",
            ),
            models.UniqueConstraint(
                fields=["institution", "number"],
                name="student_number_once",
                violation_error_message="Another learner has this student number.",
            ),
            models.CheckConstraint(condition=~Q(number=""), name="student_number_is_there"),
        ]

    def __str__(self) -> str:
        return self.number

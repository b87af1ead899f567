"""What goes on a transcript: the Academic Event Code of a credential, and the notation of an award."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from credentials.models.award import Award
from credentials.models.definition import Definition


class EventCodeQuerySet(models.QuerySet["EventCode"]):
    """Academic Event Codes."""

    def of(self, definition: Definition) -> EventCode | None:
        """The code in force: the one recorded last."""
        return self.filter(definition=definition).order_by("-recorded_at", "-pk").first()


class EventCode(models.Model):
    """The code under which a credential is noted, with the approval of the governing academic body.

    Never changed; a new one takes its place.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    definition = models.ForeignKey(Definition, on_delete=models.PROTECT, related_name="event_codes")
    code = models.CharField(max_length=40)
    body = models.CharField(max_length=200)
    approved_on = models.DateField()
    minutes = models.CharField(max_length=200, blank=True)  # where the approval stands written
    recorded_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    on_behalf_of = models.ForeignKey(
        "accounts.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField()

    objects = EventCodeQuerySet.as_manager()

    class Meta:
        ordering = ("-recorded_at",)

    def __str__(self) -> str:
        return self.code


class Kept(models.Model):
    """An award stands in the student system: since when, who wrote it there, and since when it no longer does."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    recorded_on = models.DateField()
    recorded_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    on_behalf_of = models.ForeignKey(
        "accounts.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField()
    removed_on = models.DateField(null=True, blank=True)
    removed_by = models.ForeignKey(
        "accounts.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True


REMOVAL_IS_WHOLE = Q(removed_on__isnull=True, removed_by__isnull=True, removed_at__isnull=True) | Q(
    removed_on__isnull=False, removed_by__isnull=False, removed_at__isnull=False
)


class Notation(Kept):
    """The registrar has noted an award on the learner's transcript: when, under which code."""

    award = models.OneToOneField(Award, on_delete=models.PROTECT, related_name="notation")
    event_code = models.ForeignKey(EventCode, null=True, on_delete=models.PROTECT, related_name="notations")

    class Meta:
        ordering = ("-recorded_at",)
        constraints = [
            models.CheckConstraint(
                condition=REMOVAL_IS_WHOLE,
                name="notation_removal_is_whole",
                violation_error_message="A notation that was taken off needs its day and its person.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.award_id}, {self.recorded_on}"


class RecordEntry(Kept):
    """An award stands on the student's micro-credential record, which the registrar keeps in the student system.

    `suspended` is how it stands there, which may lag behind how it stands here.
    """

    award = models.OneToOneField(Award, on_delete=models.PROTECT, related_name="entry")
    suspended = models.BooleanField(default=False)

    class Meta:
        ordering = ("-recorded_at",)
        verbose_name_plural = "record entries"
        constraints = [
            models.CheckConstraint(
                condition=REMOVAL_IS_WHOLE,
                name="entry_removal_is_whole",
                violation_error_message="An entry that was taken out needs its day and its person.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.award_id}, {self.recorded_on}"

"""What goes on a transcript: the Academic Event Code of a credential, and the notation of an award."""

from __future__ import annotations

import uuid

from django.db import models

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


class Notation(models.Model):
    """The registrar has noted an award on the learner's transcript: when, under which code."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    award = models.OneToOneField(Award, on_delete=models.PROTECT, related_name="notation")
    event_code = models.ForeignKey(EventCode, null=True, on_delete=models.PROTECT, related_name="notations")
    recorded_on = models.DateField()
    recorded_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    on_behalf_of = models.ForeignKey(
        "accounts.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ("-recorded_at",)

    def __str__(self) -> str:
        return f"{self.award_id}, {self.recorded_on}"

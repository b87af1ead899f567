"""Step rows: what must be complete before a state can be left, and how each ended."""

from __future__ import annotations

import uuid
from typing import Self

from django.db import models
from django.db.models import Q

from proposals import words


class StepStatus(models.TextChoices):
    WAITING = "waiting", "Ahead"
    OPEN = "open", "Here"
    COMPLETE = "complete", "Done"
    VOID = "void", "Void"


class StepQuerySet(models.QuerySet["Step"]):
    def open(self) -> Self:
        return self.filter(status=StepStatus.OPEN)

    def in_order(self) -> Self:
        return self.order_by("opened_at", "position")


class Step(models.Model):
    """One step of one round in one state. The state machine reads only these rows."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    proposal = models.ForeignKey("proposals.Proposal", on_delete=models.PROTECT, related_name="steps")
    state = models.CharField(max_length=20)
    key = models.CharField(max_length=40)  # the step's id in the pack
    kind = models.CharField(max_length=20)
    title = models.CharField(max_length=200)
    actor = models.CharField(max_length=60, blank=True)  # role or office:<id>; "" for a ballot
    body = models.CharField(max_length=40, blank=True)
    group = models.CharField(max_length=40, blank=True)
    position = models.PositiveSmallIntegerField()
    round = models.PositiveSmallIntegerField(default=1)
    clause = models.CharField(max_length=20, blank=True)
    status = models.CharField(max_length=10, choices=StepStatus.choices, default=StepStatus.WAITING)
    outcome = models.CharField(max_length=30, blank=True)
    note = models.TextField(blank=True)
    answers = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    revision = models.ForeignKey(
        "proposals.Revision", null=True, blank=True, on_delete=models.PROTECT, related_name="steps"
    )
    opened_at = models.DateTimeField(null=True, blank=True)
    completed_at = models.DateTimeField(null=True, blank=True)
    completed_by = models.ForeignKey(
        "accounts.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    on_behalf_of = models.ForeignKey(
        "accounts.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = StepQuerySet.as_manager()

    class Meta:
        ordering = ("proposal", "opened_at", "position")
        constraints = [
            models.UniqueConstraint(
                fields=["proposal", "key", "round"],
                condition=~Q(status="void"),
                name="step_once_a_round",
            ),
            models.CheckConstraint(condition=Q(status__in=StepStatus.values), name="step_status_known"),
            models.CheckConstraint(
                condition=(Q(status="complete") & ~Q(outcome="") & Q(completed_at__isnull=False))
                | (~Q(status="complete") & Q(outcome="") & Q(completed_at__isnull=True)),
                name="step_completion_is_whole",
                violation_error_message="A complete step has its outcome and time, an open one has neither.",
            ),
        ]
        indexes = [models.Index(fields=["proposal", "status"])]

    def __str__(self) -> str:
        return self.title

    @property
    def recorded(self) -> list[dict[str, str]]:
        """What was recorded with it beside the outcome, in words: [{term, value}]."""
        return words.recorded(self.proposal.policy.pack, self.key, self.answers)

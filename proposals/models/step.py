"""Step rows: what must be complete before a state can be left, and how each ended."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self, cast

from django.db import models
from django.db.models import Q

from policies.schema import Step as PackStep
from proposals import words

if TYPE_CHECKING:
    from policies.schema import Outcome, Pack, StepKind

# What a step that was added for one proposal can end in; it never ends the proposal.
AD_HOC: dict[str, list[Outcome]] = {"consultation": ["done"], "signoff": ["approve", "request_changes"]}


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
    ad_hoc = models.BooleanField(default=False)  # added for this proposal alone
    reason = models.TextField(blank=True)  # why it was added
    person = models.ForeignKey(  # who completes it, where it was added for one person
        "accounts.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    sends_to = models.ForeignKey(  # the earlier step to which its outcome sends the proposal back
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    asked_by = models.ForeignKey(  # the later step, still ahead, that sent the proposal back to this one
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="asks"
    )
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
            models.CheckConstraint(
                condition=Q(ad_hoc=True) | Q(reason="", person__isnull=True),
                name="only_an_added_step_says_why",
                violation_error_message="Only a step that was added says why and names a person.",
            ),
        ]
        indexes = [
            models.Index(fields=["proposal", "status"]),
            models.Index(fields=["kind", "opened_at"], name="step_open", condition=Q(status="open")),
            models.Index(fields=["completed_by", "-completed_at"], name="step_done_by"),
        ]

    def __str__(self) -> str:
        return self.title

    def rules_in(self, pack: Pack) -> PackStep:
        """What the policy says of it; of a step that was added for this proposal alone, what was written down then."""
        if not self.ad_hoc:
            return pack.step(self.key)
        return PackStep.model_construct(
            id=self.key,
            kind=cast("StepKind", self.kind),
            title=self.title,
            help=self.reason,
            by=self.actor or None,
            outcomes=AD_HOC[self.kind],
            designee=self.person_id is None,
        )

    @property
    def recorded(self) -> list[dict[str, str]]:
        """What was recorded with it beside the outcome, in words: [{term, value}]."""
        return words.recorded(self.proposal.policy.pack, self.key, self.answers)

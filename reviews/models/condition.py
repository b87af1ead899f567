"""A condition of an approval, followed until it is met and accepted, or waived."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

import pgtrigger
from django.db import models
from django.db.models import Q

from proposals.models import Proposal

if TYPE_CHECKING:
    from accounts.models import Person


class ConditionState(models.TextChoices):
    OPEN = "open", "Open"
    MET = "met", "Said to be met"
    ACCEPTED = "accepted", "Met"
    WAIVED = "waived", "Waived"
    VOID = "void", "No longer asked"


PENDING = (ConditionState.OPEN, ConditionState.MET)
STOPPED = ("on_hold", "withdrawn", "declined")


class ConditionQuerySet(models.QuerySet["Condition"]):
    def pending(self) -> Self:
        """Neither accepted nor waived yet: what an approval still hangs on."""
        return self.filter(state__in=PENDING)

    def visible_to(self, person: Person) -> Self:
        """Whoever sees the proposal sees what its approval hangs on."""
        return self.filter(proposal__in=Proposal.objects.visible_to(person))

    def owed_by(self, person: Person) -> Self:
        """Open conditions of the person's own proposals, the earliest due first."""
        rows = self.filter(state=ConditionState.OPEN, proposal__proposers__person=person)
        return rows.living().order_by(models.F("due_on").asc(nulls_last=True), "pk")

    def living(self) -> Self:
        """Of proposals that go on: nothing is done about the others' now."""
        return self.exclude(proposal__state__in=STOPPED)


class Condition(models.Model):
    """One condition of the approval of a body, or of who signed. Its owners are the proposers."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    proposal = models.ForeignKey("proposals.Proposal", on_delete=models.PROTECT, related_name="conditions")
    step = models.ForeignKey("proposals.Step", on_delete=models.PROTECT, related_name="conditions")
    ballot = models.ForeignKey(  # none for a sign-off
        "reviews.Ballot", null=True, blank=True, on_delete=models.PROTECT, related_name="conditions"
    )
    place = models.PositiveSmallIntegerField()  # its number within the approval
    text = models.TextField()
    due_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=ConditionState.choices, default=ConditionState.OPEN)
    entered_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()
    met_by = models.ForeignKey(
        "accounts.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    met_at = models.DateTimeField(null=True, blank=True)
    evidence = models.TextField(blank=True)
    settled_by = models.ForeignKey(
        "accounts.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    settled_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True)  # why it was waived, sent back or is not asked any more

    objects = ConditionQuerySet.as_manager()

    class Meta:
        ordering = ("entered_at", "place")
        indexes = [models.Index(fields=["proposal", "state"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=ConditionState.values), name="condition_state_known"
            ),
            models.UniqueConstraint(fields=["step", "place"], name="condition_place_once"),
            models.CheckConstraint(
                condition=Q(met_by__isnull=True, met_at__isnull=True)
                | Q(met_by__isnull=False, met_at__isnull=False),
                name="condition_met_by_someone",
                violation_error_message="Who said that it is met is kept with when.",
            ),
            models.CheckConstraint(
                condition=~Q(state="met") | Q(met_at__isnull=False),
                name="condition_met_is_said",
                violation_error_message="A condition is met once somebody has said so.",
            ),
            models.CheckConstraint(
                condition=(Q(state__in=["accepted", "waived"]) & Q(settled_by__isnull=False))
                | (~Q(state__in=["accepted", "waived"]) & Q(settled_by__isnull=True)),
                name="condition_settled_by_someone",
                violation_error_message="A condition that is accepted or waived has its person.",
            ),
            models.CheckConstraint(
                condition=(Q(state__in=["accepted", "waived", "void"]) & Q(settled_at__isnull=False))
                | (Q(state__in=["open", "met"]) & Q(settled_at__isnull=True)),
                name="condition_settling_is_whole",
                violation_error_message="A condition that is settled has its time.",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="condition_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="settled_condition_is_final",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state__in=["accepted", "waived", "void"]),
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def clause(self) -> str:
        """The clause that asks for this approval."""
        return self.ballot.clause if self.ballot else self.step.clause

    @property
    def is_pending(self) -> bool:
        return self.state in PENDING

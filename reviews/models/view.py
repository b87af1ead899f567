"""An affected unit is asked for its view; where an answer is required, no step closes without it."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models import Role
from proposals.models import Proposal
from proposals.owing import grants_of

if TYPE_CHECKING:
    from accounts.models import Person


class AskedViewQuerySet(models.QuerySet["AskedView"]):
    def visible_to(self, person: Person) -> Self:
        """Those on proposals that the person may see: a unit's view is for everyone in the process."""
        return self.filter(proposal__in=Proposal.objects.visible_to(person).values("pk"))

    def waiting(self) -> Self:
        """Neither answered nor withdrawn."""
        return self.filter(answered_at__isnull=True, withdrawn_at__isnull=True)

    def asked_of(self, person: Person) -> Self:
        """Those that wait for the person: as head of the unit or of one above it, or for who is; never on their own."""
        heads = Q(pk__in=[])
        for grant in grants_of(person):
            if grant.role == Role.SECTION_HEAD:
                place = Q(unit__path__contains=f"/{grant.unit_id}/") if grant.unit_id else Q()
                heads |= Q(proposal__institution=grant.institution_id) & place
        own = person.proposerships.values("proposal")
        return self.waiting().filter(heads).exclude(proposal__in=own)


class AskedView(models.Model):
    """A unit asked for its view on a revision: for its information, or with an answer that must come first."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    proposal = models.ForeignKey("proposals.Proposal", on_delete=models.PROTECT, related_name="asked_views")
    revision = models.ForeignKey("proposals.Revision", on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey("accounts.Unit", on_delete=models.PROTECT, related_name="+")
    required = models.BooleanField(default=False)
    question = models.TextField(blank=True)
    asked_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        "accounts.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    on_behalf_of = models.ForeignKey(
        "accounts.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        "accounts.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    withdrawn_reason = models.TextField(blank=True)

    objects = AskedViewQuerySet.as_manager()

    class Meta:
        ordering = ("asked_at", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["proposal", "unit"],
                condition=Q(answered_at__isnull=True, withdrawn_at__isnull=True),
                name="view_asked_once_at_a_time",
                violation_error_message="This unit has been asked already and has not answered yet.",
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answered_by__isnull=True, answer="")
                | (Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(answer="")),
                name="view_answer_is_whole",
                violation_error_message="An answer has its words, its person and its time.",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdrawn_reason="")
                | (
                    Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False, answered_at__isnull=True)
                    & ~Q(withdrawn_reason="")
                ),
                name="view_withdrawal_is_whole",
                violation_error_message="A request is withdrawn by a person, with a reason, before it is answered.",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="asked_view_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="given_view_is_final",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__answered_at__isnull=False)
                | pgtrigger.Q(old__withdrawn_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"View of {self.unit}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("view_asked", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.answered_at is None and self.withdrawn_at is None

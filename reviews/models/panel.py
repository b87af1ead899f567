"""A body formed anew for one proposal, recorded with who was assigned to which seat."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from reviews.models.ballot import OVERSEERS

if TYPE_CHECKING:
    from accounts.models import Person


class PanelQuerySet(models.QuerySet["Panel"]):
    def visible_to(self, person: Person) -> Self:
        """Panels on which the person sits, and those of campuses where they manage, administer or hold an office."""
        if person.is_superuser:
            return self
        managed = person.grants.in_force().filter(role__in=OVERSEERS)
        sits = PanelMember.objects.filter(panel=OuterRef("pk"), person=person)
        return self.filter(Q(Exists(sits)) | Q(proposal__institution__in=managed.values("institution")))


class Panel(models.Model):
    """A subcommittee of one proposal (`formed = "proposal"` in the pack)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    proposal = models.ForeignKey("proposals.Proposal", on_delete=models.PROTECT, related_name="panels")
    body = models.CharField(max_length=40)
    formed_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    formed_at = models.DateTimeField()

    objects = PanelQuerySet.as_manager()

    class Meta:
        ordering = ("-formed_at",)
        constraints = [models.UniqueConstraint(fields=["proposal", "body"], name="panel_once")]

    def __str__(self) -> str:
        return f"{self.proposal.policy.pack.body(self.body).name} for “{self.proposal}”"


class PanelMember(models.Model):
    """Who sits on which seat of a panel."""

    panel = models.ForeignKey(Panel, on_delete=models.CASCADE, related_name="members")
    seat = models.CharField(max_length=40)
    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="panel_seats")
    chair = models.BooleanField(default=False)
    experienced = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["panel", "person"], name="panel_member_once")]

"""A body formed anew for one proposal, recorded with who was assigned to which seat."""

from __future__ import annotations

import uuid

from django.db import models


class Panel(models.Model):
    """A subcommittee of one proposal (`formed = "proposal"` in the pack)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    proposal = models.ForeignKey("proposals.Proposal", on_delete=models.PROTECT, related_name="panels")
    body = models.CharField(max_length=40)
    formed_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    formed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["proposal", "body"], name="panel_once")]


class PanelMember(models.Model):
    panel = models.ForeignKey(Panel, on_delete=models.CASCADE, related_name="members")
    seat = models.CharField(max_length=40)
    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="panel_seats")
    chair = models.BooleanField(default=False)
    experienced = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["panel", "person"], name="panel_member_once")]

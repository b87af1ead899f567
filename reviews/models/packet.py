"""The packet of a meeting: one PDF with all that its members read beforehand, made in the background."""

from __future__ import annotations

import uuid
from typing import Self

from django.db import models
from django.db.models import F, Q

from journal import clock
from reviews.models.meeting import Meeting


class PacketQuerySet(models.QuerySet["Packet"]):
    def behind(self) -> Self:
        """Those that do not show what they should: not made yet, or of an agenda that has changed since."""
        return self.exclude(wanted=F("shows"))

    def due(self) -> Self:
        """Those of them that nobody is making now, and whose time to be tried (again) has come."""
        now = clock.now()
        free = Q(claimed_until__isnull=True) | Q(claimed_until__lte=now)
        return self.behind().filter(free, due_at__lte=now)


class Packet(models.Model):
    """One edition of a meeting's packet. `withheld` lists what its readers may not see ("proposal:visibility" of comments);
    the edition of those who may see all is "".

    `wanted` and `shows` are the state of the agenda that it should show and that its file shows. The claim is a lease:
    a worker writes its file only under its own token.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="packets")
    edition = models.CharField(max_length=16, blank=True)
    withheld = models.JSONField(default=list)
    wanted = models.CharField(max_length=64)
    asked_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True, blank=True)
    claim_token = models.UUIDField(null=True, blank=True)
    done = models.PositiveSmallIntegerField(default=0)  # items gathered so far, while it is being made
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)  # why the last attempt failed, for people
    shows = models.CharField(max_length=64, blank=True)
    file = models.ForeignKey(
        "journal.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField(null=True, blank=True)

    objects = PacketQuerySet.as_manager()

    class Meta:
        ordering = ("asked_at", "pk")
        constraints = [
            models.UniqueConstraint(fields=["meeting", "edition"], name="packet_once_an_edition"),
            models.CheckConstraint(
                condition=Q(file__isnull=True, made_at__isnull=True, shows="")
                | (Q(file__isnull=False, made_at__isnull=False) & ~Q(shows="")),
                name="packet_is_whole",
                violation_error_message="A packet that was made has its file, its time and what it shows.",
            ),
            models.CheckConstraint(
                condition=Q(claimed_until__isnull=True, claim_token__isnull=True)
                | Q(claimed_until__isnull=False, claim_token__isnull=False),
                name="packet_claim_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"Packet of {self.meeting}"

    @property
    def is_behind(self) -> bool:
        return self.wanted != self.shows

    @property
    def is_being_made(self) -> bool:
        return self.claimed_until is not None and self.claimed_until > clock.now()

"""What platforms tell us of their own accord. Only the number of the event is kept: what it says is asked for."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q

from journal import clock


class EventQuerySet(models.QuerySet["WebhookEvent"]):
    """Events of platforms."""

    def waiting(self) -> Self:
        """Not asked about yet, or not to the end."""
        return self.filter(ended_at__isnull=True)

    def due(self) -> Self:
        """To be asked about now."""
        return self.waiting().filter(due_at__lte=clock.now())


class WebhookEvent(models.Model):
    """An event that somebody says happened at an account (`organization`) of a platform.

    Anybody can send one, so it counts for nothing until the platform, asked, knows it. `due_at` moves on before it is
    asked about, so that a worker that stops holds it up for a while only.
    """

    id = models.BigAutoField(primary_key=True)
    platform = models.CharField(max_length=20)
    organization = models.CharField(max_length=100)
    event = models.CharField(max_length=64)
    received_at = models.DateTimeField(default=clock.now)
    due_at = models.DateTimeField(default=clock.now)
    tries = models.PositiveSmallIntegerField(default=0)
    ended_at = models.DateTimeField(null=True, blank=True)
    # changed, nothing new, not ours, unknown there, given up
    outcome = models.CharField(max_length=20, blank=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ("received_at", "pk")
        constraints = [
            models.UniqueConstraint(fields=["platform", "organization", "event"], name="webhook_event_once"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, outcome="") | Q(ended_at__isnull=False) & ~Q(outcome=""),
                name="webhook_event_end_is_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="webhook_event_due", condition=Q(ended_at__isnull=True))
        ]

    def __str__(self) -> str:
        return f"{self.event} at {self.platform}"

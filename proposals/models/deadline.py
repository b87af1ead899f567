"""What is remembered of deadlines. The days themselves are computed from the calendar and never stored."""

from __future__ import annotations

from django.db import models


class MetDeadline(models.Model):
    """What was due has come in: when, by which act and whose. `deadline` is its key (`proposals.deadlines`)."""

    proposal = models.ForeignKey("proposals.Proposal", on_delete=models.PROTECT, related_name="met_deadlines")
    deadline = models.CharField(max_length=60)
    due_on = models.DateField()
    act = models.CharField(max_length=40)
    note = models.TextField(blank=True)
    met_at = models.DateTimeField()
    met_by = models.ForeignKey(
        "accounts.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ("met_at", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["proposal", "deadline"],
                name="deadline_met_once",
                violation_error_message="This has come in already.",
            )
        ]

    def __str__(self) -> str:
        return self.deadline


class Reminder(models.Model):
    """A reminder that was sent, so that it is not sent twice. `days` before the day; -1 is the day after.

    The day is part of it: when the office moves the dates of a term, people are reminded of the new day.
    """

    proposal = models.ForeignKey("proposals.Proposal", on_delete=models.CASCADE, related_name="reminders")
    deadline = models.CharField(max_length=60)
    due_on = models.DateField()
    days = models.SmallIntegerField()
    sent_at = models.DateTimeField()

    class Meta:
        ordering = ("sent_at", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["proposal", "deadline", "due_on", "days"], name="reminder_sent_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.deadline}, {self.days}"

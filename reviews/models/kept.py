"""What is kept of votes beside the one that stands: each as it was cast, and the counts of a secret ballot; and notices
of motions to rescind."""

from __future__ import annotations

import pgtrigger
from django.db import models

from reviews.models.ballot import Ballot
from reviews.models.vote import Vote


class VoteChange(models.Model):
    """Every vote as it was cast or changed; append-only."""

    vote = models.ForeignKey(Vote, on_delete=models.PROTECT, related_name="history")
    choice = models.CharField(max_length=30)
    comment = models.TextField(blank=True)
    conditions = models.JSONField(default=list)
    person = models.ForeignKey(
        "accounts.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        ordering = ("at",)
        triggers = [
            pgtrigger.Protect(name="vote_history_is_final", operation=pgtrigger.Update | pgtrigger.Delete),
        ]


class BallotBox(models.Model):
    """The choices of a secret ballot: a count for each, in one row that every vote rewrites, so that neither order
    nor time leads from a choice to a person."""

    ballot = models.OneToOneField(Ballot, on_delete=models.PROTECT, related_name="box")
    counts = models.JSONField(default=dict)

    class Meta:
        verbose_name_plural = "ballot boxes"


class MotionNotice(models.Model):
    """A member gave notice of a motion to rescind what a ballot decided; everybody in the body was told."""

    ballot = models.ForeignKey(Ballot, on_delete=models.PROTECT, related_name="motion_notices")
    by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    at = models.DateTimeField()

    class Meta:
        ordering = ("at",)
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(reason=""),
                name="notice_says_why",
                violation_error_message="A notice says why.",
            )
        ]
        triggers = [
            pgtrigger.Protect(name="notice_is_kept", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

"""What a programme director wrote to the graduates of an offering."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q


class GraduateLetter(models.Model):
    """One message to the graduates of an offering: the words, by whom, when, to how many."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    offering = models.ForeignKey(
        "learning.Offering", on_delete=models.PROTECT, related_name="graduate_letters"
    )
    subject = models.CharField(max_length=150)
    text = models.TextField()
    recipients = models.PositiveIntegerField()
    sent_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()

    class Meta:
        ordering = ("-sent_at",)
        constraints = [models.CheckConstraint(condition=~Q(subject=""), name="letter_has_a_subject")]

    def __str__(self) -> str:
        return self.subject

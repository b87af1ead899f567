"""Answers that met a co-proposer's: both texts are kept until, and after, their author has chosen."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse

if TYPE_CHECKING:
    from accounts.models import Person
    from proposals.models.document import Document


class Taken(models.TextChoices):
    THEIRS = "theirs", "What stands in the document"
    MINE = "mine", "What I wrote"
    TOGETHER = "together", "Both, written together"


class KeptAnswerQuerySet(models.QuerySet["KeptAnswer"]):
    def open(self) -> Self:
        """Nobody has chosen yet."""
        return self.filter(settled_at__isnull=True)

    def visible_to(self, person: Person) -> Self:
        """One's own; once settled, those of one's co-proposers too."""
        settled = Q(settled_at__isnull=False, document__proposal__proposers__person=person)
        return self.filter(Q(written_by=person) | settled).distinct()

    def waiting_for(self, person: Person, document: Document) -> Self:
        """This person's own texts for which a choice is open, oldest first."""
        rows = self.open().filter(document=document, written_by=person)
        return rows.select_related("other_by").order_by("written_at", "pk")


class KeptAnswer(models.Model):
    """What somebody wrote (`answer`) for a field whose answer (`other`) another had changed since the page was drawn.

    Null is "no answer". `sitting` names the page on which it was written: as one goes on writing there, the row follows.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    document = models.ForeignKey("proposals.Document", on_delete=models.PROTECT, related_name="kept_answers")
    field = models.CharField(max_length=100)  # "section.field"
    sitting = models.CharField(max_length=40)
    turn = models.BigIntegerField(default=0)  # rises with each message of the page
    answer = models.JSONField(null=True)
    written_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    other = models.JSONField(null=True)
    other_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, null=True, related_name="+")
    other_at = models.DateTimeField(null=True)
    taken = models.CharField(max_length=10, choices=Taken.choices, blank=True)
    settled_at = models.DateTimeField(null=True)

    objects = KeptAnswerQuerySet.as_manager()

    class Meta:
        ordering = ("written_at", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["document", "field", "written_by", "sitting"],
                condition=Q(settled_at__isnull=True),
                name="kept_answer_once_a_sitting",
            ),
            models.CheckConstraint(
                condition=Q(taken="") ^ Q(settled_at__isnull=False), name="settled_answer_says_what_was_taken"
            ),
            models.CheckConstraint(
                condition=Q(taken="") | Q(taken__in=Taken.values), name="kept_answer_choice_known"
            ),
            models.CheckConstraint(
                condition=Q(other_by__isnull=True) ^ Q(other_at__isnull=False),
                name="other_answer_has_author_and_time",
            ),
        ]

    def get_absolute_url(self) -> str:
        """Where its author compares and chooses."""
        return reverse("proposal_text", args=[self.document.proposal_id, self.pk])

"""What one person did in a ballot: the vote that stands, and stepping aside."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import F, Q


class Choice(models.TextChoices):
    APPROVE = "approve", "Approve"
    APPROVE_WITH_CONDITIONS = "approve_with_conditions", "Approve with conditions"
    REQUEST_CHANGES = "request_changes", "Request changes"
    DECLINE = "decline", "Decline"
    ABSTAIN = "abstain", "Abstain"
    RESCIND = "rescind", "Rescind it"
    KEEP = "keep", "Let it stand"


# The last word on a vote that races with the closing: the ballot's row is locked by both.
_ONLY_WHILE_OPEN = """
IF NOT EXISTS (SELECT 1 FROM reviews_ballot WHERE id = NEW.ballot_id AND state = 'open') THEN
    RAISE EXCEPTION 'pgtrigger: the ballot is not open';
END IF;
RETURN NEW;
"""


class Vote(models.Model):
    """The vote that stands for one line of the roll. In a secret ballot it is the participation alone: `choice` is
    empty, and the choice goes into the ballot's `BallotBox`."""

    ballot = models.ForeignKey("reviews.Ballot", on_delete=models.PROTECT, related_name="votes")
    seat = models.OneToOneField("reviews.BallotSeat", on_delete=models.PROTECT, related_name="vote")
    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    choice = models.CharField(max_length=30, choices=Choice.choices, blank=True)
    comment = models.TextField(blank=True)
    rubric = models.JSONField(default=dict)
    conditions = models.JSONField(default=list)  # what it asks for, where it approves with conditions
    on_behalf_of = models.ForeignKey(
        "accounts.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # the member for whom an alternate voted
    cast_at = models.DateTimeField()
    changes = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ballot", "person"],
                name="vote_once",
                violation_error_message="You have voted already.",
            ),
            models.CheckConstraint(condition=Q(choice__in=["", *Choice.values]), name="vote_choice_known"),
            models.CheckConstraint(
                condition=Q(on_behalf_of__isnull=True) | ~Q(on_behalf_of=F("person")),
                name="vote_for_someone_else",
                violation_error_message="Who votes for themselves acts on nobody's behalf.",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="vote_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="vote_needs_an_open_ballot",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=_ONLY_WHILE_OPEN,
            ),
        ]


class Recusal(models.Model):
    """A conflict of interest: declared by the member, automatic for proposers and, by pack, for members of their unit,
    or ruled by the chair."""

    ballot = models.ForeignKey("reviews.Ballot", on_delete=models.PROTECT, related_name="recusals")
    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    how = models.CharField(
        max_length=10,
        choices=[("declared", "Declared"), ("author", "Author"), ("unit", "Unit"), ("chair", "Ruled")],
    )
    reason = models.TextField(blank=True)
    at = models.DateTimeField()
    ruled_by = models.ForeignKey(
        "accounts.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ballot", "person"], name="recusal_once", violation_error_message="Recused already."
            ),
            models.CheckConstraint(
                condition=Q(how__in=["declared", "author", "unit", "chair"]), name="recusal_kind_known"
            ),
            models.CheckConstraint(
                condition=(Q(how="chair") & Q(ruled_by__isnull=False) & ~Q(reason=""))
                | (~Q(how="chair") & Q(ruled_by__isnull=True)),
                name="ruling_is_whole",
                violation_error_message="A ruling has its person and its reason.",
            ),
        ]

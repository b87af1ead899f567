"""A ballot is bound to one revision; its roll is frozen when it opens; each change of a vote is kept."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

import pgtrigger
from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from accounts.models import Person


class BallotState(models.TextChoices):
    OPEN = "open", "Open"
    CLOSED = "closed", "Closed"
    VOID = "void", "Void"


class Choice(models.TextChoices):
    APPROVE = "approve", "Approve"
    APPROVE_WITH_CONDITIONS = "approve_with_conditions", "Approve with conditions"
    REQUEST_CHANGES = "request_changes", "Request changes"
    DECLINE = "decline", "Decline"
    ABSTAIN = "abstain", "Abstain"


class BallotQuerySet(models.QuerySet["Ballot"]):
    def waiting_for(self, person: Person) -> Self:
        """Open ballots in which the person holds a voting seat, has not voted and is not recused."""
        return (
            self.filter(state=BallotState.OPEN, roll__person=person, roll__votes=True)
            .exclude(votes__in=Vote.objects.filter(person=person))
            .exclude(recusals__in=Recusal.objects.filter(person=person))
        )

    def visible_to(self, person: Person) -> Self:
        """Ballots of bodies on whose roll the person stands, and of campuses where the person manages or holds an office."""
        if person.is_superuser:
            return self
        managed = person.grants.in_force().filter(role__in=["programme_manager", "campus_administrator", "office_holder"])
        return self.filter(
            Q(roll__person=person) | Q(proposal__institution__in=managed.values("institution"))
        ).distinct()


class Ballot(models.Model):
    """One vote of one body on one revision. After closing, `tally` holds the arithmetic and `outcome` what it decided."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    proposal = models.ForeignKey("proposals.Proposal", on_delete=models.PROTECT, related_name="ballots")
    step = models.ForeignKey("proposals.Step", on_delete=models.PROTECT, related_name="ballots")
    revision = models.ForeignKey("proposals.Revision", on_delete=models.PROTECT, related_name="ballots")
    body = models.CharField(max_length=40)
    question = models.CharField(max_length=300)
    outcomes = models.JSONField()
    rule = models.JSONField()  # the VotingRule of the policy under which it opened
    state = models.CharField(max_length=10, choices=BallotState.choices, default=BallotState.OPEN)
    opened_at = models.DateTimeField()
    closes_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        "accounts.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    outcome = models.CharField(max_length=30, blank=True)  # an outcome, "no_decision" or "inquorate"
    tally = models.JSONField(default=dict)
    void_reason = models.CharField(max_length=200, blank=True)

    objects = BallotQuerySet.as_manager()

    class Meta:
        ordering = ("-opened_at",)
        constraints = [
            models.UniqueConstraint(fields=["step"], condition=Q(state="open"), name="one_open_ballot_a_step"),
            models.CheckConstraint(condition=Q(state__in=BallotState.values), name="ballot_state_known"),
            models.CheckConstraint(
                condition=(
                    Q(state="closed") & Q(closed_at__isnull=False) & Q(closed_by__isnull=False) & ~Q(outcome="")
                )
                | (~Q(state="closed") & Q(closed_at__isnull=True) & Q(closed_by__isnull=True) & Q(outcome="")),
                name="ballot_closing_is_whole",
                violation_error_message="A closed ballot has its time, its person and its outcome.",
            ),
        ]

    def __str__(self) -> str:
        return self.question


class BallotSeat(models.Model):
    """One line of the roll, frozen when the ballot opened."""

    ballot = models.ForeignKey(Ballot, on_delete=models.CASCADE, related_name="roll")
    seat = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    person = models.ForeignKey(
        "accounts.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # null: a vacant seat
    chair = models.BooleanField(default=False)
    votes = models.BooleanField(default=True)
    counts_for_quorum = models.BooleanField(default=True)

    class Meta:
        ordering = ("id",)
        constraints = [models.UniqueConstraint(fields=["ballot", "person"], name="one_person_one_vote_a_ballot")]


class Vote(models.Model):
    """The vote that stands for one line of the roll."""

    ballot = models.ForeignKey(Ballot, on_delete=models.PROTECT, related_name="votes")
    seat = models.OneToOneField(BallotSeat, on_delete=models.PROTECT, related_name="vote")
    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    choice = models.CharField(max_length=30, choices=Choice.choices)
    comment = models.TextField(blank=True)
    rubric = models.JSONField(default=dict)
    cast_at = models.DateTimeField()
    changes = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ballot", "person"],
                name="vote_once",
                violation_error_message="You have voted already.",
            ),
            models.CheckConstraint(condition=Q(choice__in=Choice.values), name="vote_choice_known"),
        ]


class VoteChange(models.Model):
    """Every vote as it was cast or changed; append-only."""

    vote = models.ForeignKey(Vote, on_delete=models.PROTECT, related_name="history")
    choice = models.CharField(max_length=30)
    comment = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ("at",)
        triggers = [
            pgtrigger.Protect(name="vote_history_is_final", operation=pgtrigger.Update | pgtrigger.Delete),
        ]


class Recusal(models.Model):
    """A conflict of interest: declared by the member, automatic for proposers, or ruled by the chair."""

    ballot = models.ForeignKey(Ballot, on_delete=models.PROTECT, related_name="recusals")
    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    how = models.CharField(max_length=10, choices=[("declared", "Declared"), ("author", "Author"), ("chair", "Ruled")])
    reason = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ballot", "person"], name="recusal_once", violation_error_message="Recused already."
            )
        ]

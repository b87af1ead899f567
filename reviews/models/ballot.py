"""A ballot is bound to one revision; its roll is frozen when it opens; each change of a vote is kept."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

import pgtrigger
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from journal import clock
from policies.schema import VotingRule
from reviews.models.alternate import acts_for

if TYPE_CHECKING:
    from accounts.models import Person
    from policies.schema import Body

# Recusals that an alternate, named by the member, does not mend.
CONFLICT_OF_THE_SEAT = ("author", "unit")
OVERSEERS = ("programme_manager", "campus_administrator", "office_holder")


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


def _line_of(person: Person) -> models.QuerySet[BallotSeat]:
    """The person's own line of an outer ballot's roll."""
    return BallotSeat.objects.filter(ballot=OuterRef("pk"), person=person)


class BallotQuerySet(models.QuerySet["Ballot"]):
    def open(self) -> Self:
        return self.filter(state=BallotState.OPEN)

    def under_way(self) -> Self:
        """Open, and neither past its closing time nor waiting for a proposal that is on hold."""
        due = Q(closes_at__isnull=False, closes_at__lte=clock.now())
        return self.open().exclude(due).exclude(proposal__state="on_hold")

    def waiting_for(self, person: Person) -> Self:
        """Ballots in which the person holds a voting seat, or acts for who does, has not voted and is not recused."""
        seats = BallotSeat.objects.filter(ballot=OuterRef("pk"), votes=True, vote__isnull=True)
        seats = seats.exclude(chair=True, ballot__rule__chair_votes="never")
        recusals = Recusal.objects.filter(ballot=OuterRef("pk"), person=person)
        voted = Vote.objects.filter(ballot=OuterRef("pk"), person=person)
        mine = Q(Exists(seats.filter(person=person)))
        if acts_for(person):
            others = Q(Exists(seats.acted_for_by(person))) & ~Q(Exists(voted)) & ~Q(Exists(_line_of(person)))
            mine |= others & ~Q(proposal__in=person.proposerships.values("proposal"))
        return self.under_way().filter(mine, ~Exists(recusals))

    def chaired_by(self, person: Person) -> Self:
        """Open ballots that the person closes."""
        seats = BallotSeat.objects.filter(ballot=OuterRef("pk"), person=person, chair=True)
        recusals = Recusal.objects.filter(ballot=OuterRef("pk"), person=person)
        return self.open().filter(Exists(seats), ~Exists(recusals))

    def decided_with(self, person: Person) -> Self:
        """Closed ballots on whose roll the person stood, latest first."""
        seats = BallotSeat.objects.filter(ballot=OuterRef("pk"), person=person)
        return self.filter(Exists(seats), state=BallotState.CLOSED).order_by("-closed_at")

    def visible_to(self, person: Person) -> Self:
        """Ballots of bodies on whose roll the person stands or whose proposal is theirs, and those of campuses
        where the person manages, administers or holds an office."""
        if not person.is_active:
            return self.none()
        if person.is_superuser:
            return self
        managed = person.grants.in_force().filter(role__in=OVERSEERS)
        acting = BallotSeat.objects.filter(ballot=OuterRef("pk")).acted_for_by(person)
        return self.filter(
            Q(Exists(_line_of(person)))
            | (Q(Exists(acting)) if acts_for(person) else Q(pk__in=[]))
            | Q(proposal__in=person.proposerships.values("proposal"))
            | Q(proposal__institution__in=managed.values("institution"))
        )


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
        indexes = [
            models.Index(fields=["-closed_at"], name="ballot_closed_lately", condition=Q(state="closed"))
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["step"], condition=Q(state="open"), name="one_open_ballot_a_step"
            ),
            models.CheckConstraint(condition=Q(state__in=BallotState.values), name="ballot_state_known"),
            models.CheckConstraint(
                condition=(
                    Q(state="closed")
                    & Q(closed_at__isnull=False)
                    & Q(closed_by__isnull=False)
                    & ~Q(outcome="")
                )
                | (
                    ~Q(state="closed") & Q(closed_at__isnull=True) & Q(closed_by__isnull=True) & Q(outcome="")
                ),
                name="ballot_closing_is_whole",
                violation_error_message="A closed ballot has its time, its person and its outcome.",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="closed_ballot_is_final",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__state__in=["closed", "void"]),
            ),
        ]

    def __str__(self) -> str:
        return self.question

    @property
    def voting_rule(self) -> VotingRule:
        """The rule under which it opened."""
        return VotingRule.model_validate(self.rule)

    @property
    def body_rules(self) -> Body:
        """The body as the proposal's policy describes it."""
        return self.proposal.policy.pack.body(self.body)

    @property
    def clause(self) -> str:
        """The clause that asks for this vote."""
        return self.step.clause or self.body_rules.clause

    @property
    def secret(self) -> bool:
        return bool(self.rule.get("secret"))


class BallotSeatQuerySet(models.QuerySet["BallotSeat"]):
    def acted_for_by(self, person: Person) -> Self:
        """Lines on which the person may vote today as its holder's alternate; never where the holder proposes or is of
        the unit that does, since whom they name would stand in the same conflict."""
        named = Q(pk__in=[])
        for campus, body, member in acts_for(person):
            named |= Q(ballot__proposal__institution=campus, ballot__body=body, person=member)
        stays = Recusal.objects.filter(
            ballot=OuterRef("ballot"), person=OuterRef("person"), how__in=CONFLICT_OF_THE_SEAT
        )
        return self.filter(named, ~Exists(stays), alternates=True)


class BallotSeat(models.Model):
    """One line of the roll, frozen when the ballot opened."""

    ballot = models.ForeignKey(Ballot, on_delete=models.PROTECT, related_name="roll")
    seat = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    person = models.ForeignKey(
        "accounts.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # null: a vacant seat
    chair = models.BooleanField(default=False)
    votes = models.BooleanField(default=True)
    counts_for_quorum = models.BooleanField(default=True)
    alternates = models.BooleanField(default=False)  # whether an alternate of its holder may vote

    objects = BallotSeatQuerySet.as_manager()

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(
                fields=["ballot", "person"],
                name="one_person_one_vote_a_ballot",
                violation_error_message="One person holds one seat of a body, and has one vote.",
            )
        ]
        triggers = [
            pgtrigger.Protect(name="roll_is_frozen", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.title}: {self.person or 'vacant'}"


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

    ballot = models.ForeignKey(Ballot, on_delete=models.PROTECT, related_name="votes")
    seat = models.OneToOneField(BallotSeat, on_delete=models.PROTECT, related_name="vote")
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

    ballot = models.ForeignKey(Ballot, on_delete=models.PROTECT, related_name="recusals")
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

"""A ballot is bound to one revision; its roll is frozen when it opens; each change of a vote is kept."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

import pgtrigger
from django.db import models
from django.db.models import Exists, OuterRef, Q

from credentials.reach import grants_of
from journal import clock
from policies.schema import VotingRule
from reviews.models.alternate import acts_for
from reviews.models.joining import before_their_time
from reviews.models.roll import BallotSeat, may_preside
from reviews.models.vote import Recusal, Vote

if TYPE_CHECKING:
    from accounts.models import Person
    from policies.schema import Body

OVERSEERS = ("programme_manager", "campus_administrator", "office_holder")


class BallotState(models.TextChoices):
    OPEN = "open", "Open"
    CLOSED = "closed", "Closed"
    VOID = "void", "Void"


class BallotKind(models.TextChoices):
    DECIDE = "decide", "Decides"
    RECONSIDER = "reconsider", "Decides anew"
    RESCIND = "rescind", "Rescinds"


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

    def deciding(self) -> Self:
        """Those that answer what their step asks, not whether an earlier answer is rescinded."""
        return self.exclude(kind=BallotKind.RESCIND)

    def chaired_by(self, person: Person) -> Self:
        """Open ballots that the person closes: over which they preside, or for which they stand in because nobody can."""
        managed = {
            g.institution_id for g in grants_of(person) if g.role == "programme_manager" and not g.unit_id
        }
        presides = may_preside(person)
        if not (presides or managed):
            return self.none()
        presiding = BallotSeat.objects.filter(ballot=OuterRef("pk")).presiding(person)
        closes = Q(Exists(presiding.filter(person=person))) if presides else Q(pk__in=[])
        if managed:
            own = Q(proposal__in=person.proposerships.values("proposal"))
            closes |= Q(proposal__institution__in=managed) & ~Q(Exists(presiding)) & ~own
        return self.open().filter(closes)

    def decided_with(self, person: Person) -> Self:
        """Closed ballots on whose roll the person stood, latest first."""
        seats = BallotSeat.objects.filter(ballot=OuterRef("pk"), person=person)
        return self.filter(Exists(seats), state=BallotState.CLOSED).order_by("-closed_at")

    def visible_to(self, person: Person) -> Self:
        """Ballots on whose roll the person stands or whose proposal is theirs, earlier ones of bodies that they joined
        since, and those of campuses where the person, or somebody who named them designee, manages, administers or
        holds an office."""
        if not person.is_active:
            return self.none()
        if person.is_superuser:
            return self
        overseen = {grant.institution_id for grant in grants_of(person) if grant.role in OVERSEERS}
        acting = BallotSeat.objects.filter(ballot=OuterRef("pk")).acted_for_by(person)
        return self.filter(
            Q(Exists(_line_of(person)))
            | (Q(Exists(acting)) if acts_for(person) else Q(pk__in=[]))
            | Q(proposal__in=person.proposerships.values("proposal"))
            | Q(proposal__institution__in=overseen)
            | before_their_time(person)
        )


class Ballot(models.Model):
    """One vote of one body on one revision. After closing, `tally` holds the arithmetic and `outcome` what it decided.

    One that decides anew or rescinds takes up an earlier ballot (`takes_up`) on a member's motion: whose, why and, of
    a motion to rescind, when notice of it was given.
    """

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
    kind = models.CharField(max_length=10, choices=BallotKind.choices, default=BallotKind.DECIDE)
    takes_up = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="taken_up_by"
    )
    moved_by = models.ForeignKey(
        "accounts.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    motion = models.TextField(blank=True)  # why, in the mover's words
    noticed_at = models.DateTimeField(null=True, blank=True)

    objects = BallotQuerySet.as_manager()

    class Meta:
        ordering = ("-opened_at",)
        indexes = [
            models.Index(fields=["-closed_at"], name="ballot_closed_lately", condition=Q(state="closed")),
            models.Index(fields=["body", "opened_at"], name="ballot_of_a_body"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["step"], condition=Q(state="open"), name="one_open_ballot_a_step"
            ),
            models.CheckConstraint(condition=Q(state__in=BallotState.values), name="ballot_state_known"),
            models.CheckConstraint(
                condition=(
                    Q(kind="decide")
                    & Q(takes_up__isnull=True)
                    & Q(moved_by__isnull=True)
                    & Q(motion="")
                    & Q(noticed_at__isnull=True)
                )
                | (
                    Q(kind__in=["reconsider", "rescind"])
                    & Q(takes_up__isnull=False)
                    & Q(moved_by__isnull=False)
                    & ~Q(motion="")
                ),
                name="ballot_motion_is_whole",
                violation_error_message="A vote on an earlier decision names that decision, its mover and the reason.",
            ),
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

    @property
    def rescinds(self) -> bool:
        """Whether it asks if an earlier decision is rescinded."""
        return self.kind == BallotKind.RESCIND

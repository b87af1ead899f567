"""A proposal and its state, which only the moves of `proposals.machine` write, called by `proposals.actions`."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django_fsm import FSMModelMixin

from accounts.models import Role
from accounts.once import once
from credentials.reach import grants_of
from proposals.hooks import also_visible
from proposals.machine import Moves, StateField
from proposals.models.step import Step
from proposals.states import State

if TYPE_CHECKING:
    from accounts.models import Person


class ProposalKind(models.TextChoices):
    NEW = "new", "New credential"
    CHANGE = "change", "Change"
    MOVE_TO_CREDIT = "move_to_credit", "Move to credit"
    RETIRE = "retire", "Retire"


# Roles that by themselves show nothing of other people's proposals.
UNSEEING = (Role.PROPOSER, Role.ISSUER, Role.ASSESSOR)


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def visible_to(self, person: Person) -> Self:
        """One's own, and once submitted those of a campus where the person reviews, signs or manages.

        Never another campus's, unless given a role, a seat or a proposal to judge or to sign there.
        """
        own = Q(pk__in=Proposer.objects.filter(person=person).values("proposal"))
        asked = Q(pk__in=Step.objects.filter(person=person).values("proposal"))
        if not person.is_active:
            return self.none()
        if person.is_superuser:
            return self.filter(own | Q(submitted_at__isnull=False))
        here = Q(institution__in=_reviewed_by(person))
        return self.filter(own | (Q(submitted_at__isnull=False) & (here | asked | also_visible(person))))

    def reviewed_by(self, person: Person) -> Self:
        """Of what the person may see all that was submitted where they review, sign or manage: found by two columns."""
        if not person.is_active:
            return self.none()
        submitted = self.filter(submitted_at__isnull=False)
        return submitted if person.is_superuser else submitted.filter(institution__in=_reviewed_by(person))

    def waiting(self) -> Self:
        """Under way: neither finished nor put aside."""
        return self.exclude(
            state__in=[State.ESTABLISHED, State.DECLINED, State.WITHDRAWN, State.LAPSED, State.RETIRED]
        )


class Proposal(Moves, FSMModelMixin, models.Model):
    """From idea to established credential. `version` rises with every change, so that a stale page is noticed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    institution = models.ForeignKey(
        "accounts.Institution", on_delete=models.PROTECT, related_name="proposals"
    )
    unit = models.ForeignKey("accounts.Unit", on_delete=models.PROTECT, related_name="proposals")
    kind = models.CharField(max_length=20, choices=ProposalKind.choices, default=ProposalKind.NEW)
    type = models.CharField(max_length=40)
    title = models.CharField(max_length=200, blank=True)  # follows the answer that the pack maps to the title
    state = StateField(max_length=20, choices=State.choices, protected=True)
    policy = models.ForeignKey("accounts.AdoptedPolicy", on_delete=models.PROTECT, related_name="proposals")
    definition = models.ForeignKey(
        "credentials.Definition", null=True, blank=True, on_delete=models.PROTECT, related_name="proposals"
    )
    returned_from = models.ForeignKey(
        "proposals.Step", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    held_from = models.CharField(max_length=20, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    submitted_at = models.DateTimeField(
        null=True, blank=True
    )  # first submission; before it only proposers see it
    state_since = models.DateTimeField()
    extensions = models.PositiveSmallIntegerField(default=0)  # how often its pilot was extended

    objects = ProposalQuerySet.as_manager()

    class Meta:
        ordering = ("-state_since",)
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="proposal_state_known"),
            models.CheckConstraint(condition=Q(kind__in=ProposalKind.values), name="proposal_kind_known"),
            models.CheckConstraint(
                condition=Q(state="on_hold") ^ Q(held_from=""),
                name="held_proposal_knows_where_from",
                violation_error_message="A held proposal remembers where it was, and only a held one does.",
            ),
            models.CheckConstraint(
                condition=~Q(state="changes_requested") | Q(returned_from__isnull=False),
                name="sent_back_knows_where_from",
                violation_error_message="A proposal that was sent back remembers which step sent it back.",
            ),
            models.CheckConstraint(
                condition=Q(kind="new") | Q(definition__isnull=False),
                name="change_names_a_definition",
                violation_error_message="A change, a move to credit or a retirement names the credential it is about.",
            ),
        ]
        indexes = [models.Index(fields=["institution", "state"])]

    def __str__(self) -> str:
        return self.title or "Untitled proposal"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("proposal", args=[self.pk])


def _reviewed_by(person: Person) -> set[uuid.UUID]:
    """The campuses where the person reviews, signs or manages today, for themselves or for somebody."""
    roles = {g.institution_id for g in grants_of(person) if g.role not in UNSEEING}
    return roles | once(person, "campuses where they sit", lambda: _seated(person))


def _seated(person: Person) -> set[uuid.UUID]:
    return set(person.holdings.in_force().values_list("institution", flat=True))


class Proposer(models.Model):
    """Who proposes; a proposal may ask for two or more."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="proposers")
    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="proposerships")
    added_at = models.DateTimeField()

    class Meta:
        ordering = ("added_at", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["proposal", "person"],
                name="proposer_once",
                violation_error_message="This person is a proposer already.",
            )
        ]

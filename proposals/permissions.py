"""Who may perform which move: by role in the proposal's unit, by office, or as one of its proposers."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied

from accounts.authority import Authority, authority
from accounts.models import Person, Role, RoleGrant
from policies.reasons import Reason
from proposals.states import State

if TYPE_CHECKING:
    from collections.abc import Iterable

    from accounts.models import Institution
    from policies.schema import Pack
    from proposals.models import Proposal, Step

PROPOSER = "proposer"
BY_PROPOSERS = ("submit", "resubmit", "file_full_proposal", "withdraw")
OF_A_STEP = ("send_back", "hand_back", "undo")  # begun on the page of a step
# A step, the clock or the body that decided does it.
BY_NOBODY = ("request_changes", *OF_A_STEP, "lapse", "reconsider")
# What decides on a proposal, and so is never done by one of its proposers.
DECIDING = ("open_proposal", "advance", "decline", "extend_pilot", "retire")
OWN = Reason("You are one of its proposers: somebody else has to decide this.")


def actor_for(proposal: Proposal, move: str) -> str:
    """Who performs a move by hand: a role, "office:<id>" or the proposers; "" when it happens by itself."""
    if move in BY_PROPOSERS:
        return PROPOSER
    if move in BY_NOBODY:
        return ""
    pack = proposal.policy.pack
    if move == "open_proposal":
        return officer(pack, State.INTENT)
    if move == "advance":
        return "" if proposal.state == State.INTENT else officer(pack, proposal.state)
    if move == "extend_pilot" and pack.pilot and pack.pilot.extension_by:
        return pack.pilot.extension_by
    return str(Role.PROGRAMME_MANAGER)


def no_proposers(people: Iterable[Person], institution: Institution) -> list[Reason]:
    """A reason for each of these people who proposes for no unit of the campus."""
    grants = RoleGrant.objects.in_force().filter(institution=institution, role=Role.PROPOSER)
    known = set(grants.filter(person__is_active=True).values_list("person", flat=True))
    strangers = [person for person in people if person.pk not in known]
    clause = institution.policy.pack.proposing.clause if strangers else ""
    return [Reason(f"{person} is no proposer at {institution}.", clause, "proposers") for person in strangers]


def officer(pack: Pack, state: str) -> str:
    """Who moves a proposal on from this state by hand; "" when it moves by itself."""
    return (pack.stage(state).officer or "") if pack.has_stage(state) else ""


class Standpoint:
    """One person before one proposal. Looks things up once, so that asking about every move costs the same."""

    def __init__(self, proposal: Proposal, person: Person, *, seen: bool = False) -> None:
        self.proposal = proposal
        self.person = person
        self._seen = seen  # whether the proposal was found among what the person sees
        self._known: dict[tuple[str, bool], Authority | None] = {}

    @cached_property
    def proposes(self) -> bool:
        """Whether the person is one of the proposers."""
        rows = self.proposal.proposers.all()
        return self.person.is_active and any(row.person_id == self.person.pk for row in rows)

    @cached_property
    def sees(self) -> bool:
        """Whether the person may see the proposal at all."""
        return (
            self._seen
            or self.proposes
            or type(self.proposal).objects.visible_to(self.person).filter(pk=self.proposal.pk).exists()
        )

    def authority(self, actor: str, *, designee: bool = True) -> Authority | None:
        """In which right the person acts as `actor` here; before the first submission only proposers act."""
        if not self.person.is_active:
            return None
        if actor == PROPOSER:
            return Authority(self.person, PROPOSER, None) if self.proposes else None
        if self.proposal.submitted_at is None or not actor:
            return None
        key = (actor, designee)
        if key not in self._known:
            campus, unit = self.proposal.institution, self.proposal.unit
            self._known[key] = authority(self.person, actor, campus, unit, designee=designee)
        return self._known[key]

    def acts_in(self, step: Step) -> Authority | None:
        """In which right the person completes this step (a ballot's chair is known to the body's own app)."""
        if step.person_id:
            named = self.person.is_active and self.person.pk == step.person_id
            return Authority(self.person, "") if named else None
        return self.authority(step.actor, designee=step.rules_in(self.proposal.policy.pack).designee)

    def may(self, move: str) -> bool:
        """Whether the move is this person's to make, or nobody's, so that the reasons say how it comes about."""
        actor = actor_for(self.proposal, move)
        return bool(self.authority(actor)) if actor else self.sees

    def right_to(self, move: str) -> Authority | None:
        """In which right the person makes the move; None for a move that is nobody's. Raises PermissionDenied."""
        if not self.may(move):
            raise PermissionDenied("This is not yours to do.")
        return self.authority(actor_for(self.proposal, move))

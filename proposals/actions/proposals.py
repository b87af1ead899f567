"""Beginning a proposal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.authority import authority
from accounts.models import Institution, Role
from journal import clock
from journal.actions import record
from policies import engine
from policies.reasons import Reason, refuse_if
from proposals import credit, routes
from proposals.actions import documents, progress
from proposals.models import Proposal, ProposalKind, Proposer
from proposals.permissions import no_proposers
from proposals.states import FORM_IN

if TYPE_CHECKING:
    from collections.abc import Iterable

    from accounts.models import Person, Unit
    from credentials.models import Definition


@transaction.atomic
def start(
    *,
    institution: Institution,
    unit: Unit,
    type: str,
    proposers: Iterable[Person],
    by: Person,
    answers: dict[str, Any] | None = None,
    kind: str = ProposalKind.NEW,
    definition: Definition | None = None,
) -> Proposal:
    """Begin a draft in the first state of the campus's route; `by` is one of its proposers, listed or not.

    Effects: the proposal under the policy in force, its first document, its proposers, an entry in its record.
    Only the proposers see it until it is submitted. PermissionDenied unless `by` may propose for the unit. Refused
    for a type or a kind of unit that the policy refuses, a unit or definition of another campus, a proposer who is
    none here, and answers that cannot be stored.
    """
    if authority(by, Role.PROPOSER, institution, unit) is None:
        raise PermissionDenied("You do not propose for this unit.")
    # Until this draft is there, no other revision is put in force: a draft is always under the one that is.
    institution = Institution.objects.select_for_update(no_key=True).get(pk=institution.pk)
    now, policy = clock.now(), institution.policy
    state = routes.first_state(policy.pack)
    proposal = Proposal(institution=institution, unit=unit, kind=kind, type=type, state=state, policy=policy)
    proposal.definition, proposal.created_by = definition, by
    proposal.created_at = proposal.state_since = now
    team = list(dict.fromkeys([by, *proposers]))
    cleaned, unfit = engine.clean(policy.pack, FORM_IN[state], answers or {})
    refuse_if([*_against(proposal, team), *unfit])
    proposal.save()
    Proposer.objects.bulk_create(Proposer(proposal=proposal, person=person, added_at=now) for person in team)
    document = documents.begin(proposal=proposal, form=FORM_IN[state], by=by, answers=cleaned)
    proposal.title = documents.title_of(proposal, document)
    proposal.save(update_fields=["title"])
    progress.enter(proposal=proposal, by=by)
    _write(proposal, team, by)
    return proposal


def _write(proposal: Proposal, team: list[Person], by: Person) -> None:
    record.write(
        subject_kind="proposal",
        subject_id=proposal.pk,
        institution=proposal.institution,
        act="start",
        by=by,
        detail={
            "type": proposal.type,
            "kind": proposal.kind,
            "policy": proposal.policy.hash,
            "proposers": [person.pk for person in team],
        },
    )


def _against(proposal: Proposal, team: list[Person]) -> list[Reason]:
    """Everything that speaks against beginning it."""
    campus, definition, found = proposal.institution, proposal.definition, []
    refused = engine.type_refusal(proposal.policy.pack, proposal.type)
    if refused:
        found.append(Reason(refused.text, refused.clause, "type"))
    unfit = engine.unit_refusal(proposal.policy.pack, proposal.unit.kind)
    found += [unfit] if unfit else []
    if proposal.unit.institution_id != campus.pk:
        found.append(Reason(f"{proposal.unit} is not a unit of {campus}.", field="unit"))
    found += no_proposers(team[1:], campus)
    if proposal.kind == ProposalKind.NEW and definition is not None:
        found.append(Reason("A new credential has no definition yet.", field="definition"))
    if proposal.kind != ProposalKind.NEW and (definition is None or definition.institution_id != campus.pk):
        found.append(Reason("Say which credential of this campus it is about.", field="definition"))
    return found or credit.against(proposal)

"""What must never break is repeated by the database, and has a sentence for people."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from proposals.models import Document, Proposal, Proposer, Revision, Step
from proposals.states import State
from tests.proposals import walking


def broken(query, **values):
    """The name of the constraint that refuses this update."""
    with pytest.raises(IntegrityError) as raised, transaction.atomic():
        query.update(**values)
    return raised.value.__cause__.diag.constraint_name


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"state": "limbo"}, "proposal_state_known"),
        ({"state": "on_hold"}, "held_proposal_knows_where_from"),
        ({"held_from": "intent"}, "held_proposal_knows_where_from"),
        ({"state": "changes_requested"}, "sent_back_knows_where_from"),
        ({"kind": "change"}, "change_names_a_definition"),
    ],
)
def test_a_proposal_that_cannot_be(campus, values, constraint):
    proposal = walking.model_draft(campus("model"))
    assert broken(Proposal.objects.filter(pk=proposal.pk), **values) == constraint


def test_a_proposal_is_of_a_known_kind(campus):
    proposal = walking.model_pilot(campus("model"))  # one with a definition
    assert broken(Proposal.objects.filter(pk=proposal.pk), kind="dream") == "proposal_kind_known"


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"status": "lost"}, "step_status_known"),
        ({"status": "complete"}, "step_completion_is_whole"),
        ({"outcome": "approve"}, "step_completion_is_whole"),
    ],
)
def test_a_step_that_cannot_be(campus, values, constraint):
    proposal = walking.model_draft(campus("model"))
    assert broken(Step.objects.filter(proposal=proposal, key="file_intent"), **values) == constraint


def test_one_row_a_step_and_round_counts(campus):
    proposal = walking.model_draft(campus("model"))
    assert broken(Step.objects.filter(proposal=proposal), key="file_intent") == "step_once_a_round"


def test_a_form_is_one_of_three(campus):
    proposal = walking.model_draft(campus("model"))
    assert broken(Document.objects.filter(proposal=proposal), form="poem") == "document_form_known"


def test_what_there_is_once(campus):
    at = campus("model")
    proposal = walking.model_committee_review(at)
    assert broken(Document.objects.filter(proposal=proposal), form="intent") == "document_once_a_form"
    with pytest.raises(IntegrityError, match="proposer_once"), transaction.atomic():
        Proposer.objects.create(proposal=proposal, person=at.proposer, added_at=proposal.created_at)
    first = proposal.revisions.get(number=1)
    first.pk, first._state.adding = None, True
    with pytest.raises(IntegrityError, match="revision_number_once"), transaction.atomic():
        first.save()
    assert Revision.objects.count() == 2


def test_each_has_a_sentence_for_people(campus):
    at = campus("model")
    proposal = walking.model_draft(at)
    held = Proposal(
        institution=at.institution,
        unit=at.unit,
        type="badge",
        state=State.INTENT,
        held_from="proposal",
        policy=proposal.policy,
    )
    with pytest.raises(ValidationError, match="A held proposal remembers where it was"):
        held.validate_constraints()
    twice = Proposer(proposal=proposal, person=at.proposer, added_at=proposal.created_at)
    with pytest.raises(ValidationError, match="This person is a proposer already."):
        twice.validate_constraints()
    step = proposal.steps.get(key="file_intent")
    step.outcome = "done"
    with pytest.raises(ValidationError, match="A complete step has its outcome and time"):
        step.validate_constraints()

"""A revision is put in force while drafts are begun, saved and submitted: none is left between two revisions."""

import copy

import pytest

from accounts.actions import policies
from policies.schema import Pack
from proposals.actions import transitions
from proposals.models import Proposal
from tests.policies.examples import MODEL
from tests.proposals.test_concurrency import together
from tests.proposals.walking import fresh, model_draft, start
from tests.support import make_campus


@pytest.fixture
def model(transactional_db):
    return make_campus("model")


def next_revision(model):
    data = copy.deepcopy(model.pack.model_dump(mode="json"))
    data["policy"]["revision"] = "next"
    return Pack.model_validate(data)


def adopt(model):
    policies.adopt(institution=model.institution, pack=next_revision(model), by=model.administrator)


def test_drafts_begun_meanwhile_are_all_under_the_revision_in_force(model):
    begun = [lambda: start(model, {"idea": MODEL["idea"]}) for _ in range(6)]
    assert together(*begun, lambda: adopt(model)) == ["done"] * 7
    assert set(Proposal.objects.values_list("policy__revision", flat=True)) == {"next"}
    assert Proposal.objects.count() == 6


def test_a_draft_submitted_meanwhile_is_under_one_revision_for_good(model):
    drafts = [model_draft(model) for _ in range(5)]
    submits = [
        lambda draft=draft: transitions.perform(proposal=draft, transition="submit", by=model.proposer)
        for draft in drafts
    ]
    assert together(*submits, lambda: adopt(model)) == ["done"] * 6
    adopted = model.institution.policies.get(revision="next")
    for draft in drafts:
        row = fresh(draft)
        assert row.submitted_at is not None
        assert row.steps.filter(status="open").count() == 1
        assert row.policy == adopted or row.policy.revision == model.pack.policy.revision

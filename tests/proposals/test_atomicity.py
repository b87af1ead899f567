"""All or nothing: when anything fails on the way, nothing of the act remains."""

import pytest
from django.apps import apps
from django.template import TemplateSyntaxError

from journal.actions import mail
from proposals import hooks
from tests.proposals import walking
from tests.proposals.walking import finish, move

COUNTED = ("proposals", "journal", "credentials")


def everything():
    """Every row of the apps that a move writes to."""
    models = [model for label in COUNTED for model in apps.get_app_config(label).get_models()]
    return {model._meta.label: sorted(map(repr, model.objects.values())) for model in models}


def fails(*args, **kwargs):
    raise TemplateSyntaxError("A mail's template is broken.")


ACTS = {
    "submit": (walking.model_proposal, lambda at, p: move(p, "submit", at.proposer)),
    "the last signature before the pilot": (
        walking.model_unit_approval,
        lambda at, p: finish(at, p, "dean_signoff"),
    ),
    "a vote that sends it back": (
        walking.model_committee_review,
        lambda at, p: finish(at, p, "committee_ballot", "request_changes"),
    ),
    "resubmit": (walking.model_changes_requested, lambda at, p: move(p, "resubmit", at.proposer)),
    "file_full_proposal": (walking.model_pilot, lambda at, p: move(p, "file_full_proposal", at.proposer)),
    "withdraw from the pilot": (walking.model_pilot, lambda at, p: move(p, "withdraw", at.proposer)),
}


@pytest.mark.parametrize("name", ACTS)
def test_nothing_remains_when_a_mail_cannot_be_written(campus, monkeypatch, name):
    at = campus("model")
    reach, act = ACTS[name]
    proposal = reach(at)
    before = everything()
    monkeypatch.setattr(mail, "_text", fails)
    with pytest.raises(TemplateSyntaxError):
        act(at, proposal)
    assert everything() == before


def test_nothing_remains_when_the_next_step_cannot_be_opened(campus, noted, monkeypatch):
    at = campus("model")
    proposal = walking.model_proposal(at)
    before = everything()
    monkeypatch.setattr(hooks.step_handler("ballot"), "opened", fails)
    with pytest.raises(TemplateSyntaxError):
        move(proposal, "submit", at.proposer)
    assert everything() == before

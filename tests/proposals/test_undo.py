"""A wrong click: who completed a step takes it back within the policy's minutes, while nobody has acted on it."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied

from journal import clock
from journal.models import Entry, Mail
from policies.reasons import Refused
from proposals import moves, undoing
from proposals.actions import transitions
from proposals.actions.undoing import undo
from proposals.models import Step
from tests.proposals import walking
from tests.proposals.packs import ruled
from tests.proposals.walking import finish, fresh, move, open_keys, save


def done(proposal, key):
    return Step.objects.filter(proposal=proposal, key=key, status="complete").order_by("-round").first()


def signed(at, outcome="approve", note=""):
    """The supervisor of Montana's example has just signed."""
    proposal = move(walking.montana_draft(at), "submit", at.proposer)
    finish(at, proposal, "supervisor_signoff", outcome, note)
    return fresh(proposal)


def test_the_step_is_open_again_and_the_record_keeps_both(campus):
    at = campus("montana")
    proposal = signed(at)
    undo(step=done(proposal, "supervisor_signoff"), by=at.supervisor)
    assert open_keys(proposal) == ["supervisor_signoff"]
    row = Step.objects.get(proposal=proposal, key="supervisor_signoff")
    assert (row.outcome, row.note, row.completed_at, row.completed_by) == ("", "", None, None)
    entries = list(Entry.objects.about("proposal", proposal.pk))
    assert [entry.act for entry in entries[-2:]] == ["step", "undo"]
    assert (entries[-1].by, entries[-1].detail["outcome"]) == (at.supervisor, "approve")
    for key in ("supervisor_signoff", "section_head_signoff", "um_online_signoff"):
        finish(at, proposal, key)
    assert fresh(proposal).state == "pilot"


@pytest.mark.parametrize(
    ("outcome", "after"), [("request_changes", "changes_requested"), ("decline", "declined")]
)
def test_what_was_sent_back_or_declined_comes_back(campus, outcome, after):
    at = campus("montana")
    proposal = signed(at, outcome, "A wrong click.")
    assert proposal.state == after
    undo(step=done(proposal, "supervisor_signoff"), by=at.supervisor)
    proposal = fresh(proposal)
    assert (proposal.state, proposal.returned_from) == ("unit_approval", None)
    assert open_keys(proposal) == ["supervisor_signoff"]
    for key in ("supervisor_signoff", "section_head_signoff", "um_online_signoff"):
        finish(at, proposal, key)
    assert fresh(proposal).state == "pilot"


def test_a_move_to_the_next_state_is_taken_back_with_it(campus):
    at = campus("model")
    proposal = walking.model_intent(at)
    since = fresh(proposal).state_since
    finish(at, proposal, "intent_acknowledged", "acknowledged")
    assert fresh(proposal).state == "proposal"
    undo(step=done(proposal, "intent_acknowledged"), by=at.programme_manager)
    proposal = fresh(proposal)
    assert (proposal.state, open_keys(proposal)) == ("intent", ["intent_acknowledged"])
    assert proposal.state_since <= since
    finish(at, proposal, "intent_acknowledged", "acknowledged")
    save(proposal, {"idea": {"title": "Data stories"}}, at.proposer)
    assert (fresh(proposal).state, open_keys(proposal)) == ("proposal", ["file_proposal"])


def test_a_sending_back_to_an_earlier_step_is_taken_back(campus):
    at = campus("montana")
    proposal = signed(at)
    finish(at, proposal, "section_head_signoff")
    row = Step.objects.get(proposal=proposal, key="um_online_signoff")
    walking.steps.complete(
        step=row,
        outcome="request_changes",
        by=at.offices["um_online"],
        note="Again.",
        back_to=done(proposal, "supervisor_signoff").pk,
    )
    assert open_keys(proposal) == ["supervisor_signoff"]
    undo(step=done(proposal, "um_online_signoff"), by=at.offices["um_online"])
    assert open_keys(proposal) == ["um_online_signoff"]
    assert Step.objects.filter(proposal=proposal, status="waiting").count() == 0
    finish(at, proposal, "um_online_signoff")
    assert fresh(proposal).state == "pilot"


def test_nobody_else_takes_it_back(campus):
    at = campus("montana")
    proposal = signed(at)
    step = done(proposal, "supervisor_signoff")
    others = (at.proposer, at.section_head, at.programme_manager, at.administrator, at.stranger, at.nobody)
    for person in others:
        assert not undoing.offered(step, proposal, person)
        with pytest.raises(PermissionDenied):
            undo(step=step, by=person)
    assert open_keys(proposal) == ["section_head_signoff"]


def test_once_somebody_has_acted_on_it_it_stands(campus):
    at = campus("montana")
    proposal = signed(at)
    finish(at, proposal, "section_head_signoff")
    with pytest.raises(Refused, match="Somebody has acted on it since"):
        undo(step=done(proposal, "supervisor_signoff"), by=at.supervisor)
    proposal = signed(at)
    transitions.perform(proposal=proposal, transition="hold", by=at.programme_manager)
    with pytest.raises(Refused, match="Somebody has acted on it since"):
        undo(step=done(proposal, "supervisor_signoff"), by=at.supervisor)


def test_once_the_proposers_write_on_it_it_stands(campus):
    at = campus("montana")
    proposal = signed(at, "request_changes", "A wrong click.")
    save(proposal, {"offering": {"focus": "Reading fire data."}}, at.proposer)
    with pytest.raises(Refused, match="have begun to change it"):
        undo(step=done(proposal, "supervisor_signoff"), by=at.supervisor)


def test_the_policy_says_for_how_long(campus):
    at = campus("montana")
    proposal = signed(at)
    step = done(proposal, "supervisor_signoff")
    with (
        clock.at(step.completed_at + dt.timedelta(minutes=10, seconds=1)),
        pytest.raises(Refused, match="until"),
    ):
        undo(step=step, by=at.supervisor)
    with clock.at(step.completed_at + dt.timedelta(minutes=10)):
        undo(step=step, by=at.supervisor)
    at = ruled(campus("model"), lambda data: data["policy"].update(undo_minutes=0))
    proposal = walking.model_intent(at)
    finish(at, proposal, "intent_acknowledged", "acknowledged")
    with pytest.raises(Refused, match="lets nobody"):
        undo(step=done(proposal, "intent_acknowledged"), by=at.programme_manager)


def test_an_approval_that_made_the_credential_official_stands(campus):
    at = campus("model")
    proposal = walking.model_pilot(at)
    with pytest.raises(Refused, match="the credential was approved"):
        undo(step=done(proposal, "dean_signoff"), by=at.section_head)
    assert fresh(proposal).state == "pilot"


def test_a_vote_and_a_form_are_not_taken_back(campus):
    at = campus("model")
    proposal = walking.model_unit_approval(at)
    for key, person in (("committee_ballot", at.chair("committee")), ("file_proposal", at.proposer)):
        with pytest.raises(Refused, match="Only an answer of one person"):
            undo(step=done(proposal, key), by=person)


def test_the_proposers_are_told_and_mail_holds_no_note(campus):
    at = campus("montana")
    proposal = signed(at, "request_changes", "Confidential words.")
    undo(step=done(proposal, "supervisor_signoff"), by=at.supervisor)
    texts = list(Mail.objects.filter(kind="proposal_moved").values_list("text", flat=True))
    assert any("recorded by mistake" in text for text in texts)
    assert not any("Confidential" in text for text in texts)
    assert [line["act"] for line in moves.record(proposal)][0] == "undo"

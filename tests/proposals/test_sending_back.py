"""Sent back to an earlier step: who may choose it, what is done again, what stands, and where it comes back to."""

import uuid

import pytest

from journal.models import Entry
from policies.reasons import Refused
from proposals import moves, sending
from proposals.actions import steps
from proposals.models import Step
from tests.policies.examples import words
from tests.proposals import walking
from tests.proposals.packs import ruled, signoff, stage, step
from tests.proposals.walking import actor, finish, fresh, move, open_keys, open_step, save

NOT_MATERIAL = {"learning": {"skills": "Plain language"}}
MATERIAL = {"learning": {"need": words(30)}}


def back(campus, proposal, key, to, note="Look at it again."):
    """Whoever has the step sends it back to the done step `to`."""
    row = open_step(proposal, key)
    target = Step.objects.filter(proposal=proposal, key=to, status="complete").order_by("-round").first()
    steps.complete(step=row, outcome="request_changes", by=actor(campus, row), note=note, back_to=target.pk)
    return fresh(proposal)


def history(proposal, key):
    rows = Step.objects.filter(proposal=proposal, key=key).order_by("round")
    return [(row.round, row.status, row.outcome) for row in rows]


def at_um_online(campus):
    """Supervisor and section head of Montana's example have signed; UM Online has it."""
    proposal = move(walking.montana_draft(campus), "submit", campus.proposer)
    for key in ("supervisor_signoff", "section_head_signoff"):
        finish(campus, proposal, key)
    return fresh(proposal)


def test_within_a_state_what_lies_between_stands(campus):
    at = campus("montana")
    proposal = back(at, at_um_online(at), "um_online_signoff", "supervisor_signoff")
    assert (proposal.state, open_keys(proposal)) == ("unit_approval", ["supervisor_signoff"])
    finish(at, proposal, "supervisor_signoff")
    assert open_keys(proposal) == ["um_online_signoff"]  # the section head is not asked again
    assert history(proposal, "section_head_signoff") == [(1, "complete", "approve")]
    assert history(proposal, "um_online_signoff") == [(1, "complete", "request_changes"), (2, "open", "")]
    finish(at, proposal, "um_online_signoff")
    assert fresh(proposal).state == "pilot"


def test_across_states_it_comes_back_to_who_sent_it(campus):
    at = campus("model")
    proposal = back(at, walking.model_unit_approval(at), "dean_signoff", "committee_ballot")
    assert (proposal.state, open_keys(proposal)) == ("committee_review", ["committee_ballot"])
    finish(at, proposal, "committee_ballot")
    proposal = fresh(proposal)
    assert (proposal.state, open_keys(proposal)) == ("unit_approval", ["dean_signoff"])
    acts = Entry.objects.about("proposal", proposal.pk).values_list("act", flat=True)
    assert list(acts)[-4:] == ["step", "send_back", "step", "hand_back"]
    finish(at, proposal, "dean_signoff")
    assert fresh(proposal).state == "pilot"


def test_what_lies_between_is_done_again_after_a_material_change(campus):
    """The dean sends it to the office that read the intent; that sends it to the proposers, who change the need."""
    at = ruled(campus("model"), with_an_early_signoff)
    proposal = early_and_committee_done(at)
    proposal = back(at, proposal, "dean_signoff", "early")
    finish(at, proposal, "early", "request_changes", "Say why it is needed.")
    save(proposal, MATERIAL, at.proposer)
    proposal = move(fresh(proposal), "resubmit", at.proposer)
    assert open_keys(proposal) == ["early"]
    finish(at, proposal, "early")
    assert (fresh(proposal).state, open_keys(proposal)) == ("committee_review", ["committee_ballot"])
    finish(at, proposal, "committee_ballot")
    assert (fresh(proposal).state, open_keys(proposal)) == ("unit_approval", ["dean_signoff"])


def test_what_lies_between_stands_after_a_change_that_is_not_material(campus):
    at = ruled(campus("model"), with_an_early_signoff)
    proposal = early_and_committee_done(at)
    proposal = back(at, proposal, "dean_signoff", "early")
    finish(at, proposal, "early", "request_changes", "Name the skills.")
    save(proposal, NOT_MATERIAL, at.proposer)
    move(fresh(proposal), "resubmit", at.proposer)
    finish(at, proposal, "early")
    assert (fresh(proposal).state, open_keys(proposal)) == ("unit_approval", ["dean_signoff"])
    assert history(proposal, "committee_ballot") == [(1, "complete", "approve")]


def with_an_early_signoff(data):
    """Before the committee the supervisor signs the proposal, while it is at the state of writing."""
    stage(data, "proposal")["steps"].append(signoff("early", "supervisor"))
    step(data, "early")["outcomes"] = ["approve", "request_changes"]


def early_and_committee_done(at):
    proposal = walking.model_committee_review(at)
    finish(at, proposal, "early")
    finish(at, proposal, "committee_ballot")
    return fresh(proposal)


def test_sent_back_twice_it_comes_back_twice(campus):
    at = campus("montana")
    proposal = at_um_online(at)
    proposal = back(at, proposal, "um_online_signoff", "section_head_signoff")
    proposal = back(at, proposal, "section_head_signoff", "supervisor_signoff")
    for key in ("supervisor_signoff", "section_head_signoff", "um_online_signoff"):
        assert open_keys(proposal) == [key]
        finish(at, proposal, key)
    assert fresh(proposal).state == "pilot"


def test_the_choice_is_what_is_done_before_and_no_form(campus):
    at = campus("montana")
    row = open_step(at_um_online(at), "um_online_signoff")
    assert [title for _key, title in sending.choices(row)] == [
        "The supervisor approves the pilot",
        "The section head approves the pilot",
    ]
    at = campus("model", name="Second model")
    full = walking.model_full_approval(at)
    finish(at, full, "full_committee_ballot")
    row = open_step(full, "provost_adoption")  # the dean's sign-off was about the pilot, which has run since
    assert [title for _key, title in sending.choices(row)] == ["The committee decides on the full proposal"]


@pytest.mark.parametrize("which", ["itself", "a form", "another proposal's", "none at all"])
def test_it_cannot_be_sent_back_to(campus, which):
    at = campus("montana")
    proposal = at_um_online(at)
    row = open_step(proposal, "um_online_signoff")
    keys = {
        "itself": row.pk,
        "a form": Step.objects.get(proposal=proposal, kind="form").pk,
        "none at all": uuid.uuid4(),
    }
    if which == "another proposal's":
        other = at_um_online(at)
        keys[which] = Step.objects.get(proposal=other, key="supervisor_signoff").pk
    with pytest.raises(Refused) as refused:
        steps.complete(
            step=row, outcome="request_changes", by=at.offices["um_online"], note="No.", back_to=keys[which]
        )
    assert [reason.field for reason in refused.value.reasons] == ["back_to"]
    assert open_keys(proposal) == ["um_online_signoff"]


def test_an_approval_sends_nothing_back_and_a_reason_is_compulsory(campus):
    at = campus("montana")
    row = open_step(proposal := at_um_online(at), "um_online_signoff")
    key = Step.objects.get(proposal=proposal, key="supervisor_signoff").pk
    with pytest.raises(Refused, match="Only what is sent back"):
        steps.complete(step=row, outcome="approve", by=at.offices["um_online"], back_to=key)
    with pytest.raises(Refused, match="Say what should change"):
        steps.complete(step=row, outcome="request_changes", by=at.offices["um_online"], note=" ", back_to=key)


def test_it_stands_on_the_route_where_it_happened_with_the_reason(campus):
    at = campus("model")
    proposal = back(at, walking.model_unit_approval(at), "dean_signoff", "committee_ballot", "Which hall?")
    stops = {stop.name: stop for stop in moves.route(proposal)}
    aside = stops["Approval by the school"].asides
    assert [(one["state"], one["note"]) for one in aside] == [("changes_requested", "Which hall?")]
    assert stops["Committee review"].state == "here"

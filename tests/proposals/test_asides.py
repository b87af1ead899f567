"""Put aside and ended: hold, resume, withdraw, decline, retire."""

import pytest
from django.core.exceptions import PermissionDenied

from credentials.models import Standing
from journal.models import Entry, Notice
from policies.reasons import Reason, Refused
from proposals.actions import proposers, steps
from proposals.models import Step
from tests.proposals import walking
from tests.proposals.walking import finish, fresh, move, open_keys, open_step, save


def test_while_held_nothing_is_decided_and_afterwards_it_goes_on(campus):
    at = campus("model")
    proposal = walking.model_on_hold(at)
    assert (proposal.held_from, open_keys(proposal)) == ("committee_review", ["committee_ballot"])
    with pytest.raises(Refused) as refused:
        finish(at, proposal, "committee_ballot")
    assert refused.value.reasons[0].text == "The proposal is on hold: nothing is decided until it is resumed."
    proposal = move(proposal, "resume", at.programme_manager)
    assert (proposal.state, proposal.held_from) == ("committee_review", "")
    finish(at, proposal, "committee_ballot")
    assert fresh(proposal).state == "unit_approval"


def test_a_held_draft_cannot_be_changed(campus):
    at = campus("model")
    proposal = move(walking.model_proposal(at), "hold", at.programme_manager)
    with pytest.raises(Refused, match="on hold"):
        save(proposal, {"idea": {"title": "New"}}, at.proposer)


def test_what_was_sent_back_and_held_comes_back_as_sent_back(campus):
    at = campus("model")
    proposal = move(walking.model_changes_requested(at), "hold", at.programme_manager)
    assert (proposal.held_from, proposal.returned_from.key) == ("changes_requested", "committee_ballot")
    proposal = move(proposal, "resume", at.programme_manager)
    assert move(proposal, "resubmit", at.proposer).state == "committee_review"


def test_withdrawing_voids_what_is_open(campus, noted):
    at = campus("model")
    proposal = move(walking.model_committee_review(at), "withdraw", at.proposer)
    assert open_keys(proposal) == []
    assert ("voided", "committee_ballot", "The proposal was withdrawn.") in noted.calls
    assert not Step.objects.filter(proposal=proposal, status="waiting").exists()


def test_withdrawing_during_the_pilot_ends_it(campus):
    at = campus("model")
    proposal = move(walking.model_pilot(at), "withdraw", at.proposer, note="Nobody enrolled.")
    definition = proposal.definition
    definition.refresh_from_db()
    assert definition.standing == Standing.RETIRED
    last = Entry.objects.about("definition", definition.pk).last()
    assert last.detail["reason"] == "Nobody enrolled."


def test_withdrawing_a_full_proposal_leaves_the_pilot_running(campus):
    at = campus("model")
    proposal = move(walking.model_full_approval(at), "withdraw", at.proposer)
    proposal.definition.refresh_from_db()
    assert proposal.definition.standing == Standing.PILOT


def test_the_office_declines_an_intent_with_a_reason(campus):
    at = campus("model")
    proposal = walking.model_intent(at)
    with pytest.raises(Refused) as refused:
        move(proposal, "decline", at.programme_manager, note="")
    assert [reason.field for reason in refused.value.reasons] == ["note"]
    proposal = move(proposal, "decline", at.programme_manager, note="It is a course, not a skill.")
    assert (proposal.state, open_keys(proposal)) == ("declined", [])
    last = Entry.objects.about("proposal", proposal.pk).last()
    assert (last.act, last.by, last.detail["note"]) == (
        "decline",
        at.programme_manager,
        "It is a course, not a skill.",
    )


def test_a_declined_vote_declines_the_proposal(campus):
    at = campus("model")
    proposal = walking.model_declined(at)
    assert proposal.state == "declined"
    notice = Notice.objects.filter(person=at.proposer).first()
    assert notice.text == "Technical writing: Your proposal was declined."
    assert notice.path == f"/proposals/{proposal.pk}/"


def test_a_declined_full_proposal_leaves_the_pilot_running_until_its_last_day(campus):
    at = campus("model")
    proposal = walking.model_full_approval(at)
    finish(at, proposal, "full_committee_ballot", "decline")
    proposal = fresh(proposal)
    assert (proposal.state, proposal.definition.standing) == ("declined", Standing.PILOT)


def test_retiring_an_established_credential(campus):
    at = campus("model")
    proposal = walking.model_retired(at)
    proposal.definition.refresh_from_db()
    assert (proposal.state, proposal.definition.standing) == ("retired", Standing.RETIRED)


# --- completing steps -----------------------------------------------------------------------------
def test_a_step_is_completed_once(campus):
    at = campus("model")
    proposal = walking.model_unit_approval(at)
    step = open_step(proposal, "dean_signoff")
    finish(at, proposal, "dean_signoff")
    with pytest.raises(Refused, match="not open"):
        steps.complete(step=step, outcome="decline", by=at.section_head, note="No.")


@pytest.mark.parametrize(
    "person", ["supervisor", "programme_manager", "administrator", "stranger", "learner"]
)
def test_a_signature_is_only_its_holders_to_give(campus, person):
    at = campus("model")
    proposal = walking.model_unit_approval(at)
    by = at.stranger if person == "stranger" else at.people[person]
    with pytest.raises(PermissionDenied):
        steps.complete(step=open_step(proposal, "dean_signoff"), outcome="approve", by=by)


def test_a_proposer_never_signs_the_own_proposal(campus):
    at = campus("model")
    proposal = walking.model_proposal(at)
    at.section_head.grants.create(
        institution=at.institution, unit=at.unit, role="proposer", starts_on="2020-01-01"
    )
    proposers.add(proposal=proposal, person=at.section_head, by=at.proposer)
    move(proposal, "submit", at.proposer)
    finish(at, proposal, "committee_ballot")
    with pytest.raises(Refused) as refused:
        finish(at, proposal, "dean_signoff")
    assert refused.value.reasons[0].text.startswith("You are one of its proposers")


def test_a_proposer_who_is_the_programme_manager_does_not_decide(campus):
    at = campus("cu_boulder")
    proposal = walking.boulder_intent(at)
    proposal.proposers.create(person=at.programme_manager, added_at=proposal.created_at)
    for transition in ("open_proposal", "decline"):
        with pytest.raises(Refused, match="You are one of its proposers"):
            move(proposal, transition, at.programme_manager)


@pytest.mark.parametrize(
    ("outcome", "note", "field"),
    [
        ("acknowledged", "", "outcome"),
        ("maybe", "", "outcome"),
        ("decline", "", "note"),
        ("request_changes", " ", "note"),
    ],
)
def test_an_outcome_must_be_one_of_the_steps_and_a_refusal_says_why(campus, outcome, note, field):
    at = campus("model")
    proposal = walking.model_unit_approval(at)
    with pytest.raises(Refused) as refused:
        finish(at, proposal, "dean_signoff", outcome, note)
    assert [reason.field for reason in refused.value.reasons] == [field]
    assert open_keys(proposal) == ["dean_signoff"]


def test_a_form_is_only_completed_by_submitting_it(campus):
    at = campus("model")
    proposal = walking.model_draft(at)
    with pytest.raises(Refused, match="by submitting"):
        steps.complete(step=open_step(proposal, "file_intent"), outcome="done", by=at.proposer)


def test_what_handles_the_step_may_block_it(campus, noted):
    at = campus("model")
    proposal = walking.model_committee_review(at)
    noted.reasons = [Reason("A seat is vacant.", "MU-9")]
    with pytest.raises(Refused, match="A seat is vacant."):
        finish(at, proposal, "committee_ballot")


def test_a_designee_signs_on_behalf_of_the_holder(campus):
    at = campus("model")
    proposal = walking.model_unit_approval(at)
    grant = at.section_head.grants.get(role="section_head")
    grant.delegations.create(principal=at.section_head, delegate=at.nobody, starts_on="2020-01-01")
    step = steps.complete(step=open_step(proposal, "dean_signoff"), outcome="approve", by=at.nobody)
    assert (step.completed_by, step.on_behalf_of) == (at.nobody, at.section_head)
    entry = Entry.objects.about("proposal", proposal.pk).get(act="step", detail__key="dean_signoff")
    assert (entry.by, entry.on_behalf_of) == (at.nobody, at.section_head)


def test_no_designee_signs_where_the_policy_names_none(campus):
    at = campus("cu_boulder")
    proposal = walking.boulder_committee_review(at)
    finish(at, proposal, "mac_ballot")
    grant = at.section_head.grants.get(role="section_head")
    grant.delegations.create(principal=at.section_head, delegate=at.nobody, starts_on="2020-01-01")
    with pytest.raises(PermissionDenied):
        steps.complete(step=open_step(proposal, "unit_signoff"), outcome="approve", by=at.nobody)

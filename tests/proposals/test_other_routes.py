"""Routes that no shipped pack has: other orders, officers, parallel steps, steps that depend on the answers."""

import pytest

from journal.models import Mail
from policies.reasons import Refused
from proposals.actions import transitions
from proposals.models import Step
from tests.policies.examples import MODEL
from tests.proposals import walking
from tests.proposals.packs import consultation, ruled, signoff, stage, step
from tests.proposals.walking import finish, fresh, move, open_keys, save


def test_reviews_in_the_other_order(campus):
    def change(data):
        states = [one["state"] for one in data["stages"]]
        a, b = states.index("committee_review"), states.index("unit_approval")
        data["stages"][a], data["stages"][b] = data["stages"][b], data["stages"][a]

    at = ruled(campus("model"), change)
    proposal = walking.model_committee_review(at)  # submitted: the school comes first here
    assert proposal.state == "unit_approval"
    finish(at, proposal, "dean_signoff")
    assert (fresh(proposal).state, open_keys(proposal)) == ("committee_review", ["committee_ballot"])


def test_a_state_whose_steps_all_depend_on_other_answers_is_passed_over(campus):
    at = ruled(
        campus("model"),
        lambda data: step(data, "dean_signoff").update(
            when={"field": "standard.credit", "any_of": ["credit"]}
        ),
    )
    proposal = walking.model_committee_review(at)
    finish(at, proposal, "committee_ballot")
    assert fresh(proposal).state == "pilot"
    assert not Step.objects.filter(proposal=proposal, state="unit_approval").exists()


def test_an_officer_moves_it_on_where_the_stage_names_one(campus):
    at = ruled(campus("model"), lambda d: stage(d, "committee_review").update(officer="office:provost"))
    proposal = walking.model_committee_review(at)
    with pytest.raises(Refused) as refused:
        move(proposal, "advance", at.offices["provost"])
    assert [(r.text, r.clause) for r in refused.value.reasons] == [
        ("“The committee decides” is not complete yet.", "MU-10")
    ]
    finish(at, proposal, "committee_ballot")
    assert fresh(proposal).state == "committee_review"
    assert Mail.objects.filter(kind="proposal_officer", recipient=at.offices["provost"]).count() == 1
    assert move(proposal, "advance", at.offices["provost"]).state == "unit_approval"


def test_after_submission_a_consultation_keeps_the_proposal_in_its_state(campus):
    at = ruled(campus("model"), lambda d: stage(d, "proposal")["steps"].append(consultation("registry")))
    proposal = move(walking.model_proposal(at), "submit", at.proposer)
    assert (proposal.state, open_keys(proposal)) == ("proposal", ["registry"])
    with pytest.raises(Refused) as refused:
        move(proposal, "submit", at.proposer)
    assert refused.value.reasons[0].text == "This has been submitted. It waits for “Ask registry”."
    finish(at, proposal, "registry", "done")
    assert fresh(proposal).state == "committee_review"


def test_a_consultation_can_come_before_the_form(campus):
    at = ruled(campus("model"), lambda d: stage(d, "proposal")["steps"].insert(0, consultation("design")))
    proposal = walking.model_intent(at)
    finish(at, proposal, "intent_acknowledged", "acknowledged")
    save(proposal, MODEL, at.proposer)  # it can be written meanwhile
    with pytest.raises(Refused) as refused:
        move(proposal, "submit", at.proposer)
    assert [reason.text for reason in refused.value.reasons] == ["“Ask design” comes first."]
    finish(at, proposal, "design", "done")
    assert move(proposal, "submit", at.proposer).state == "committee_review"


def test_submitting_fits_the_steps_that_follow_to_the_answers(campus):
    at = ruled(
        campus("model"),
        lambda d: stage(d, "proposal")["steps"].extend(
            [
                consultation("for_credit", when={"field": "standard.credit", "any_of": ["credit"]}),
                consultation("without", when={"field": "standard.credit", "any_of": ["noncredit"]}),
            ]
        ),
    )
    proposal = walking.model_proposal(at)
    assert not Step.objects.filter(proposal=proposal, key__in=["for_credit", "without"]).exists()
    proposal = move(proposal, "submit", at.proposer)
    assert open_keys(proposal) == ["without"]


def two_deans(join):
    def change(data):
        found = stage(data, "unit_approval")
        found["steps"] = [signoff("one", group="deans"), signoff("two", by="supervisor", group="deans")]
        found["joins"] = {"deans": join}

    return change


def test_all_parallel_steps_must_approve_and_are_heard_before_it_goes_back(campus):
    at = ruled(campus("model"), two_deans("all"))
    proposal = walking.model_unit_approval(at)
    assert open_keys(proposal) == ["one", "two"]
    finish(at, proposal, "two", "request_changes", "Say more.")
    assert (fresh(proposal).state, open_keys(proposal)) == ("unit_approval", ["one"])
    finish(at, proposal, "one")
    proposal = fresh(proposal)
    assert (proposal.state, proposal.returned_from.key) == ("changes_requested", "two")
    save(proposal, {"learning": {"skills": "Writing"}}, at.proposer)  # not material
    proposal = move(proposal, "resubmit", at.proposer)
    assert (proposal.state, open_keys(proposal)) == ("unit_approval", ["two"])


def test_of_parallel_steps_one_approval_may_be_enough(campus, noted):
    at = ruled(campus("model"), two_deans("any"))
    proposal = walking.model_unit_approval(at)
    finish(at, proposal, "two", "decline", "No.")
    assert fresh(proposal).state == "unit_approval"
    finish(at, proposal, "one")
    assert fresh(proposal).state == "pilot"


def test_the_others_are_void_once_one_approved(campus, noted):
    at = ruled(campus("model"), two_deans("any"))
    proposal = walking.model_unit_approval(at)
    finish(at, proposal, "two")
    assert fresh(proposal).state == "pilot"
    assert ("voided", "one", "Another approval was enough.") in noted.calls


def test_steps_of_the_pilot_come_before_the_full_proposal(campus):
    at = ruled(campus("model"), lambda d: stage(d, "pilot")["steps"].append(signoff("figures")))
    proposal = walking.model_pilot(at)
    assert open_keys(proposal) == ["figures"]
    with pytest.raises(Refused) as refused:
        move(proposal, "file_full_proposal", at.proposer)
    assert [reason.text for reason in refused.value.reasons] == ["“Sign figures” is not complete yet."]
    with pytest.raises(Refused):  # nothing can be sent back from a pilot
        finish(at, proposal, "figures", "request_changes", "More.")
    finish(at, proposal, "figures")
    assert fresh(proposal).state == "pilot"
    assert move(proposal, "file_full_proposal", at.proposer).state == "full_approval"


def test_an_unknown_move_is_refused(campus):
    at = campus("model")
    with pytest.raises(Refused, match="There is no move “promote”."):
        transitions.perform(proposal=walking.model_draft(at), transition="promote", by=at.proposer)

"""Sent back and submitted again: where it goes, which approvals stand, what is voted on anew."""

import pytest

from policies.reasons import Refused
from proposals.models import Step
from tests.policies.examples import words
from tests.proposals import walking
from tests.proposals.packs import consultation, ruled, stage, step
from tests.proposals.walking import finish, fresh, move, open_keys, save

NOT_MATERIAL = {"learning": {"skills": "Plain language"}}
MATERIAL = {"learning": {"need": words(30)}}


def rounds_of(proposal, key):
    """(round, status, outcome, number of the revision that it is about) of each row of a step."""
    rows = Step.objects.filter(proposal=proposal, key=key).order_by("round")
    return [(r.round, r.status, r.outcome, r.revision.number if r.revision else None) for r in rows]


def sent_back_by_the_dean(campus):
    proposal = walking.model_unit_approval(campus)
    finish(campus, proposal, "dean_signoff", "request_changes", "Say more.")
    return fresh(proposal)


def test_the_vote_is_held_again_on_the_new_revision(campus):
    at = campus("model")
    proposal = walking.model_changes_requested(at)
    assert (proposal.state, proposal.returned_from.key) == ("changes_requested", "committee_ballot")
    proposal = move(proposal, "resubmit", at.proposer)
    assert (proposal.state, proposal.returned_from) == ("committee_review", None)
    assert rounds_of(proposal, "committee_ballot") == [
        (1, "complete", "request_changes", 2),
        (2, "open", "", 3),
    ]


def test_an_approval_stands_when_nothing_material_changed(campus):
    at = campus("model")
    proposal = sent_back_by_the_dean(at)
    save(proposal, NOT_MATERIAL, at.proposer)
    proposal = move(proposal, "resubmit", at.proposer)
    assert proposal.state == "unit_approval"
    assert rounds_of(proposal, "committee_ballot") == [(1, "complete", "approve", 2)]
    assert rounds_of(proposal, "dean_signoff") == [(1, "complete", "request_changes", 2), (2, "open", "", 3)]


def test_a_material_change_starts_the_review_again(campus):
    at = campus("model")
    proposal = sent_back_by_the_dean(at)
    save(proposal, MATERIAL, at.proposer)
    proposal = move(proposal, "resubmit", at.proposer)
    assert proposal.state == "committee_review"
    assert rounds_of(proposal, "committee_ballot") == [(1, "complete", "approve", 2), (2, "open", "", 3)]
    finish(at, proposal, "committee_ballot")
    assert (fresh(proposal).state, open_keys(proposal)) == ("unit_approval", ["dean_signoff"])
    finish(at, proposal, "dean_signoff")
    assert fresh(proposal).state == "pilot"
    outcomes = [row["outcome"] for row in fresh(proposal).definition.current.approvals]
    assert outcomes == ["approve", "approve"]  # what counted in the end, once each


def test_a_material_change_after_an_immaterial_one_is_measured_from_what_was_approved(campus):
    at = campus("model")
    proposal = sent_back_by_the_dean(at)
    save(proposal, NOT_MATERIAL, at.proposer)
    proposal = move(proposal, "resubmit", at.proposer)
    finish(at, proposal, "dean_signoff", "request_changes", "And the need.")
    save(proposal, MATERIAL, at.proposer)
    assert move(proposal, "resubmit", at.proposer).state == "committee_review"


def test_another_file_is_a_material_change(campus):
    at = campus("montana")
    proposal = move(walking.montana_draft(at), "submit", at.proposer)
    finish(at, proposal, "supervisor_signoff")
    finish(at, proposal, "section_head_signoff", "request_changes", "Another syllabus, please.")
    walking.attach(proposal, at.second_proposer, name="second.pdf", content=walking.PDF + b"%2\n")
    proposal = move(proposal, "resubmit", at.proposer)
    assert (proposal.state, open_keys(proposal)) == ("unit_approval", ["supervisor_signoff"])
    assert rounds_of(proposal, "section_head_signoff")[-1] == (2, "waiting", "", None)


def test_without_an_earlier_approval_only_the_asking_step_comes_again(campus):
    at = campus("montana")
    proposal = move(walking.montana_draft(at), "submit", at.proposer)
    finish(at, proposal, "supervisor_signoff", "request_changes", "Another title.")
    save(proposal, {"offering": {"title": "Fire data"}}, at.proposer)
    proposal = move(proposal, "resubmit", at.proposer)
    assert (proposal.title, open_keys(proposal)) == ("Fire data", ["supervisor_signoff"])
    assert rounds_of(proposal, "section_head_signoff") == [(1, "waiting", "", None)]


def test_the_full_proposal_goes_back_to_who_sent_it_back(campus):
    at = campus("model")
    proposal = walking.model_full_approval(at)
    finish(at, proposal, "full_committee_ballot")
    finish(at, proposal, "provost_adoption", "request_changes", "More figures.")
    save(proposal, {"results": {"figures": words(120)}}, at.proposer)
    proposal = move(proposal, "resubmit", at.proposer)  # figures are material: the committee votes again
    assert (proposal.state, open_keys(proposal)) == ("full_approval", ["full_committee_ballot"])
    assert rounds_of(proposal, "file_full_proposal")[-1] == (2, "complete", "done", 4)
    assert rounds_of(proposal, "committee_ballot") == [
        (1, "complete", "approve", 2)
    ]  # the pilot's vote stands


def test_an_intent_can_be_sent_back_too(campus):
    at = ruled(
        campus("model"),
        lambda d: stage(d, "intent")["steps"].append(
            consultation("advice", outcomes=["done", "request_changes", "decline"])
        ),
    )
    proposal = walking.model_intent(at)
    finish(at, proposal, "intent_acknowledged", "acknowledged")
    finish(at, proposal, "advice", "request_changes", "Narrow it.")
    assert fresh(proposal).state == "changes_requested"
    save(proposal, {"idea": {"title": "Narrower"}}, at.proposer)
    proposal = move(proposal, "resubmit", at.proposer)
    assert (proposal.state, open_keys(proposal)) == ("intent", ["advice"])
    finish(at, proposal, "advice", "done")
    assert fresh(proposal).state == "proposal"


def test_a_step_that_the_new_answers_do_not_ask_for_is_left_out(campus):
    at = ruled(
        campus("model"),
        lambda d: step(d, "committee_ballot").update(
            when={"field": "standard.credit", "any_of": ["noncredit"]}
        ),
    )
    proposal = walking.model_committee_review(at)
    finish(at, proposal, "committee_ballot", "request_changes")
    save(proposal, {"standard": {"credit": "credit", "credits": 3}}, at.proposer)
    proposal = move(proposal, "resubmit", at.proposer)
    assert (proposal.state, open_keys(proposal)) == ("unit_approval", ["dean_signoff"])
    assert rounds_of(proposal, "committee_ballot")[-1] == (2, "void", "", None)


def test_an_unchanged_resubmission_needs_a_word_why(campus):
    at = campus("model")
    proposal = walking.model_committee_review(at)
    finish(at, proposal, "committee_ballot", "request_changes")
    with pytest.raises(Refused) as refused:
        move(proposal, "resubmit", at.proposer, note=" ")
    assert [reason.field for reason in refused.value.reasons] == ["note"]
    assert move(proposal, "resubmit", at.proposer, note="The need is real.").state == "committee_review"


def test_a_resubmission_must_still_be_complete(campus):
    at = campus("model")
    proposal = walking.model_changes_requested(at)
    save(proposal, {"learning": {"requirements": ""}}, at.proposer)
    with pytest.raises(Refused) as refused:
        move(proposal, "resubmit", at.proposer)
    assert "learning.requirements" in [reason.field for reason in refused.value.reasons]
    assert fresh(proposal).revisions.count() == 2  # the intent and the first proposal


def test_sent_back_twice_a_later_refusal_is_not_forgotten_nor_counted_twice(campus):
    at = campus("montana")
    proposal = move(walking.montana_draft(at), "submit", at.proposer)
    finish(at, proposal, "supervisor_signoff")
    finish(at, proposal, "section_head_signoff", "request_changes", "Another title.")
    save(proposal, {"offering": {"title": "Fire data"}}, at.proposer)
    move(proposal, "resubmit", at.proposer)
    finish(at, proposal, "supervisor_signoff", "request_changes", "Yet another.")
    save(proposal, {"offering": {"title": "Maps of fire"}}, at.proposer)
    proposal = move(proposal, "resubmit", at.proposer)
    assert open_keys(proposal) == ["supervisor_signoff"]
    finish(at, proposal, "supervisor_signoff")
    assert open_keys(proposal) == ["section_head_signoff"]
    assert rounds_of(proposal, "supervisor_signoff")[-1] == (3, "complete", "approve", 3)
    assert rounds_of(proposal, "section_head_signoff")[-1] == (2, "open", "", 3)
    finish(at, proposal, "section_head_signoff")
    finish(at, proposal, "um_online_signoff")
    assert fresh(proposal).state == "pilot"

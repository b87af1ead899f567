"""Under which revision of the policy a proposal runs: drafts follow, the rest stays, the office moves."""

import pytest
from django.core.exceptions import PermissionDenied

from journal.models import Entry
from policies.reasons import Refused
from proposals.actions import policies
from proposals.models import Step
from tests.proposals import packs
from tests.proposals.walking import (
    finish,
    fresh,
    model_committee_review,
    model_declined,
    model_draft,
    model_established,
    model_full_approval,
    model_intent,
    model_on_hold,
    model_pilot,
    move,
    open_keys,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def model(campus):
    return campus("model")


def nothing(data):
    """Only the revision differs."""


def retitled(data):
    packs.step(data, "dean_signoff")["title"] = "The dean signs twice"


def change(proposal, campus, by=None, note="The office decided so.", **kwargs):
    return policies.change(
        proposal=proposal,
        revision=kwargs.pop("revision", campus.pack.policy.revision),
        by=by or campus.programme_manager,
        note=note,
        **kwargs,
    )


def said(error):
    return [reason.text for reason in error.value.reasons]


# --- drafts follow -----------------------------------------------------------------------------------
@pytest.mark.clause("FIU-14")
def test_draft_moves_to_the_revision_in_force_and_is_submitted_under_it(model):
    draft = model_draft(model)
    old = draft.policy
    packs.ruled(model, nothing)
    assert fresh(draft).policy == model.institution.policy != old
    submitted = move(fresh(draft), "submit", model.proposer)
    assert submitted.policy.revision == model.pack.policy.revision
    entry = Entry.objects.about("proposal", draft.pk).get(act="change_policy")
    assert (entry.detail["from_revision"], entry.detail["to_revision"]) == (
        old.revision,
        submitted.policy.revision,
    )


@pytest.mark.clause("FIU-14")
def test_what_was_submitted_stays_under_its_revision(model):
    proposal = model_intent(model)
    packs.ruled(model, nothing)
    assert fresh(proposal).policy.revision == proposal.policy.revision != model.pack.policy.revision
    finish(model, fresh(proposal), "intent_acknowledged", "acknowledged")
    assert fresh(proposal).policy.revision == proposal.policy.revision


def test_what_a_draft_is_not_asked_any_more_stays_in_its_record(model):
    draft = model_draft(model)
    kept = draft.documents.get().answers["idea"]

    def without_audience(data):
        for form in data["forms"]:
            form["sections"][0]["fields"] = [
                field for field in form["sections"][0]["fields"] if field["id"] != "audience"
            ]
        data["mapping"]["audience"] = None

    packs.ruled(model, without_audience)
    assert fresh(draft).documents.get().answers == {
        "idea": {"title": kept["title"], "summary": kept["summary"]}
    }
    entry = Entry.objects.about("proposal", draft.pk).get(act="change_policy")
    assert entry.detail["left_out"] == [{"path": "idea.audience", "answer": kept["audience"]}]


def test_draft_that_does_not_fit_stays_behind_and_cannot_be_submitted(model):
    draft = model_draft(model)

    def no_intent(data):
        data["stages"] = [stage for stage in data["stages"] if stage["state"] != "intent"]

    packs.ruled(model, no_intent)
    assert fresh(draft).policy == draft.policy
    with pytest.raises(Refused) as error:
        move(fresh(draft), "submit", model.proposer)
    assert said(error)[0] == (
        f"Revision {model.pack.policy.revision} of the policy is in force, and this draft does not fit it. "
        "Begin a new one."
    )
    assert said(error)[1].startswith("The route begins with ")


# --- the office moves --------------------------------------------------------------------------------
def test_an_open_proposal_is_moved_and_its_steps_follow(model):
    proposal = model_committee_review(model)
    packs.ruled(model, retitled)
    moved = change(fresh(proposal), model, version=fresh(proposal).version)
    assert moved.policy.revision == model.pack.policy.revision
    assert open_keys(proposal) == ["committee_ballot"]
    finish(model, proposal, "committee_ballot")
    assert Step.objects.get(proposal=proposal, key="dean_signoff").title == "The dean signs twice"
    entry = Entry.objects.about("proposal", proposal.pk).get(act="change_policy")
    assert (entry.by, entry.detail["note"]) == (model.programme_manager, "The office decided so.")


def test_a_step_ahead_that_is_new_is_asked_and_one_that_is_gone_is_not(model):
    proposal = model_committee_review(model)

    def more(data):
        packs.stage(data, "committee_review")["steps"].append(packs.consultation("asked_after"))

    packs.ruled(model, more)
    change(fresh(proposal), model)
    finish(model, proposal, "committee_ballot")
    assert open_keys(proposal) == ["asked_after"]


def test_moved_in_its_pilot_it_goes_on(model):
    proposal = model_pilot(model)
    packs.ruled(model, nothing)
    change(fresh(proposal), model)
    filed = move(fresh(proposal), "file_full_proposal", model.proposer)
    assert (filed.state, filed.policy.revision) == ("full_approval", model.pack.policy.revision)


@pytest.mark.parametrize("make", [model_declined, model_established])
def test_closed_proposals_are_not_moved(model, make):
    proposal = make(model)
    packs.ruled(model, nothing)
    with pytest.raises(Refused) as error:
        change(fresh(proposal), model)
    assert said(error) == ["It is closed, and stays under the revision by which it was decided."]


def test_held_proposals_are_not_moved(model):
    proposal = model_on_hold(model)
    packs.ruled(model, nothing)
    with pytest.raises(Refused) as error:
        change(fresh(proposal), model)
    assert said(error) == ["It is on hold: it has to be resumed first."]


@pytest.mark.parametrize(
    ("make", "rules", "expected"),
    [
        (
            model_committee_review,
            lambda data: packs.step(data, "committee_ballot").update(id="other_ballot"),
            "has begun or is done, and that revision does not know it so.",
        ),
        (
            model_committee_review,
            lambda data: packs.stage(data, "committee_review")["steps"].insert(
                0, packs.consultation("before")
            ),
            "That revision asks for “Ask before” before what has begun here.",
        ),
        (
            model_committee_review,
            lambda data: (
                data.update(stages=[s for s in data["stages"] if s["state"] != "committee_review"])
                or data.update(
                    stages=[
                        {
                            **s,
                            "steps": [
                                *s["steps"],
                                packs.step(data, "full_committee_ballot") | {"id": "ballot_here"},
                            ],
                        }
                        if s["state"] == "unit_approval"
                        else s
                        for s in data["stages"]
                    ]
                )
            ),
            "and the route of that revision has no such stop.",
        ),
        (
            model_full_approval,
            lambda data: next(f for f in data["forms"] if f["id"] == "full_proposal")["sections"][0][
                "fields"
            ].append({"id": "never_asked", "label": "Never asked before"}),
            "Fill in “Never asked before”.",
        ),
    ],
)
def test_a_revision_that_does_not_fit_is_refused_with_reasons(model, make, rules, expected):
    proposal = make(model)
    packs.ruled(model, rules)
    with pytest.raises(Refused) as error:
        change(fresh(proposal), model)
    assert any(expected in text for text in said(error)), said(error)
    assert fresh(proposal).policy == proposal.policy


def test_only_to_a_later_revision_of_the_own_campus_with_a_note(model, campus):
    proposal = model_committee_review(model)
    first = proposal.policy.revision
    packs.ruled(model, nothing)
    with pytest.raises(Refused, match="It is under revision .* already"):
        change(fresh(proposal), model, revision=first)
    with pytest.raises(Refused, match="has not adopted a revision “2020-04-23”"):
        change(fresh(proposal), model, revision=campus("montana").pack.policy.revision)
    with pytest.raises(Refused, match="Say why"):
        change(fresh(proposal), model, note=" ")
    with pytest.raises(Refused, match="Somebody changed this proposal"):
        change(fresh(proposal), model, version=1)
    change(fresh(proposal), model)
    with pytest.raises(Refused, match="is older than revision"):
        change(fresh(proposal), model, revision=first)


@pytest.mark.parametrize(
    "who", ["proposer", "section_head", "supervisor", "issuer", "administrator", "stranger"]
)
def test_nobody_else_moves_it(model, who):
    proposal = model_committee_review(model)
    packs.ruled(model, nothing)
    person = model.stranger if who == "stranger" else model.people[who]
    with pytest.raises(PermissionDenied):
        change(fresh(proposal), model, by=person)


def test_a_manager_who_proposes_it_does_not(model):
    proposal = model_committee_review(model)
    proposal.proposers.create(person=model.programme_manager, added_at=proposal.created_at)
    packs.ruled(model, nothing)
    with pytest.raises(Refused, match="You are one of its proposers"):
        change(fresh(proposal), model)

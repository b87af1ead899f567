"""A step for one proposal: who adds it, whom it asks, how the route goes on, how it is taken away."""

import pytest
from django.core.exceptions import PermissionDenied

from journal.models import Entry
from policies.reasons import Refused
from proposals import moves
from proposals.actions import adhoc, steps
from proposals.models import Proposal, Step
from tests.policies.examples import words
from tests.proposals import walking
from tests.proposals.walking import finish, fresh, move, open_keys, save


def ask(proposal, by, **more):
    given = {"kind": "consultation", "title": "View of the library", "reason": "It needs journals.", **more}
    return adhoc.add(proposal=proposal, by=by, **given)


def test_it_opens_beside_the_route_which_goes_on_when_both_are_done(campus):
    at = campus("model")
    proposal = walking.model_committee_review(at)
    step = ask(proposal, at.programme_manager, person=at.nobody)
    assert open_keys(proposal) == ["added-1", "committee_ballot"]
    finish(at, proposal, "committee_ballot")
    assert (fresh(proposal).state, open_keys(proposal)) == ("committee_review", ["added-1"])
    steps.complete(step=step, outcome="done", by=at.nobody, note="We have them.")
    assert (fresh(proposal).state, open_keys(proposal)) == ("unit_approval", ["dean_signoff"])
    finish(at, proposal, "dean_signoff")
    definition = fresh(proposal).definition
    assert [link["title"] for link in definition.current.approvals] == [
        "The committee decides",
        "The dean approves the pilot",
    ]


def test_it_is_recorded_and_shown_on_the_route(campus):
    at = campus("model")
    proposal = walking.model_committee_review(at)
    ask(proposal, at.programme_manager, actor="office:registrar", kind="signoff")
    entry = Entry.objects.about("proposal", proposal.pk).get(act="add_step")
    assert (entry.by, entry.detail["note"], entry.detail["actor"]) == (
        at.programme_manager,
        "It needs journals.",
        "office:registrar",
    )
    here = next(stop for stop in moves.route(fresh(proposal)) if stop.state == "here")
    assert ("View of the library", "here") in [(one["name"], one["state"]) for one in here.steps]
    assert "the registrar" in moves.who_has_it(fresh(proposal)).sentence.lower()


def test_the_person_asked_sees_it_and_nobody_else_answers(campus):
    at = campus("model")
    proposal = walking.model_committee_review(at)
    assert not Proposal.objects.visible_to(at.nobody).exists()
    step = ask(proposal, at.programme_manager, person=at.nobody)
    assert Proposal.objects.visible_to(at.nobody).get() == proposal
    for person in (at.programme_manager, at.section_head, at.registrar, at.stranger):
        with pytest.raises(PermissionDenied):
            steps.complete(step=step, outcome="done", by=person)


def test_a_sign_off_can_send_it_back_and_is_asked_again(campus):
    at = campus("model")
    proposal = walking.model_committee_review(at)
    step = ask(proposal, at.programme_manager, person=at.nobody, kind="signoff")
    with pytest.raises(Refused):
        steps.complete(step=step, outcome="decline", by=at.nobody, note="No.")
    finish(at, proposal, "committee_ballot")
    steps.complete(step=step, outcome="request_changes", by=at.nobody, note="Name the journals.")
    proposal = fresh(proposal)
    assert (proposal.state, proposal.returned_from) == ("changes_requested", step)
    save(proposal, {"learning": {"skills": "Plain language"}}, at.proposer)
    move(fresh(proposal), "resubmit", at.proposer)
    assert (fresh(proposal).state, open_keys(proposal)) == ("committee_review", ["added-1"])
    again = Step.objects.get(proposal=proposal, key="added-1", status="open")
    steps.complete(step=again, outcome="approve", by=at.nobody)
    assert fresh(proposal).state == "unit_approval"


def test_after_a_material_change_it_is_asked_again(campus):
    at = campus("model")
    proposal = walking.model_committee_review(at)
    step = ask(proposal, at.programme_manager, person=at.nobody)
    steps.complete(step=step, outcome="done", by=at.nobody)
    finish(at, proposal, "committee_ballot")
    finish(at, proposal, "dean_signoff", "request_changes", "Say more.")
    save(proposal, {"learning": {"need": words(30)}}, at.proposer)
    move(fresh(proposal), "resubmit", at.proposer)
    assert open_keys(proposal) == ["committee_ballot"]
    finish(at, proposal, "committee_ballot")
    assert (fresh(proposal).state, open_keys(proposal)) == ("committee_review", ["added-1"])


def test_only_the_programme_manager_adds_one(campus):
    at = campus("model")
    proposal = walking.model_committee_review(at)
    others = (at.proposer, at.section_head, at.chair("committee"), at.administrator, at.stranger, at.nobody)
    for person in others:
        with pytest.raises(PermissionDenied):
            ask(proposal, person, person=at.nobody)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"reason": ""}, "reason"),
        ({"kind": "ballot"}, "kind"),
        ({"actor": "office:nowhere"}, "actor"),
        ({"actor": "office:registrar", "who": "nobody"}, "actor"),
        ({}, "actor"),
        ({"who": "proposer"}, "person"),
        ({"who": "stranger"}, "person"),
    ],
)
def test_it_is_refused_at_its_field(campus, change, field):
    at = campus("model")
    proposal = walking.model_committee_review(at)
    change = dict(change)
    person = getattr(at, change.pop("who"), None) if "who" in change else None
    if field in ("title", "reason", "kind"):
        person = at.nobody
    with pytest.raises(Refused) as refused:
        ask(proposal, at.programme_manager, person=person, **change)
    assert [reason.field for reason in refused.value.reasons] == [field]
    assert not Step.objects.filter(ad_hoc=True).exists()


@pytest.mark.parametrize("reach", [walking.model_pilot, walking.model_on_hold, walking.model_withdrawn])
def test_it_is_added_only_while_something_is_decided(campus, reach):
    at = campus("model")
    proposal = reach(at)
    with pytest.raises(Refused):
        ask(proposal, at.programme_manager, person=at.nobody)


def test_taken_away_the_route_goes_on_without_it(campus):
    at = campus("model")
    proposal = walking.model_committee_review(at)
    step = ask(proposal, at.programme_manager, person=at.nobody)
    finish(at, proposal, "committee_ballot")
    with pytest.raises(Refused, match="Say why"):
        adhoc.cancel(step=step, by=at.programme_manager, reason=" ")
    with pytest.raises(PermissionDenied):
        adhoc.cancel(step=step, by=at.administrator, reason="Not needed.")
    adhoc.cancel(step=step, by=at.programme_manager, reason="Not needed.")
    assert (fresh(proposal).state, open_keys(proposal)) == ("unit_approval", ["dean_signoff"])
    assert Step.objects.get(pk=step.pk).status == "void"


def test_a_step_of_the_policy_is_not_taken_away(campus):
    at = campus("model")
    proposal = walking.model_unit_approval(at)
    step = walking.open_step(proposal, "dean_signoff")
    with pytest.raises(Refused, match="The policy asks for this step"):
        adhoc.cancel(step=step, by=at.programme_manager, reason="No time.")


def test_a_proposer_who_manages_adds_nothing_to_their_own(campus):
    at = campus("model")
    proposal = walking.model_committee_review(at)
    proposal.proposers.create(person=at.programme_manager, added_at=proposal.created_at)
    with pytest.raises(Refused, match="one of its proposers"):
        ask(fresh(proposal), at.programme_manager, person=at.nobody)

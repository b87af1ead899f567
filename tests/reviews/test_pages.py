"""The pages in the dashboard: what each person sees, and acts through them, without a script."""

import pytest
from django.urls import reverse

from reviews.actions import ballots, panels
from reviews.models import Ballot, Panel, Recusal, Vote
from tests.reviews.support import UNDERGRADUATE, at_step, cast, close, committee_ballot, hold, voters
from tests.support import site_for

pytestmark = pytest.mark.django_db


def get(person, name, key, status=200):
    answer = site_for(person).get(reverse(name, args=[key]))
    assert answer.status_code == status
    return " ".join(answer.content.decode().split())


def post(person, name, key, status=302, **data):
    answer = site_for(person).post(reverse(name, args=[key]), data)
    assert answer.status_code == status
    return " ".join(answer.content.decode().split())


# --- the ballot ----------------------------------------------------------------------------------
def test_ballot_page_says_how_it_is_counted_before_anyone_votes(model):
    ballot = committee_ballot(model, answers={"idea": {"title": "Welding for poets"}})
    page = get(voters(ballot)[1], "ballot", ballot.pk)
    assert "3 of 5 seats must take part (more than half of the filled seats)" in page
    assert "More than half of the votes cast; abstentions are not votes" in page
    assert "Welding for poets" in page
    for choice in ("approve", "approve_with_conditions", "request_changes", "decline", "abstain"):
        assert f'type="radio" name="choice" value="{choice}"' in page


def test_vote_by_the_page(model):
    ballot = committee_ballot(model)
    member = voters(ballot)[1]
    post(member, "ballot_vote", ballot.pk, choice="approve", comment="Good", score_1="4")
    vote = Vote.objects.get()
    assert (vote.choice, vote.comment, vote.rubric) == ("approve", "Good", {"It serves a need.": 4})
    assert "Change my vote" in get(member, "ballot", ballot.pk)


def test_vote_without_a_choice_keeps_what_was_typed(model):
    ballot = committee_ballot(model)
    page = post(voters(ballot)[1], "ballot_vote", ballot.pk, 409, comment="I wonder")
    assert "I wonder" in page
    assert "Choose one." in page
    assert not Vote.objects.exists()


def test_vote_on_hold_is_refused_with_the_clause_and_keeps_what_was_typed(model):
    ballot = committee_ballot(model)
    hold(ballot.proposal)
    page = post(voters(ballot)[1], "ballot_vote", ballot.pk, 409, choice="approve", comment="Typed in vain")
    assert "The proposal is on hold." in page
    assert "MU-10" in page
    assert not Vote.objects.exists()


def test_others_votes_show_only_after_ones_own(model):
    ballot = committee_ballot(model)
    chair, first, second = voters(ballot)[:3]
    ballots.vote(ballot=ballot, choice="decline", comment="Too thin for me", by=first)
    assert "Too thin for me" not in get(second, "ballot", ballot.pk)
    ballots.vote(ballot=ballot, choice="approve", by=second)
    assert "Too thin for me" in get(second, "ballot", ballot.pk)
    ballots.vote(ballot=ballot, choice="approve", by=chair)
    page = get(chair, "ballot", ballot.pk)  # who decides when to close sees who, never how
    assert "Too thin for me" not in page
    assert "Who has not voted" in page


@pytest.mark.parametrize("role", ["programme_manager", "administrator"])
def test_those_who_oversee_see_votes_after_closing_only(model, role):
    ballot = committee_ballot(model)
    ballots.vote(ballot=ballot, choice="decline", comment="Too thin for me", by=voters(ballot)[1])
    person = getattr(model, role)
    assert "Too thin for me" not in get(person, "ballot", ballot.pk)
    close(ballot)
    assert "Too thin for me" in get(person, "ballot", ballot.pk)


def test_proposers_see_the_count_and_no_votes(model):
    ballot = committee_ballot(model)
    ballots.vote(ballot=ballot, choice="decline", comment="Too thin for me", by=voters(ballot)[1])
    close(ballot)
    page = get(model.proposer, "ballot", ballot.pk)
    assert "1 of 5 seats took part; 3 are needed." in page
    assert "Too thin for me" not in page


def test_member_who_stepped_aside_does_not_see_votes(model):
    ballot = committee_ballot(model)
    first, second = voters(ballot)[1:3]
    ballots.vote(ballot=ballot, choice="decline", comment="Too thin for me", by=first)
    ballots.vote(ballot=ballot, choice="approve", by=second)
    ballots.recuse(ballot=ballot, by=second)
    assert "Too thin for me" not in get(second, "ballot", ballot.pk)


def test_stepping_aside_by_the_page(model):
    ballot = committee_ballot(model)
    member = voters(ballot)[1]
    assert "You still count towards the quorum" in get(member, "ballot", ballot.pk)
    assert "It cannot be taken back" in get(member, "ballot_recuse", ballot.pk)
    assert not Recusal.objects.exists()
    post(member, "ballot_recuse", ballot.pk, reason="My sister teaches it")
    assert Recusal.objects.get().reason == "My sister teaches it"
    assert "You are recused from this ballot" in get(member, "ballot", ballot.pk)


def test_chair_closes_after_a_page_that_says_what_follows(model):
    ballot = committee_ballot(model)
    cast(ballot, "approve", "approve", "approve")
    chair = voters(ballot)[0]
    page = get(chair, "ballot_close", ballot.pk)
    assert f"2 of the members who can vote have not: {voters(ballot)[3]}, {voters(ballot)[4]}." in page
    assert Ballot.objects.get().state == "open"
    post(chair, "ballot_close", ballot.pk, note="")
    assert Ballot.objects.get().outcome == "approve"
    assert "Of 3 votes cast 3 are yes; more than half is needed. Carried." in get(chair, "ballot", ballot.pk)


def test_second_closing_by_the_page_is_told(model):
    ballot = committee_ballot(model)
    close(ballot)
    page = post(voters(ballot)[0], "ballot_close", ballot.pk, 409)
    assert "closed this ballot on" in page


def test_chair_keeps_it_open_longer_by_the_page(model):
    ballot = committee_ballot(model)
    post(voters(ballot)[0], "ballot_extend", ballot.pk, until="2099-01-31")
    assert Ballot.objects.get().closes_at.year in (2099,)
    assert "Choose a day after" in post(
        voters(ballot)[0], "ballot_extend", ballot.pk, 409, until="2020-01-01"
    )


def test_vote_is_held_again_by_the_page(model):
    ballot = committee_ballot(model)
    close(ballot)
    chair = voters(ballot)[0]
    assert "Hold the vote again" in get(chair, "ballot", ballot.pk)
    assert "There was no quorum" in get(chair, "ballot_rerun", ballot.step_id)
    post(chair, "ballot_rerun", ballot.step_id)
    assert Ballot.objects.open().count() == 1


@pytest.mark.parametrize("name", ["ballot", "ballot_recuse", "ballot_close", "ballot_extend"])
def test_ballot_of_another_campus_is_not_there(model, name):
    ballot = committee_ballot(model)
    get(model.stranger, name, ballot.pk, 404)
    post(model.stranger, "ballot_vote", ballot.pk, 404, choice="approve")


@pytest.mark.parametrize("role", ["learner", "nobody"])
def test_dashboard_stays_shut_for_people_without_a_part(model, role):
    ballot = committee_ballot(model)
    get(getattr(model, role), "ballot", ballot.pk, 403)


def test_member_cannot_reach_the_chairs_acts(model):
    ballot = committee_ballot(model)
    for name in ("ballot_close", "ballot_extend"):
        get(voters(ballot)[1], name, ballot.pk, 403)
        post(voters(ballot)[1], name, ballot.pk, 403)
    post(voters(ballot)[1], "ballot_rerun", ballot.step_id, 403)


def test_pages_never_write_by_get(model, django_assert_num_queries):
    ballot = committee_ballot(model)
    site = site_for(voters(ballot)[0])
    with django_assert_num_queries(150, exact=False) as captured:
        for name in ("ballot", "ballot_recuse", "ballot_close", "ballot_extend", "ballot_stop"):
            site.get(reverse(name, args=[ballot.pk]))
    writes = [q["sql"] for q in captured if q["sql"].split()[0] in ("INSERT", "UPDATE", "DELETE")]
    assert writes == []


# --- a step --------------------------------------------------------------------------------------
def test_signer_reads_and_sends_back_by_the_page(model):
    step = at_step(model, "dean_signoff", answers={"idea": {"title": "Welding for poets"}})
    page = get(model.section_head, "step", step.pk)
    assert "Our school has the people and the means to offer this" in page
    assert "Welding for poets" in page
    page = post(model.section_head, "step_complete", step.pk, 409, outcome="request_changes", note="")
    assert "Say what has to change" in page
    post(model.section_head, "step_complete", step.pk, outcome="request_changes", note="Name the assessor")
    step.refresh_from_db()
    assert (step.outcome, step.note) == ("request_changes", "Name the assessor")
    assert "Name the assessor" in get(model.section_head, "step", step.pk)


def test_others_of_the_campus_read_a_step_and_cannot_answer(model):
    step = at_step(model, "dean_signoff")
    assert "Record my answer" not in get(model.programme_manager, "step", step.pk)
    post(model.programme_manager, "step_complete", step.pk, 403, outcome="approve", note="")


def test_step_of_another_campus_is_not_there(model):
    step = at_step(model, "dean_signoff")
    get(model.stranger, "step", step.pk, 404)
    post(model.stranger, "step_complete", step.pk, 404, outcome="approve")


def test_step_of_a_ballot_leads_to_the_ballot(model):
    ballot = committee_ballot(model)
    answer = site_for(model.programme_manager).get(reverse("step", args=[ballot.step_id]))
    assert answer.headers["Location"] == reverse("ballot", args=[ballot.pk])


# --- a panel -------------------------------------------------------------------------------------
def filled(campus):
    lines = {f"{seat}_0": person.email for seat, person, _, _ in campus.panel("subcommittee")}
    return {**lines, "ascrc_member_0_experienced": "on"}


def test_panel_is_formed_by_the_page(campus):
    montana = campus("montana")
    office = montana.offices["senate_office"]
    step = at_step(montana, "subcommittee_ballot", answers=UNDERGRADUATE)
    assert "has run a micro-credential" in get(office, "panel_form", step.pk)
    page = post(office, "panel_form", step.pk, 409, **{**filled(montana), "students_0": ""})
    assert "Interdisciplinary subcommittee cannot convene without this seat (UM-18)." in page
    assert montana.panel("subcommittee")[0][1].email in page
    unproven = {name: value for name, value in filled(montana).items() if not name.endswith("_experienced")}
    page = post(office, "panel_form", step.pk, 409, **unproven)
    assert "cannot convene without a member who has run a micro-credential." in page
    unknown = post(
        office, "panel_form", step.pk, 409, **{**filled(montana), "students_0": "who@else.example"}
    )
    assert "Nobody on this campus has the address who@else.example" in unknown
    post(office, "panel_form", step.pk, **filled(montana))
    assert Panel.objects.get().members.count() == 5
    student = montana.panel("subcommittee")[-1][1]
    assert "Cast my vote" in get(student, "ballot", Ballot.objects.get().pk)


def test_panel_page_is_for_who_forms_it(campus):
    montana = campus("montana")
    step = at_step(montana, "subcommittee_ballot", answers=UNDERGRADUATE)
    get(montana.programme_manager, "panel_form", step.pk, 403)
    get(montana.stranger, "panel_form", step.pk, 404)
    panels.form(step=step, members=montana.panel("subcommittee"), by=montana.offices["senate_office"])
    assert "a roll is not changed during a ballot" in get(
        montana.offices["senate_office"], "panel_form", step.pk
    )

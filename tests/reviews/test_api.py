"""Ballots and steps over HTTP: the same rules, the same reasons, never more than one may see."""

import pytest

from reviews.actions import ballots
from reviews.models import Recusal
from tests.reviews.support import at_step, cast, close, committee_ballot, hold, voters
from tests.support import api_for

pytestmark = pytest.mark.django_db


def address(ballot, act=""):
    return f"/api/v1/ballots/{ballot.pk}/{act}"


def test_vote_answers_with_the_ballot_as_one_now_sees_it(model):
    ballot = committee_ballot(model)
    answer = api_for(voters(ballot)[1]).post(
        address(ballot, "vote/"), {"choice": "approve", "comment": "Good"}
    )
    assert answer.status_code == 200
    shown = answer.json()
    assert (shown["my"]["choice"], shown["state"], shown["tally"], shown["sentence"]) == (
        "approve",
        "open",
        None,
        "",
    )


def test_others_votes_are_hidden_until_ones_own(model):
    ballot = committee_ballot(model)
    first, second = voters(ballot)[1:3]
    ballots.vote(ballot=ballot, choice="decline", comment="Too thin", by=first)
    before = api_for(second).get(address(ballot)).json()["roll"]
    assert {line["choice"] for line in before} | {line["voted"] for line in before} == {None}
    ballots.vote(ballot=ballot, choice="approve", by=second)
    after = api_for(second).get(address(ballot)).json()["roll"]
    assert [line["choice"] for line in after] == ["", "decline", "approve", "", ""]


def test_chair_sees_who_voted_and_not_how(model):
    ballot = committee_ballot(model)
    cast(ballot, "approve", "decline")
    roll = api_for(voters(ballot)[0]).get(address(ballot)).json()["roll"]
    assert [line["voted"] for line in roll] == [True, True, False, False, False]
    assert {line["choice"] for line in roll} == {None}


def test_vote_by_the_author_is_refused_with_the_clause(model):
    ballot = committee_ballot(model)
    answer = api_for(model.proposer).post(address(ballot, "vote/"), {"choice": "approve"})
    assert answer.status_code == 409
    text = "You propose this credential, so you have no vote on it."
    reason = {"clause": "MU-10", "text": text, "field": "", "url": "/policies/model/#MU-10"}
    assert answer.json() == {"detail": text, "reasons": [reason]}


@pytest.mark.parametrize(("role", "status"), [("programme_manager", 403), ("stranger", 404), ("nobody", 404)])
def test_vote_by_others_is_denied_or_not_there(model, role, status):
    ballot = committee_ballot(model)
    assert (
        api_for(getattr(model, role)).post(address(ballot, "vote/"), {"choice": "approve"}).status_code
        == status
    )
    assert api_for(getattr(model, role)).post(address(ballot, "close/")).status_code == status


def test_recuse_is_a_choice(model):
    ballot = committee_ballot(model)
    answer = api_for(voters(ballot)[1]).post(
        address(ballot, "vote/"), {"choice": "recuse", "comment": "My sister"}
    )
    assert answer.json()["my"]["recused"] is True
    assert Recusal.objects.get().reason == "My sister"


def test_close_answers_with_the_arithmetic_and_once_only(model):
    ballot = committee_ballot(model)
    cast(ballot, "approve", "approve", "approve")
    chair = api_for(voters(ballot)[0])
    shown = chair.post(address(ballot, "close/")).json()
    assert (shown["outcome"], shown["tally"]["yes"]) == ("approve", 3)
    assert shown["sentence"].endswith("Carried.")
    again = chair.post(address(ballot, "close/"))
    assert again.status_code == 409
    assert "closed this ballot on" in again.json()["detail"]


def test_ballot_on_hold_is_refused_with_the_clause(model):
    ballot = committee_ballot(model)
    hold(ballot.proposal)
    answer = api_for(voters(ballot)[1]).post(address(ballot, "vote/"), {"choice": "approve"})
    assert (answer.status_code, answer.json()["reasons"][0]["clause"]) == (409, "MU-10")


def test_proposers_see_the_count_without_names(model):
    ballot = committee_ballot(model)
    cast(ballot, "approve", "decline")
    close(ballot)
    shown = api_for(model.proposer).get(address(ballot)).json()
    assert shown["tally"]["yes"] == 1
    assert {line["choice"] for line in shown["roll"]} == {None}


def test_waiting_lists_are_ones_own(model):
    ballot = committee_ballot(model)
    at_step(model, "dean_signoff")
    member, dean = api_for(voters(ballot)[1]), api_for(model.section_head)
    assert [row["id"] for row in member.get("/api/v1/ballots/?waiting=me").json()["results"]] == [
        str(ballot.pk)
    ]
    assert dean.get("/api/v1/ballots/?waiting=me").json()["count"] == 0
    assert [row["key"] for row in dean.get("/api/v1/steps/?waiting=me").json()["results"]] == ["dean_signoff"]
    assert api_for(model.stranger).get("/api/v1/ballots/").json()["count"] == 0


def test_list_of_ballots_costs_the_same_for_one_and_three(model, django_assert_num_queries):
    ballot = committee_ballot(model)
    client = api_for(voters(ballot)[1])
    client.get("/api/v1/ballots/")
    with django_assert_num_queries(99, exact=False) as one:
        client.get("/api/v1/ballots/")
    committee_ballot(model)
    committee_ballot(model)
    with django_assert_num_queries(len(one)):
        assert client.get("/api/v1/ballots/").json()["count"] == 3


def test_ballot_costs_the_same_however_many_have_voted(model, django_assert_num_queries):
    ballot = committee_ballot(model)
    client = api_for(voters(ballot)[1])
    with django_assert_num_queries(99, exact=False) as few:
        client.get(address(ballot))
    cast(ballot, "approve", "approve", "decline", "abstain")
    with django_assert_num_queries(len(few)):
        client.get(address(ballot))

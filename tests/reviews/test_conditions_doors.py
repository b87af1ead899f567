"""Conditions by the pages and the API, for each role; they stand wherever the approval is shown."""

import pytest
from django.urls import reverse

from reviews.actions import conditions
from reviews.models import Condition
from tests.reviews.support import committee_ballot, voters
from tests.reviews.test_conditions import WITH, approved, chair_of, one
from tests.support import api_for, site_for

pytestmark = pytest.mark.django_db


def read(person, address):
    answer = site_for(person).get(address)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_open_conditions_stand_wherever_the_approval_is_shown(model):
    row = one(model)
    for address in (
        reverse("proposal", args=[row.proposal_id]),
        reverse("ballot", args=[row.ballot_id]),
        reverse("condition", args=[row.pk]),
    ):
        assert "Name the assessor." in read(model.proposer, address)
    for address in (f"/api/v1/proposals/{row.proposal_id}/", f"/api/v1/ballots/{row.ballot_id}/"):
        (shown,) = api_for(model.proposer).get(address).json()["conditions"]
        assert (shown["text"], shown["state"], shown["body"]) == (
            "Name the assessor.",
            "open",
            "Micro-credential Committee",
        )


def test_voter_asks_and_chair_names_by_the_page(model):
    ballot = committee_ballot(model)
    for person in voters(ballot)[:3]:
        data = {"choice": WITH, "conditions": "Fewer hours.\n\n Add a rubric. "}
        assert site_for(person).post(reverse("ballot_vote", args=[ballot.pk]), data).status_code == 302
    data = {"note": "", "conditions": "Name the assessor.", "due_on": "2099-01-31"}
    assert (
        site_for(voters(ballot)[0]).post(reverse("ballot_close", args=[ballot.pk]), data).status_code == 302
    )
    assert list(Condition.objects.values_list("text", flat=True)) == [
        "Fewer hours.",
        "Add a rubric.",
        "Name the assessor.",
    ]
    address = reverse("conditions_name", args=[ballot.step_id])
    assert site_for(voters(ballot)[0]).post(address, {"conditions": "One more."}).status_code == 302
    assert Condition.objects.count() == 4


def test_condition_is_met_and_accepted_by_the_page(model):
    row = one(model)
    address = reverse("condition", args=[row.pk])
    assert "It is met" in read(model.proposer, address)
    assert "Accept it" not in read(model.proposer, address)
    empty = site_for(model.proposer).post(f"{address}meet/", {"note": ""})
    assert (empty.status_code, Condition.objects.get().state) == (409, "open")
    assert site_for(model.proposer).post(f"{address}meet/", {"note": "See section 4."}).status_code == 302
    page = read(chair_of(row), address)
    assert "See section 4." in page
    assert "Accept it" in page
    assert site_for(chair_of(row)).post(f"{address}accept/", {"note": ""}).status_code == 302
    assert Condition.objects.get().state == "accepted"
    late = site_for(chair_of(row)).post(f"{address}waive/", {"note": "Too late"})
    assert late.status_code == 409
    assert "has accepted that this condition is met." in late.content.decode()


@pytest.mark.parametrize(
    ("role", "meet", "accept"),
    [
        ("proposer", 200, 403),
        ("programme_manager", 403, 409),
        ("administrator", 403, 403),
        ("stranger", 404, 404),
        ("nobody", 404, 404),
        ("learner", 404, 404),
    ],
)
def test_conditions_over_the_api_by_role(model, role, meet, accept):
    row = one(model)
    client, address = api_for(getattr(model, role)), f"/api/v1/conditions/{row.pk}/"
    assert client.post(f"{address}accept/").status_code == accept
    assert client.post(f"{address}waive/", {"note": ""}).status_code == accept
    assert client.post(f"{address}meet/", {"note": "Done"}).status_code == meet
    assert client.get(address).status_code == (404 if accept == 404 else 200)


def test_conditions_are_named_and_settled_over_the_api(model):
    ballot = approved(model)
    chair = api_for(voters(ballot)[0])
    answer = chair.post(
        f"/api/v1/steps/{ballot.step_id}/conditions/",
        {"conditions": ["Fewer hours."], "due_on": "2099-01-31"},
        format="json",
    )
    (made,) = answer.json()["conditions"]
    address = f"/api/v1/conditions/{made['id']}/"
    owed = api_for(model.proposer).get("/api/v1/conditions/?waiting=me").json()["results"]
    assert [row["due_on"] for row in owed] == ["2099-01-31"]
    assert api_for(model.proposer).post(f"{address}meet/", {"note": "Done"}).json()["state"] == "met"
    assert chair.post(f"{address}send-back/", {"note": "Not yet"}).json()["state"] == "open"
    assert chair.post(f"{address}waive/", {"note": "Enough"}).json()["state"] == "waived"
    assert api_for(model.stranger).get("/api/v1/conditions/").json()["count"] == 0


def test_list_of_conditions_costs_the_same_for_one_and_three(model, django_assert_num_queries):
    ballot = approved(model, "One")
    client = api_for(model.proposer)
    client.get("/api/v1/conditions/")
    with django_assert_num_queries(99, exact=False) as first:
        client.get("/api/v1/conditions/")
    conditions.name(step=ballot.step, texts=["Two", "Three"], by=model.programme_manager)
    with django_assert_num_queries(len(first)):
        assert client.get("/api/v1/conditions/").json()["count"] == 3

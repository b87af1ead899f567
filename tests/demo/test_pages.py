"""Homes and the dashboard's front page for everyone in the demo."""

import html
import re

import pytest

from accounts.models import Person, UploadedList
from desk.models import DemoLoad
from tests.support import site_for

DOCUMENTS, INTERVIEWS = "Making Documents Accessible", "Interviewing for Oral History"


def text_of(response):
    """What a page says, as plain text."""
    found = re.search(r"<main.*</main>", response.content.decode(), re.S)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", found.group())).split())


def page(email, path="/admin/"):
    """A page as this person reads it."""
    response = site_for(Person.objects.get(email=email)).get(path)
    assert response.status_code == 200, (email, path)
    return text_of(response)


def test_every_kind_of_role_has_a_home_and_staff_a_dashboard(demo):
    kinds = {}
    for (
        row
    ) in DemoLoad.objects.get().signins:  # of the members of a body, of several proposers, of campuses: one
        kinds[row["role"].partition(",")[0].rstrip(" 0123456789")] = row
    assert len(kinds) > 20
    for row in kinds.values():
        person = Person.objects.get(email=row["email"])
        site = site_for(person)
        assert site.get("/").status_code == 200, row
        assert site.get("/admin/").status_code == (200 if person.is_staff else 302), row


def test_member_sees_the_ballots_of_their_body_and_no_other(demo):
    waiting = page("committee.students@model.example")
    assert "Ballots that wait for you" in waiting
    assert DOCUMENTS in waiting
    assert INTERVIEWS in waiting
    assert "Micro-credential Committee" in waiting
    assert "to read" in waiting
    elsewhere = page("mac.teaching-learning@boulder.example")
    assert "Mentoring in the Laboratory" in elsewhere
    assert DOCUMENTS not in elsewhere


def test_member_who_has_voted_sees_what_became_of_the_votes(demo):
    said = page("committee.faculty1@model.example")
    assert "No ballot waits for you." in said
    assert "What became of your votes" in said
    assert "Carried." in said


def test_chair_sees_who_has_not_voted_and_the_quorum(demo):
    said = page("academic-affairs@model.example")
    assert "Ballots you chair" in said
    assert "Not yet: Demo Committee member, Students, Model" in said
    assert "5 members have taken part; 4 are needed. You can close it." in said


@pytest.mark.parametrize(
    ("email", "title"),
    [
        ("manager@model.example", "Explaining Research to the Public"),
        ("manager@boulder.example", "Snow Science for Trip Leaders"),
        ("dean@model.example", "Energy Audits of Small Buildings"),
        ("designee@model.example", "Energy Audits of Small Buildings"),
        ("provost@model.example", "Telling Stories with Data"),
        ("dean@boulder.example", "Analyses That Others Can Repeat"),
        ("supervisor2@montana.example", "Telehealth Visits in Rural Practice"),
        ("designee@montana.example", "Grant Writing for Rural Non-profits"),
        ("senate-office@montana.example", "Forest Inventory and Mapping"),
        ("faculty-senate.senators3@montana.example", "Rural School Library Practice"),
    ],
)
def test_who_decides_next_finds_it_on_both_pages(demo, email, title):
    assert title in page(email)
    assert title in page(email, "/")


def test_manager_can_open_what_was_advised(demo):
    said = page("manager@boulder.example")
    assert "Proposals to open" in said
    assert "Reading Satellite Images of Water" in said


@pytest.mark.parametrize(
    ("email", "title", "learners"),
    [
        ("registrar@model.example", "Laboratory Safety for Team Leaders", 6),
        ("registrar@boulder.example", "Leading Class Discussions", 9),
        ("registrar@montana.example", "Forest Inventory and Mapping", 5),
        ("um-online@montana.example", "Wildfire Smoke and Community Health", 4),
    ],
)
def test_certifier_sees_the_request_to_check(demo, email, title, learners):
    said = page(email)
    assert "Requests to check" in said
    assert title in said
    assert f"{learners} learners, asked for by Demo issuer" in said


def test_certifier_sees_failures_by_cause(demo):
    said = page("registrar@boulder.example")
    assert "The badge template or group cannot be used" in said
    assert "7 badges" in said
    assert "Invalid or missing Badge Template ID" in said


def test_certifier_sees_what_differs_and_that_the_token_ends(demo):
    said = page("registrar@boulder.example")
    assert "Where the platforms and we differ There, and not known here 2 badges." in said
    assert "The access token for Credly ends on" in said
    assert "Batches for the student system 1 Micro-credential record, batch 2" in page(
        "registrar@model.example"
    )


def test_issuer_sees_the_request_that_came_back(demo):
    assert "Came back: Two of the five observations" in page("issuer@boulder.example", "/")


def test_manager_sees_pipeline_late_items_and_untrained_issuers(demo):
    said = page("manager@boulder.example")
    assert "Proposals under way" in said
    assert "With the committee, oldest" in said
    assert "Late or due soon" in said
    assert "The programme manager advises on the intent" in said
    assert "Demo untrained issuer, Boulder" in said
    assert "Demo untrained issuer" not in page("manager@montana.example")


def test_proposer_sees_what_to_write_and_what_others_have(demo):
    said = page("proposer@montana.example", "/")
    to_write, waits = said.split("What you wait for")
    assert "Leading a Trail Crew" in to_write
    assert "Wildfire Smoke and Community Health" in to_write
    assert "It is with the dean or vice president." in waits
    assert "It is with the Faculty Senate." in waits


def test_learner_sees_badges_and_no_dashboard(demo):
    said = page("learner@montana.example", "/")
    assert "Your badges" in said
    assert "Rural School Library Practice" in said


def test_stranger_sees_what_was_lately_approved(demo, client):
    said = text_of(client.get("/"))
    assert "Lately approved" in said
    assert "Wildfire Smoke and Community Health" in said


def test_signins_are_shown_in_the_demo_alone(demo, client, settings):
    assert "proposer@montana.example" in text_of(client.get("/demo/"))
    settings.DEMO = False
    assert client.get("/demo/").status_code == 404


def test_every_clause_mark_of_a_refusal_leads_to_its_clause(demo, client):
    for slug, clause in (("model", "MU-12"), ("cu_boulder", "CUB-9"), ("montana", "UM-4")):
        assert f'id="{clause}"' in client.get(f"/policies/{slug}/").content.decode()


def test_a_list_on_the_way_says_what_is_wrong_in_it(demo):
    said = page("issuer@montana.example", "/issuance/")
    assert "Your lists on the way participants.csv Looked through 6 in order, 2 to mend" in said
    uploaded = UploadedList.objects.get()
    said = page("issuer@montana.example", f"/lists/{uploaded.pk}/")
    assert "Participant: name Contact: email" in said
    assert "This repeats line 2." in said

"""Employers and partners are asked by address: few at a time, not again too soon, never after a stop."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from evaluation.actions import forgetting, mixing, partners, templates
from evaluation.models import Invitation, Response
from journal import clock
from journal.models import Entry, Mail
from policies.reasons import Refused
from tests.credentials.support import definition
from tests.evaluation.support import ask, finish, links, page, run_of, state
from tests.evaluation.test_asking import DAY, NOON


@pytest.fixture
def place(campus):
    return campus("montana")


@pytest.fixture
def made(place):
    with clock.at(NOON):
        return definition(place)


@pytest.fixture
def survey(place):
    with clock.at(NOON):
        return next(s for s in templates.keep(place.institution) if s.key == "partners")


def signed_in(person):
    site = Client()
    site.force_login(person)
    return site


def test_addresses_are_read_from_lists_of_any_shape():
    text = "Company;Contact\r\nAcme;Jo <A@acme.example>\n\nb@b.example, c@c.example\nb@b.example"
    assert partners.addresses_in(text) == (["a@acme.example", "b@b.example", "c@c.example"], [])
    _, wrong = partners.addresses_in("a@a.example\nAcme\nx@@y\n\x00")
    assert [reason.text for reason in wrong] == [
        "Line 2 has no address.",
        "Line 3: x@@y is not an e-mail address.",
    ]


def test_partners_are_asked_answer_without_a_name_and_are_told_by_year(place, made, survey):
    site, address = signed_in(place.programme_director), reverse("survey_partners", args=[made.pk])
    file = SimpleUploadedFile("list.csv", b"Company,Mail\nA,a@a.example\nB,b@b.example\n")
    with clock.at(NOON):
        sent = site.post(address, {"survey": survey.pk, "addresses": "c@c.example", "file": file})
        assert sent.status_code == 302
        shown = site.get(address).content.decode()
    assert "3 will be asked by mail" in shown
    assert ask(NOON) == 3
    mail = Mail.objects.get(to="a@a.example")
    assert (mail.kind, "not\nabout any one person" in mail.text) == ("survey_partner", True)
    for token in links("survey_partner"):
        assert page(token, {"go": "send", "q_useful": "4"}, at=NOON).status_code == 200
    assert set(Response.objects.values_list("offering", "year")) == {(None, 2026)}
    assert mixing.mix() == 3
    assert Entry.objects.get(act="partners asked").detail["number"] == 3
    with clock.at(NOON + 91 * DAY):
        assert forgetting.forget_addresses() == 3
    assert not Invitation.objects.exclude(email="").exists()


def test_nobody_is_asked_again_too_soon_or_after_a_stop(place, made, survey):
    say = {"survey": survey, "definition": made, "by": place.programme_manager}
    with clock.at(NOON):
        assert partners.ask(addresses=["a@a.example", "b@b.example"], **say) == partners.Asked(2, 0, 0)
    ask(NOON)
    token = links("survey_partner", to="a@a.example")[0]
    assert page(token, {"what": "all"}, name="survey_stop", at=NOON).status_code == 200
    assert state(token) == "stopped"
    with clock.at(NOON + DAY):
        found = partners.ask(addresses=["a@a.example", "B@b.example", "c@c.example"], **say)
        assert found == partners.Asked(1, 1, 1)
    with clock.at(NOON + 92 * DAY):
        assert partners.ask(addresses=["a@a.example", "b@b.example"], **say) == partners.Asked(1, 1, 0)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"addresses": ""}, "Write at least one address."),
        ({"addresses": "nobody@"}, "is not an e-mail address"),
        ({"addresses": "\n".join(f"p{n}@p.example" for n in range(201))}, "at most 200 at once"),
        ({"addresses": "a@a.example", "survey": "x"}, "Nobody is asked yet"),
        ({"file": b"\xff\xfe\x00"}, "This is not a text file"),
    ],
    ids=["none", "bad", "many", "survey", "file"],
)
def test_what_cannot_be_sent_is_said(place, made, survey, given, words):
    data = {"survey": survey.pk} | given
    if "file" in data:
        data["file"] = SimpleUploadedFile("list.csv", data["file"])
    sent = signed_in(place.programme_director).post(reverse("survey_partners", args=[made.pk]), data)
    assert (sent.status_code, words in sent.content.decode()) == (409, True)
    assert not Invitation.objects.exists()


def test_a_campus_asks_at_most_five_hundred_a_day(place, made, survey):
    say = {"survey": survey, "definition": made, "by": place.programme_manager}
    with clock.at(NOON):
        for start in (0, 200):
            partners.ask(addresses=[f"p{n}@p.example" for n in range(start, start + 200)], **say)
        with pytest.raises(Refused, match="100 are left now"):
            partners.ask(addresses=[f"q{n}@p.example" for n in range(101)], **say)


def test_who_asks_partners_and_over_the_api(place, made, survey):
    codes, address = {}, reverse("survey_partners", args=[made.pk])
    for name in ("programme_manager", "programme_director", "issuer", "learner", "stranger"):
        codes[name] = signed_in(getattr(place, name)).get(address).status_code
    assert codes == {
        "programme_manager": 200, "programme_director": 200, "issuer": 404, "learner": 404, "stranger": 404,
    }  # fmt: skip
    api, path = APIClient(), f"/api/v1/surveys/{made.pk}/partners/"
    api.force_authenticate(place.programme_director)
    made_ = api.post(path, {"survey": "partners", "addresses": ["a@a.example"]}, format="json")
    assert (made_.status_code, made_.json()) == (201, {"asked": 1, "stopped": 0, "asked_lately": 0})
    refused = api.post(path, {"survey": "reaction", "addresses": ["b@a.example"]}, format="json")
    assert (refused.status_code, refused.json()["reasons"][0]["field"]) == (409, "survey")
    api.force_authenticate(place.issuer)
    assert (
        api.post(path, {"survey": "partners", "addresses": ["c@a.example"]}, format="json").status_code == 404
    )


def test_learners_see_their_surveys_and_take_a_stop_back(place, made):
    with clock.at(NOON):
        finish(run_of(place, made), place, "ann")
    person = Invitation.objects.first().person
    site, address = signed_in(person), reverse("my_surveys")
    assert "How was it?" in site.get(address).content.decode()
    campus = place.institution.pk
    assert site.post(address, {"campus": campus, "ask": "no"}).status_code == 302
    assert ask(NOON) == 0
    assert "ask me again" in site.get(address).content.decode()
    site.post(address, {"campus": campus, "ask": "yes"})
    assert site.post(address, {"campus": "nothing"}).status_code == 404
    assert signed_in(place.learner).post(address, {"campus": campus}).status_code == 404

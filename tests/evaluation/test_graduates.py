"""The programme director of an offering keeps in touch with those who completed it."""

import csv
import io

import pytest
from django.test import Client
from django.urls import reverse

from evaluation.actions import answering, graduates
from evaluation.models import GraduateLetter
from journal import clock
from journal.models import Entry, Mail
from learning.models import Completion
from policies.reasons import Refused
from tests.credentials.support import definition
from tests.evaluation.support import ask, finish, links, page, run_of
from tests.evaluation.test_asking import DAY, NOON


@pytest.fixture
def place(campus):
    return campus("montana")


@pytest.fixture
def offering(place):
    with clock.at(NOON):
        found = run_of(place, definition(place), director=None)
        finish(found, place, "ann", "bo", "cy")
    ask(NOON)
    page(links(to="ann@learner.example")[0], {"go": "send", "q_value": "5"}, at=NOON)
    cy = Completion.objects.get(learner__email="cy@learner.example").learner
    answering.stop_all(institution=place.institution, by=cy)
    return found


def signed_in(person):
    site = Client()
    site.force_login(person)
    return site


@pytest.mark.clause("UM-30")
def test_each_offering_has_a_director_who_sees_and_writes_to_its_graduates(place, offering):
    """Without a choice it is the unit's; the page says who was asked, who answered and when they are asked next."""
    assert offering.director == place.programme_director
    site = signed_in(place.programme_director)
    text = site.get(reverse("graduates", args=[offering.pk])).content.decode()
    for words in ("1 of 1 answered", "0 of 1 answered", "12 April 2026", "wants no surveys", "UM-30"):
        assert words in text
    lines = list(
        csv.reader(
            io.StringIO(site.get(reverse("graduates_file", args=[offering.pk])).content.decode("utf-8-sig"))
        )
    )
    assert lines[1] == ["Learner ann", "ann@learner.example", "2026-03-01", "1", "1", "2026-04-12", "no"]
    assert (lines[3][0], lines[3][5:]) == ("Learner cy", ["", "yes"])
    sent = site.post(
        reverse("graduates", args=[offering.pk]), {"subject": "Where are you now?", "text": "Tell <b>us</b>."}
    )
    assert sent.status_code == 302
    mails = Mail.objects.filter(kind="graduate_letter")
    assert {mail.to for mail in mails} == {"ann@learner.example", "bo@learner.example"}
    assert all(
        "Tell <b>us</b>." in mail.text and place.programme_director.email in mail.text for mail in mails
    )
    letter = GraduateLetter.objects.get()
    assert (letter.recipients, letter.sent_by) == (2, place.programme_director)
    assert Entry.objects.get(act="graduates written to").detail["recipients"] == 2


@pytest.mark.clause("UM-30")
def test_an_offering_needs_a_director_where_the_policy_says_so(place):
    place.programme_director.grants.all().delete()
    with pytest.raises(Refused, match="Name the programme director") as refused, clock.at(NOON):
        run_of(place, definition(place), director=None)
    assert refused.value.reasons[0].clause == "UM-30"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"subject": "", "text": "x"}, "Say in a line"),
        ({"subject": "x", "text": " "}, "Write what you want"),
        ({"subject": "x" * 151, "text": "x"}, "at most 150 characters"),
        ({"subject": "x", "text": "y" * 10_001}, "at most 10000 characters"),
        ({"subject": "x\x00", "text": "x"}, "Null characters"),
    ],
    ids=["no subject", "no text", "long subject", "long text", "nul"],
)
def test_a_letter_that_cannot_go_says_why(place, offering, given, words):
    sent = signed_in(place.programme_director).post(reverse("graduates", args=[offering.pk]), given)
    assert (sent.status_code, words in sent.content.decode()) == (409, True)
    assert not GraduateLetter.objects.exists()


def test_graduates_are_not_written_to_more_than_three_times_a_week(place, offering):
    say = {"offering": offering, "subject": "x", "text": "y", "by": place.programme_manager}
    with clock.at(NOON):
        for _ in range(3):
            graduates.write(**say)
        with pytest.raises(Refused, match="3 times within seven days"):
            graduates.write(**say)
    with clock.at(NOON + 8 * DAY):
        graduates.write(**say)


def test_who_keeps_in_touch(place, offering):
    codes = {}
    for name in ("programme_manager", "programme_director", "issuer", "assessor", "learner", "stranger"):
        site = signed_in(getattr(place, name))
        codes[name] = (
            site.get(reverse("graduates", args=[offering.pk])).status_code,
            site.get(reverse("graduates_file", args=[offering.pk])).status_code,
        )
    refused, allowed = (404, 404), (200, 200)
    assert codes == {
        "programme_manager": allowed, "programme_director": allowed, "issuer": refused, "assessor": refused,
        "learner": refused, "stranger": refused,
    }  # fmt: skip
    page_of_all = signed_in(place.programme_director).get(reverse("directed")).content.decode()
    assert offering.title in page_of_all

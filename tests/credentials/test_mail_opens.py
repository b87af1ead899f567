"""Whether mail is opened is counted only of people who agreed, once a mail, and nobody is told whose it was."""

import re

import pytest
from django.test import Client

from credentials.actions import claims, resending, shares
from credentials.models import ClaimLink
from credentials.sharing import counting
from journal import clock
from journal.actions.choices import agree
from journal.models import Mail, MailConsent
from tests.credentials.support import award, definition, learner, nothing_written, texts
from tests.support import api_for, site_for

PICTURE = re.compile(r'<img src="http://testserver(/mail/seen/[^"]+\.gif)" width="1" height="1" alt="">')


@pytest.fixture(autouse=True)
def counts():
    """Redis without counts of other tests."""
    counting._redis.cache_clear()
    counting._rests_until = 0.0
    for name in counting.put_aside():
        counting.drop(name)


@pytest.fixture
def made(campus, settings):
    settings.SITE_URL = "http://testserver"
    return definition(campus("model"))


def mailed(made, person):
    """The award's mail as its reader gets it."""
    row = award(made, person, accepted=False)
    claims.invite([row], made.institution, "http://testserver")
    return row, Mail.objects.get(recipient=person, kind="badge_awarded")


def test_mail_has_a_picture_only_for_those_who_agreed(made):
    yes, no = learner(), learner()
    agree(by=yes, counted=True)
    (first, counted), (second, plain) = mailed(made, yes), mailed(made, no)
    assert "seen" not in plain.html + plain.text
    address = PICTURE.search(counted.html)[1]
    for _ in range(3):  # read again and again
        with nothing_written():
            answer = Client().get(address)
        assert (answer.status_code, answer["Content-Type"]) == (200, "image/gif")
        assert answer["Cache-Control"] == "private, no-store"
        assert answer.content.startswith(b"GIF89a")
    Client().get(claims.picture_path(second.pk))  # made by somebody who knows how, of mail that has none
    shares.roll_up()
    found = dict(ClaimLink.objects.values_list("award", "mail_seen_on"))
    assert found == {first.pk: clock.now().date(), second.pk: None}


def test_taken_back_nothing_is_counted_of_earlier_mail_either(made):
    person = learner()
    agree(by=person, counted=True)
    row, mail = mailed(made, person)
    agree(by=person, counted=False)
    assert Client().get(PICTURE.search(mail.html)[1]).status_code == 200
    shares.roll_up()
    assert row.claim_links.get().mail_seen_on is None


@pytest.mark.parametrize("token", ["x", "0b9a3f0e-2f52-4f1c-9a55-3f1c2d4e5f60:forged", "%00", "a" * 3000])
def test_made_up_pictures_are_nowhere(db, token):
    assert Client().get(f"/mail/seen/{token}.gif").status_code == 404


def test_one_agrees_and_takes_it_back_by_page_and_by_api(made):
    person = learner()
    mine, page = site_for(person), "/mail/choices/"
    assert "It may be counted when I open mail about my badges" in texts(mine.get(page))
    asked = {name: field.initial for name, field in mine.get(page).context["form"].fields.items()}
    given = {
        name: mine.get(page).context["form"].initial[name] for name in asked if name != "opening_counted"
    }
    assert mine.post(page, {**given, "opening_counted": "on"}).status_code == 302
    assert MailConsent.objects.filter(person=person).exists()
    assert (
        'name="opening_counted" id="id_opening_counted" checked' in mine.get(page).content.decode()
        or mine.get(page).context["form"].initial["opening_counted"]
    )
    api = api_for(person)
    assert api.get("/api/v1/mail-choices/").json()["opening_counted"] is True
    assert api.post("/api/v1/mail-choices/", {"opening_counted": False}, format="json").status_code == 200
    assert not MailConsent.objects.exists()
    assert mine.post(page, {**given, "opening_counted": "on"}).status_code == 302
    assert mine.post(page, given).status_code == 302
    assert not MailConsent.objects.exists()
    assert api.post("/api/v1/mail-choices/", {"opening_counted": "maybe"}, format="json").status_code == 400


def test_mail_without_pictures_is_not_waited_for(made):
    """A reminder is plain text: it counts among no mail whose opening could be told."""
    person = learner()
    agree(by=person, counted=True)
    row = award(made, person, accepted=False)
    claims.invite([row], made.institution, "http://testserver", kind=resending.REMINDER)
    assert row.claim_links.get().counts_opening is False

"""Links sent again: for a badge, to remind of it, to open the wallet; staff see how far each award has come."""

import datetime as dt
import re

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.cache import cache
from django.test import Client

from credentials.actions import accepting, awards, resending, shares
from credentials.answers import ways_of
from credentials.models import ClaimLink
from journal import clock
from journal.models import Entry, Mail, MailState
from tests.credentials.support import award, definition, learner, texts
from tests.credentials.test_claims import ACCEPT, mailed, signed_in
from tests.factories import PersonFactory
from tests.support import site_for

BROWSER = {"HTTP_USER_AGENT": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"}
WEEK = dt.timedelta(days=7, minutes=1)


@pytest.fixture
def model(campus):
    return campus("model")


@pytest.fixture
def newcomer(db):
    return learner(name="Test newcomer", email="newcomer@learner.example")


def last_link(person):
    """The path in the newest mail to this person's address."""
    mail = Mail.objects.filter(to=person.email, text__contains="/claim/").order_by("-created_at").first()
    return re.search(r"http://testserver(/claim/\S+)", mail.text).group(1)


def asked(email, site=None):
    return (site or Client()).post("/wallet/link/", {"email": email})


@pytest.mark.parametrize("how", ["used", "too old"])
def test_dead_link_is_replaced_by_a_new_one_and_says_where_it_went(model, newcomer, how):
    held, path = mailed(model, newcomer)
    if how == "used":
        Client().post(path, ACCEPT)
    with clock.at(clock.now() + dt.timedelta(days=31)):
        page = Client().get(path)
        assert page.status_code == 410
        assert f'action="{path}again/"' in page.content.decode()
        assert Client().get(f"{path}again/").status_code == 405
        sent = Client().post(f"{path}again/")
        assert "on its way to n••••@learner.example" in texts(sent)
        assert newcomer.email not in sent.content.decode()
        again = Client().post(f"{path}again/")  # pressed twice
        assert again.status_code == 409
        assert "A mail went out a few minutes ago." in texts(again)
        assert Mail.objects.filter(recipient=newcomer).count() == 2
        fresh, site = last_link(newcomer), Client()
        assert fresh != path
        assert site.post(fresh, ACCEPT | {"act": "enter" if how == "used" else "accept"}).status_code == 302
        assert signed_in(site) == str(newcomer.pk)
    held.refresh_from_db()
    assert held.accepted_at is not None


def test_using_one_link_ends_the_others_of_that_badge(model, newcomer):
    held, path = mailed(model, newcomer)
    with clock.at(clock.now() + dt.timedelta(hours=1)):
        resending.send_again(award=held, by=model.programme_manager)
        Client().post(last_link(newcomer), ACCEPT)
        assert Client().post(path, ACCEPT).status_code == 410


@pytest.mark.parametrize("token", ["nothing", "%00", "x" * 500])
def test_unknown_token_gets_no_link(db, token):
    page = Client().post(f"/claim/{token}/again/")
    assert page.status_code == 404
    assert "This link is not known." in texts(page)
    assert not Mail.objects.exists()


def test_link_by_address_opens_the_wallet_by_its_button_once(model, newcomer):
    award(definition(model), newcomer)
    asked(" Newcomer@Learner.example ")
    mail, path = Mail.objects.get(kind="wallet_link"), last_link(newcomer)
    assert mail.to == newcomer.email
    site = Client()
    assert "Open my wallet" in texts(site.get(path))
    assert signed_in(site) is None
    assert site.post(path)["Location"] == "/wallet/"
    assert signed_in(site) == str(newcomer.pk)
    assert Client().post(path).status_code == 410
    asked(newcomer.email)
    late = last_link(newcomer)
    with clock.at(clock.now() + dt.timedelta(hours=1, minutes=1)):
        assert Client().post(late).status_code == 410
        assert "on its way" in texts(Client().post(f"{late}again/"))


def test_answer_is_the_same_whoever_has_the_address(model, newcomer):
    closed = learner(email="closed@learner.example", is_active=False)
    pages = {
        texts(asked(email)).replace(email, "…")
        for email in (newcomer.email, closed.email, "nobody@learner.example", model.registrar.email)
    }
    assert len(pages) == 1
    assert set(Mail.objects.values_list("to", flat=True)) == {newcomer.email, model.registrar.email}


def test_who_may_not_come_in_by_link_is_told_how_they_do(model):
    careful = PersonFactory()
    Authenticator.objects.create(user=careful, type=Authenticator.Type.TOTP, data={"secret": "x"})
    for person in (model.registrar, careful):
        asked(person.email)
        text = Mail.objects.get(to=person.email).text
        assert "/accounts/login/" in text
        assert "/claim/" not in text


def test_nobody_is_flooded(newcomer, monkeypatch):
    for _ in range(5):
        assert asked(newcomer.email).status_code == 200
    assert Mail.objects.count() == 3
    cache.clear()
    monkeypatch.setattr(settings, "ACCOUNT_RATE_LIMITS", {"wallet_link": "2/300s/key"})
    assert [asked("other@learner.example").status_code for _ in range(3)] == [200, 200, 429]
    cache.clear()


@pytest.mark.parametrize("email", ["", "nonsense", "a\x00@b.example", "x" * 300 + "@b.example"])
def test_bad_address_is_told_and_kept(db, email):
    page = asked(email)
    assert page.status_code == 409
    assert not Mail.objects.exists()


def test_proven_second_address_opens_the_same_wallet(model, newcomer):
    EmailAddress.objects.create(user=newcomer, email="second@learner.example", verified=True)
    EmailAddress.objects.create(user=newcomer, email="unproven@learner.example", verified=False)
    asked("second@learner.example")
    asked("unproven@learner.example")
    mail = Mail.objects.get(kind="wallet_link")
    assert mail.to == "second@learner.example"


def test_staff_see_how_far_an_award_has_come(model, newcomer):
    held, path = mailed(model, newcomer)

    def word():
        held.refresh_from_db()
        way = ways_of([held])[held.pk]
        return way.word, way.sentence

    assert word() == ("The mail is on its way", "To newcomer@learner.example.")
    now = clock.now()
    Mail.objects.update(state=MailState.SENT, sent_at=now)
    assert word()[0] == "Mailed"
    Mail.objects.update(state=MailState.FAILED, sent_at=None, error="550 No such mailbox")
    assert word() == ("The mail failed", "To newcomer@learner.example: 550 No such mailbox")
    Client().get(path, **BROWSER)
    Client().get(path, HTTP_USER_AGENT="mail-scanner/1.0 preview")
    shares.roll_up()
    Mail.objects.update(state=MailState.SENT, sent_at=now, error="")
    assert word() == ("Opened", f"First on {now:%-d %B %Y}, not answered yet.")
    accepting.decline(award=held, reason="Not mine.", by=newcomer)
    assert word() == ("Declined", f"On {now:%-d %B %Y}. They wrote: “Not mine.”")
    accepting.accept(award=held, visibility="link", by=newcomer)
    assert word() == ("Accepted", f"On {now:%-d %B %Y}.")


def test_staff_send_the_link_again(model, campus, newcomer):
    held, _ = mailed(model, newcomer)
    page = f"/admin/awards/{held.pk}/answer/"
    assert Client().get(page).status_code == 302
    elsewhere = campus("montana").programme_manager
    for person in (elsewhere, model.proposer, newcomer, PersonFactory()):
        assert site_for(person).post(page).status_code in (302, 403, 404)
        assert Mail.objects.count() == 1
    staff = site_for(model.programme_manager)
    assert "Send the link again" in texts(staff.get(page))
    assert staff.post(page).status_code == 409  # the first has only just gone out
    with clock.at(clock.now() + dt.timedelta(hours=1)):
        assert "A new link is on its way" in texts(staff.post(page, follow=True))
    entry = Entry.objects.get(act="claim link sent again")
    assert (entry.by, entry.detail) == (model.programme_manager, {"award": str(held.pk)})
    assert Mail.objects.count() == 2
    Client().post(last_link(newcomer), ACCEPT)
    assert "Accepted" in texts(staff.get(page))
    assert "Send the link again" not in texts(staff.get(page))
    assert staff.post(page).status_code == 409


def test_unopened_badge_is_reminded_of_once(model, newcomer):
    held, _ = mailed(model, newcomer)
    mailed_too, opened = (learner(email=f"{n}@learner.example") for n in ("answered", "opened"))
    made = held.definition
    for person, act in ((mailed_too, "answer"), (opened, "open")):
        row = award(made, person, accepted=False)
        resending.claims.invite([row], model.institution, "http://testserver")
        if act == "answer":
            accepting.accept(award=row, visibility="link", by=person)
        else:
            ClaimLink.objects.filter(award=row).update(opened_on=clock.now().date())
    assert resending.remind() == 0
    with clock.at(clock.now() + WEEK):
        assert resending.remind() == 1
        mail = Mail.objects.get(kind="badge_reminder")
        assert (mail.to, "a week ago Model University" in mail.text) == (newcomer.email, True)
        with clock.at(clock.now() + WEEK):
            assert resending.remind() == 0
        site = Client()
        site.post(last_link(newcomer), ACCEPT)
        assert signed_in(site) == str(newcomer.pk)


def test_revoked_badge_is_neither_sent_again_nor_reminded_of(model, newcomer):
    held, path = mailed(model, newcomer)
    awards.revoke(award=held, reason="Wrong person", by=model.programme_manager)
    with clock.at(clock.now() + WEEK):
        assert resending.remind() == 0
        assert site_for(model.programme_manager).post(f"/admin/awards/{held.pk}/answer/").status_code == 409
        assert "was revoked" in texts(Client().get(path))

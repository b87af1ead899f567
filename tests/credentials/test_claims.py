"""The mailed claim link: GET shows, the page's POST acts once; staff are never signed in by a link."""

import datetime as dt
import re

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from credentials.actions import claims
from credentials.models import ClaimLink
from journal import clock
from journal.models import Mail
from policies.reasons import Refused
from tests.credentials.support import award, definition, learner, texts
from tests.factories import PASSWORD, PersonFactory
from tests.support import site_for

NEW_PASSWORD = "quiet rivers run deep"
ACCEPT = {"act": "accept", "visibility": "link"}


@pytest.fixture
def model(campus):
    return campus("model")


def mailed(model, holder):
    """An award whose learner was invited; the award and the address in the mail."""
    held = award(definition(model), holder, accepted=False)
    claims.invite([held], model.institution, "http://testserver")
    text = Mail.objects.get(recipient=holder).text
    return held, re.search(r"http://testserver(/claim/\S+)", text).group(1)


@pytest.fixture
def newcomer(db):
    return learner(name="Test newcomer", email="newcomer@learner.example")


def signed_in(site):
    return site.session.get("_auth_user_id")


def test_mail_names_badge_and_link_and_only_a_hash_is_stored(model, newcomer):
    held, path = mailed(model, newcomer)
    mail = Mail.objects.get(recipient=newcomer)
    assert "Reading fire data" in mail.text
    token = path.split("/")[2]
    link = ClaimLink.objects.get(award=held)
    assert link.token_hash == claims.token_hash(token)
    assert token not in str(link.__dict__)
    assert link.expires_at - link.created_at == dt.timedelta(days=30)


def test_looking_at_the_link_does_nothing(model, newcomer):
    held, path = mailed(model, newcomer)
    site = Client()
    for _ in range(3):
        page = site.get(path)
        assert page.status_code == 200
    assert "Model University awarded you this badge on" in texts(page)
    assert "until then nobody else sees it" in texts(page)
    assert "Accept it" in texts(page)
    assert signed_in(site) is None
    assert ClaimLink.objects.get(award=held).used_at is None
    held.refresh_from_db()
    assert held.accepted_at is None


def test_accepting_opens_the_wallet_once(model, newcomer):
    held, path = mailed(model, newcomer)
    site = Client()
    page = site.post(path, ACCEPT | {"password": NEW_PASSWORD}, follow=True)
    assert page.redirect_chain == [(f"/wallet/{held.pk}/", 302)]
    assert "Reading fire data" in texts(page)
    assert signed_in(site) == str(newcomer.pk)
    held.refresh_from_db()
    newcomer.refresh_from_db()
    assert held.accepted_at is not None
    assert newcomer.check_password(NEW_PASSWORD)
    again = Client()
    refused = again.post(path, ACCEPT | {"password": "another long password"})
    assert refused.status_code == 410
    assert signed_in(again) is None
    newcomer.refresh_from_db()
    assert newcomer.check_password(NEW_PASSWORD)


def test_password_may_wait(model, newcomer):
    _, path = mailed(model, newcomer)
    site = Client()
    site.post(path, ACCEPT)
    newcomer.refresh_from_db()
    assert signed_in(site) == str(newcomer.pk)
    assert not newcomer.has_usable_password()


@pytest.mark.parametrize("password", ["short", "12345678901234", "password1", "newcomer@learner"])
def test_weak_password_is_told_at_its_field_and_uses_nothing(model, newcomer, password):
    held, path = mailed(model, newcomer)
    site = Client()
    page = site.post(path, ACCEPT | {"password": password})
    assert page.status_code == 409
    assert 'href="#id_password"' in page.content.decode()
    assert f'value="{password}"' not in page.content.decode()
    assert signed_in(site) is None
    assert ClaimLink.objects.get(award=held).used_at is None
    assert site.post(path, ACCEPT | {"password": NEW_PASSWORD}).status_code == 302


def test_password_that_somebody_has_is_never_changed(model):
    known = PersonFactory()
    _, path = mailed(model, known)
    site = Client()
    assert 'type="password"' not in site.get(path).content.decode()
    site.post(path, ACCEPT | {"password": NEW_PASSWORD})
    known.refresh_from_db()
    assert known.check_password(PASSWORD)
    assert signed_in(site) == str(known.pk)


@pytest.mark.parametrize("who", ["programme_manager", "proposer", "registrar", "administrator"])
def test_staff_are_never_signed_in_by_link(model, who):
    held, path = mailed(model, getattr(model, who))
    site = Client()
    assert "Accept, then sign in" in texts(site.get(path))
    answer = site.post(path, ACCEPT)
    assert answer["Location"] == f"/wallet/{held.pk}/"
    assert signed_in(site) is None
    assert site.get("/wallet/")["Location"].startswith("/accounts/login/")
    held.refresh_from_db()
    assert held.accepted_at is not None


def test_second_factor_is_never_passed_by_link(model):
    careful = PersonFactory()
    Authenticator.objects.create(user=careful, type=Authenticator.Type.TOTP, data={"secret": "x"})
    _, path = mailed(model, careful)
    site = Client()
    site.post(path, ACCEPT)
    assert signed_in(site) is None


def test_closed_account_is_not_opened_by_link(model):
    closed = learner(is_active=False)
    _, path = mailed(model, closed)
    site = Client()
    site.post(path, ACCEPT)
    assert signed_in(site) is None


def test_link_that_is_too_old_opens_nothing(model, newcomer):
    held, path = mailed(model, newcomer)
    with clock.at(clock.now() + dt.timedelta(days=30, minutes=1)):
        for answer in (Client().get(path), Client().post(path, ACCEPT)):
            assert answer.status_code == 410
            assert "This link is too old." in texts(answer)
        with pytest.raises(Refused):
            claims.use(token=path.split("/")[2])
    assert ClaimLink.objects.get(award=held).used_at is None


def test_used_link_says_so(model, newcomer):
    _, path = mailed(model, newcomer)
    Client().post(path, ACCEPT)
    page = Client().get(path)
    assert page.status_code == 410
    assert "This link was used already." in texts(page)
    assert "Mail me a new link" in texts(page)


def test_whoever_used_the_link_just_goes_on(model, newcomer):
    held, path = mailed(model, newcomer)
    site = Client()
    site.post(path, ACCEPT)
    assert site.get(path)["Location"] == f"/wallet/{held.pk}/"
    assert site.post(path, ACCEPT)["Location"] == f"/wallet/{held.pk}/"
    assert site_for(PersonFactory()).get(path).status_code == 410


@pytest.mark.parametrize("token", ["nothing", "%00", "é", "x" * 500])
def test_unknown_link_has_its_own_page(db, token):
    for answer in (Client().get(f"/claim/{token}/"), Client().post(f"/claim/{token}/")):
        assert answer.status_code == 404
        assert "This link is not known." in texts(answer)


def test_someone_elses_session_ends_when_the_wallet_opens(model, newcomer):
    _, path = mailed(model, newcomer)
    site = site_for(PersonFactory())
    before = site.session.session_key
    site.post(path, ACCEPT)
    assert signed_in(site) == str(newcomer.pk)
    assert site.session.session_key != before


def test_page_is_never_kept_and_never_indexed(model, newcomer):
    page = Client().get(mailed(model, newcomer)[1])
    assert page["Cache-Control"] == "private, no-store"
    assert 'name="robots" content="noindex"' in page.content.decode()


def test_link_needs_the_pages_own_token(model, newcomer):
    _, path = mailed(model, newcomer)
    assert Client(enforce_csrf_checks=True).post(path, ACCEPT).status_code == 403


def test_many_are_invited_in_as_many_statements_as_one(model):
    made, counts = definition(model), []
    for held in ([award(made)], [award(made)], [award(made) for _ in range(3)]):
        assert all(row.version.title and row.holder.email for row in held)  # read before
        with CaptureQueriesContext(connection) as queries:
            claims.invite(held, model.institution, "http://testserver")
        counts.append(len(queries))
    assert counts[1] == counts[2]  # the first reads the look of the campus once
    assert Mail.objects.count() == ClaimLink.objects.count() == 5


def test_learner_without_a_password_gets_one_by_mail(model, newcomer):
    award(definition(model), newcomer)
    site = Client()
    site.post("/accounts/password/reset/", {"email": newcomer.email})
    text = Mail.objects.get(recipient=newcomer).text
    path = re.search(r"http://testserver(/\S+)", text).group(1)
    form = site.get(path, follow=True)
    sent = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    site.post(form.redirect_chain[-1][0], sent)
    newcomer.refresh_from_db()
    assert newcomer.check_password(NEW_PASSWORD)

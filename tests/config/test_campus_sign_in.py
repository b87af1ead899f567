"""Signing in by the account of one's university: a provider of OpenID Connect on this machine, and whom it lets in."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from accounts.models import Person
from config import checks
from credentials.models import Award
from tests.credentials.support import award, definition, learner, texts
from tests.factories import PASSWORD, PersonFactory

LOGIN = "/accounts/oidc/campus/login/"
MINE, FURTHER = "me@campus.example", "me@student.campus.example"
VOUCHED = ["campus.example", "Student.Campus.example"]


class Provider(BaseHTTPRequestHandler):
    """Says of whoever comes what the test put into `claims`; with `claims` None it is out of order."""

    claims: dict | None = None

    def do_GET(self):
        host = f"http://{self.headers['Host']}"
        if "openid-configuration" in self.path:
            names = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")
            self.say({"issuer": host, **{name: f"{host}/{name}" for name in names}})
        else:
            self.say(type(self).claims)

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.say({"access_token": "a-token", "token_type": "Bearer"})

    def say(self, answer):
        self.send_response(200 if answer else 503)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(answer).encode())

    def log_message(self, *args):
        """Nothing."""


@pytest.fixture(scope="module")
def address():
    with ThreadingHTTPServer(("127.0.0.1", 0), Provider) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def provider(address, settings, db):
    """Change what it vouches for by the settings that are given back."""
    own = {"server_url": address, "vouches_for": VOUCHED}
    app = {"provider_id": "campus", "name": "Test campus", "client_id": "us", "secret": "s", "settings": own}
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
    return own


def come(site=None, process="login", **claims):
    """The whole way to the provider and back."""
    site = site or Client()
    Provider.claims = {"sub": "1", "email": MINE, "email_verified": True} | claims
    away = site.post(f"{LOGIN}?process={process}")
    state = parse_qs(urlsplit(away["Location"]).query)["state"][0]
    return site, site.get(f"{LOGIN}callback/", {"code": "c", "state": state})


def signed_in(site):
    return site.session.get("_auth_user_id")


def standing():
    """Everything that a refusal leaves as it was."""
    people = list(Person.objects.order_by("pk").values())
    accounts = list(SocialAccount.objects.order_by("pk").values("user", "provider", "uid"))
    return people, accounts, list(EmailAddress.objects.order_by("pk").values())


def test_verified_address_opens_its_wallet_and_the_campus_account_goes_on_doing_so(provider, campus):
    me = learner(email=MINE)
    held = award(definition(campus("model"), title="Weaving"), me)
    site, answer = come(email=MINE.title())
    assert (answer.status_code, answer["Location"], signed_in(site)) == (302, "/", str(me.pk))
    assert "Weaving" in texts(site.get("/wallet/"))
    assert list(Award.objects.held_by(me)) == [held]
    for changed in (MINE, "renamed@campus.example", "me@elsewhere.example"):
        assert signed_in(come(email=changed)[0]) == str(me.pk)
    assert signed_in(come(email_verified=False)[0]) == str(me.pk)
    assert list(SocialAccount.objects.values_list("user", "provider", "uid")) == [(me.pk, "campus", "1")]


def test_further_proven_address_opens_the_same_wallet_and_passwords_stay(provider):
    me = PersonFactory()
    EmailAddress.objects.create(user=me, email=FURTHER, verified=True)
    site, _answer = come(email=FURTHER)
    assert signed_in(site) == str(me.pk)
    me.refresh_from_db()
    assert me.check_password(PASSWORD)
    assert list(EmailAddress.objects.values_list("email", flat=True)) == [FURTHER]


@pytest.mark.parametrize(
    ("claims", "said"),
    [
        ({"email_verified": False}, "did not say that your e-mail address is yours"),
        ({"email_verified": "false"}, "did not say that your e-mail address is yours"),
        ({"email_verified": None}, "did not say that your e-mail address is yours"),
        ({"email": None}, "did not say that your e-mail address is yours"),
        ({"email": "nonsense"}, "did not say that your e-mail address is yours"),
        ({"email": "me@elsewhere.example"}, "not an address for which we take this university's word"),
        ({"email": "me@staff.campus.example"}, "not an address for which we take this university's word"),
        ({"email": "me@notcampus.example"}, "not an address for which we take this university's word"),
        ({"email": "\u212aim@campus.example"}, "not an address for which we take this university's word"),
        ({"email": "nobody@campus.example"}, "Nobody here is known by nobody@campus.example"),
        ({"email": "unproven@campus.example"}, "Nobody here is known by unproven@campus.example"),
        ({"email": "closed@campus.example"}, "The account of closed@campus.example is closed"),
        ({"email": "taken@campus.example"}, "Another campus account opens the account of taken@"),
        ({"sub": "old"}, "opens another account here than the one of me@campus.example"),
    ],
)
def test_what_does_not_fit_is_refused_in_words_and_nothing_is_written(provider, claims, said):
    learner(email=MINE)
    for email in ("me@elsewhere.example", "me@staff.campus.example", "me@notcampus.example"):
        learner(email=email)
    learner(email="kim@campus.example")
    learner(email="closed@campus.example", is_active=False)
    EmailAddress.objects.create(user=PersonFactory(), email="unproven@campus.example", verified=False)
    taken = learner(email="taken@campus.example")
    SocialAccount.objects.create(user=taken, provider="campus", uid="old")
    before = standing()
    site, answer = come(**claims)
    assert answer.status_code == 403
    assert said in texts(answer)
    assert "Mail me a link to my wallet" in texts(answer)
    assert signed_in(site) is None
    assert standing() == before


@pytest.mark.parametrize("domains", [[], None])
def test_provider_that_vouches_for_nothing_connects_nobody(provider, domains):
    provider["vouches_for"] = domains
    provider["email_authentication"] = True  # the library's own way is shut
    me = PersonFactory(email=MINE)
    assert come()[1].status_code == 403
    assert not SocialAccount.objects.exists()
    SocialAccount.objects.create(user=me, provider="campus", uid="1")
    assert signed_in(come()[0]) == str(me.pk)


def test_account_that_was_closed_after_it_was_connected_stays_shut(provider):
    me = learner(email=MINE)
    assert signed_in(come()[0])
    Person.objects.filter(pk=me.pk).update(is_active=False)
    site, answer = come()
    assert (answer.status_code, signed_in(site)) == (403, None)
    assert f"The account of {MINE} is closed" in texts(answer)


def test_second_factor_is_asked_for_at_the_first_time_and_later(provider, campus):
    registrar = campus("model").registrar
    Person.objects.filter(pk=registrar.pk).update(email=MINE)
    Authenticator.objects.create(user=registrar, type=Authenticator.Type.TOTP, data={"secret": "x"})
    for _time in range(2):
        site, answer = come()
        assert answer["Location"].startswith("/accounts/2fa/authenticate/")
        assert signed_in(site) is None
        assert "/login/" in site.get("/wallet/")["Location"]


def test_who_is_signed_in_and_connects_is_not_asked_for_an_address(provider):
    me = PersonFactory()
    site = Client()
    site.post("/accounts/login/", {"login": me.email, "password": PASSWORD})
    _site, answer = come(site, process="connect", email="private@elsewhere.example")
    assert answer["Location"].startswith("/accounts/reauthenticate/")
    assert not SocialAccount.objects.exists()
    site.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert SocialAccount.objects.get().user == me
    come(process="connect", sub="2")  # nobody is signed in: nothing is connected
    assert SocialAccount.objects.count() == 1


def test_provider_out_of_order_or_left_is_said_in_words(provider, monkeypatch):
    site = Client()
    state = parse_qs(urlsplit(site.post(LOGIN)["Location"]).query)["state"][0]
    Provider.claims = None
    answer = site.get(f"{LOGIN}callback/", {"code": "c", "state": state})
    assert answer.status_code == 401
    assert "Signing in at your university did not work" in texts(answer)
    for query in ({}, {"code": "c", "state": "forged"}, {"error": "server_error"}):
        assert "did not work" in texts(Client().get(f"{LOGIN}callback/", query))
    state = parse_qs(urlsplit(site.post(LOGIN)["Location"]).query)["state"][0]
    left = site.get(f"{LOGIN}callback/", {"error": "access_denied", "state": state}, follow=True)
    assert "You stopped signing in" in texts(left)


def test_page_that_leads_to_the_provider_may_do_so_and_no_other(provider):
    page = Client().get(LOGIN)
    assert "Go on to Test campus" in texts(page)
    assert "form-action 'self' https:" in page["Content-Security-Policy"]
    assert "Test campus" in texts(Client().get("/accounts/login/"))
    assert "https:" not in Client().get("/accounts/login/")["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("domains", "found"),
    [
        (["campus.example", "student.campus.example"], []),
        ([], []),
        ("campus.example", ["imprimatur.E007"]),
        (["me@campus.example"], ["imprimatur.E007"]),
        (["*.example"], ["imprimatur.E007"]),
        ([1], ["imprimatur.E007"]),
    ],
)
def test_setting_that_means_nothing_stops_the_start(provider, domains, found):
    provider["vouches_for"] = domains
    assert [message.id for message in checks.providers_vouch_for_domains(None)] == found

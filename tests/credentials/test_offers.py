"""A badge goes into a wallet app by OpenID for Verifiable Credential Issuance 1.0, as an app asks for it over HTTP."""

import datetime as dt
import json
import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from credentials.actions import awards
from credentials.models import Offer
from journal import clock
from tests.credentials.support import award, definition, learner
from tests.factories import PersonFactory
from tests.support import site_for

GRANT = "urn:ietf:params:oauth:grant-type:pre-authorized_code"
LDP, JWT = "OpenBadgeCredential_ldp_vc", "OpenBadgeCredential_jwt_vc_json"


@pytest.fixture
def model(campus):
    return campus("model")


@pytest.fixture
def holder(db):
    return learner(name="Test holder", email="holder@learner.example")


@pytest.fixture
def held(model, holder):
    return award(definition(model), holder)


def offered(held, holder):
    """What the holder's page shows: the address of the offer, and the number."""
    page = site_for(holder).post(f"/wallet/{held.pk}/app/")
    assert page["Cache-Control"] == "private, no-store"
    text = page.content.decode()
    link = unescape(re.search(r'href="(openid-credential-offer:[^"]+)"', text).group(1))
    (uri,) = parse_qs(urlsplit(link).query)["credential_offer_uri"]
    return uri, re.search(r'offer__number">(\d{6})<', text).group(1)


def path(uri):
    return urlsplit(uri).path


def exchanged(uri, number, app):
    """The answer to the token request, with the code that the offer holds."""
    grant = app.get(path(uri)).json()["grants"][GRANT]
    assert grant["tx_code"]["length"] == 6
    return app.post(
        "/offers/token/",
        {"grant_type": GRANT, "pre-authorized_code": grant["pre-authorized_code"], "tx_code": number},
    )


def fetched(app, token, form=LDP):
    return app.post(
        "/offers/credential/",
        json.dumps({"credential_configuration_id": form}),
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}"},
    )


def test_an_app_finds_the_issuer_and_fetches_the_badge_in_both_forms(held, holder, settings):
    uri, number = offered(held, holder)
    app = Client()
    issuer = app.get(path(uri)).json()["credential_issuer"]
    assert issuer == settings.SITE_URL
    metadata = app.get("/.well-known/openid-credential-issuer").json()
    assert metadata["credential_issuer"] == issuer
    assert metadata["credential_endpoint"] == f"{issuer}/offers/credential/"
    assert {form["format"] for form in metadata["credential_configurations_supported"].values()} == {
        "ldp_vc",
        "jwt_vc_json",
    }
    server = app.get("/.well-known/oauth-authorization-server").json()
    assert (server["issuer"], server["token_endpoint"]) == (issuer, f"{issuer}/offers/token/")

    token = exchanged(uri, number, app).json()
    assert (token["token_type"], token["expires_in"]) == ("Bearer", 600)
    response = fetched(app, token["access_token"])
    assert (response.status_code, response["Cache-Control"]) == (200, "private, no-store")
    assert response["Access-Control-Allow-Origin"] == "*"
    held.refresh_from_db()
    assert response.json() == {"credentials": [{"credential": json.loads(held.document)}]}
    (one,) = fetched(app, token["access_token"], JWT).json()["credentials"]
    assert one["credential"].count(".") == 2


def test_a_code_works_once_and_a_number_five_times_wrong_ends_it(held, holder):
    app = Client()
    uri, number = offered(held, holder)
    code = app.get(path(uri)).json()["grants"][GRANT]["pre-authorized_code"]
    assert exchanged(uri, number, app).status_code == 200
    assert app.get(path(uri)).status_code == 404
    again = app.post("/offers/token/", {"grant_type": GRANT, "pre-authorized_code": code, "tx_code": number})
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")

    uri, number = offered(held, holder)
    wrong = f"{(int(number) + 1) % 10**6:06}"
    for _ in range(5):
        assert exchanged(uri, wrong, app).json()["error"] == "invalid_grant"
    assert exchanged(uri, number, app).json()["error"] == "invalid_grant"


def test_offers_and_tokens_end(held, holder):
    app = Client()
    uri, number = offered(held, holder)
    later = clock.now() + dt.timedelta(minutes=11)
    with clock.at(later):
        assert app.get(path(uri)).status_code == 404
    token = exchanged(uri, number, app).json()["access_token"]
    with clock.at(later):
        refused = fetched(app, token)
    assert (refused.status_code, refused["WWW-Authenticate"]) == (401, 'Bearer error="invalid_token"')
    stored = Offer.objects.get(award=held)
    assert token not in str(stored.__dict__)
    assert number not in str(stored.__dict__)


def test_a_new_offer_ends_the_one_before(held, holder):
    uri, _ = offered(held, holder)
    offered(held, holder)
    assert Client().get(path(uri)).status_code == 404
    assert Offer.objects.count() == 1


def test_what_is_revoked_meanwhile_is_not_handed_out(model, held, holder):
    app = Client()
    uri, number = offered(held, holder)
    token = exchanged(uri, number, app).json()["access_token"]
    awards.revoke(award=held, reason="By mistake", by=model.programme_manager)
    refused = fetched(app, token)
    assert (refused.status_code, refused.json()["error"]) == (400, "credential_request_denied")
    page = site_for(holder).post(f"/wallet/{held.pk}/app/", follow=True)
    assert "not in force" in page.content.decode()


def test_only_the_holder_offers_and_only_what_is_accepted(model, held, holder):
    assert site_for(PersonFactory()).post(f"/wallet/{held.pk}/app/").status_code == 404
    assert site_for(model.programme_manager).post(f"/wallet/{held.pk}/app/").status_code == 404
    assert Client().post(f"/wallet/{held.pk}/app/").status_code == 302
    assert site_for(holder).get(f"/wallet/{held.pk}/app/").status_code == 405
    waiting = award(definition(model, title="Another"), holder, accepted=False)
    page = site_for(holder).post(f"/wallet/{waiting.pk}/app/", follow=True)
    assert "Accept this badge first" in page.content.decode()
    assert not Offer.objects.exists()


def test_requests_that_are_none(held, holder):
    app = Client()
    uri, number = offered(held, holder)
    token = exchanged(uri, number, app).json()["access_token"]
    bearer = {"Authorization": f"Bearer {token}"}
    cases = [
        ("/offers/token/", {}, {}, 400, "unsupported_grant_type"),
        ("/offers/token/", {"grant_type": "authorization_code", "code": "x"}, {}, 400, "unsupported_grant_type"),
        ("/offers/token/", {"grant_type": GRANT}, {}, 400, "invalid_request"),
        (
            "/offers/token/",
            {"grant_type": GRANT, "pre-authorized_code": "\x00" + "x" * 9000, "tx_code": "é"},
            {},
            400,
            "invalid_grant",
        ),
        ("/offers/credential/", "", bearer, 400, "invalid_credential_request"),
        ("/offers/credential/", "[" * 50_000, bearer, 400, "invalid_credential_request"),
        ("/offers/credential/", "[1]", bearer, 400, "invalid_credential_request"),
        ("/offers/credential/", " " * 100_001, bearer, 400, "invalid_credential_request"),
        ("/offers/credential/", '{"credential_configuration_id": 3}', bearer, 400, "invalid_credential_request"),
        ("/offers/credential/", '{"credential_configuration_id": "mDL"}', bearer, 400, "unknown_credential_configuration"),
        ("/offers/credential/", json.dumps({"credential_configuration_id": LDP}), {}, 401, "invalid_token"),
        (
            "/offers/credential/",
            json.dumps({"credential_configuration_id": LDP}),
            {"Authorization": "Basic " + token},
            401,
            "invalid_token",
        ),
    ]  # fmt: skip
    for address, body, headers, status, error in cases:
        kind = {} if isinstance(body, dict) else {"content_type": "application/json"}
        response = app.post(address, body, headers=headers, **kind)
        assert (response.status_code, response.json()["error"]) == (status, error), (address, str(body)[:60])
        assert response.json()["error_description"].isascii()
    assert app.get("/offers/00000000-0000-4000-8000-000000000000/").status_code == 404


def test_apps_that_are_web_pages_may_ask():
    response = Client().options("/offers/credential/")
    assert response.status_code == 204
    assert response["Access-Control-Allow-Headers"] == "Authorization, Content-Type"

"""Before, in and after its time: what the page of an award and the checker of anyone's badges say of a credential and a token."""

import datetime as dt
import json
from dataclasses import replace

import pytest
from django.test import Client

from credentials.checking.anyone import check_any
from credentials.openbadges import did, document, jwt, keys, proof, status_list
from credentials.views.reports import verdict
from journal import clock
from tests.credentials.openbadges_examples import sentence
from tests.credentials.others import AWARD, DID, ISSUER, KNOTS, LIST, ORIGIN, SLUG, Web, token_of
from tests.credentials.support import award, definition
from tests.support import site_for

pytestmark = pytest.mark.django_db

SECOND = dt.timedelta(seconds=1)
FROM = dt.datetime(2026, 3, 2, 17, 30, tzinfo=dt.UTC)
UNTIL = dt.datetime(2027, 3, 2, 17, 30, tzinfo=dt.UTC)
# The moment, the answer and its sentence: in force from the first moment on, and not at the last any more.
TIMES = [
    (FROM - SECOND, "no", "It is not in force before 2 March 2026."),
    (FROM, "yes", "It is in force since 2 March 2026 until 2 March 2027."),
    (UNTIL - SECOND, "yes", "It is in force since 2 March 2026 until 2 March 2027."),
    (UNTIL, "no", "It was in force until 2 March 2027."),
]
IN_ORDER = "Everything is in order."
NOT_NOW = "It is genuine, but not in force at this time. Do not rely on it."
NOT_BEFORE = "It is not in force before 2 March 2026."
IN_FORCE = "It is in force since 2 March 2026 until 2 March 2027."
PAST = "It was in force until 2 March 2027."


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    return keys.issuer_keys(tmp_path_factory.mktemp("keys"), SLUG)


@pytest.fixture(scope="module")
def unsigned():
    return document.build(ISSUER, KNOTS, replace(AWARD, valid_from=FROM, valid_until=UNTIL))


@pytest.fixture(scope="module")
def badges(own, unsigned):
    """The same badge of another issuer in both forms."""
    token = jwt.encode(unsigned, own.jwt_key, did.jwk_url(ORIGIN, SLUG, own.jwt_key.kid))
    return {"json": json.dumps(proof.sign(unsigned, own.signing_key, FROM)), "jwt": token}


@pytest.fixture(scope="module")
def web(own):
    listed = proof.sign(status_list.build(LIST, DID, [], FROM - 2 * SECOND), own.signing_key, FROM)
    return {
        f"{ORIGIN}/issuers/other/did.json": did.did_document(ORIGIN, own),
        did.jwk_url(ORIGIN, SLUG, "rsa-1"): did.jwk(ORIGIN, own, "rsa-1"),
        LIST: listed,
    }


@pytest.mark.parametrize("form", ["json", "jwt"])
@pytest.mark.parametrize(("now", "answer", "words"), TIMES)
def test_badge_of_another_issuer(badges, web, form, now, answer, words):
    report = check_any(badges[form], now, fetcher=Web(web))
    assert (str(report.answer("dates")), sentence(report, "dates")) == (answer, words)
    assert {str(one.answer) for one in report.checks if one.key != "dates"} == {"yes"}
    assert verdict(report.checks) == (IN_ORDER if answer == "yes" else NOT_NOW)


@pytest.mark.parametrize("claim", ["nbf", "exp"])
def test_token_whose_claim_says_another_time_than_its_credential(own, unsigned, web, claim):
    """A token that is in force by one of the two and not by the other is not to be relied on."""
    claims = jwt.claims(unsigned)
    assert (claims["nbf"], claims["exp"]) == (1772472600, 1804008600)  # FROM and UNTIL, in seconds since 1970
    header = {"alg": "RS256", "typ": "JWT", "kid": did.jwk_url(ORIGIN, SLUG, "rsa-1")}
    for moved in (claims[claim] - 86400, claims[claim] + 86400, None):
        token = token_of(unsigned | claims | {claim: moved}, own.jwt_key.rsa(), header)
        report = check_any(token, FROM, fetcher=Web(web))
        assert str(report.answer("signature")) == "no"
        assert f"its claim {claim} does not say what the credential says" in sentence(report, "signature")


def test_award_of_ours_on_its_page_and_by_the_checker(campus):
    offered = definition(campus("cu_denver"), answers={"learning": {"valid_months": 12}})
    with clock.at(FROM):
        held = award(offered)
    until = dt.datetime(2027, 3, 3, 7, tzinfo=dt.UTC) - SECOND  # the last second of 2 March in Denver
    assert held.credential["validUntil"] == f"{until:%Y-%m-%dT%H:%M:%SZ}"
    brought = [Client().get(f"/awards/{held.pk}.{form}").content.decode() for form in ("json", "jwt")]
    for now, lead, force in [
        (FROM - SECOND, "This badge is genuine, but not in force at this time.", NOT_BEFORE),
        (FROM, "This badge is genuine and in force.", IN_FORCE),
        (until - SECOND, "This badge is genuine and in force.", IN_FORCE),
        (until + SECOND, "This badge is genuine, but its time has run out.", f"{PAST} Its time has run out."),
    ]:
        with clock.at(now):
            page = site_for(held.holder).get(f"/verify/{held.pk}/")
            checked = [Client().post("/verify/", {"text": text}, HTTP_ACCEPT="text/html") for text in brought]
        answers = {one["question"]: (one["answer"], one["meaning"]) for one in page.context["answers"]}
        good = force == IN_FORCE
        assert (now, page.status_code, page.context["lead"]) == (now, 200, lead)
        assert answers["Is it genuine?"][0] == "yes"
        assert answers["Is it in force?"][0] == ("yes" if good else "no")
        assert force in answers["Is it in force?"][1]
        assert {one.context["verdict"] for one in checked} == {IN_ORDER if good else NOT_NOW}
        dates = [
            one["meaning"]
            for page in checked
            for one in page.context["answers"]
            if "dates" in one["question"]
        ]
        assert {force.startswith(said) for said in dates} == {True}

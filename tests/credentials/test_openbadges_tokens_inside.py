"""Endorsements that come as tokens (`endorsementJwt`), and credentials of the older form, Verifiable Credentials 1.1."""

import json

import pytest

from credentials.openbadges import did, document, jwt, keys, proof
from credentials.openbadges.advice import what_to_do
from credentials.openbadges.bake import bake_png
from credentials.openbadges.verify import verify
from tests.credentials.openbadges_chain import COMMITTEE
from tests.credentials.openbadges_examples import (
    ACHIEVEMENT_ID,
    ALL_YES,
    ISSUER,
    NOW,
    ORIGIN,
    RICH,
    SLUG,
    answers,
    full_award,
    png,
    resolver,
    sentence,
)
from tests.credentials.others import token_of

KID = did.jwk_url(ORIGIN, SLUG, "rsa-1")
HEADER = {"alg": "RS256", "typ": "JWT", "kid": f"{COMMITTEE.did}#rsa-1"}
V1 = "https://www.w3.org/2018/credentials/v1"


@pytest.fixture(scope="module")
def issuer_keys(tmp_path_factory):
    return keys.issuer_keys(tmp_path_factory.mktemp("keys"), SLUG)


@pytest.fixture(scope="module")
def own(issuer_keys):
    return resolver(issuer_keys)


@pytest.fixture(scope="module")
def unsigned():
    return document.build(ISSUER, RICH, full_award())


def statement(about=ACHIEVEMENT_ID, **changes):
    """What a colleague of the issuer says, under the issuer's own name."""
    return {
        "@context": document.CONTEXTS,
        "id": f"{ORIGIN}/endorsements/7",
        "type": ["VerifiableCredential", "EndorsementCredential"],
        "issuer": {"id": ISSUER.did, "type": ["Profile"], "name": "Model University"},
        "validFrom": "2026-02-10T06:00:00Z",
        "credentialSubject": {"id": about, "type": ["EndorsementSubject"], "endorsementComment": "Sound."},
    } | changes


def signed_with(unsigned, tokens, issuer_keys, place=""):
    """The badge, signed, with these tokens in its achievement, its issuer, or itself."""
    made = json.loads(json.dumps(unsigned))
    holder = {"": made, "issuer": made["issuer"], "achievement": made["credentialSubject"]["achievement"]}
    holder[place]["endorsementJwt"] = tokens
    return proof.sign(made, issuer_keys.signing_key, NOW)


def test_token_is_checked_as_a_statement_is(own, issuer_keys, unsigned):
    abouts = {"": unsigned["id"], "issuer": ISSUER.did, "achievement": ACHIEVEMENT_ID}
    for place, about in abouts.items():
        said = statement(about)
        token = token_of(said | jwt.claims(said), issuer_keys.jwt_key.rsa(), {**HEADER, "kid": KID})
        for badge in (
            signed_with(unsigned, [token], issuer_keys, place),
            jwt.encode(
                {n: v for n, v in signed_with(unsigned, [token], issuer_keys, place).items() if n != "proof"},
                issuer_keys.jwt_key,
                KID,
            ),
        ):
            report = verify(badge, own, NOW)
            assert (place, answers(report)) == (place, ALL_YES | {"endorsements": "yes"})


def test_token_that_does_not_hold_is_told(own, issuer_keys, unsigned):
    good = jwt.encode(statement(), issuer_keys.jwt_key, KID)
    header, payload, signature = good.split(".")
    other = jwt.encode(statement(name="Other"), issuer_keys.jwt_key, KID).split(".")[1]
    cases = {
        "is about something else": jwt.encode(statement("urn:uuid:7"), issuer_keys.jwt_key, KID),
        "its signature does not fit": f"{header}.{other}.{signature}",
        "is not a document": "a.b",
        "it is not an endorsement": jwt.encode(unsigned, issuer_keys.jwt_key, KID),
    }
    for words, token in cases.items():
        report = verify(signed_with(unsigned, [token], issuer_keys, "achievement"), own, NOW)
        assert (words, answers(report)) == (words, ALL_YES | {"endorsements": "no"})
        assert words in sentence(report, "endorsements")


def test_token_that_cannot_be_read_leaves_it_open_and_says_what_to_do(own, issuer_keys, unsigned):
    older = {"vc": statement() | {"@context": [V1, document.CONTEXTS[1]]}, "iss": ISSUER.did}
    unknown_key = {**HEADER, "kid": f"{ORIGIN}/issuers/model/keys/rsa-9.json"}
    cases = {
        "in the older form": token_of(older, issuer_keys.jwt_key.rsa(), HEADER),
        "cannot be had": token_of(statement(), issuer_keys.jwt_key.rsa(), unknown_key),
        "signed by 'PS256'": token_of(statement(), issuer_keys.jwt_key.rsa(), {**HEADER, "alg": "PS256"}),
    }
    for words, token in cases.items():
        report = verify(signed_with(unsigned, [token], issuer_keys, "achievement"), own, NOW)
        assert (words, answers(report)) == (words, ALL_YES | {"endorsements": "unknown"})
        assert words in sentence(report, "endorsements")
        check = report.checks[-1]
        assert what_to_do(check) == "Ask the body that it names whether it approved this."


def test_issuer_whose_context_does_not_know_the_member_signed_all_the_rest(own, issuer_keys, unsigned):
    token = jwt.encode(statement(unsigned["id"]), issuer_keys.jwt_key, KID)
    signed = proof.sign(unsigned, issuer_keys.signing_key, NOW)
    report = verify(signed | {"endorsementJwt": [token]}, own, NOW)
    assert answers(report) == ALL_YES | {"signature": "unknown", "endorsements": "yes"}
    assert sentence(report, "signature") == (
        "The signature could not be checked: it fits all but the endorsements that come as tokens, which verifiers "
        "read differently."
    )
    other = verify(signed | {"endorsementJwt": [token], "name": "Another"}, own, NOW)
    assert answers(other) == ALL_YES | {"signature": "no", "endorsements": "yes"}


def test_badge_in_the_older_form_could_not_be_checked(own, issuer_keys, unsigned):
    older = {name: value for name, value in unsigned.items() if name not in ("validFrom", "validUntil")}
    older |= {"@context": [V1, document.CONTEXTS[1]], "issuanceDate": "2026-01-05T12:00:00Z"}
    token = token_of({"vc": older, "iss": ISSUER.did, "nbf": 1767614400}, issuer_keys.jwt_key.rsa(), HEADER)
    for source in (older, json.dumps(older), token, bake_png(png(), token)):
        report = verify(source, own, NOW, "learner2@model.example")
        assert set(answers(report).values()) == {"unknown"}
        assert sentence(report, "document") == (
            "This may be an Open Badges 3.0 credential, but it is in the older form of Verifiable Credentials, 1.1, "
            "which is not read here."
        )
        assert what_to_do(report.checks[0]) == "Check it at its issuer’s own page, or ask the issuer."
        assert report.credential["credentialSubject"]["achievement"]["name"] == RICH.name


def test_credential_of_the_older_form_that_is_no_badge_is_told_so(own):
    report = verify({"@context": [V1, "https://diplomas.example/v1"], "type": ["Diploma"]}, own, NOW)
    assert answers(report)["document"] == "no"

"""Our own verifier: three answers to each question, and none of them a traceback."""

import copy
import dataclasses
import datetime as dt

import pytest

from credentials.openbadges import did, document, jwt, keys, proof
from credentials.openbadges.bake import bake_png, bake_svg
from credentials.openbadges.verify import Resolver, verify
from tests.credentials.openbadges_examples import (
    ALL_YES,
    DID,
    ISSUER,
    NOW,
    ORIGIN,
    PLAIN,
    RICH,
    SLUG,
    SVG,
    answers,
    endorsed,
    full_award,
    minimal_award,
    png,
    resolver,
    sentence,
)
from tests.credentials.openbadges_mutations import changed_documents
from tests.credentials.test_openbadges_proof import GUIDE, GUIDE_KEY

NOBODY = Resolver(lambda name: None, lambda name: None, lambda name: None)
KID = did.jwk_url(ORIGIN, SLUG, "rsa-1")
UNREAD = {"issuer": "unknown", "signature": "unknown", "dates": "unknown", "status": "unknown"}


@pytest.fixture(scope="module")
def issuer_keys(tmp_path_factory):
    return keys.issuer_keys(tmp_path_factory.mktemp("keys"), SLUG)


@pytest.fixture(scope="module")
def own(issuer_keys):
    return resolver(issuer_keys)


@pytest.fixture(scope="module")
def signed(issuer_keys):
    return proof.sign(document.build(ISSUER, RICH, full_award()), issuer_keys.signing_key, NOW)


@pytest.fixture(scope="module")
def token(issuer_keys):
    return jwt.encode(document.build(ISSUER, RICH, full_award()), issuer_keys.jwt_key, KID)


def test_every_form_of_ours_gets_yes_to_everything(own, signed, token):
    text = document.to_bytes(signed)
    forms = {
        "json": [signed, text, text.decode(), b"\xef\xbb\xbf  " + text],
        "jwt": [token, token.encode() + b"\n"],
        "png": [bake_png(png(), text.decode()), bake_png(png(), token)],
        "svg": [bake_svg(SVG, text.decode()), bake_svg(SVG, token), bake_svg(SVG, token).decode()],
    }
    for form, sources in forms.items():
        for source in sources:
            report = verify(source, own, NOW)
            assert (report.form, answers(report), report.ok) == (form, ALL_YES, True)
            assert report.credential["id"] == signed["id"]


def test_the_sentences_say_what_it_means(own, signed):
    assert [check.sentence for check in verify(signed, own, NOW, "learner2@model.example").checks] == [
        "This is an Open Badges 3.0 credential.",
        "It is signed with a key that badges.example.org publishes as its issuer’s.",
        "Nothing in it has changed since it was signed.",
        "It is in force since 5 January 2026 until 5 January 2029.",
        "The issuer has not revoked it.",
        "It was issued to this address.",
    ]


def test_an_endorsement_inside_is_covered_by_the_signature(issuer_keys, own):
    signed = proof.sign(
        document.build(ISSUER, endorsed(issuer_keys), full_award()), issuer_keys.signing_key, NOW
    )
    assert answers(verify(signed, own, NOW)) == ALL_YES | {"endorsements": "yes"}
    other = copy.deepcopy(signed)
    [endorsement] = other["credentialSubject"]["achievement"]["endorsement"]
    endorsement["credentialSubject"]["endorsementComment"] += "!"
    assert answers(verify(other, own, NOW)) == ALL_YES | {"signature": "no", "endorsements": "no"}


def test_every_member_changed_or_removed_gets_a_no(own, signed):
    reports = [(name, verify(other, own, NOW)) for name, other in changed_documents(signed)]
    assert len(reports) > 300
    assert [name for name, report in reports if report.ok] == []
    undecided = [name for name, report in reports if "no" not in answers(report).values()]
    assert undecided == ["proof/0/cryptosuite", "proof/0/cryptosuite="]  # a kind that is not known here


@pytest.mark.parametrize(
    ("now", "answer", "words"),
    [
        ("2026-01-05T11:59:59Z", "no", "It is not in force before 5 January 2026."),
        ("2026-01-05T12:00:00Z", "yes", "It is in force since 5 January 2026 until 5 January 2029."),
        ("2029-01-05T11:59:59Z", "yes", "It is in force since 5 January 2026 until 5 January 2029."),
        ("2029-01-05T12:00:00Z", "no", "It was in force until 5 January 2029."),
    ],
)
def test_dates_before_in_and_after_force(own, signed, now, answer, words):
    report = verify(signed, own, dt.datetime.fromisoformat(now))
    assert (str(report.answer("dates")), sentence(report, "dates")) == (answer, words)


def test_a_revoked_credential_is_told_so(issuer_keys, signed, token):
    revoking = resolver(issuer_keys, [full_award().status_index])
    for source in (signed, token):
        report = verify(source, revoking, NOW)
        assert answers(report) == ALL_YES | {"status": "no"}
        assert sentence(report, "status") == "The issuer has revoked it."


def test_an_older_key_verifies_after_rotation(tmp_path):
    first = keys.issuer_keys(tmp_path, SLUG)
    signed = proof.sign(document.build(ISSUER, PLAIN, minimal_award()), first.signing_key, NOW)
    token = jwt.encode(document.build(ISSUER, PLAIN, minimal_award()), first.jwt_key, KID)
    keys.rotate(tmp_path, SLUG, "ed")
    newest = keys.rotate(tmp_path, SLUG, "rsa")
    for source in (signed, token):
        assert verify(source, resolver(newest), NOW).ok


@pytest.mark.parametrize(
    ("address", "answer"),
    [
        ("learner2@model.example", "yes"),
        (" Learner2@Model.Example", "yes"),
        ("learner3@model.example", "no"),
        ("\ud800", "no"),
    ],
)
def test_the_recipient_is_matched_by_a_typed_address(own, signed, address, answer):
    assert str(verify(signed, own, NOW, address).answer("recipient")) == answer


def test_without_an_address_in_it_the_recipient_is_unknown(issuer_keys, own):
    signed = proof.sign(document.build(ISSUER, PLAIN, minimal_award()), issuer_keys.signing_key, NOW)
    assert str(verify(signed, own, NOW, "learner2@model.example").answer("recipient")) == "unknown"


def test_an_unsigned_document_is_from_nobody(own):
    report = verify(document.build(ISSUER, PLAIN, minimal_award()), own, NOW)
    assert answers(report) == ALL_YES | {"issuer": "unknown", "signature": "no"}
    assert sentence(report, "signature").endswith("never signed: it bears no signature.")


def test_an_issuer_out_of_reach_leaves_the_signature_unknown(signed, token):
    for source in (signed, token):
        report = verify(source, NOBODY, NOW)
        assert answers(report) == {
            "document": "yes",
            "issuer": "unknown",
            "signature": "unknown",
            "dates": "yes",
            "status": "unknown",
        }


def test_a_forger_is_told_from_the_issuer(tmp_path, own):
    forger = keys.issuer_keys(tmp_path, SLUG)
    unsigned = document.build(ISSUER, PLAIN, minimal_award())
    report = verify(proof.sign(unsigned, forger.signing_key, NOW), own, NOW)
    assert answers(report) == ALL_YES | {"signature": "no"}
    other_kid = keys.IssuerKey("ed-7", forger.signing_key.private)
    report = verify(proof.sign(unsigned, other_kid, NOW), own, NOW)
    assert answers(report) == ALL_YES | {"issuer": "no", "signature": "no"}
    token = jwt.encode(unsigned, forger.jwt_key, KID)
    assert answers(verify(token, own, NOW)) == ALL_YES | {"signature": "no"}


def test_a_key_of_someone_else_is_not_the_issuers(tmp_path, own):
    forger = keys.issuer_keys(tmp_path, SLUG)
    unsigned = document.build(ISSUER, PLAIN, minimal_award())
    theirs = dataclasses.replace(own, jwk=lambda url: forger.jwt_key.jwk())
    report = verify(jwt.encode(unsigned, forger.jwt_key, "https://forger.example/key"), theirs, NOW)
    assert answers(report) == ALL_YES | {"issuer": "no", "signature": "no"}
    foreign = copy.deepcopy(proof.sign(unsigned, forger.signing_key, NOW))
    foreign["proof"][0]["verificationMethod"] = "did:web:forger.example#ed-1"
    assert answers(verify(foreign, own, NOW)) == ALL_YES | {"issuer": "no", "signature": "no"}


def test_a_key_that_is_no_assertion_method_is_not_the_issuers(issuer_keys, signed):
    found = did.did_document(ORIGIN, issuer_keys)
    for hostile in (
        found | {"assertionMethod": []},
        found | {"assertionMethod": [f"{DID}#rsa-1"]},
        found | {"id": "did:web:other.example"},
        found
        | {"verificationMethod": [{**found["verificationMethod"][0], "controller": "did:web:x.example"}]},
        found | {"verificationMethod": "none", "assertionMethod": 5},
        {},
    ):
        given_by = Resolver(lambda name, hostile=hostile: hostile, lambda url: None, lambda url: None)
        report = verify(signed, given_by, NOW)
        assert (str(report.answer("issuer")), str(report.answer("signature"))) == ("no", "no")


def test_a_did_key_issuer_needs_no_resolver(issuer_keys):
    name = f"did:key:{issuer_keys.signing_key.multibase()}"
    unsigned = document.build(ISSUER, PLAIN, minimal_award())
    unsigned = {**unsigned, "issuer": {**unsigned["issuer"], "id": name}}
    key = keys.IssuerKey(issuer_keys.signing_key.multibase(), issuer_keys.signing_key.private)
    report = verify(proof.sign(unsigned, key, NOW), NOBODY, NOW)
    assert answers(report) == ALL_YES | {"issuer": "unknown", "status": "unknown"}
    assert sentence(report, "issuer").endswith("the key that signed it, which could be anybody’s.")
    wrong = proof.sign(unsigned, issuer_keys.signing_key, NOW)  # names #ed-1, which a did:key has not
    assert str(verify(wrong, NOBODY, NOW).answer("issuer")) == "no"


def test_the_example_of_the_implementation_guide_gets_yes():
    issuer = GUIDE["issuer"]["id"]
    method = {"id": f"{issuer}#{GUIDE_KEY}", "type": "Multikey", "controller": issuer}
    controller = {"id": issuer, "assertionMethod": [method | {"publicKeyMultibase": GUIDE_KEY}]}
    assert verify(GUIDE, Resolver({issuer: controller}.get, lambda url: None, lambda url: None), NOW).ok


def test_a_credential_that_cannot_be_revoked_says_so(issuer_keys, own):
    unsigned = document.build(ISSUER, PLAIN, minimal_award())
    del unsigned["credentialStatus"]
    report = verify(proof.sign(unsigned, issuer_keys.signing_key, NOW), own, NOW)
    assert report.ok
    assert sentence(report, "status") == "Its issuer keeps no list on which it could be revoked."


def test_what_json_ld_reads_alike_is_still_refused(own, signed):
    """Other texts with the same RDF, hence with a signature that fits."""
    subject = signed["credentialSubject"]
    hashed = [subject["identifier"][0] | {"hashed": "true"}, subject["identifier"][1]]
    odd = [
        signed | {"credentialSubject": subject | {"identifier": hashed}},
        signed | {"credentialSubject": subject | {"creditsEarned": "1.25E0"}},
        signed | {"name": {"@value": signed["name"]}},
        {("@id" if name == "id" else name): value for name, value in signed.items()},
        signed | {"name": [signed["name"]]},
        signed | {"image": None},
        signed | {"evidence": [*signed["evidence"], []]},
    ]
    assert [str(verify(other, own, NOW).answer("document")) for other in odd] == ["no"] * len(odd)


def test_an_inline_or_foreign_context_is_not_believed(own, signed):
    inline = signed | {"@context": [*signed["@context"], {"name": "https://schema.org/alternateName"}]}
    foreign = signed | {"@context": [*signed["@context"], "https://evil.example/context"]}
    for other in (inline, foreign):
        assert answers(verify(other, own, NOW)) == {"document": "unknown"} | UNREAD
    nested = signed | {"issuer": signed["issuer"] | {"@context": {"name": "https://x.example/n"}}}
    assert str(verify(nested, own, NOW).answer("document")) == "no"


def test_control_characters_leave_the_signature_unknown(own, signed):
    report = verify(signed | {"name": "a\x01"}, own, NOW)
    assert str(report.answer("signature")) == "unknown"
    assert "control characters" in sentence(report, "signature")

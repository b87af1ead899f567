"""Decisions of bodies as signed statements: what they say, and that nothing in them can be changed."""

import copy
import dataclasses
import json

import pytest

from credentials.openbadges import batch, document, endorsement, keys, proof
from credentials.openbadges.endorsement import check_endorsements
from credentials.openbadges.verify import Answer, Resolver, verify
from tests.credentials.openbadges_chain import ADOPTED, COMMITTEE, DEAN, VOTED, approved
from tests.credentials.openbadges_examples import (
    ACHIEVEMENT_ID,
    ISSUER,
    NOW,
    ORIGIN,
    RICH,
    SLUG,
    full_award,
    published,
    random_award,
    resolver,
)
from tests.credentials.openbadges_mutations import changed_documents
from tests.credentials.openbadges_node import install, verdicts

NOBODY = Resolver(lambda name: None, lambda name: None, lambda name: None)
# By hand, from the data model: EndorsementCredential, Profile, EndorsementSubject.
EXPECTED = {
    "@context": [
        "https://www.w3.org/ns/credentials/v2",
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    ],
    "id": "https://badges.example.org/endorsements/00000000-0000-0000-0000-00000000000b",
    "type": ["VerifiableCredential", "EndorsementCredential"],
    "name": "Approved",
    "issuer": {
        "id": "did:web:badges.example.org:issuers:model:bodies:committee",
        "type": ["Profile"],
        "name": "Micro-credential Committee",
        "parentOrg": {
            "id": "https://badges.example.org/issuers/model",
            "type": ["Profile"],
            "name": "Model University",
        },
    },
    "validFrom": "2026-02-10T06:00:00Z",
    "credentialSubject": {
        "id": "https://badges.example.org/achievements/fire-data",
        "type": ["EndorsementSubject"],
        "endorsementComment": (
            "The committee decides: approved on 10 February 2026. Votes: 5 yes, 1 no, 0 abstained. "
            "By clause MU-5, policy MU 4.12, revision 2026-01. SHA-256 of what was approved: "
            + "ab" * 32
            + "."
        ),
    },
}
LONGEST = 1300  # bytes of one statement: it travels in every award


@pytest.fixture(scope="module")
def issuer_keys(tmp_path_factory):
    return keys.issuer_keys(tmp_path_factory.mktemp("keys"), SLUG)


@pytest.fixture(scope="module")
def own(issuer_keys):
    return resolver(issuer_keys)


@pytest.fixture(scope="module")
def signed(issuer_keys):
    return proof.sign(
        document.build(ISSUER, approved(issuer_keys), full_award()), issuer_keys.signing_key, NOW
    )


def answer(credential, own):
    return str(check_endorsements(credential, own).answer)


def embedded(credential, place=0):
    return credential["credentialSubject"]["achievement"]["endorsement"][place]


def test_the_whole_statement():
    assert endorsement.build(COMMITTEE, VOTED) == EXPECTED


@pytest.mark.parametrize(
    ("changes", "name", "words"),
    [
        ({}, "Approved with conditions", "The dean approves the pilot: approved with conditions on 20 February 2026."),
        ({"outcome": "approve", "silent": True, "clause": "MU-6"}, "Approved",
         "The dean approves the pilot: approved, since nobody objected in time on 20 February 2026. By clause MU-6."),
        ({"outcome": "approve", "policy": "Badges, revision 3"}, "Approved",
         "The dean approves the pilot: approved on 20 February 2026. By Badges, revision 3."),
    ],
)  # fmt: skip
def test_what_is_not_known_is_left_out(changes, name, words):
    made = endorsement.build(DEAN, dataclasses.replace(ADOPTED, **changes))
    assert (made["name"], made["credentialSubject"]["endorsementComment"]) == (name, words)


def test_it_is_short_and_signed_by_the_body(issuer_keys):
    made = endorsement.sign(COMMITTEE, VOTED, issuer_keys.signing_key, NOW)
    assert len(document.to_bytes(made)) < LONGEST
    [one] = made["proof"]
    assert one["verificationMethod"] == "did:web:badges.example.org:issuers:model:bodies:committee#ed-1"
    assert {name: value for name, value in made.items() if name != "proof"} == EXPECTED


@pytest.mark.parametrize("slug", ["", "Committee", "a/b", "a:b", "../x", "é"])
def test_a_body_needs_a_plain_name(slug, issuer_keys):
    with pytest.raises(ValueError, match="plain name"):
        endorsement.build(dataclasses.replace(COMMITTEE, slug=slug), VOTED)


# --- checking -----------------------------------------------------------------------------------------------------
def test_each_is_its_bodys_own(own, signed):
    check = check_endorsements(signed, own)
    assert (check.key, check.answer) == ("endorsements", Answer.YES)
    assert check.sentence == "Each of its 2 endorsements is its endorser’s own, and unchanged."
    assert verify(signed, own, NOW).ok


def test_without_one_there_is_nothing_to_doubt(own, issuer_keys):
    bare = proof.sign(document.build(ISSUER, RICH, full_award()), issuer_keys.signing_key, NOW)
    assert check_endorsements(bare, own).sentence == "It carries no endorsement."


def test_old_statements_verify_after_two_rotations(tmp_path):
    first = keys.issuer_keys(tmp_path, SLUG)
    made = proof.sign(document.build(ISSUER, approved(first), full_award()), first.signing_key, NOW)
    keys.rotate(tmp_path, SLUG, "ed")
    newest = keys.rotate(tmp_path, SLUG, "ed")
    assert answer(made, resolver(newest)) == "yes"


def about_another(one):
    one["credentialSubject"]["id"] = f"{ORIGIN}/achievements/other"


def by_another(one):
    one["issuer"]["id"] = DEAN.did


def unsigned(one):
    del one["proof"]


def other_kind(one):
    one["proof"][0]["cryptosuite"] = "bbs-2023"


def other_words(one):
    one["@context"].append("https://elsewhere.example/context.json")


@pytest.mark.parametrize(
    ("change", "expected", "words"),
    [
        (about_another, "no", "is about something else"),
        (by_another, "no", "signed by a key of"),
        (unsigned, "no", "bears no signature"),
        (other_kind, "unknown", "kind that is known here"),
        (other_words, "unknown", "vocabulary that is not known here"),
    ],
)
def test_what_is_not_so_is_told(own, signed, change, expected, words):
    other = copy.deepcopy(signed)
    change(embedded(other))
    check = check_endorsements(other, own)
    assert (str(check.answer), words in check.sentence) == (expected, True), check.sentence
    assert "Micro-credential Committee" in check.sentence


def test_a_key_that_cannot_be_had_leaves_it_open(signed):
    assert answer(signed, NOBODY) == "unknown"


@pytest.mark.parametrize(
    "junk", ["token", 7, None, True, {}, [[]], {"proof": []}, [{}] * 60, {"issuer": {"name": 3}}]
)
def test_junk_is_answered(own, signed, junk):
    other = copy.deepcopy(signed)
    other["credentialSubject"]["achievement"]["endorsement"] = junk
    assert answer(other, own) in ("no", "unknown")


def test_one_of_the_award_or_of_the_issuer_is_checked_too(own, signed, issuer_keys):
    for place, about in (("credential", signed["id"]), ("issuer", ISSUER.did)):
        other = copy.deepcopy(signed)
        unsigned = endorsement.build(DEAN, dataclasses.replace(ADOPTED, achievement_id=about + "#self"))
        del unsigned["issuer"]["parentOrg"]
        unsigned["credentialSubject"]["id"] = about
        made = proof.sign(unsigned, issuer_keys.signing_key, NOW)
        (other if place == "credential" else other["issuer"])["endorsement"] = [made]
        assert answer(other, own) == "yes"
        made["credentialSubject"]["id"] = ACHIEVEMENT_ID
        assert answer(other, own) == "no"


def test_every_member_changed_or_removed_is_found_out(own, signed):
    """By the statement's own signature each; by the award's too, but for what it describes twice or inherits."""
    unseen = set()
    for path, changed in changed_documents(embedded(signed)):
        other = copy.deepcopy(signed)
        other["credentialSubject"]["achievement"]["endorsement"][0] = changed
        assert answer(other, own) != "yes", path
        if verify(other, own, NOW).answer("signature") is Answer.YES:
            unseen.add(path)
    assert unseen == {"@context", "issuer/parentOrg/type", "issuer/parentOrg/name"}


def test_left_out_or_doubled_is_found_out_by_the_award(own, signed):
    for change in (
        lambda chain: chain.pop(),
        lambda chain: chain.append({"type": ["EndorsementCredential"]}),
    ):
        other = copy.deepcopy(signed)
        change(other["credentialSubject"]["achievement"]["endorsement"])
        assert not verify(other, own, NOW).ok


def test_a_batch_signs_them_by_template(issuer_keys):
    """What is the same in every award costs no expansion: only the first two of a shape go through PyLD."""
    signer = batch.BatchSigner(ISSUER, approved(issuer_keys), issuer_keys.signing_key, NOW, sample_every=1)
    for number in range(1, 9):
        signer.sign(full_award(number))
    assert (signer.seen, signer.by_template) == (8, 6)


# --- what others' verifiers say ------------------------------------------------------------------------------------
def test_others_verify_each_and_refuse_every_change(issuer_keys, signed, tmp_path):
    node = install()
    signer = batch.BatchSigner(ISSUER, approved(issuer_keys), issuer_keys.signing_key, NOW)
    documents = [signed, *(signer.sign(random_award(seed)) for seed in range(6))]
    for _, changed in changed_documents(embedded(signed)):
        other = copy.deepcopy(signed)
        other["credentialSubject"]["achievement"]["endorsement"][0] = changed
        documents.append(other)
    files = [tmp_path / f"{number}.json" for number in range(len(documents))]
    for file, one in zip(files, documents, strict=True):
        file.write_text(json.dumps(one))
    with published(issuer_keys) as loopback:
        found = verdicts(node, loopback, files, proof_only=True)
    sound = {"proof": "pass", "endorsements": "pass"}
    assert [number for number in range(len(documents)) if found[f"{number}.json"] == sound] == list(range(7))

"""Signing many awards: the fast way gives what PyLD gives, byte for byte, and refuses what it refuses."""

import logging

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyld import jsonld

from credentials.openbadges import batch, contexts, document, keys, proof, rules, template
from credentials.openbadges.facts import Evidence
from tests.credentials.openbadges_examples import (
    ISSUER,
    NOW,
    PLAIN,
    RICH,
    SLUG,
    endorsed,
    full_award,
    minimal_award,
    random_award,
)


@pytest.fixture(scope="module")
def issuer_keys(tmp_path_factory):
    return keys.issuer_keys(tmp_path_factory.mktemp("keys"), SLUG)


def plain_pyld(unsigned):
    """Canonical N-Quads by PyLD alone, without anything of ours but the contexts."""
    return jsonld.normalize(
        unsigned,
        {
            "algorithm": "URDNA2015",
            "format": "application/n-quads",
            "documentLoader": lambda url, options=None: {
                "contextUrl": None,
                "documentUrl": url,
                "document": contexts.load(url),
            },
        },
    )


@pytest.mark.parametrize("achievement", [PLAIN, RICH])
def test_templates_give_what_pyld_gives_byte_for_byte(issuer_keys, achievement):
    signer = batch.BatchSigner(ISSUER, achievement, issuer_keys.signing_key, NOW, sample_every=10_000)
    for seed in range(300):
        award = random_award(seed) if achievement is RICH else minimal_award(seed + 1)
        unsigned = document.build(ISSUER, achievement, award)
        assert signer.canonical(signer.builder.build(award)) == plain_pyld(unsigned)
    assert signer.by_template >= 276  # two of each of the twelve shapes teach


def test_templates_hold_with_a_signed_endorsement_inside(issuer_keys):
    achievement = endorsed(issuer_keys)
    signer = batch.BatchSigner(ISSUER, achievement, issuer_keys.signing_key, NOW, sample_every=10_000)
    for number in range(2, 8):
        unsigned = document.build(ISSUER, achievement, full_award(number))
        assert signer.canonical(signer.builder.build(full_award(number))) == plain_pyld(unsigned)
    assert signer.by_template == 4


def test_a_batch_signs_what_single_signing_signs(issuer_keys):
    signer = batch.BatchSigner(ISSUER, RICH, issuer_keys.signing_key, NOW)
    for number in range(2, 8):
        award = full_award(number)
        single = proof.sign(document.build(ISSUER, RICH, award), issuer_keys.signing_key, NOW)
        assert signer.sign(award) == single  # Ed25519 signatures are deterministic
    assert signer.by_template == 4  # all but the two that the shape was learned from


SAFE = st.characters(exclude_categories=["Cs"]).filter(lambda char: not rules.UNSAFE.search(char))


@settings(max_examples=60, deadline=None)
@given(st.text(SAFE, min_size=1, max_size=20))
def test_any_text_comes_through_a_template_as_through_pyld(text):
    award = minimal_award(narrative=text, evidence=(Evidence(name=text),), recipient_name=text)
    unsigned = document.build(ISSUER, PLAIN, award)
    texts, shape = [], []
    template.survey(unsigned, (), texts, shape)
    assert template.Shape(unsigned, (), shape).fill(texts) == plain_pyld(unsigned)


def test_parts_that_look_alike_are_left_to_pyld(issuer_keys):
    signer = batch.BatchSigner(ISSUER, RICH, issuer_keys.signing_key, NOW)
    twins = (Evidence(name="Map"), Evidence(name="Map"))
    for number in range(2, 6):
        award = full_award(number, evidence=twins)
        assert signer.canonical(signer.builder.build(award)) == plain_pyld(
            document.build(ISSUER, RICH, award)
        )
    assert signer.by_template == 0


def test_a_batch_writes_the_bytes_that_are_stored(issuer_keys):
    signer = batch.BatchSigner(ISSUER, endorsed(issuer_keys), issuer_keys.signing_key, NOW)
    for number in range(2, 8):
        assert signer.sign_to_bytes(full_award(number)) == document.to_bytes(signer.sign(full_award(number)))


@pytest.mark.parametrize(
    "wrong",
    [
        {"narrative": "a\x0bb"},
        {"narrative": "a\ud800b"},
        {"first": "no address"},
        {"first": ISSUER.did},
        {"first": "https://work.example/b"},
    ],
    ids=["control", "surrogate", "address", "issuer again", "twice"],
)
def test_what_must_not_be_signed_is_refused_of_a_known_shape_as_of_a_new_one(issuer_keys, wrong):
    def award(number, narrative="Drew it.", first="https://work.example/a"):
        evidence = (Evidence(name="A", url=first), Evidence(name="B", url="https://work.example/b"))
        return full_award(number, narrative=narrative, evidence=evidence)

    signer = batch.BatchSigner(ISSUER, RICH, issuer_keys.signing_key, NOW)
    for number in range(2, 6):
        signer.sign(award(number))
    assert signer.by_template == 2
    with pytest.raises(ValueError, match=r".") as alone:
        document.build(ISSUER, RICH, award(9, **wrong))
    with pytest.raises(ValueError, match=r".") as known:
        signer.sign(award(9, **wrong))
    assert str(known.value) == str(alone.value)


def test_a_refused_award_leaves_the_batch_usable(issuer_keys):
    signer = batch.BatchSigner(ISSUER, RICH, issuer_keys.signing_key, NOW)
    with pytest.raises(ValueError, match="holds the character"):
        signer.sign(full_award(2, narrative="\x00"))
    assert signer.sign(full_award(3))["proof"]


def test_a_shape_that_disagrees_with_pyld_is_not_used(issuer_keys, monkeypatch, caplog):
    signer = batch.BatchSigner(ISSUER, RICH, issuer_keys.signing_key, NOW)
    monkeypatch.setattr(template.Shape, "fill", lambda self, texts: "wrong")
    with caplog.at_level(logging.ERROR):
        found = [signer.sign(full_award(number)) for number in range(2, 6)]
    monkeypatch.undo()
    assert found == [
        proof.sign(document.build(ISSUER, RICH, full_award(n)), issuer_keys.signing_key, NOW)
        for n in range(2, 6)
    ]
    assert "by PyLD alone" in caplog.text


def test_a_sample_that_disagrees_with_pyld_stops_the_batch(issuer_keys, monkeypatch):
    signer = batch.BatchSigner(ISSUER, RICH, issuer_keys.signing_key, NOW, sample_every=2)
    for number in range(2, 5):
        signer.sign(full_award(number))
    monkeypatch.setattr(template.Shape, "fill", lambda self, texts: "wrong")
    with pytest.raises(batch.TemplateMismatch):
        signer.sign(full_award(9))

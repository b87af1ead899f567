"""What others' verifiers say of what we issue: npm packages of Digital Bazaar, the DCC, and jose (tests/ob3)."""

import json

import pytest

from credentials.openbadges import batch, did, document, jwt, keys, proof
from credentials.openbadges.bake import bake_png, bake_svg
from tests.credentials.openbadges_examples import (
    DID,
    ISSUER,
    NOW,
    ORIGIN,
    PLAIN,
    RICH,
    SLUG,
    SVG,
    endorsed,
    full_award,
    minimal_award,
    png,
    published,
    random_award,
)
from tests.credentials.openbadges_mutations import changed_documents
from tests.credentials.openbadges_node import install, verdicts

SOUND = {"proof": "pass", "status": "pass", "verifierCore": "pass"}


@pytest.fixture(scope="module")
def node():
    return install()


@pytest.fixture(scope="module")
def issuer_keys(tmp_path_factory):
    return keys.issuer_keys(tmp_path_factory.mktemp("keys"), SLUG)


def signed(issuer_keys, achievement, award):
    return proof.sign(document.build(ISSUER, achievement, award), issuer_keys.signing_key, NOW)


def write(folder, name, content):
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder / name


def test_every_form_of_every_kind_verifies(node, issuer_keys, tmp_path):
    minimal = document.to_bytes(signed(issuer_keys, PLAIN, minimal_award()))
    full = document.to_bytes(signed(issuer_keys, RICH, full_award()))
    endorsement = document.to_bytes(signed(issuer_keys, endorsed(issuer_keys), full_award()))
    kid = did.jwk_url(ORIGIN, SLUG, "rsa-1")
    token = jwt.encode(document.build(ISSUER, RICH, full_award()), issuer_keys.jwt_key, kid)
    files = [
        write(tmp_path, "minimal.json", minimal),
        write(tmp_path, "full.json", full),
        write(tmp_path, "endorsed.json", endorsement),
        write(tmp_path, "full.jwt", token),
        write(tmp_path, "json.png", bake_png(png(), full.decode())),
        write(tmp_path, "jwt.png", bake_png(png(), token)),
        write(tmp_path, "json.svg", bake_svg(SVG, full.decode())),
        write(tmp_path, "jwt.svg", bake_svg(SVG, token)),
    ]
    with published(issuer_keys) as loopback:
        found = verdicts(node, loopback, files)
    assert found == {
        "minimal.json": SOUND,
        "full.json": SOUND,
        "endorsed.json": SOUND | {"endorsements": "pass"},
        "full.jwt": {"jws": "pass"},
        "json.png": SOUND,
        "jwt.png": {"jws": "pass"},
        "json.svg": SOUND,
        "jwt.svg": {"jws": "pass"},
    }


def test_a_revoked_credential_is_told_so(node, issuer_keys, tmp_path):
    award = full_award()
    file = write(tmp_path, "revoked.json", document.to_bytes(signed(issuer_keys, RICH, award)))
    with published(issuer_keys, revoked=[award.status_index]) as loopback:
        found = verdicts(node, loopback, [file])["revoked.json"]
    assert found == {"proof": "pass", "status": "revoked", "verifierCore": "revocation_status"}


def test_older_keys_verify_after_two_rotations(node, tmp_path):
    first = keys.issuer_keys(tmp_path / "keys", SLUG)
    file = write(tmp_path, "old.json", document.to_bytes(signed(first, PLAIN, minimal_award())))
    keys.rotate(tmp_path / "keys", SLUG, "ed")
    newest = keys.rotate(tmp_path / "keys", SLUG, "ed")
    new = write(tmp_path, "new.json", document.to_bytes(signed(newest, PLAIN, minimal_award())))
    assert json.loads(new.read_bytes())["proof"][0]["verificationMethod"] == f"{DID}#ed-3"
    with published(newest) as loopback:
        assert verdicts(node, loopback, [file, new]) == {"old.json": SOUND, "new.json": SOUND}


def test_random_credentials_of_a_batch_verify(node, issuer_keys, tmp_path):
    signer = batch.BatchSigner(ISSUER, RICH, issuer_keys.signing_key, NOW)
    files = [
        write(tmp_path, f"{seed}.json", document.to_bytes(signer.sign(random_award(seed))))
        for seed in range(60)
    ]
    with published(issuer_keys) as loopback:
        found = verdicts(node, loopback, files, proof_only=True)
    assert found == {file.name: {"proof": "pass"} for file in files}


def test_every_member_changed_or_removed_is_rejected(node, issuer_keys, tmp_path):
    whole = signed(issuer_keys, RICH, full_award())
    named = list(changed_documents(whole))
    assert len(named) > 300
    files = [write(tmp_path, f"{n}.json", json.dumps(other)) for n, (_, other) in enumerate(named)]
    with published(issuer_keys) as loopback:
        found = verdicts(node, loopback, files, proof_only=True)
    accepted = [named[n][0] for n, file in enumerate(files) if found[file.name]["proof"] == "pass"]
    assert accepted == []

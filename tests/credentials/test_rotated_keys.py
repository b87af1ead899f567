"""Keys rotated twice, in files and by the environment: what each of them signed verifies with what is published."""

import json
import re

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from django.test import Client

from credentials.openbadges import keys
from credentials.openbadges.multibase import base64url_decode
from credentials.openbadges.verify import verify
from journal import clock
from tests.credentials.openbadges_node import install, verdicts
from tests.credentials.published import Published
from tests.credentials.support import award, definition

NUMBERS = (1, 2, 3)
SOUND = {"proof": "pass", "endorsements": "pass", "status": "pass", "verifierCore": "pass"}


def in_files(settings, slug):
    """Two rotations of both kinds; yields before each and after the last."""
    yield
    for _ in range(2):
        for kind in keys.KINDS:
            keys.rotate(settings.KEYS_DIR, slug, kind)
        yield


def by_environment(settings, slug):
    """The same, by one key of each kind more in the variable."""
    text = ""
    for _ in NUMBERS:
        for key in (ed25519.Ed25519PrivateKey.generate(), rsa.generate_private_key(65537, 2048)):
            text += keys.encoded(key, None).decode()
        settings.ISSUER_KEYS = {f"ISSUER_KEYS_{slug.upper()}": text.replace("\n", "\\n")}
        yield


def forms(held):
    """The files of an award as they are given out now."""
    return [Client().get(f"/awards/{held.pk}.{form}").content.decode() for form in ("json", "jwt")]


def signer(text):
    """The number of the key: of the proof, or of the token."""
    if text.startswith("{"):
        return json.loads(text)["proof"][0]["verificationMethod"].rpartition("#")[2]
    header = base64url_decode(text.partition(".")[0])
    return json.loads(header)["kid"].rpartition("/")[2].removesuffix(".json")


def told(text):
    """What our page says of a document that somebody brings."""
    page = Client().post("/verify/", {"text": text}, HTTP_ACCEPT="text/html")
    return {answer["answer"] for answer in page.context["answers"]}


@pytest.fixture
def made(campus, settings, tmp_path):
    """Each key's award and token, by campus: one has its keys in files, the other in the environment."""
    settings.KEYS_DIR, settings.KEYS_PASSPHRASE = tmp_path / "keys", ""
    found = {}
    for slug, rotations in {"model": in_files, "cu_denver": by_environment}.items():
        offered = None
        for nth, _ in enumerate(rotations(settings, slug), start=1):
            offered = offered or definition(campus(slug))
            for form, text in zip(("json", "jwt"), forms(award(offered)), strict=True):
                found[f"{slug}-{nth}.{form}"] = text
    return found


def test_what_three_keys_signed_verifies_by_our_page_by_what_is_published_and_by_others(made, tmp_path):
    assert {name: signer(text) for name, text in made.items()} == {
        f"{slug}-{n}.{form}": f"{kind}-{n}"
        for slug in ("model", "cu_denver")
        for n in NUMBERS
        for form, kind in (("json", "ed"), ("jwt", "rsa"))
    }
    assert {name: told(text) for name, text in made.items()} == dict.fromkeys(made, {"yes"})
    published = Published(("model", "cu_denver"), made.values())
    for name, text in made.items():
        answers = verify(text, published.resolver(), clock.now()).checks
        assert (name, {str(check.answer) for check in answers}) == (name, {"yes"})
        (tmp_path / name).write_text(text)
    with published.serving() as url:
        found = verdicts(install(), url, [tmp_path / name for name in made])
    assert found == {name: SOUND if name.endswith("json") else {"jws": "pass"} for name in made}


def test_a_rotation_is_published_at_once_and_nothing_older_is_kept_longer_than_a_minute(
    campus, settings, tmp_path
):
    settings.KEYS_DIR, settings.KEYS_PASSPHRASE = tmp_path / "keys", ""
    offered = definition(campus("model"))
    body = re.search(r"issuers:model:bodies:([a-z0-9_-]+)", award(offered).document)[1]
    paths = ("did.json", "jwks.json", f"bodies/{body}/did.json", "keys/ed-1.json")
    before = {path: Client().get(f"/issuers/model/{path}") for path in paths}
    assert {answer["Cache-Control"] for answer in before.values()} == {"public, max-age=60"}
    keys.rotate(settings.KEYS_DIR, "model", "ed")
    names = {path: "ed-2" in Client().get(f"/issuers/model/{path}").content.decode() for path in paths}
    assert names == dict.fromkeys(paths, True) | {"keys/ed-1.json": False}
    assert "ed-2" not in before["did.json"].content.decode()
    gone = Client().get("/issuers/model/keys/ed-3.json")  # not kept: it may be there after the next rotation
    assert (gone.status_code, gone["Cache-Control"]) == (404, "private, no-store")

"""A conformance harness from outside the checkout, where IMPRIMATUR_OB3_HARNESS names its folder.

It has `package.json`, a lock file and `verify.mjs FILE --map ORIGIN=LOOPBACK`, prints one JSON line a check, and ends
with 0 when all passed. It is copied before it is installed, so its own folder may be read-only.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest

from credentials.checking.anyone import check_any
from credentials.openbadges import did, document, jwt, keys, proof
from credentials.openbadges.bake import bake_png, bake_svg
from journal import clock
from tests.credentials.kinds import SLUGS, every_file, rich, texts_of, written
from tests.credentials.openbadges_chain import approved
from tests.credentials.openbadges_examples import (
    ISSUER,
    NOW,
    ORIGIN,
    PLAIN,
    RICH,
    SLUG,
    SVG,
    full_award,
    minimal_award,
    png,
    published,
)
from tests.credentials.openbadges_mutations import changed_documents
from tests.credentials.openbadges_node import HERE, environment_of, tools
from tests.credentials.published import Published

# What each statement says of the campus of its body: where two say it, an award's own signature covers it once.
TWICE = {f"credentialSubject/achievement/endorsement/{n}/issuer/parentOrg/name" for n in (0, 1)}
FOLDER = os.environ.get("IMPRIMATUR_OB3_HARNESS", "")
pytestmark = pytest.mark.skipif(not FOLDER, reason="IMPRIMATUR_OB3_HARNESS names no harness")


class Installed(NamedTuple):
    """A copy of the harness with its packages, and the Node that runs it."""

    node: str
    folder: Path


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    node, npm = tools()
    copy = Path(
        shutil.copytree(FOLDER, tmp_path_factory.mktemp("harness") / "copy", copy_function=shutil.copyfile)
    )
    for folder in [copy, *filter(Path.is_dir, copy.rglob("*"))]:
        folder.chmod(0o755)
    subprocess.run([*npm, "ci", "--ignore-scripts"], cwd=copy, env=environment_of(node), check=True)
    return Installed(node, copy)


@pytest.fixture(scope="module")
def harness(installed):
    """A function that gives the harness's exit code and failed checks for a file."""

    def run(file, loopback, *options):
        command = [installed.node, "verify.mjs", str(file), "--map", f"{ORIGIN}={loopback}", *options]
        done = subprocess.run(command, cwd=installed.folder, capture_output=True, text=True)
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        return done.returncode, [
            line["check"] for line in lines if line["result"] == "fail" and line["check"] != "verdict"
        ]

    return run


@pytest.fixture(scope="module")
def failing(installed):
    """A function that gives the failed checks of many files by their names, all looked at in one process."""
    shutil.copyfile(HERE / "harness.mjs", installed.folder / "harness.mjs")

    def run(paths, loopback, **said):
        command = [installed.node, "harness.mjs", ORIGIN, loopback, *map(str, paths)]
        environment = {**os.environ, **said}
        done = subprocess.run(command, cwd=installed.folder, capture_output=True, text=True, env=environment)
        assert done.returncode == 0, done.stderr[-2000:]
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        return {Path(line["file"]).name: line["failed"] for line in lines}

    return run


@pytest.fixture(scope="module")
def issuer_keys(tmp_path_factory):
    return keys.issuer_keys(tmp_path_factory.mktemp("keys"), SLUG)


def forms(issuer_keys, achievement, award):
    """Every form of one award, by file name."""
    unsigned = document.build(ISSUER, achievement, award)
    text = document.to_bytes(proof.sign(unsigned, issuer_keys.signing_key, NOW)).decode()
    token = jwt.encode(unsigned, issuer_keys.jwt_key, did.jwk_url(ORIGIN, SLUG, "rsa-1"))
    return {
        "badge.json": text.encode(),
        "badge.jwt": token.encode(),
        "json.png": bake_png(png(), text),
        "jwt.png": bake_png(png(), token),
        "json.svg": bake_svg(SVG, text),
        "jwt.svg": bake_svg(SVG, token),
    }


@pytest.mark.parametrize(("achievement", "award"), [(PLAIN, minimal_award()), (RICH, full_award())])
def test_every_form_passes_the_harness(harness, issuer_keys, tmp_path, achievement, award):
    found = {}
    with published(issuer_keys) as loopback:
        for name, content in forms(issuer_keys, achievement, award).items():
            (tmp_path / name).write_bytes(content)
            found[name] = harness(tmp_path / name, loopback)
    assert found == dict.fromkeys(found, (0, []))


def test_the_chain_of_approvals_passes_the_harness(harness, issuer_keys, tmp_path):
    """Inside the award the schema of 1EdTech looks at each statement; every form is signed with them in it."""
    found = {}
    with published(issuer_keys) as loopback:
        for name, content in forms(issuer_keys, approved(issuer_keys), full_award()).items():
            (tmp_path / name).write_bytes(content)
            found[name] = harness(tmp_path / name, loopback)
    assert found == dict.fromkeys(found, (0, []))


def test_a_revoked_credential_fails_the_harness_at_its_status(harness, issuer_keys, tmp_path):
    file = tmp_path / "badge.jwt"
    file.write_bytes(forms(issuer_keys, RICH, full_award())["badge.jwt"])
    with published(issuer_keys, revoked=[full_award().status_index]) as loopback:
        assert harness(file, loopback) == (1, ["status"])


def test_the_recipient_passes_the_harness(harness, issuer_keys, tmp_path):
    file = tmp_path / "badge.json"
    file.write_bytes(forms(issuer_keys, RICH, full_award())["badge.json"])
    with published(issuer_keys) as loopback:
        assert harness(file, loopback, "--recipient", "learner2@model.example") == (0, [])
        assert harness(file, loopback, "--recipient", "other@model.example") == (1, ["recipient"])


# --- what the real actions make ------------------------------------------------------------------------------------------
def test_every_form_of_every_kind_of_award_passes_the_harness(failing, campus, tmp_path):
    _held, found = every_file(campus)
    paths = written(found, tmp_path)
    published = Published(SLUGS, [text for forms in found.values() for text in texts_of(forms)])
    with published.serving() as loopback:
        assert failing(paths.values(), loopback) == {name: [] for name in paths}


def test_every_member_of_an_award_changed_or_removed_fails_the_harness(failing, campus, tmp_path):
    held = rich(campus("model"))
    named = {f"{n}.json": other for n, other in enumerate(changed_documents(held.credential))}
    for name, (_path, other) in named.items():
        (tmp_path / name).write_text(json.dumps(other))
    with Published(("model",), [held.document]).serving() as loopback:
        found = failing([tmp_path / name for name in named], loopback, UNTIL_NO="1")
    assert len(found) == len(named) > 250
    accepted = [named[name] for name, failed in found.items() if not failed]
    assert {path for path, _other in accepted} == TWICE
    for (
        _path,
        other,
    ) in accepted:  # the harness looks at no statement by itself, which has a signature of its own
        assert str(check_any(other, clock.now()).answer("endorsements")) == "no"

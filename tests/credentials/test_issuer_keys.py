"""The command for issuers' keys: rotated, encrypted, and what the old keys signed verifies on."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from config.checks import keys_are_encrypted
from credentials.checking.anyone import check_any
from credentials.facts import keys_of
from journal import clock
from tests.credentials.support import award, definition


def run(*args):
    out = StringIO()
    call_command("issuer_keys", *args, stdout=out)
    return [line.split("\t") for line in out.getvalue().splitlines()]


def answers(held):
    return {str(check.answer) for check in check_any(held.document, clock.now()).checks}


def test_keys_are_rotated_twice_and_encrypted_and_all_they_signed_verifies(campus, settings, tmp_path):
    settings.KEYS_DIR, settings.KEYS_PASSPHRASE = tmp_path, ""
    model = campus("model")
    assert run("list")[0][1].startswith("no keys yet")
    made = definition(model)
    held = [award(made)]
    for _ in range(2):
        run("rotate", "--campus", "model")
        held.append(award(made))
    used = [one.credential["proof"][0]["verificationMethod"].rpartition("#")[2] for one in held]
    assert used == ["ed-1", "ed-2", "ed-3"]
    assert [error.id for error in keys_are_encrypted(None)] == ["imprimatur.E005"]
    with pytest.raises(CommandError, match="Set KEYS_PASSPHRASE first"):
        run("encrypt")
    before = [key.jwk() for key in keys_of(model.institution).keys]
    settings.KEYS_PASSPHRASE = "a long secret"
    assert [error.id for error in keys_are_encrypted(None)] == ["imprimatur.E006"] * 4
    assert run("encrypt") == [
        ["model", "ed-1", "verifies what it signed", "encrypted"],
        ["model", "ed-2", "verifies what it signed", "encrypted"],
        ["model", "ed-3", "signs badges and lists", "encrypted"],
        ["model", "rsa-1", "signs tokens", "encrypted"],
    ]
    assert keys_are_encrypted(None) == []
    assert [key.jwk() for key in keys_of(model.institution).keys] == before
    assert {path.stat().st_mode & 0o777 for path in Path(tmp_path, "model").iterdir()} == {0o600}
    held.append(award(made))
    assert [answers(one) for one in held] == [{"yes"}] * 4
    settings.KEYS_PASSPHRASE = "another"
    with pytest.raises(CommandError, match="cannot be read"):
        run("list")


def test_what_the_command_cannot_do_says_why(campus):
    campus("model")
    with pytest.raises(CommandError, match="Say which campus"):
        run("rotate")
    with pytest.raises(CommandError, match="There is no campus nowhere"):
        run("list", "--campus", "nowhere")

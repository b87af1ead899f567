"""List, make, rotate and encrypt the keys with which campuses sign."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.models import Institution
from credentials.facts import keys_named
from credentials.openbadges import keys
from credentials.openbadges.given_keys import variable
from credentials.openbadges.keys import KINDS, KeyFileError, KeySet


class Command(BaseCommand):
    help = "List, make, rotate and encrypt the keys with which campuses sign; older keys stay published and verify."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("act", choices=["list", "make", "rotate", "encrypt"])
        parser.add_argument("--campus", help="slug of one campus; without it all (rotate needs it)")
        parser.add_argument("--kind", choices=KINDS, default="ed", help="which key to rotate")

    def handle(self, *args: Any, act: str, campus: str | None, kind: keys.Kind, **options: Any) -> None:
        if act == "rotate" and not campus:
            raise CommandError("Say which campus: --campus SLUG.")
        if act == "encrypt" and not settings.KEYS_PASSPHRASE:
            raise CommandError("Set KEYS_PASSPHRASE first; it encrypts the files.")
        try:
            slugs = _slugs(campus)
            for slug in slugs:
                if campus and act != "list" and given(slug):
                    raise CommandError(_what_to_set(slug, act, kind))
                self._one(act, slug, kind)
            if not campus:
                self._name_strangers(slugs)
        except KeyFileError as error:
            raise CommandError(str(error)) from error

    def _one(self, act: str, slug: str, kind: keys.Kind) -> None:
        if given(slug):
            for kid, work in _working(keys_named(slug)):
                self.stdout.write("\t".join((slug, kid, work, f"given by {variable(slug)}")))
            return
        passphrase = settings.KEYS_PASSPHRASE.encode() or None
        folder = Path(settings.KEYS_DIR) / slug
        if act == "list" and not (folder.is_dir() and keys.key_files(folder)):
            self.stdout.write(f"{slug}\tno keys yet; they are made at first use, or by issuer_keys make")
            return
        if act == "rotate":
            keys.rotate(settings.KEYS_DIR, slug, kind, passphrase)
        if act == "encrypt" and passphrase:
            keys.encrypt(settings.KEYS_DIR, slug, passphrase)
        for line in _lines(keys_named(slug), folder):
            self.stdout.write("\t".join((slug, *line)))

    def _name_strangers(self, slugs: list[str]) -> None:
        """Variables with a slip of the pen, whose campus would go on with its files."""
        for name in sorted(set(settings.ISSUER_KEYS) - {variable(slug) for slug in slugs}):
            self.stderr.write(f"{name} belongs to no campus here.")


def given(slug: str) -> bool:
    """Whether the environment gives this campus's keys."""
    return variable(slug) in settings.ISSUER_KEYS


WHAT_TO_SET = {
    "make": "add your keys there, at least one Ed25519 and one RSA key",
    "encrypt": "encrypt each with the passphrase of KEYS_PASSPHRASE and set the variable again, in the same order",
    "ed": "make an Ed25519 key (openssl genpkey -algorithm ed25519), add it at the end and keep all the others",
    "rsa": "make an RSA key (openssl genpkey -algorithm rsa -pkeyopt rsa_keygen_bits:2048), add it at the end and "
    "keep all the others",
}


def _what_to_set(slug: str, act: str, kind: keys.Kind) -> str:
    todo = WHAT_TO_SET[kind if act == "rotate" else act]
    return (
        f"The keys of {slug} are given by {variable(slug)}, which this command cannot change. "
        f"Instead {todo}; then start every process again."
    )


def _slugs(campus: str | None) -> list[str]:
    rows = Institution.objects.order_by("slug")
    found = list((rows.filter(slug=campus) if campus else rows).values_list("slug", flat=True))
    if campus and not found:
        raise CommandError(f"There is no campus {campus}.")
    return found


def _lines(found: KeySet, folder: Path) -> list[tuple[str, str, str]]:
    """Each key: its name, what it does, how its file lies there."""
    return [
        (
            kid,
            work,
            "encrypted" if keys.is_encrypted((folder / f"{kid}.pem").read_bytes()) else "in the clear",
        )
        for kid, work in _working(found)
    ]


def _working(found: KeySet) -> list[tuple[str, str]]:
    """Each key with what it does."""
    signing = {found.signing_key.kid: "signs badges and lists", found.jwt_key.kid: "signs tokens"}
    return [(key.kid, signing.get(key.kid, "verifies what it signed")) for key in found.keys]

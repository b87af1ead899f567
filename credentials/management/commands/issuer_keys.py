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
            for slug in _slugs(campus):
                self._one(act, slug, kind)
        except KeyFileError as error:
            raise CommandError(str(error)) from error

    def _one(self, act: str, slug: str, kind: keys.Kind) -> None:
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


def _slugs(campus: str | None) -> list[str]:
    rows = Institution.objects.order_by("slug")
    found = list((rows.filter(slug=campus) if campus else rows).values_list("slug", flat=True))
    if campus and not found:
        raise CommandError(f"There is no campus {campus}.")
    return found


def _lines(found: KeySet, folder: Path) -> list[tuple[str, str, str]]:
    """Each key: its name, what it does, how its file lies there."""
    signing = {found.signing_key.kid: "signs badges and lists", found.jwt_key.kid: "signs tokens"}
    return [
        (
            key.kid,
            signing.get(key.kid, "verifies what it signed"),
            "encrypted" if keys.is_encrypted((folder / f"{key.kid}.pem").read_bytes()) else "in the clear",
        )
        for key in found.keys
    ]

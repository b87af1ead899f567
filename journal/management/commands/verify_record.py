"""`manage.py verify_record`: recompute the whole record and compare it with its heads and daily seals."""

from __future__ import annotations

from itertools import islice
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from journal.models import DailySeal, Entry, Head
from journal.verification import broken_links, snapshot


class Command(BaseCommand):
    """Exits with 1 and names the first broken link, or all of them with --all."""

    help = "Prove that the record is whole: every chain, every head, every daily seal."

    def add_arguments(self, parser: CommandParser) -> None:
        """--all lists every broken link instead of the first."""
        parser.add_argument("--all", action="store_true", help="List every broken link, not only the first.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print one line when all is well."""
        with snapshot():
            broken = list(broken_links()) if options["all"] else list(islice(broken_links(), 1))
            counts = (Entry.objects.count(), Head.objects.count(), DailySeal.objects.count())
        for sentence in broken:
            self.stderr.write(sentence)
        if broken:
            raise CommandError("The record is broken.", returncode=1)
        self.stdout.write("The record is whole: {} entries in {} chains, {} seals.".format(*counts))

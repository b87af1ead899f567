"""`manage.py state_diagram [--check]`: docs/state-diagram.md from the state machine. Needs no database."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from proposals.diagram import page


class Command(BaseCommand):
    """Writes the page, or says that it is stale."""

    help = "Writes docs/state-diagram.md from the state machine; with --check only says whether it is stale."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="Write nothing; fail when the page is stale."
        )

    def handle(self, *args: Any, check: bool = False, **options: Any) -> None:
        path = Path(settings.BASE_DIR) / "docs" / "state-diagram.md"
        current = path.read_text() if path.exists() else ""
        if check and current != page():
            raise CommandError("docs/state-diagram.md is stale: run manage.py state_diagram and commit it.")
        if not check and current != page():
            path.parent.mkdir(exist_ok=True)
            path.write_text(page())
        self.stdout.write("docs/state-diagram.md is up to date.")

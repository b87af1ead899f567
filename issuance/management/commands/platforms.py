"""`manage.py platforms [--kept]`: how each account at a platform is. Exit code 1 when somebody should do something."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from issuance import health
from issuance.platforms import registry


class Command(BaseCommand):
    """Asks each platform, or with --kept says what was found when it was last asked."""

    help = "Says how each account at a platform is; exit code 1 when somebody should do something. For monitoring too."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--kept", action="store_true", help="Ask nobody; say what was found last.")

    def handle(self, *args: Any, kept: bool = False, **options: Any) -> None:
        """Prints a line an account and one for each thing to do."""
        wrong = False
        for account in health.in_use():
            found = health.warnings(account) if kept else health.look(account)
            account.refresh_from_db()
            whose = f" (account {account.name})" if account.name else ""
            self.stdout.write(f"{account.institution}: {registry.label(account.platform)}{whose}")
            self.stdout.write(f"  {account.message or 'Not looked at yet.'}")
            if account.token_expires_on:
                self.stdout.write(f"  The token ends on {account.token_expires_on:%-d %B %Y} at the latest.")
            for warning in found:
                self.stdout.write(f"  TO DO: {warning.text}")
            wrong = wrong or bool(found)
        if wrong:
            sys.exit(1)

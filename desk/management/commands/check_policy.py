"""`manage.py check_policy FILE`: everything that is wrong or doubtful with a policy file, and its route drawn as text."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from policies import pack_warnings
from policies.loader import PackError, PackFile, read
from policies.pack_errors import Problem
from policies.route_text import drawn
from reviews import feasible


class Command(BaseCommand):
    """Needs no database: it looks at the file alone."""

    help = "Say everything that is wrong with a policy file, warn of what is doubtful, and draw its route."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The files; whether doubts count as mistakes."""
        parser.add_argument("file", nargs="+", help="a policy file, such as my_policy.toml")
        parser.add_argument("--strict", action="store_true", help="exit with 1 for warnings too")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit code 1 when a file cannot be used or, if strict, gives reason for doubt; else 0."""
        bad = [name for name in options["file"] if not self._good(Path(name), strict=options["strict"])]
        if bad:
            sys.exit(1)

    def _good(self, path: Path, *, strict: bool) -> bool:
        try:
            found = read(path)
        except PackError as error:
            self.stderr.write(str(error), self.style.ERROR)
            number = len(error.problems)
            said = "1 thing is wrong" if number == 1 else f"{number} things are wrong"
            self.stderr.write(f"{path.name} cannot be used: {said}.")
            return False
        doubts = found.located([*pack_warnings.warnings(found.pack), *feasible.warnings(found.pack)])
        self._tell(found, doubts)
        return not (doubts and strict)

    def _tell(self, found: PackFile, doubts: list[Problem]) -> None:
        about = found.pack.policy
        number = f" {about.number}" if about.number else ""
        self.stdout.write(f"{about.institution}:{number} {about.title}, revision {about.revision}\n\n")
        self.stdout.write(drawn(found.pack))
        self.stdout.write("")
        for doubt in doubts:
            self.stdout.write(f"Warning: {doubt.sentence(found.name)}", self.style.WARNING)
        warned = "" if not doubts else f" ({len(doubts)} warning{'' if len(doubts) == 1 else 's'})"
        self.stdout.write(f"{found.name} can be used{warned}.")

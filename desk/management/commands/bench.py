"""Print one JSON line a figure; exit with 1 when one is below its floor."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from desk.bench import issue, packet, pages, push, rules, verify
from desk.bench.figures import Figure

SCENARIOS: dict[str, Callable[[int], list[Figure]]] = {
    "issue": lambda n: [issue.measure(n)],
    "push": lambda n: [push.measure(max(n // 10, 1))],
    "verify": lambda n: verify.measure(100),
    "rules": lambda n: rules.measure(200),
    "pages": lambda n: pages.measure(40),
    "packet": lambda n: [packet.measure(20)],
}


class Command(BaseCommand):
    help = "Measure speed as ratios to limits taken in the same run."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("only", nargs="*", choices=[*SCENARIOS, []])
        parser.add_argument("--n", type=int, default=10_000, help="recipients of the large request")

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", verbosity=0)
        figures = [f for name in options["only"] or SCENARIOS for f in self._run(name, options["n"])]
        if not all(figure.good for figure in figures):
            sys.exit(1)

    def _run(self, name: str, n: int) -> list[Figure]:
        found = SCENARIOS[name](n)
        for figure in found:
            self.stdout.write(figure.line())
        return found

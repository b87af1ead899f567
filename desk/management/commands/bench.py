"""Print one JSON line a figure; exit with 1 when one is below its floor."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Callable, Iterable
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from desk.bench import (
    catalogue,
    issue,
    lists,
    million,
    packet,
    pages,
    push,
    rules,
    status_list,
    verify,
)
from desk.bench.figures import Figure

SCENARIOS: dict[str, Callable[[int], Iterable[Figure]]] = {
    "issue": issue.figures,
    "push": lambda n: push.measure(max(n // 10, 1)),
    "verify": lambda n: verify.measure(100),
    "status_list": lambda n: [status_list.measure()],
    "rules": lambda n: rules.measure(200),
    "pages": lambda n: pages.measure(40),
    "lists": lambda n: [lists.measure(5 * n)],
    "catalogue": lambda n: catalogue.measure(100),
    "packet": lambda n: [packet.measure(20)],
}


MILLION = "million"  # takes minutes and some gigabytes, so only when it is asked for


class Command(BaseCommand):
    help = "Measure speed as ratios to limits taken in the same run."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("only", nargs="*", choices=[*SCENARIOS, MILLION, []])
        parser.add_argument("--n", type=int, default=10_000, help="recipients of the large request")
        parser.add_argument("--awards", type=int, default=1_000_000, help="awards of the large database")

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", verbosity=0)
        good = [
            self._good(figure) for name in options["only"] or SCENARIOS for figure in self._run(name, options)
        ]
        if not all(good):
            sys.exit(1)

    def _run(self, name: str, options: dict[str, Any]) -> Iterable[Figure]:
        if name == MILLION:
            return million.measure(options["awards"], options["n"], self.stderr.write)
        return SCENARIOS[name](options["n"])

    def _good(self, figure: Figure) -> bool:
        """Print its line; whether it is good enough."""
        self.stdout.write(figure.line())
        return figure.good

"""`manage.py demo_signins`: who can sign in to the demo; without the demo, how a first campus comes about."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from accounts.models import Institution, Person
from desk.demo.cast import PASSWORD
from desk.models import DemoLoad
from policies.loader import packs

FIRST_STEPS = """There is no campus here yet. In another window, first the system operator, then a campus:
  .venv/bin/python manage.py createsuperuser
  .venv/bin/python manage.py create_campus {pack} --administrator ADDRESS
Policies: {packs}."""
EXAMPLE = "model"


class Command(BaseCommand):
    """Prints a table: role, campus, e-mail, password."""

    help = "Print the sign-ins of the demo, or what to do first where there is no demo."

    def handle(self, *args: Any, **options: Any) -> None:
        """The table, campus by campus."""
        loaded = DemoLoad.objects.first()
        if loaded is None:
            self._first_steps()
            return
        rows = [(row["role"], row["campus"], row["email"], PASSWORD) for row in loaded.signins]
        heads = ("Role", "Campus", "E-mail", "Password")
        widths = [max(len(row[place]) for row in [heads, *rows]) for place in range(4)]
        campus = ""
        for row in [heads, *rows]:
            if row[1] != campus and row is not heads:
                self.stdout.write("")
            campus = row[1]
            self.stdout.write(
                "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()
            )

    def _first_steps(self) -> None:
        if Institution.objects.exists() and Person.objects.filter(is_superuser=True).exists():
            return
        names = sorted(packs())
        example = EXAMPLE if EXAMPLE in names else names[0]
        self.stdout.write(FIRST_STEPS.format(pack=example, packs=", ".join(names)))

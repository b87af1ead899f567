"""`manage.py load_demo`: three campuses with everything under way. A second call does nothing."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import Institution
from desk.demo import load
from desk.models import DemoLoad
from policies.reasons import Refused


class Command(BaseCommand):
    """Loads the demo into an empty database."""

    help = "Load the demo campuses, once. A database in which somebody founded a campus stays as it is."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, or say why there is nothing to load."""
        if Institution.objects.exists() and not DemoLoad.objects.exists():
            self.stdout.write("There are campuses here already, so the demo is not loaded.")
            return
        try:
            loaded = load.load()
        except Refused as refused:
            raise CommandError(" ".join(reason.text for reason in refused.reasons)) from refused
        self.stdout.write("The demo is loaded." if loaded else "The demo was loaded before.")

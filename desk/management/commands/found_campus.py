"""`manage.py found_campus <policy>`: a campus from a policy file, and its first administrator."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.actions import institutions, people, roles
from accounts.models import Institution, Role
from policies.loader import packs
from policies.reasons import Refused


class Command(BaseCommand):
    """Founds a campus; everything else is done in the browser."""

    help = "Found a campus from a policy, and invite its campus administrator."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The policy, a name of one's own, the administrator."""
        parser.add_argument("policy", help="the policy's short name, such as model")
        parser.add_argument("--name", help="another name: the policy then serves as a template")
        parser.add_argument(
            "--administrator", metavar="ADDRESS", help="e-mail address of the campus administrator"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """All or nothing."""
        known = packs()
        if options["policy"] not in known:
            raise CommandError(
                f"There is no policy called {options['policy']}. There are: {', '.join(sorted(known))}."
            )
        try:
            with transaction.atomic():
                institution = institutions.found(pack=known[options["policy"]], name=options["name"])
                if options["administrator"]:
                    _administrator(institution, options["administrator"])
        except Refused as refused:
            raise CommandError(" ".join(reason.text for reason in refused.reasons)) from refused
        self.stdout.write(f"{institution} is founded under revision {institution.policy.revision}.")
        if options["administrator"]:
            self.stdout.write(f"{options['administrator']} gets a mail with a link to set a password.")
            if settings.DEMO:
                self.stdout.write(
                    f"No mail leaves a demo: read it at {settings.SITE_URL}/mail/ as system operator."
                )


def _administrator(institution: Institution, email: str) -> None:
    name = f"Administrator of {institution}"
    person = people.invite(institution=institution, email=email, name=name, by=None)
    roles.grant(institution=institution, person=person, role=Role.CAMPUS_ADMINISTRATOR, by=None)

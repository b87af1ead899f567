"""`manage.py create_campus PACK`: a campus with its bodies and roles from a policy, and its first administrator."""

from __future__ import annotations

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.actions import institutions, people, roles
from accounts.models import Institution, Role
from policies.loader import FOLDERS, PackError, library, load
from policies.reasons import Refused
from policies.schema import Pack


class Command(BaseCommand):
    """Creates a campus; everything else is done in the browser."""

    help = "Create a campus from a policy, with its bodies and roles, and invite its campus administrator."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The policy, a name of one's own, the administrator."""
        parser.add_argument("policy", help="the policy's short name, such as model, or its file")
        parser.add_argument("--name", help="another name: the policy then serves as a template")
        parser.add_argument(
            "--administrator", metavar="ADDRESS", help="e-mail address of the campus administrator"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """All or nothing."""
        pack = _pack(options["policy"])
        try:
            with transaction.atomic():
                institution = institutions.found(pack=pack, name=options["name"])
                if options["administrator"]:
                    _administrator(institution, options["administrator"])
        except Refused as refused:
            raise CommandError(" ".join(reason.text for reason in refused.reasons)) from refused
        self._tell(institution, options["administrator"])

    def _tell(self, institution: Institution, administrator: str | None) -> None:
        pack = institution.policy.pack
        self.stdout.write(f"{institution} is founded under revision {institution.policy.revision}.")
        for body in pack.bodies:
            seats = ", ".join(seat.title for seat in body.seats)
            self.stdout.write(f"  {body.name}: {seats}")
        for office in pack.offices:
            self.stdout.write(f"  {office.name}")
        if not administrator:
            self.stdout.write("Nobody administers it yet: invite somebody as system operator in the browser.")
            return
        self.stdout.write(f"{administrator} gets a mail with a link to set a password.")
        if settings.DEMO:
            self.stdout.write(
                f"No mail leaves a demo: read it at {settings.SITE_URL}/mail/ as system operator."
            )


def _pack(named: str) -> Pack:
    """The pack of this slug or file. CommandError for one that is unknown, wrong or outside the policy folders."""
    if os.sep in named or named.endswith(".toml"):
        return _of_file(Path(named))
    shelf = library()
    if named in shelf.packs:
        return shelf.packs[named]
    said = f"There is no policy called {named}. There are: {', '.join(sorted(shelf.packs))}."
    broken = "\n".join(str(error) for error in shelf.broken)
    raise CommandError(f"{said}\nThese cannot be used:\n{broken}" if broken else said)


def _of_file(path: Path) -> Pack:
    try:
        pack = load(path)
    except PackError as error:
        raise CommandError(str(error)) from None
    shelf = library()
    if path.resolve() not in (known.resolve() for known in shelf.paths.values()):
        twin = shelf.paths.get(pack.policy.slug)
        if twin:
            raise CommandError(f"{path.name}: {twin} has the slug “{pack.policy.slug}” already.")
        raise CommandError(
            f"{path.name} lies outside the policy folders. Put it into a folder, name that folder in {FOLDERS}, "
            "and start this again: later revisions are looked for there."
        )
    return pack


def _administrator(institution: Institution, email: str) -> None:
    name = f"Administrator of {institution}"
    person = people.invite(institution=institution, email=email, name=name, by=None)
    roles.grant(institution=institution, person=person, role=Role.CAMPUS_ADMINISTRATOR, by=None)

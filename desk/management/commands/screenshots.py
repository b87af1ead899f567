"""`manage.py screenshots`: every page for every role of the demo, on a desk and on a phone, into screenshots/."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from desk import shots
from desk.models import DemoLoad
from issuance.sandbox.server import Sandbox
from issuance.sandbox.state import settings_at

STRANGER = "A stranger"
PATIENCE = 60  # seconds for the web server to answer


class Command(BaseCommand):
    """Loads the demo if need be, starts a web server on the present database, and looks at everything."""

    help = "Take a picture of every page for every role of the demo."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which roles, which campuses."""
        parser.add_argument(
            "--role", action="append", help="only roles whose name holds this; may be repeated"
        )
        parser.add_argument("--all-campuses", action="store_true", help="each role at each campus, not once")

    def handle(self, *args: Any, **options: Any) -> None:
        """Pictures, then the index."""
        browser = shots.find_browser()
        if browser is None:
            raise CommandError("No Chromium was found on PATH. Install it, or name it by CHROMIUM_PATH.")
        call_command("migrate", verbosity=0)
        _load_demo()
        people = _people(options["role"] or [], all_campuses=options["all_campuses"])
        folder = settings.BASE_DIR / "screenshots"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        gallery = shots.Gallery(folder)
        with _web_server() as site:
            for line in shots.take(site, people, gallery, browser):
                self.stdout.write(line)
        for kind, path in gallery.too_wide.items():
            self.stdout.write(f"Wider than a phone: {kind}, such as {path}")
        self.stdout.write(f"See {gallery.write_index()}")


def _load_demo() -> None:
    """The demo, with a sandbox of the platforms for as long as it loads where none is set up."""
    if settings.CREDLY_TOKEN or settings.ACCREDIBLE_API_KEY or settings.CANVAS_PASSWORD:
        call_command("load_demo")
        return
    with tempfile.TemporaryDirectory() as folder, Sandbox(Path(folder)) as sandbox:
        for name, value in settings_at(sandbox.url).items():
            setattr(settings, name, value)
        call_command("load_demo")


def _people(wanted: list[str], *, all_campuses: bool) -> dict[str, str]:
    """Whom to look as: everyone with a sign-in, by default each role once."""
    found = {STRANGER: ""}
    once = set()
    for row in DemoLoad.objects.get().signins:
        local, _, domain = row["email"].partition("@")
        body, member, _seat = local.partition(".")
        role = f"{body} {'chair' in row['role']}" if member else local
        kind = row["email"] if all_campuses else role
        if kind not in once:
            once.add(kind)
            found[f"{row['role']} ({domain.partition('.')[0]})"] = row["email"]
    chosen = {k: v for k, v in found.items() if not wanted or any(w.lower() in k.lower() for w in wanted)}
    if not chosen:
        raise CommandError("There is no such role.")
    return chosen


@contextmanager
def _web_server() -> Iterator[str]:
    """A web server of our own on a free port, until the block ends; yields its address."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port = door.getsockname()[1]
    site = f"http://127.0.0.1:{port}"
    environment = {**os.environ, "BIND": f"127.0.0.1:{port}", "SITE_URL": site, "DEMO": "1"}
    command = [sys.executable, "-m", "gunicorn", "-c", "python:config.gunicorn"]
    server = subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment, stderr=subprocess.DEVNULL)
    try:
        _wait(site, server)
        yield site
    finally:
        server.terminate()
        server.wait(timeout=30)


def _wait(site: str, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and server.poll() is None:
        try:
            with urllib.request.urlopen(f"{site}/healthz", timeout=2):
                return
        except (OSError, urllib.error.URLError):
            time.sleep(0.2)
    raise CommandError("The web server did not start.")

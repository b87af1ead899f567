"""`make check`: every check that needs no server, side by side. Prints each result; exit code 1 if one fails."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
# As an operator would set them; the addresses lead nowhere, for nothing here may need a server.
PRODUCTION = {
    "NO_ENV_FILES": "1",
    "DEBUG": "",
    "DEMO": "",
    "TESTING": "",
    "SECRET_KEY": "0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "SITE_URL": "https://credentials.example.org",
    "ISSUER_ORIGIN": "https://credentials.example.org",
    "ALLOWED_HOSTS": "credentials.example.org",
    "DATABASE_URL": "postgres://imprimatur:secret@127.0.0.1:1/imprimatur",
    "REDIS_URL": "redis://:secret@127.0.0.1:1/0",
    "EMAIL_URL": "smtp://127.0.0.1:1",
    "KEYS_DIR": "/nonexistent/keys",
    "KEYS_PASSPHRASE": "for the check alone",
}
MANAGE = (sys.executable, "manage.py")
TEMPLATES = "templates"
# The longest first, so that two at a time end early. Types are reckoned anew each time: what mypy keeps between runs does not
# know that a model of an app above gives one below a new attribute, and then finds faults that are none.
CHECKS: dict[str, tuple[str, ...]] = {
    "types": (str(BIN / "mypy"), "--no-incremental", f"--cache-dir={os.devnull}"),
    "production settings": (*MANAGE, "check", "--deploy", "--fail-level", "WARNING"),
    "migrations": (*MANAGE, "makemigrations", "--check", "--dry-run"),
    "state diagram": (*MANAGE, "state_diagram", "--check"),
    "import arrows": (str(BIN / "lint-imports"), "--no-logo"),
    "lint": (str(BIN / "ruff"), "check", "."),
    "format": (str(BIN / "ruff"), "format", "--check", "."),
    "template lint": (str(BIN / "djangofmt"), "check", TEMPLATES),
    "template format": (str(BIN / "djangofmt"), "--check", TEMPLATES),
    "clauses": (sys.executable, "-m", "tools.clauses"),
    "sizes": (sys.executable, "-m", "tools.sizes"),
    "licences": (sys.executable, "-m", "tools.licences"),
}


def run(name: str, environment: Mapping[str, str]) -> bool:
    """Run one check and print how it went; its output only when it failed."""
    begun = time.monotonic()
    done = subprocess.run(CHECKS[name], cwd=ROOT, env=environment, capture_output=True, text=True)
    seconds = time.monotonic() - begun
    good = done.returncode == 0
    text = "" if good else f"\n{done.stdout}{done.stderr}"
    print(f"{'ok  ' if good else 'FAIL'} {name} ({seconds:.1f} s){text}", flush=True)
    return good


def main(wanted: list[str]) -> int:
    """Run the named checks, or all."""
    environment = {**os.environ, **PRODUCTION, "DJANGO_SETTINGS_MODULE": "config.settings"}
    with ThreadPoolExecutor(max_workers=max(2, os.cpu_count() or 2)) as pool:
        results = list(pool.map(lambda name: run(name, environment), wanted or CHECKS))
    failed = results.count(False)
    print(f"{len(results)} checks, {failed} failed" if failed else f"All {len(results)} checks passed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

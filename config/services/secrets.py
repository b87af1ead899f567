"""Passwords of the embedded servers and the secret key, made once, readable by the owner alone."""

import json
import os
import secrets
from pathlib import Path

NAMES = ("secret_key", "postgres_password", "valkey_password")


def load_secrets(path: Path) -> dict[str, str]:
    """Read the file, adding what is missing; the file is replaced whole, never half-written."""
    known = _read(path)
    missing = [name for name in NAMES if name not in known]
    if missing:
        known |= {name: secrets.token_urlsafe(48) for name in missing}
        write_private(path, json.dumps(known, indent=1) + "\n")
    path.chmod(0o600)
    return known


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read, in one step."""
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def _read(path: Path) -> dict[str, str]:
    try:
        found = json.loads(path.read_text())
    except FileNotFoundError:
        return {}
    except ValueError as error:
        message = f"{path} is damaged. If the data may go, `make reset` starts afresh; else restore the file."
        raise SystemExit(message) from error
    return {str(name): str(value) for name, value in found.items()}

"""Where a run keeps its things, and the lock that lets one run at a time use them."""

import fcntl
import os
from dataclasses import dataclass
from pathlib import Path
from typing import IO

CHECKOUT = Path(__file__).resolve().parents[2]
LOG_LIMIT = 5_000_000


class AlreadyRunning(Exception):
    """Another run uses this folder; the message is what that run wrote about itself."""


@dataclass(frozen=True)
class Layout:
    """The folder `var/` (or IMPRIMATUR_VAR): data, keys, files, logs, secrets."""

    var: Path

    @classmethod
    def from_environment(cls) -> "Layout":
        """The folder that this machine is to use."""
        return cls(Path(os.environ.get("IMPRIMATUR_VAR") or CHECKOUT / "var").absolute())

    @property
    def secrets(self) -> Path:
        """Passwords and the secret key (0600)."""
        return self.var / "secrets.json"

    @property
    def environment(self) -> Path:
        """What a running `make run` tells management commands in another window (0600)."""
        return self.var / "run.env"

    def prepare(self) -> None:
        """Make the folders; SystemExit with what to do when they belong to somebody else."""
        try:
            for folder in (self.var, self.var / "log", self.var / "media", self.var / "keys"):
                folder.mkdir(parents=True, exist_ok=True)
            for name in ("keys", "media", "log"):
                (self.var / name).chmod(0o700)
            (self.var / "run.lock").touch()
        except PermissionError as error:
            raise SystemExit(self.not_ours()) from error
        servers = (self.var / "postgres", self.var / "valkey")
        if os.geteuid() and any(f.exists() and f.stat().st_uid != os.geteuid() for f in servers):
            raise SystemExit(self.not_ours())

    def not_ours(self) -> str:
        """An earlier run as another user made the folder: what to do."""
        return (
            f"{self.var} belongs to another user, probably because of an earlier run as root. Either give it to "
            f'yourself:\n    sudo chown -R "$(id -un)" "{self.var}"\n'
            "or keep your data elsewhere:\n    IMPRIMATUR_VAR=~/imprimatur-data make run"
        )

    def log(self, name: str) -> Path:
        """The log file of a program; a large one is put aside first."""
        path = self.var / "log" / f"{name}.log"
        if path.exists() and path.stat().st_size > LOG_LIMIT:
            path.replace(path.with_suffix(".old.log"))
        return path

    def lock(self) -> IO[str]:
        """Take the folder for this run; the system gives it back when the process ends, however it ends."""
        try:
            file = (self.var / "run.lock").open("a+")
        except PermissionError as error:
            raise SystemExit(self.not_ours()) from error
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            file.seek(0)
            raise AlreadyRunning(file.read().strip()) from error
        describe(file, f"process {os.getpid()}")
        return file


def describe(lock: IO[str], text: str) -> None:
    """Write into the lock what another run should tell its user."""
    lock.seek(0)
    lock.truncate()
    lock.write(text)
    lock.flush()

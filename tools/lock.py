"""`make lock`: the lock files from pyproject.toml, for every platform, each file with its hashes, no index address."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UV = Path(sys.executable).with_name("uv")
COMMON = ("--universal", "--generate-hashes", "--no-emit-index-url", "--no-emit-find-links", "--quiet")
OLDEST = ("--python-version", "3.11", "--custom-compile-command", "make lock")
LOCKS: dict[str, tuple[str, ...]] = {
    # The application alone, for real servers; with servers of its own; with what development needs.
    "requirements/server.lock": (),
    "requirements/run.lock": ("--group", "embedded", "--constraint", "requirements/server.lock"),
    "requirements/dev.lock": (
        *("--group", "embedded", "--group", "dev"),
        *("--constraint", "requirements/run.lock"),
    ),
}


def main() -> None:
    """Resolve anew; `make lock` after a change of pyproject.toml, `make lock ARGS=--upgrade` for newer versions."""
    for lock, options in LOCKS.items():
        command = [
            UV,
            "pip",
            "compile",
            "pyproject.toml",
            *COMMON,
            *OLDEST,
            *options,
            *sys.argv[1:],
            "-o",
            lock,
        ]
        subprocess.run([str(part) for part in command], cwd=ROOT, check=True)


if __name__ == "__main__":
    main()

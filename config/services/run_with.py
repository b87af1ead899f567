"""`python -m config.services.run_with -- command ...`: run a command on servers of its own, then remove them.

Used by measurements: the servers are durable like real ones, and nothing of `var/` is touched.
"""

import os
import subprocess
import sys
import tempfile

from config.services.temporary import temporary_servers


def main(command: list[str]) -> int:
    """Run the command with DATABASE_URL, REDIS_URL and what the settings need; returns its exit code."""
    if command[:1] == ["--"]:
        command = command[1:]
    with (
        tempfile.TemporaryDirectory(prefix="imprimatur-files-") as folder,
        temporary_servers(safe=True) as servers,
    ):
        stand_ins = {"DEMO": "1", "SECRET_KEY": "of-a-throw-away-run", "MEDIA_ROOT": f"{folder}/media"}
        environment = {**stand_ins, "KEYS_DIR": f"{folder}/keys", **os.environ, **servers}
        return subprocess.run(command, env=environment).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

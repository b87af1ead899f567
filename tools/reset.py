"""`make reset`: throws away what `make run` stored (database, files, keys, logs), when nothing uses it."""

import fcntl
import os
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    """Remove the folder's content; refuse while a run holds it."""
    var = Path(os.environ.get("IMPRIMATUR_VAR") or ROOT / "var")
    if not var.exists():
        print("There is nothing to throw away.")
        return 0
    with (var / "run.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            print("Imprimatur is running on these data. Stop it first (Ctrl-C in its window).")
            return 1
        for path in var.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    print(f"{var} is empty; the next `make run` starts afresh.")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Makes the virtual environment: `python3 tools/bootstrap.py run` (or `dev`).

Written so that an old Python can read it and say what is needed, so it uses no new syntax.
"""

import os
import shutil
import subprocess
import sys

OLDEST = (3, 11)
NEWEST_TRIED = (3, 14)
CHECKOUT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(CHECKOUT, ".venv")
PYTHON = os.path.join(VENV, "bin", "python")


def fail(sentence: str) -> None:
    """Say what to do and stop."""
    sys.stderr.write("\n" + sentence + "\n\n")
    sys.exit(1)


def newer_python():  # type: ignore[no-untyped-def]
    """The path of a Python on this machine that is new enough; None when there is none."""
    for minor in range(NEWEST_TRIED[1], OLDEST[1] - 1, -1):
        found = getattr(shutil, "which", lambda name: None)("python3.%d" % minor)
        if found:
            return found
    return None


def need_a_new_python() -> None:
    """Go on with a newer Python when there is one on this machine; else say what to install."""
    if sys.version_info >= OLDEST:
        return
    found = newer_python()
    if found:
        os.execv(found, [found] + sys.argv)
    fail(
        "Imprimatur needs Python 3.11 or later; this one is %d.%d (%s).\n"
        "Debian 12, Ubuntu 24.04:  sudo apt-get install python3 python3-venv\n"
        "macOS:                    brew install python@3.12\n"
        "If a newer one is installed under another name:  make PYTHON=/path/to/python3.12 run"
        % (sys.version_info[0], sys.version_info[1], sys.executable)
    )


def need_venv() -> None:
    """Debian ships Python without what makes virtual environments."""
    try:
        import ensurepip  # noqa: F401, PLC0415
        import venv  # noqa: F401, PLC0415
    except ImportError:
        fail(
            "This Python cannot make virtual environments: its `venv` module is incomplete.\n"
            "Debian, Ubuntu:  sudo apt-get install python3-venv\n"
            "Fedora:          sudo dnf install python3-pip"
        )


def works() -> bool:
    """Whether the environment is there and its Python starts (it does not after an upgrade of the system)."""
    if not os.path.exists(PYTHON):
        return False
    return subprocess.call([PYTHON, "-c", "import pip, sys; sys.exit(sys.version_info < (3, 11))"]) == 0


def make_venv() -> None:
    """A fresh `.venv`, unless a working one is there."""
    if works():
        return
    if not os.access(CHECKOUT, os.W_OK):
        fail("You may not write into %s, so no virtual environment can be made there." % CHECKOUT)
    print("Making the virtual environment .venv ...")
    if subprocess.call([sys.executable, "-m", "venv", "--clear", VENV]):
        fail("The virtual environment could not be made; the reason stands above.")


def install(lock: str) -> None:
    """Install exactly what the lock file names, each file checked by its hash."""
    print("Installing what requirements/%s.lock names ..." % lock)
    sys.stdout.flush()
    command = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    command += ["--no-deps", "--require-hashes", "-r", os.path.join(CHECKOUT, "requirements", lock + ".lock")]
    if subprocess.call(command):
        fail("Something could not be installed; the reason stands above. Is the network there?")


def main() -> None:
    """Make or complete the environment."""
    lock = sys.argv[1] if len(sys.argv) > 1 else "run"
    need_a_new_python()
    need_venv()
    make_venv()
    install(lock)
    open(os.path.join(VENV, lock + ".stamp"), "w").close()


if __name__ == "__main__":
    main()

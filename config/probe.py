"""`python -m config.probe web|worker|beat`: exit code 0 when this container's program does its work."""

import os
import socket
import sys
import time
import urllib.request

from config.beat import pulse_file
from config.celery import app

STALE = 120.0  # seconds; beat ticks at least every 30


def web() -> bool:
    """The web server answers."""
    with urllib.request.urlopen(
        f"http://127.0.0.1:{os.environ.get('PORT', '8000')}/healthz", timeout=3
    ) as answer:
        return bool(answer.status == 200)


def worker() -> bool:
    """This container's worker answers through the broker."""
    return bool(app.control.ping([f"celery@{socket.gethostname()}"], timeout=5))


def beat() -> bool:
    """Beat ticked a moment ago."""
    return time.time() - pulse_file().stat().st_mtime < STALE


PROBES = {"web": web, "worker": worker, "beat": beat}


def main(name: str) -> int:
    """0 when well; 1 with the reason."""
    try:
        return 0 if PROBES[name]() else 1
    except OSError as error:
        print(f"{name}: {error}")
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))

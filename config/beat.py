"""The clock of background work: it only wakes, keeps no file, and leaves a sign of life for probes."""

import os
import tempfile
from pathlib import Path
from typing import Any

from celery.beat import Scheduler


def pulse_file() -> Path:
    """What beat touches at every tick."""
    return Path(os.environ.get("BEAT_PULSE") or Path(tempfile.gettempdir()) / "imprimatur-beat")


class Pulse(Scheduler):
    """Celery's scheduler in memory (nothing to damage by a kill); touches the pulse file."""

    max_interval = 30

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """Send what is due; returns the seconds until the next look."""
        pulse_file().touch()
        return float(super().tick(*args, **kwargs))

"""A figure and how it is printed; the memory of a process tree."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PAGE_KB = 4


@dataclass(frozen=True)
class Figure:
    """`ratio` is value ÷ limit; `floor` is the least ratio or value that is good enough."""

    name: str
    value: float
    unit: str
    limit: float
    n: int
    floor: str
    good: bool
    extra: dict[str, Any] = field(default_factory=dict)

    def line(self) -> str:
        """One JSON line."""
        return json.dumps(
            {
                "figure": self.name,
                "value": _rounded(self.value),
                "unit": self.unit,
                "limit": _rounded(self.limit),
                "ratio": round(self.value / self.limit, 3) if self.limit else None,
                "n": self.n,
                "floor": self.floor,
                "good": self.good,
                **self.extra,
            }
        )


def _rounded(value: float) -> float:
    """Small values keep what makes them differ."""
    return round(value, 1 if value >= 10 else 3)


def tree(root: int) -> set[int]:
    """The process and all its descendants (Linux)."""
    parents: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        parents.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    found, todo = set(), [root]
    while todo:
        pid = todo.pop()
        found.add(pid)
        todo += parents.get(pid, [])
    return found


def memory_mb(root: int) -> float:
    """Proportional set size of the tree in MB: pages shared by forks are counted once."""
    total = 0
    for pid in tree(root):
        try:
            rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
        except OSError:
            continue
        total += next((int(row.split()[1]) for row in rollup.splitlines() if row.startswith("Pss:")), 0)
    return total / 1024


@contextmanager
def watched_memory(root: int) -> Iterator[list[float]]:
    """Samples of `memory_mb` every 0.5 s while the block runs: taking one costs some milliseconds a process."""
    samples: list[float] = []
    stop = threading.Event()

    def watch() -> None:
        while not stop.is_set():
            samples.append(memory_mb(root))
            stop.wait(0.5)

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield samples
    finally:
        stop.set()
        thread.join()

"""`verify_json`, `verify_html`: requests a second against a one-query view of equal size in the same run."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from credentials.models import Award
from desk.bench.figures import Figure
from desk.bench.world import build, learners
from issuance import awarding
from issuance.actions import requests
from issuance.models import Job

CONNECTIONS = 8
SLICES = 4
SECONDS = 3.0  # of a slice
FLOORS = {"verify_json": 0.7, "verify_html": 0.5}


def measure(n: int) -> list[Figure]:
    """Two gunicorn workers, eight connections; each figure and its limit are taken in turn."""
    award = _award(n)
    with server() as port:
        json_size = len(_get(port, f"/awards/{award}.json"))
        html_size = len(_get(port, f"/verify/{award}/"))
        return [
            _figure("verify_json", port, f"/awards/{award}.json", f"/bench/json/{json_size}/", json_size),
            _figure("verify_html", port, f"/verify/{award}/", f"/bench/html/{html_size}/", html_size),
        ]


def _award(n: int) -> str:
    world = build("model")
    request = requests.submit(definition=world.definition, lines=learners(world, n), by=world.issuer)
    requests.approve(request=request, by=world.certifier)
    awarding.run(Job.objects.get(request=request).pk)
    return str(Award.objects.filter(request_id=request.pk).values_list("pk", flat=True)[0])


def _figure(name: str, port: int, path: str, bare: str, size: int) -> Figure:
    """Both are asked in turn, in slices, so that whatever else the machine does falls on both alike."""
    asked, limits = Tally(), Tally()
    for _ in range(SLICES):
        limits.add(port, bare)
        asked.add(port, path)
    floor = FLOORS[name]
    good = asked.rate / limits.rate >= floor
    extra = {"bytes": size}
    return Figure(name, asked.rate, "requests/s", limits.rate, asked.count, f"ratio >= {floor}", good, extra)


class Tally:
    """Requests answered, and the time they took."""

    def __init__(self) -> None:
        self.count, self.seconds = 0, 0.0

    def add(self, port: int, path: str) -> None:
        """Ask for one more slice of time."""
        count, seconds = hammer(port, path)
        self.count, self.seconds = self.count + count, self.seconds + seconds

    @property
    def hammer(port: int, path: str) -> tuple[int, float]:
    """Requests answered over CONNECTIONS kept-alive connections in a slice, and the seconds it took.

    Any other answer than 200 stops the run.
    """
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        started = time.perf_counter()
        done = [pool.submit(_ask, port, path, started + SECONDS) for _ in range(CONNECTIONS)]
        count = sum(future.result() for future in done)
        return count, time.perf_counter() - started


def _ask(port: int, path: str, end: float) -> int:
    """How often one connection was answered until then."""
    request = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: identity\r\n\r\n".encode()
    count = 0
    with socket.create_connection(("127.0.0.1", port), timeout=10) as raw:
        stream = raw.makefile("rb")
        while time.perf_counter() < end:
            raw.sendall(request)
            _read_answer(stream)
            count += 1
    return count


def _read_answer(stream: object) -> None:
    readline, read = stream.readline, stream.read  # type: ignore[attr-defined]
    status = readline()
    if b" 200 " not in status:
        raise OSError(f"answered {status!r}")
    length = 0
    while (line := readline()) not in (b"\r\n", b""):
        if line.lower().startswith(b"content-length:"):
            length = int(line.split(b":")[1])
    read(length)

"""`verify_json`, `verify_html`: requests a second against a one-query view of equal size in the same run."""

from __future__ import annotations

import http.client
import os
import random
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from credentials.models import Award
from credentials.models.award import Visibility
from desk.bench.figures import Figure
from desk.bench.world import World, build, learners
from issuance import awarding
from issuance.actions import requests
from issuance.models import Job
from journal import clock

CONNECTIONS = 8
SLICES = 4
SECONDS = 3.0  # of a slice
FLOORS = {"verify_json": 0.8, "verify_html": 0.6}


def measure(n: int, world: World | None = None, also: Sequence[uuid.UUID] = ()) -> list[Figure]:
    """Two gunicorn workers, eight connections; each figure and its limit are taken in turn.

    `also` are awards whose files are asked for beside those of the n that are made.
    """
    made = awards(world or build("model"), n)
    files, pages = [f"/awards/{key}.json" for key in (*made, *also)], [f"/verify/{key}/" for key in made]
    with server() as port:
        return [
            _figure("verify_json", port, files, "/bench/json/{}/"),
            _figure("verify_html", port, pages, "/bench/html/{}/"),
        ]


def awards(world: World, n: int) -> list[uuid.UUID]:
    """So many learners more are awarded, as a worker does it, and let others see it."""
    request = requests.submit(definition=world.definition, lines=learners(world, n), by=world.issuer)
    requests.approve(request=request, by=world.certifier)
    awarding.run(Job.objects.get(request=request).pk)
    made = Award.objects.filter(request_id=request.pk)
    made.update(accepted_at=clock.now(), visibility=Visibility.LINK)  # what strangers may see
    return list(made.values_list("pk", flat=True))


def _figure(name: str, port: int, paths: list[str], bare: str) -> Figure:
    """Both are asked in turn, in slices, so that whatever else the machine does falls on both alike."""
    size = len(_get(port, paths[0]))
    same_size = [bare.format(size)]
    asked, limits = Tally(), Tally()
    hammer(port, paths)  # each worker checks each signature once
    for _ in range(SLICES):
        limits.add(port, same_size)
        asked.add(port, paths)
    floor = FLOORS[name]
    good = asked.rate / limits.rate >= floor
    extra = {"bytes": size}
    return Figure(name, asked.rate, "requests/s", limits.rate, asked.count, f"ratio >= {floor}", good, extra)


class Tally:
    """Requests answered, and the time they took."""

    def __init__(self) -> None:
        self.count, self.seconds = 0, 0.0

    def add(self, port: int, paths: list[str]) -> None:
        """Ask for one more slice of time."""
        count, seconds = hammer(port, paths)
        self.count, self.seconds = self.count + count, self.seconds + seconds

    @property
    def rate(self) -> float:
        """Requests a second."""
        return self.count / self.seconds


@contextmanager
def server() -> Iterator[int]:
    """Gunicorn with two workers over our urls and the bare views."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "config.wsgi",
        "-w",
        "2",
        "-b",
        f"127.0.0.1:{port}",
        "--log-level",
        "error",
    ]
    command += ["--worker-class", "gthread", "--threads", "4", "--keep-alive", "30"]
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "desk.bench.settings"}
    process = subprocess.Popen(command, env=env)
    try:
        _wait_for(port)
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def _wait_for(port: int) -> None:
    for _ in range(200):
        try:
            _get(port, "/healthz")
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError("gunicorn did not start.")


def _get(port: int, path: str) -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path, headers={"Host": "localhost"})
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise OSError(f"{path} answered {answer.status}")
    return body


def hammer(port: int, paths: list[str]) -> tuple[int, float]:
    """Requests for these paths in turn, answered over CONNECTIONS kept-alive connections in a slice, and the seconds it took.

    Any other answer than 200 stops the run.
    """
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        started = time.perf_counter()
        done = [pool.submit(_ask, port, paths, started + SECONDS) for _ in range(CONNECTIONS)]
        count = sum(future.result() for future in done)
        return count, time.perf_counter() - started


def _ask(port: int, paths: list[str], end: float) -> int:
    """How often one connection was answered until then."""
    head = " HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: identity\r\n\r\n"
    wanted = [f"GET {path}{head}".encode() for path in random.sample(paths, len(paths))]
    count = 0
    with socket.create_connection(("127.0.0.1", port), timeout=10) as raw:
        stream = raw.makefile("rb")
        while time.perf_counter() < end:
            raw.sendall(wanted[count % len(wanted)])
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

"""`verify_json`, `verify_html`: requests a second against a one-query view of equal size in the same run."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from credentials.models import Award
from desk.bench.figures import Figure
from desk.bench.world import build, learners
from issuance import awarding
from issuance.actions import requests
from issuance.models import Job

CONNECTIONS = 8
SECONDS = 6.0
FLOORS = {"verify_json": 0.7, "verify_html": 0.5}


def measure(n: int) -> list[Figure]:
    """Two gunicorn workers, eight connections; each figure and its limit are taken in turn, twice, the better counts."""
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
    values, limits = [], []
    for _ in range(2):
        limits.append(rate(port, bare))
        values.append(rate(port, path))
    value, limit = max(values), max(limits)
    n = int(value * SECONDS)
    floor = FLOORS[name]
    return Figure(
        name, value, "requests/s", limit, n, f"ratio >= {floor}", value / limit >= floor, {"bytes": size}
    )


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


def rate(port: int, path: str) -> float:
    """Requests a second over CONNECTIONS kept-alive connections; any other answer than 200 stops the run."""
    counts = [0] * CONNECTIONS
    end = time.perf_counter() + SECONDS
    threads = [
        threading.Thread(target=_hammer, args=(port, path, end, counts, i)) for i in range(CONNECTIONS)
    ]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.perf_counter() - started)


def _hammer(port: int, path: str, end: float, counts: list[int], place: int) -> None:
    request = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: identity\r\n\r\n".encode()
    with socket.create_connection(("127.0.0.1", port), timeout=10) as raw:
        stream = raw.makefile("rb")
        while time.perf_counter() < end:
            raw.sendall(request)
            _read_answer(stream)
            counts[place] += 1


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

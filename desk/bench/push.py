"""`push_200ms`: deliveries to a platform that answers in 200 ms, against concurrency ÷ latency, from one worker process to
four; `limit_used`: Accredible at its published limit, as the platform counts it. None lost, none twice, no window passed."""

from __future__ import annotations

import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import requests as http
from celery import current_app
from django.conf import settings
from django.db.models import Max
from django.test.utils import override_settings

from desk.bench.figures import Figure, watched_memory
from desk.bench.issue import MEMORY_MB, start_worker
from desk.bench.world import build, learners
from issuance import awarding, wake
from issuance.actions import requests
from issuance.models import IssuanceRequest, Job, PlatformAccount
from issuance.platforms import registry
from issuance.platforms.base import Platform
from issuance.sandbox.state import settings_at
from issuance.sending import limiter
from issuance.sending.outgoing import template_id
from journal import clock
from policies.loader import packs

ONE_BY_ONE, IN_BATCHES = "credly", "accredible"  # one call a badge; up to 30 badges a call
LATENCY_MS = 200
PROCESSES = (1, 2, 4)
FLOOR = 0.9
AMPLE = "5000/10"  # a limit that does not bind: CREDLY_RATE
PUBLISHED = (200, 30)  # Accredible's: requests in any so many seconds, from one address
WINDOWS = 2  # that are filled before the last request
PATIENCE = 300.0


@dataclass
class Pushed:
    """What a worker did with one request: in how long, holding how much memory, and what the platform then held."""

    seconds: float
    memory_mb: float
    exact: bool
    extra: dict[str, Any]


def measure(n: int) -> Iterator[Figure]:
    """n badges for each number of processes, then as many as fill Accredible's limit for two windows."""
    with sandbox() as base, override_settings(**settings_at(base), CREDLY_RATE=AMPLE):
        for processes in PROCESSES:
            yield _at_200_ms(base, n, processes)
    with sandbox() as base, override_settings(**settings_at(base)):
        yield _at_the_limit(base)


def _at_200_ms(base: str, n: int, processes: int) -> Figure:
    pushed = _push(base, ONE_BY_ONE, n, processes)
    value, limit = n / pushed.seconds, processes * settings.LANE_THREADS * 1000 / LATENCY_MS
    good = pushed.exact and value / limit >= FLOOR and pushed.memory_mb < MEMORY_MB
    extra = {"processes": processes, "threads": settings.LANE_THREADS, **pushed.extra}
    return Figure("push_200ms", value, "deliveries/s", limit, n, f"ratio >= {FLOOR}", good, extra)


def _at_the_limit(base: str) -> Figure:
    """The limit binds from the first burst on, so the last request leaves once so many windows have passed."""
    amount, seconds = PUBLISHED
    _tell(base, accredible_rate=list(PUBLISHED))  # a request too many is answered by 429
    n = (WINDOWS * amount + 1) * registry.platform_class(IN_BATCHES).batch_size
    pushed = _push(base, IN_BATCHES, n, 2)
    answer = http.get(f"{base}/_control/calls", params={"window": seconds}, timeout=30).json()[IN_BATCHES]
    value, limit, most = (answer["calls"] - 1) / answer["seconds"], amount / seconds, answer["most_in_window"]
    good = pushed.exact and value / limit >= FLOOR and most <= amount and pushed.memory_mb < MEMORY_MB
    extra = {"calls": answer["calls"], f"most_in_{seconds}_s": most, "allowed": amount, **pushed.extra}
    return Figure("limit_used", value, "requests/s", limit, n, f"ratio >= {FLOOR}", good, extra)


def _push(base: str, platform: str, n: int, processes: int) -> Pushed:
    """Award n badges, then let a worker push them to the sandbox over real HTTP."""
    request, account, client = _awarded(platform, n)
    template = template_id(client, account, request.version)
    answers_in = _answers_in(base)
    worker = start_worker(processes, **settings_at(base), CREDLY_RATE=AMPLE)
    try:
        with watched_memory(worker.pid) as samples:
            http.delete(f"{base}/_control/calls", timeout=30).raise_for_status()
            seconds = _until_pushed(request, account)
    finally:
        os.killpg(worker.pid, signal.SIGKILL)  # nothing is left to do; this is the group that was started
        worker.wait(30)
        current_app.control.purge()
    held = http.get(f"{base}/_control/held", params={"platform": platform}, timeout=60).json()["badges"]
    ids = [badge["id"] for badge in held if badge["template"] == template]
    delivered = set(request.deliveries.filter(state="delivered").values_list("remote_id", flat=True))
    extra = {
        "held": len(ids),
        "exactly_once": len(ids) == len(set(ids)) == n and set(ids) == delivered,
        "memory_mb": round(max(samples)),
        "platform_ms": round(answers_in * 1000),  # what a bare call takes that changes nothing
        "load": round(os.getloadavg()[0], 1),
    }
    return Pushed(seconds, max(samples), bool(extra["exactly_once"]), extra)


def _awarded(kind: str, n: int) -> tuple[IssuanceRequest, PlatformAccount, Platform]:
    """A request of n awards that wait for delivery; nobody has been woken."""
    world = build(next(slug for slug, pack in packs().items() if pack.platform.kind == kind))
    request = requests.submit(definition=world.definition, lines=learners(world, n), by=world.issuer)
    requests.approve(request=request, by=world.certifier)
    awarding.run(Job.objects.get(request=request).pk)
    current_app.control.purge()
    account = PlatformAccount.objects.get(institution=world.definition.institution)
    client = registry.connect(account.platform, account.name)
    limiter.current().start(client, seconds_ago=3600)  # nobody has called this sandbox yet
    return request, account, client


def _until_pushed(request: IssuanceRequest, account: PlatformAccount) -> float:
    """Seconds from waking the first lane until the last badge was written down as settled."""
    wake.arrived("issuance.run_lane", str(account.pk))  # what awarding sent was thrown away
    started, patience = clock.now(), time.monotonic() + PATIENCE
    wake.lane(account.pk)
    while request.deliveries.under_way().exists():
        if time.monotonic() > patience:
            raise TimeoutError("The worker did not finish.")
        time.sleep(0.25)
    last = request.deliveries.aggregate(last=Max("settled_at"))["last"]
    return float((last - started).total_seconds())


def _answers_in(base: str) -> float:
    """The median of what the platform takes for a call, in seconds, one after another."""
    url = f"{base}/credly/v1/organizations/{settings.CREDLY_ORGANIZATION}/badge_templates"
    session, taken = http.Session(), []
    session.auth = (settings.CREDLY_TOKEN, "")
    for _ in range(9):
        started = time.perf_counter()
        session.get(url, timeout=30).raise_for_status()
        taken.append(time.perf_counter() - started)
    return statistics.median(taken)


def _tell(base: str, **switches: Any) -> None:
    http.post(f"{base}/_control/switches", json=switches, timeout=30).raise_for_status()


@contextmanager
def sandbox() -> Iterator[str]:
    """The sandbox of the platforms on a free port, answering in LATENCY_MS; yields its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "issuance.sandbox", "--port", str(port), "--data", folder]
        server = subprocess.Popen([*command, "--latency", str(LATENCY_MS)], stdout=subprocess.DEVNULL)
        base = f"http://127.0.0.1:{port}"
        try:
            _wait_for(base)
            yield base
        finally:
            server.terminate()
            server.wait(10)


def _wait_for(base: str) -> None:
    for _ in range(100):
        try:
            http.get(base, timeout=1)
        except http.ConnectionError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError("The sandbox did not start.")

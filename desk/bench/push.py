"""`push_200ms`: deliveries to a platform that answers in 200 ms, against concurrency ÷ latency; none lost, none twice."""

from __future__ import annotations

import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager

import requests as http
from django.conf import settings
from django.test.utils import override_settings

from desk.bench.figures import Figure
from desk.bench.world import build, learners
from issuance import awarding, lanes, limiter
from issuance.actions import requests
from issuance.models import Delivery, Job, PlatformAccount
from issuance.outgoing import template_id
from issuance.platforms import registry
from issuance.sandbox.state import settings_at
from policies.loader import packs

PLATFORM = "credly"  # one call a badge
LATENCY_MS = 200
FLOOR = 0.9


def measure(n: int) -> Figure:
    """Award n badges, then let one lane (one process) push them to the sandbox over real HTTP."""
    with sandbox() as base, override_settings(**sandbox_settings(base)):
        world = build(next(slug for slug, pack in packs().items() if pack.platform.kind == PLATFORM))
        request = requests.submit(definition=world.definition, lines=learners(world, n), by=world.issuer)
        requests.approve(request=request, by=world.certifier)
        awarding.run(Job.objects.get(request=request).pk)
        account = PlatformAccount.objects.get(institution=world.definition.institution)
        platform = registry.connect(account.platform, account.name)
        limiter.current().start(platform, seconds_ago=3600)
        template_id(platform, account, request.version)
        answers_in = _answers_in(base)
        started = time.perf_counter()
        lanes.run(str(account.pk))
        seconds = time.perf_counter() - started
        held = http.get(f"{base}/_control/held", timeout=30).json()
    delivered = Delivery.objects.filter(request=request, state="delivered").values_list(
        "remote_id", flat=True
    )
    ids = [badge["id"] for badge in held["badges"] if badge["platform"] == PLATFORM]
    exact = len(delivered) == n == len(ids) == len(set(ids)) and set(ids) == set(delivered)
    value, limit = n / seconds, settings.LANE_THREADS / (LATENCY_MS / 1000)
    extra = {
        "threads": settings.LANE_THREADS,
        "held": len(ids),
        "exactly_once": exact,
        "platform_ms": round(answers_in * 1000),  # what a bare call takes that changes nothing
    }
    good = exact and value / limit >= FLOOR
    return Figure("push_200ms", value, "deliveries/s", limit, n, f"ratio >= {FLOOR}", good, extra)


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


@contextmanager
def sandbox() -> Iterator[str]:
    """The sandbox of the platforms on a free port, answering in LATENCY_MS; yields its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "issuance.sandbox", "--port", str(port), "--data", folder]
        server = subprocess.Popen([*command, "--latency", str(LATENCY_MS)])
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


def sandbox_settings(base: str) -> dict[str, str]:
    """The environment that points at it, as settings."""
    return settings_at(base)

"""`issue_native`: one approved request of 10,000 recipients becomes 10,000 signed, stored awards with their outbox rows.

Of more recipients than a request may hold, the requests are approved one after the other and worked off together.
"""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

from celery import current_app
from django.db import connection
from rest_framework.test import APIClient

from credentials.facts import keys_of
from credentials.models import Award
from desk.bench.figures import Figure, watched_memory
from desk.bench.world import World, build, learners
from issuance.actions import requests
from issuance.checking.checks import MAX_LINES
from issuance.models import Delivery, IssuanceRequest, Job
from journal.models import Mail, MailState

if TYPE_CHECKING:
    from collections.abc import Sequence

FLOOR = 2000  # awards a second on 2 cores
MEMORY_MB = 300
APPROVAL_SECONDS = 2.0  # for 10,000
ORDINARY = 10_000  # recipients
GROWTH = 1.15  # the worker's memory, when there are ten times as many
PATIENCE = 600  # seconds for 10,000


def figures(n: int) -> list[Figure]:
    """Of more than 10,000 a tenth is measured first, so that both show how the worker's memory grows."""
    if n <= ORDINARY:
        return [measure(n)]
    tenth, whole = measure(n // 10), measure(n)
    value, limit = float(whole.extra["memory_mb"]), float(tenth.extra["memory_mb"])
    extra = {"n_of_limit": n // 10}
    flat = Figure("issue_memory", value, "MB", limit, n, f"ratio <= {GROWTH}", value / limit <= GROWTH, extra)
    return [tenth, whole, flat]


def measure(n: int, world: World | None = None) -> Figure:
    """File, approve, and wait for a real worker."""
    world = world or build("model")
    filed = _filed(world, n)
    before = _mails(world)
    worker = start_worker()
    try:
        with watched_memory(worker.pid) as samples:
            approving, seconds = _approve_and_wait(filed, world)
    finally:
        os.killpg(worker.pid, signal.SIGKILL)  # it has mail to send for a while yet
        worker.wait(30)
    keys = [request.pk for request in filed]
    awards = Award.objects.filter(request_id__in=keys)
    made, mails = awards.count(), _mails(world) - before
    value = made / seconds
    memory = max(samples)
    quick = approving < APPROVAL_SECONDS * max(1, n / ORDINARY)
    good = made == n == mails and value >= FLOOR and memory < MEMORY_MB and quick
    extra = {
        "approve_seconds": round(approving, 2),
        "memory_mb": round(memory),
        "memory_halfway_mb": round(max(samples[: len(samples) // 2 + 1])),
        "outbox": mails,
        "deliveries": Delivery.objects.filter(request__in=keys).count(),
    }
    _lay_down()
    limit = raw_limit(world, awards[0].document, min(n, ORDINARY))
    return Figure("issue_native", value, "awards/s", limit, n, f"value >= {FLOOR}", good, extra)


def _filed(world: World, n: int) -> list[IssuanceRequest]:
    """As many requests as so many recipients need."""
    return [
        requests.submit(definition=world.definition, lines=learners(world, part), by=world.issuer)
        for part in (min(MAX_LINES, n - done) for done in range(0, n, MAX_LINES))
    ]


def _mails(world: World) -> int:
    return Mail.objects.filter(institution=world.definition.institution, kind="badge_awarded").count()


def _lay_down() -> None:
    """What the worker had not sent is not for the next one to send, while it is measured."""
    current_app.control.purge()
    Mail.objects.filter(state__in=[MailState.QUEUED, MailState.SENDING]).delete()


def start_worker(processes: int = 2, **environment: str) -> subprocess.Popen[bytes]:
    """A worker as `make run` starts it, which has two processes."""
    command = [
        sys.executable,
        "-W",
        "ignore",
        "-m",
        "celery",
        "-q",
        "-A",
        "config",
        "worker",
        "-c",
        str(processes),
        "-l",
        "error",
    ]
    env = {**os.environ, "EMAIL_URL": "dummymail://", **environment}
    worker = subprocess.Popen(
        [*command, "--without-gossip", "--without-mingle"], env=env, start_new_session=True
    )
    for _ in range(60):
        if current_app.control.ping(timeout=1):
            return worker
    raise TimeoutError("The worker did not start.")


def _approve_and_wait(filed: Sequence[IssuanceRequest], world: World) -> tuple[float, float]:
    """Seconds of the approving requests over the API, and from then until all their jobs are done."""
    client = APIClient(SERVER_NAME="localhost")
    client.force_authenticate(world.certifier)
    started = time.perf_counter()
    for request in filed:
        answer = client.post(f"/api/v1/issuance-requests/{request.pk}/approve/", {"note": ""}, format="json")
        if answer.status_code != 200:
            raise RuntimeError(f"Approving answered {answer.status_code}: {answer.content[:500]!r}")
    approved = time.perf_counter()
    jobs = Job.objects.filter(request__in=filed, done_at__isnull=False)
    patience = sum(PATIENCE * max(1, request.lines.count() / ORDINARY) for request in filed)
    while jobs.count() < len(filed):
        if time.perf_counter() - approved > patience:
            raise TimeoutError("The worker did not finish.")
        time.sleep(0.1)
    return approved - started, time.perf_counter() - approved


def raw_limit(world: World, document: str, n: int) -> float:
    """The bound: a bare Ed25519 signature for each, and a COPY of as many documents of the same size."""
    text = document.replace("\\", "")
    key = keys_of(world.definition.institution).signing_key.private
    started = time.perf_counter()
    rows = io.StringIO()
    for number in range(n):
        key.sign(text.encode()[:64])  # type: ignore[call-arg]
        rows.write(f"{number}\t{text}\n")
    rows.seek(0)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_copy (id int, document text)")
        cursor.copy_expert("COPY bench_copy FROM STDIN", rows)
        cursor.execute("DROP TABLE bench_copy")
    return n / (time.perf_counter() - started)

"""`list_memory`: an Excel list of 50,000 recipients is looked through by a worker in the memory that a tenth of it takes."""

from __future__ import annotations

import io
import os
import signal
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.core.files.base import ContentFile
from openpyxl import Workbook

from accounts.actions import uploads
from accounts.models import ListState, UploadedList
from desk.bench.figures import Figure, watched_memory
from desk.bench.issue import start_worker
from desk.bench.world import World, build, learners
from issuance.models import RequestLine
from policies.loader import packs

if TYPE_CHECKING:
    from issuance.checking.typed import Line

GROWTH = 1.3  # of the worker's memory, when there are ten times as many lines
MEMORY_MB = 300
PATIENCE = 900  # seconds


def measure(lines: int) -> Figure:
    """Both lists by one worker, the short one first; then it files the long one. Good is also that neither takes 300 MB."""
    lines = max(lines, 10 * (uploads.AT_ONCE + 1))  # shorter ones are not left to a worker
    world = build(next(slug for slug, pack in packs().items() if pack.platform.kind == "credly"))
    people = learners(world, lines)
    worker = start_worker()
    try:
        short = _looked_through(world, people[: lines // 10], worker.pid)
        long = _looked_through(world, people, worker.pid)
        filing = _filed(world, worker.pid)
    finally:
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait(30)
    extra = {
        "n_of_limit": lines // 10,
        "lines_a_second": round(lines / long[1]),
        "filing_seconds": round(filing[1], 1),
        "filing_mb": round(filing[0]),
    }
    filed = RequestLine.objects.filter(request__definition=world.definition).count()
    small = max(long[0], filing[0]) < MEMORY_MB
    good = long[0] <= GROWTH * short[0] and small and filed == lines
    floor = f"ratio <= {GROWTH}"
    return Figure("list_memory", long[0], "MB", short[0], lines, floor, good, extra)


def _looked_through(world: World, people: Sequence[Line], worker: int) -> tuple[float, float]:
    """The worker's most memory in MB meanwhile, and the seconds."""
    file, started = ContentFile(_excel(people), name="bench.xlsx"), time.perf_counter()
    definition = world.definition
    with watched_memory(worker) as samples:
        made = uploads.upload(
            kind="recipients",
            subject=definition.pk,
            institution=definition.institution,
            file=file,
            by=world.issuer,
        )
        _wait(made, ListState.CHECKING, started)
    return max(samples), time.perf_counter() - started


def _filed(world: World, worker: int) -> tuple[float, float]:
    """The same while the list that was sent last is filed."""
    uploaded, started = UploadedList.objects.latest("uploaded_at"), time.perf_counter()
    with watched_memory(worker) as samples:
        uploads.file(uploaded=uploaded, by=world.issuer)
        _wait(uploaded, ListState.FILING, started)
    return max(samples), time.perf_counter() - started


def _wait(uploaded: UploadedList, state: str, started: float) -> None:
    while UploadedList.objects.filter(pk=uploaded.pk, state=state).exists():
        if time.perf_counter() - started > PATIENCE:
            raise TimeoutError("The worker did not finish.")
        time.sleep(0.1)


def _excel(people: Sequence[Line]) -> bytes:
    book, out = Workbook(write_only=True), io.BytesIO()
    sheet = book.create_sheet("Recipients")
    sheet.append(["name", "email", "narrative"])
    for one in people:
        sheet.append(
            [one.name, one.email, f"{one.name} analysed the water of a lake and wrote a report on it."]
        )
    book.save(out)
    return out.getvalue()

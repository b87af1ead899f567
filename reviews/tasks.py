"""What the worker does for bodies. Each task is idempotent; beat and commits only wake it."""

from __future__ import annotations

import uuid

from celery import shared_task

from journal.wake import after_commit
from reviews.meetings import packet_making


@shared_task(name="reviews.make_packet")
def make_packet(packet_id: str) -> bool:
    """Make the packet of a meeting; returns whether this call did."""
    return packet_making.run(uuid.UUID(packet_id))


@shared_task(name="reviews.sweep_packets")
def sweep_packets() -> int:
    """Find packets whose agenda has changed and those that a lost message left behind; returns how many are due."""
    due = packet_making.follow()
    for packet_id in due:
        after_commit(make_packet, str(packet_id))
    return len(due)

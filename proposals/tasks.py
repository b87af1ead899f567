"""What the clock does to proposals. Beat only wakes; running twice does no harm."""

from __future__ import annotations

from celery import shared_task

from proposals.actions.lapsing import lapse_due


@shared_task(name="proposals.lapse_pilots")
def lapse_pilots() -> int:
    """Let pilots lapse whose last day is over. Returns how many did."""
    return lapse_due()

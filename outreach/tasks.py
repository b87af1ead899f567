"""What the worker does for the office. Each task is idempotent; beat only wakes it."""

from __future__ import annotations

from celery import shared_task

from outreach.actions import asking, reminding


@shared_task(name="outreach.remind")
def remind() -> int:
    """Remind people of the session that they come to; returns how many."""
    return reminding.remind_due()


@shared_task(name="outreach.forget")
def forget() -> int:
    """Delete what nobody confirmed; returns how many."""
    return asking.forget()

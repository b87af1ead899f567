"""What the clock does to proposals. Beat only wakes; running twice does no harm."""

from __future__ import annotations

from celery import shared_task

from proposals.actions import escalating, reckoning, reminding, silence
from proposals.actions.lapsing import lapse_due, retire_taught_out


@shared_task(name="proposals.lapse_pilots")
def lapse_pilots() -> int:
    """Move the last days of pilots to where the calendar puts them; let those lapse whose last day is over.

    Returns how many lapsed, or were taught out and are retired now.
    """
    reckoning.follow_terms()
    return lapse_due() + retire_taught_out()


@shared_task(name="proposals.follow_terms")
def follow_terms() -> int:
    """Move the last days of pilots to where the calendar puts them. Returns how many moved."""
    return reckoning.follow_terms()


@shared_task(name="proposals.remind")
def remind() -> int:
    """Remind people of what is due. Returns of how many deadlines."""
    return reminding.remind_due()


@shared_task(name="proposals.end_silent")
def end_silent() -> int:
    """End the steps to which nobody objected in time. Returns how many."""
    return silence.end_silent()


@shared_task(name="proposals.escalate")
def escalate() -> int:
    """Tell those above of steps in which nobody acts. Returns of how many."""
    return escalating.escalate_idle()

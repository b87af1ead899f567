"""What the worker does for credentials; idempotent, only woken by beat."""

from __future__ import annotations

from celery import shared_task

from credentials.actions import ending, endorsements, indexing, resending, shares


@shared_task(name="credentials.count_shares")
def count_shares() -> int:
    """Add what was counted of shares and views to the rows; returns how many counts."""
    return shares.roll_up()


@shared_task(name="credentials.sign_decisions")
def sign_decisions() -> int:
    """Sign the decisions that are not signed yet; returns how many were."""
    return endorsements.sign_all_missing()


@shared_task(name="credentials.remind_of_badges")
def remind_of_badges() -> int:
    """Remind of badges that nobody looked at for a week; returns how many."""
    return resending.remind()


@shared_task(name="credentials.remind_of_ends")
def remind_of_ends() -> int:
    """Remind of badges that run out, or just have; returns how many."""
    return ending.remind()


@shared_task(name="credentials.tend_catalogue")
def tend_catalogue() -> int:
    """Keep the catalogue's index in step with units, awards and what is offered; returns how many entries were made."""
    return indexing.tend()

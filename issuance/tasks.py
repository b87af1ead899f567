"""Celery's edge: ids in, one call, nothing else. Beat only wakes; two beats do no harm."""

from __future__ import annotations

from celery import shared_task

from issuance import awarding, lanes, polling, wake
from issuance.models import PlatformAccount
from issuance import leases


@shared_task(name="issuance.run_job")
def run_job(job_id: int) -> None:
    """Make the awards of one approved request."""
    awarding.run(job_id)


@shared_task(name="issuance.run_lane")
def run_lane(account_id: str) -> None:
    """Send what is due at one platform account."""
    lanes.run(account_id)


@shared_task(name="issuance.sweep")
def sweep() -> None:
    """Find what a lost message left behind: jobs nobody holds and accounts with due deliveries."""
    for job_id in awarding.open_jobs():
        wake.job(job_id)
    for account in PlatformAccount.objects.filter(active=True):
        if leases.due(account).exists():
            wake.lane(account.pk)


@shared_task(name="issuance.poll")
def poll() -> None:
    """Ask the platforms what became of delivered badges (accepted, rejected)."""
    for account in PlatformAccount.objects.filter(active=True):
        polling.poll(account)

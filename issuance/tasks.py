"""Celery's edge: ids in, one call, nothing else. Beat only wakes; two beats do no harm."""

from __future__ import annotations

import uuid

import structlog
from celery import shared_task
from celery.signals import worker_ready

from issuance import awarding, bulk, finishing, fulfilling, health, pictures, wake
from issuance.checking import looking
from issuance.figures import ours, taking
from issuance.models import PlatformAccount, WebhookEvent
from issuance.platforms import registry
from issuance.platforms.base import PlatformError
from issuance.reconciling import nights
from issuance.sending import lanes, leases, limiter, polling, webhooks

log = structlog.get_logger(__name__)

COMPARE_SECONDS = 120.0
SLICE_SECONDS = 20.0  # then other work gets its turn, and the lane goes on behind it


@shared_task(name="issuance.run_job")
def run_job(job_id: int | str) -> None:
    """Make the awards of one approved request."""
    wake.arrived("issuance.run_job", str(job_id))
    awarding.run(int(job_id))


@shared_task(name="issuance.lend_hand")
def lend_hand(job_id: int | str) -> None:
    """Help with a large request for a while."""
    wake.arrived("issuance.lend_hand", str(job_id))
    if awarding.lend_hand(int(job_id)):
        wake.hand(int(job_id))


@shared_task(name="issuance.run_lane")
def run_lane(account_id: str) -> None:
    """Send what is due at one platform account, for a while."""
    wake.arrived("issuance.run_lane", account_id)
    if lanes.take_turn(account_id, SLICE_SECONDS):
        wake.lane(account_id)


@shared_task(name="issuance.run_bulk")
def run_bulk(key: str) -> None:
    """Carry out one decision about many awards, for a while."""
    wake.arrived("issuance.run_bulk", key)
    if bulk.run(uuid.UUID(key), SLICE_SECONDS):
        wake.bulk(uuid.UUID(key))


@shared_task(name="issuance.run_stack")
def run_stack(key: str) -> None:
    """Look who fulfils one stack."""
    wake.arrived("issuance.run_stack", key)
    fulfilling.run(uuid.UUID(key))


@shared_task(name="issuance.run_events")
def run_events(key: str = "all") -> None:
    """Ask about what platforms told us."""
    wake.arrived("issuance.run_events", key)
    if webhooks.run():
        wake.events()


@shared_task(name="issuance.forget")
def forget() -> None:
    """Delete what is over."""
    webhooks.forget()


@shared_task(name="issuance.review_expired")
def review_expired() -> None:
    """Have stacks looked at again of which a part has expired."""
    fulfilling.review_expired()


@shared_task(name="issuance.sweep")
def sweep() -> None:
    """Find what a lost message left behind: jobs nobody holds whose day has come, accounts with due deliveries, requests
    that are done, learners who may fulfil a stack, decisions about many awards. Look again at requests that wait."""
    for key in fulfilling.open_stacks():
        wake.stack(key)
    for job_id in awarding.open_jobs():
        wake.job(job_id)
    for account in PlatformAccount.objects.filter(active=True):
        if leases.due(account).exists():
            wake.lane(account.pk)
    if WebhookEvent.objects.due().exists():
        wake.events()
    for bulk_id in bulk.open_ones():
        wake.bulk(bulk_id)
    finishing.finish_requests()
    looking.refresh_stale()


@shared_task(name="issuance.look_at_accounts")
def look_at_accounts() -> None:
    """See how the accounts at platforms are, each once an hour, and tell people in time."""
    for account in health.due():
        health.look(account)


@shared_task(name="issuance.catch_up_pictures")
def catch_up_pictures() -> None:
    """Send badges' new pictures to the platforms."""
    pictures.catch_up()


@shared_task(name="issuance.poll")
def poll() -> None:
    """Have each platform asked what became of delivered badges (accepted, rejected)."""
    for account in PlatformAccount.objects.filter(active=True):
        wake.statuses(account.pk)


@shared_task(name="issuance.poll_account")
def poll_account(account_id: str) -> None:
    """Ask one platform what became of the badges of one account; a slow one holds up no other."""
    wake.arrived("issuance.poll_account", account_id)
    polling.poll(PlatformAccount.objects.get(pk=account_id))


@shared_task(name="issuance.count_figures")
def count_figures() -> bool:
    """Bring our own figures by day up to date."""
    return ours.roll_up()


@shared_task(name="issuance.ask_figures")
def ask_figures() -> int:
    """Ask the platforms that have not answered for some hours how their badges stand; returns how many answered."""
    return sum(taking.take(one) for one in taking.due())


@shared_task(name="issuance.compare_due")
def compare_due() -> None:
    """Have those accounts compared whose night has come, whose records were restored, or for which it was asked."""
    for account in nights.due_accounts():
        wake.comparison(account.pk)


@shared_task(name="issuance.compare")
def compare(account_id: str) -> None:
    """Compare one account with what we say it holds, for a while, and withdraw there what was decided."""
    wake.arrived("issuance.compare", account_id)
    if nights.run(account_id, COMPARE_SECONDS):
        wake.comparison(account_id)


@worker_ready.connect
def start_limiters(**_: object) -> None:
    """The first window's wait begins when a worker starts, not when the first badge is due."""
    for account in PlatformAccount.objects.filter(active=True):
        try:
            limiter.current().start(registry.connect(account.platform, account.name))
        except PlatformError as error:
            log.info("a platform account cannot be used yet", account=str(account.pk), code=error.code)

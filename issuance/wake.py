"""Tell the workers that there is something to do. A lost message is made good by the sweep.

One message for one thing waits in the queue at a time, so that neither the sweep nor many chunks fill it.
"""

from __future__ import annotations

import uuid

import structlog
from celery import current_app
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from issuance.sending import limiter

log = structlog.get_logger(__name__)


def job(job_id: int) -> None:
    """One message for one approved request."""
    _send("issuance.run_job", str(job_id))


def hand(job_id: int) -> None:
    """One message for whoever can help with a large request."""
    _send("issuance.lend_hand", str(job_id))


def lane(account_id: uuid.UUID | str) -> None:
    """One message for the lane of one platform account."""
    _send("issuance.run_lane", str(account_id))


def bulk(key: uuid.UUID) -> None:
    """One message for one decision about many awards."""
    _send("issuance.run_bulk", str(key))


def bulk_after_commit(key: uuid.UUID) -> None:
    """`bulk`, once the caller's transaction stands."""
    transaction.on_commit(lambda: bulk(key), robust=True)


def comparison(account_id: uuid.UUID | str) -> None:
    """One message for comparing one platform account with our records."""
    _send("issuance.compare", str(account_id))


def comparison_after_commit(account_id: uuid.UUID | str) -> None:
    """`comparison`, once the caller's transaction stands."""
    transaction.on_commit(lambda: comparison(account_id), robust=True)


def statuses(account_id: uuid.UUID | str) -> None:
    """One message for asking what became of the badges of one platform account."""
    _send("issuance.poll_account", str(account_id))


def stack(key: uuid.UUID) -> None:
    """One message for one stack whose candidates wait."""
    _send("issuance.run_stack", str(key))


def events() -> None:
    """One message for what platforms told us."""
    _send("issuance.run_events", "all")


def events_after_commit() -> None:
    """`events`, once the caller's transaction stands."""
    transaction.on_commit(events, robust=True)


def stack_after_commit(key: uuid.UUID) -> None:
    """`stack`, once the caller's transaction stands."""
    transaction.on_commit(lambda: stack(key), robust=True)


def job_after_commit(job_id: int) -> None:
    """`job`, once the caller's transaction stands."""
    transaction.on_commit(lambda: job(job_id), robust=True)


def lane_after_commit(account_id: uuid.UUID | str) -> None:
    """`lane`, once the caller's transaction stands."""
    transaction.on_commit(lambda: lane(account_id), robust=True)


def arrived(task: str, key: str) -> None:
    """A worker has the message: the next one may be queued."""
    cache.delete(_mark(task, key))


def others_wait(account_id: uuid.UUID | str) -> bool:
    """Whether a message waits for a process, other than that of this account's lane. With the broker away nobody does."""
    try:
        waiting = int(limiter.current().client.llen(current_app.conf.task_default_queue))  # type: ignore[arg-type]
    except RedisError:
        return False
    return waiting > (1 if waiting and cache.get(_mark("issuance.run_lane", str(account_id))) else 0)


def _send(task: str, key: str) -> None:
    if not cache.add(_mark(task, key), 1, settings.WAKE_AGAIN_SECONDS):
        return  # one waits already, or Redis is away
    try:
        current_app.send_task(task, args=[key], ignore_result=True, retry=False)
    except OperationalError:
        log.warning("the broker is away; the sweep will find the rows", task=task)


def _mark(task: str, key: str) -> str:
    return f"woken:{task}:{key}"

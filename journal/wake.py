"""Wake a background task after the commit. The rows are the truth: a lost wake-up is made good by the sweep."""

from __future__ import annotations

from typing import Any

import structlog
from celery import Task
from django.db import transaction
from kombu.exceptions import OperationalError

log = structlog.get_logger(__name__)


class _Wake:
    """One task to be woken; equal for equal tasks, so that a transaction wakes each task once."""

    def __init__(self, task: Task[Any, Any], args: tuple[object, ...]) -> None:
        self.task, self.args = task, args
        self.__qualname__ = f"wake {task.name}"  # Django's log of a failing hook asks for it

    def __call__(self) -> None:
        try:
            self.task.apply_async(args=self.args, retry=False, ignore_result=True)
        except OperationalError:
            log.warning("the broker is away; the sweep will find the rows", task=self.task.name)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Wake) and (self.task.name, self.args) == (other.task.name, other.args)

    def __hash__(self) -> int:
        return hash((self.task.name, self.args))


def after_commit(task: Task[Any, Any], *args: object) -> None:
    """Send one message for `task` when the transaction is committed; with the broker away nothing happens.

    However often it is called in a transaction, the message is sent once for the same arguments.
    """
    wake = _Wake(task, args)
    waiting = [entry[1] for entry in transaction.get_connection().run_on_commit]
    if wake not in waiting:
        transaction.on_commit(wake, robust=True)

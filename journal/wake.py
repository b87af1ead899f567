"""Wake a background task after the commit. The rows are the truth: a lost wake-up is made good by the sweep."""

from __future__ import annotations

from celery import Task
from django.db import transaction


class _Wake:
    """One task to be woken; equal for equal tasks, so that a transaction wakes each task once."""

    def __init__(self, task: Task, args: tuple[object, ...]) -> None:
        self.task, self.args = task, args

    def __call__(self) -> None:
        self.task.apply_async(args=self.args, retry=False, ignore_result=True)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Wake) and (self.task.name, self.args) == (other.task.name, other.args)

    def __hash__(self) -> int:
        return hash((self.task.name, self.args))


def after_commit(task: Task, *args: object) -> None:
    """Send one message for `task` when the transaction is committed; with the broker away nothing happens.

    However often it is called in a transaction, the message is sent once for the same arguments.
    """
    wake = _Wake(task, args)
    waiting = [entry[1] for entry in transaction.get_connection().run_on_commit]
    if wake not in waiting:
        transaction.on_commit(wake, robust=True)

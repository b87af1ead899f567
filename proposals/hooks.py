"""What a higher app offers to proposals: handlers of step kinds, and more people who may see a proposal.

The higher app registers in `AppConfig.ready`; a system check demands exactly one handler a step kind. Calls run in the
transaction of the caller.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from django.db.models import Q

if TYPE_CHECKING:
    from accounts.models import Person
    from policies.reasons import Reason
    from proposals.models import Step


class StepHandler(Protocol):
    """Starts, voids and summarises the steps of one kind."""

    def opened(self, step: Step) -> None:
        """The step is now open: start what belongs to it (a ballot), tell who must act."""

    def voided(self, step: Step, reason: str) -> None:
        """The step no longer counts (a new revision, a withdrawal): stop what belongs to it."""

    def blocked(self, step: Step) -> list[Reason]:
        """Why the step cannot be completed yet (a body that lacks a seat)."""

    def summary(self, step: Step, person: Person | None) -> dict[str, object]:
        """What pages and the API show of it to this person."""


_handlers: dict[str, StepHandler] = {}
_viewers: list[Callable[[Person], Q]] = []


def register_step_handler(kind: str, handler: StepHandler) -> None:
    if kind in _handlers:
        raise RuntimeError(f"There is a handler for steps of kind {kind} already.")
    _handlers[kind] = handler


def step_handler(kind: str) -> StepHandler:
    return _handlers[kind]


def handled_kinds() -> set[str]:
    return set(_handlers)


def register_viewers(condition: Callable[[Person], Q]) -> None:
    """`condition(person)` is a Q over proposals that this person may see besides those the base rule gives."""
    _viewers.append(condition)


def also_visible(person: Person) -> Q:
    found = Q(pk__in=[])
    for condition in _viewers:
        found |= condition(person)
    return found

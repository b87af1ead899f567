"""One call to a platform for the rows of one thread: what it asks, sends, publishes or withdraws. No database."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Literal

import structlog

from issuance.platforms.base import Outgoing, Platform, PlatformError, Throttled
from issuance.sending import limiter
from issuance.sending.outgoing import outgoing
from issuance.sending.settling import Result

if TYPE_CHECKING:
    from issuance.models import Delivery
    from issuance.sending.leases import Held
    from issuance.sending.outgoing import Templates

log = structlog.get_logger(__name__)

LONGEST_WAIT = (
    limiter.SENDING_PATIENCE
)  # that a thread waits for its place before the lane gives up for the moment
HALTED = 0.0  # a row that did not leave may be claimed again at once
Halt = threading.Event

Kind = Literal["send", "ask", "publish", "replace", "revoke"]


def kind_of(delivery: Delivery) -> Kind:
    """What the row needs now. A row that has a remote id was created there and not published."""
    if delivery.act == "revoke":
        return "revoke"
    if delivery.act == "replace":
        return "replace"  # doing it twice is harmless, so there is nothing to ask first
    if delivery.ask_first:
        return "ask"
    return "publish" if delivery.remote_id else "send"


def make(
    platform: Platform, templates: Templates, held: Sequence[Held], halt: Halt
) -> Callable[[], list[Result]]:
    """The call as a function that gives a result for each row and never raises.

    All values are read here, in the thread that may use the database. Sending and asking take their place from the
    limiter first; publishing and withdrawing pay at the platform's own gate.
    """
    values = [outgoing(h, templates.remote_id(h.delivery.award.version_id), templates.zone) for h in held]
    first, latest = held[0].delivery, min(h.latest_start for h in held)
    kind, remote_id, reason = kind_of(first), first.remote_id, first.award.why_ended
    cost = {"send": platform.cost(len(values)), "ask": 1}.get(kind, 0)

    def sent() -> list[Result]:
        try:
            _may_leave(platform, latest, halt, cost)
            if kind == "revoke":
                return [platform.revoke(values[0], remote_id, reason)]
            if kind == "replace":
                return [platform.replace(values[0], remote_id)]
            if kind == "publish":
                return [platform.publish(values[0], remote_id)]
            if kind == "ask":
                return [platform.find(values[0], paid=True)]
            if len(values) == 1:
                return [platform.send(values[0], paid=True)]
            return _batch(platform, values, latest)
        except PlatformError as error:
            return [error] * len(values)
        except Exception as error:  # a bug of ours must not hold up the lane: the row waits for a person
            log.exception("a call to a platform broke", platform=platform.kind, kind=kind)
            return [_ours(error, ambiguous=kind in ("send", "replace"))] * len(values)

    def call() -> list[Result]:
        with limiter.sending_for(first.account_id):
            return sent()

    return call


def _may_leave(platform: Platform, latest: float, halt: Halt, cost: int) -> None:
    """Returns when the call may leave; waits a moment for its place. Raises Throttled when it may not.

    That is when the lane was halted, the lease is nearly over, or the limiter has no room for a while.
    """
    while not halt.is_set() and time.monotonic() < latest:
        seconds = limiter.acquire(platform, cost) if cost else None
        if seconds is None:
            return
        if seconds > LONGEST_WAIT:
            halt.set()  # what stands ready behind this call would find no room either
            raise Throttled(platform.label, seconds)
        halt.wait(seconds)
    raise Throttled(platform.label, HALTED)


def _ours(error: Exception, *, ambiguous: bool) -> PlatformError:
    message = f"Something broke on our side ({type(error).__name__}: {error}). Tell the system's operator, then retry."
    return PlatformError(message, True, ambiguous=ambiguous, code="ours")


def _batch(platform: Platform, values: Sequence[Outgoing], latest: float) -> list[Result]:
    """A batch that is refused as a whole may have one bad row: then each is sent alone."""
    try:
        return list(platform.send_batch(values, paid=True))
    except PlatformError as error:
        if not error.permanent or error.account_wide or error.ambiguous:
            raise
    return [_alone(platform, value, latest) for value in values]


def _alone(platform: Platform, value: Outgoing, latest: float) -> Result:
    try:
        if time.monotonic() > latest:
            raise Throttled(platform.label, 0)
        return platform.send(value)
    except PlatformError as error:
        return error

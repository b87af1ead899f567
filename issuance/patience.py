"""A platform for work that nobody waits for: where there is no room under the limit, it waits until there is."""

from __future__ import annotations

import time
from dataclasses import dataclass

from issuance.platforms.base import Gate, Platform, Throttled
from issuance.platforms.values import Endpoint

LONGEST_WAIT = 120.0  # seconds for one request, then it is put off


@dataclass(frozen=True)
class PatientGate:
    """Takes places like every other caller, and waits for them."""

    gate: Gate

    def pay(self, cost: int) -> None:
        """Returns once there was room; raises Throttled when there is none for too long."""
        until = time.monotonic() + LONGEST_WAIT
        while True:
            try:
                self.gate.pay(cost)
            except Throttled as error:
                wait = error.retry_after or 0.05
                if time.monotonic() + wait > until:
                    raise
                time.sleep(wait)
            else:
                return

    def pause(self, seconds: float) -> None:
        """As everyone's."""
        self.gate.pause(seconds)

    def narrowed(self, endpoint: Endpoint) -> PatientGate:
        """The gate of an endpoint with a limit of its own, with the same patience."""
        return PatientGate(self.gate.narrowed(endpoint))


def patient(platform: Platform) -> Platform:
    """The same account, with patience."""
    return type(platform)(platform.account, PatientGate(platform.gate))

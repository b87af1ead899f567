"""What a platform holds of one credential, badge by badge, as counts. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from issuance.figures.names import STANDING
from issuance.platforms.values import Outcome

STATES = {"accepted": "taken", "delivered": "pending", "rejected": "refused"}
THERE = ("delivered", "accepted", "rejected", "expired")  # so neither revoked nor unpublished


class Tally:
    """Counts of those figures that the platform offers; one that it says nothing of for some badge is not counted at all."""

    def __init__(self, offers: Iterable[str]) -> None:
        self.counts = {name: 0 for offered in STANDING if offered in offers for name in STANDING[offered]}

    def over(self, outcomes: Iterable[Outcome]) -> Iterator[str]:
        """Count these, and give back the platform's own ids of them."""
        for outcome in outcomes:
            self._count(outcome)
            yield outcome.remote_id

    def _count(self, outcome: Outcome) -> None:
        self._add("unpublished", outcome.state == "unpublished")
        if outcome.state not in THERE:
            return
        self._add("held", True)
        for state, name in STATES.items():
            self._add(name, outcome.state == state)
        flags = {"public": outcome.public, "opened": outcome.opened, "engaged": outcome.engaged}
        for name, flag in flags.items():
            if flag is None:
                self.counts.pop(name, None)
            else:
                self._add(name, flag)

    def _add(self, name: str, so: bool) -> None:
        if name in self.counts:
            self.counts[name] += so

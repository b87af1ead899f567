"""The end of it: what each platform holds against what was released, counted."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from credentials.models import Award
from issuance.models import Attempt, Delivery

if TYPE_CHECKING:
    from tools.chaos.parts import SandboxPart
    from tools.chaos.scene import Batch

IN_FORCE = ("pending", "accepted", "rejected", "published", "unaccepted")


@dataclass(frozen=True)
class Tally:
    """One platform at the end. All of `missing`, `twice`, `foreign` and `odd` must be nought."""

    platform: str
    released: int
    revoked: int
    held: int
    missing: int
    twice: int
    foreign: int
    odd: int  # deliveries that do not say what the platform says
    attempts: dict[str, int]
    calls: int

    @property
    def exact(self) -> bool:
        """Whether the platform holds exactly what was released and not revoked meanwhile."""
        wrong = self.missing + self.twice + self.foreign + self.odd
        return not wrong and self.held == self.released - self.revoked

    def line(self) -> str:
        """For people."""
        ends = ", ".join(
            f"{outcome or 'open'} {number:,}" for outcome, number in sorted(self.attempts.items())
        )
        return (
            f"{self.platform:<11} released {self.released:,}  revoked {self.revoked:,}  in force there {self.held:,}  "
            f"missing {self.missing}  twice {self.twice}  foreign {self.foreign}  differing {self.odd}\n"
            f"{'':<11} calls {self.calls:,}; attempts: {ends}"
        )


def tally(batch: Batch, sandbox: SandboxPart) -> Tally:
    """Compare by the platform's own ids, and look at whom each badge is for."""
    awards = Award.objects.filter(request_id=batch.request.pk)
    wanted = {award.pk: award.recipient_email.lower() for award in awards if not award.ended}
    there = {
        row["id"]: row["email"]
        for row in sandbox.ask(f"held?platform={batch.platform}")["badges"]
        if _live(row)
    }
    issued = Delivery.objects.filter(request=batch.request, act="issue").exclude(remote_id="")
    ours = dict(issued.values_list("award_id", "remote_id"))
    matched = {key for key, email in wanted.items() if there.get(ours.get(key, "")) == email}
    holders = Counter(there.values())
    attempts = Attempt.objects.filter(delivery__request=batch.request).values_list("outcome", flat=True)
    return Tally(
        platform=batch.platform,
        released=batch.request.lines.count(),
        revoked=awards.count() - len(wanted),
        held=len(there),
        missing=len(wanted) - len(matched),
        twice=sum(number - 1 for number in holders.values()),
        foreign=len(set(there.values()) - set(wanted.values())),
        odd=_odd(batch),
        attempts=dict(Counter(attempts)),
        calls=sandbox.calls[batch.platform],
    )


def _live(row: dict[str, Any]) -> bool:
    return row["state"] in IN_FORCE and not row["ended"]


def _odd(batch: Batch) -> int:
    """Deliveries that did not come to their end."""
    over = ("delivered", "cancelled")
    return Delivery.objects.filter(request=batch.request).exclude(state__in=over).count()

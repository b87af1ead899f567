"""The play itself: kill at random, wake as beat does, do what a person would do, until all is settled."""

from __future__ import annotations

import random
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from celery import Celery
from django.db import close_old_connections
from django.db.models import Exists, OuterRef
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from credentials.models import Award
from issuance.actions import deliveries
from issuance.models import Delivery, Job
from policies.reasons import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tools.chaos.parts import Part
    from tools.chaos.scene import Batch

AT_ONCE = {"max_retries": 0, "interval_start": 0, "interval_step": 0, "interval_max": 0}
REASON = "Released by mistake."


class NotSettled(Exception):
    """The time is over and something is still under way."""


@dataclass
class Play:
    """`parts` are killed at random, each pause `pause` seconds on average, and are away for up to `away` seconds."""

    batches: Sequence[Batch]
    parts: Sequence[Part]
    broker_url: str
    dice: random.Random
    pause: float
    away: float
    revoke: int  # of each batch, one by one while all is under way
    seconds: float
    say: Callable[[str], object]
    kills: int | None = None  # exactly so many, then calm; None: until the end
    killed: Counter[str] = field(default_factory=Counter)
    fell: Counter[str] = field(default_factory=Counter)  # ended by itself
    helped: Counter[str] = field(default_factory=Counter)  # what a person sent again, by cause
    _deaths: Counter[str] = field(default_factory=Counter)
    _back_at: dict[str, float] = field(default_factory=dict)
    _revoked: Counter[str] = field(default_factory=Counter)

    def run(self) -> float:
        """Until everything is settled; returns the seconds it took. Raises NotSettled when it takes too long."""
        began = time.monotonic()
        strike_at = said_at = helped_at = began + self._next()
        with Celery(broker=self.broker_url, set_as_current=False) as sender:
            sender.conf.broker_transport_options = {
                "socket_connect_timeout": 1,
                "socket_timeout": 1,
                **AT_ONCE,
            }
            while not self._over():
                now = time.monotonic()
                if now - began > self.seconds:
                    raise NotSettled(f"{self._standing()}; {_left()}")
                self._wake(sender)
                self._mend(now)
                if now >= strike_at:
                    self._strike(now)
                    strike_at = now + self._next()
                if now >= helped_at:
                    self._help()
                    self._take_back()
                    helped_at = now + 2.0
                if now >= said_at:
                    self.say(f"{now - began:5.0f} s  {self._standing()}")
                    said_at = now + 15.0
                time.sleep(0.25)
                close_old_connections()
        self._mend(float("inf"))
        return time.monotonic() - began

    def _next(self) -> float:
        return self.dice.expovariate(1 / self.pause)

    def _strike(self, now: float) -> None:
        """Kill one that is up, of those that were killed least."""
        up = [part for part in self.parts if part.name not in self._back_at and part.ready()]
        if not up or self._killed_enough():
            return
        least = min(self._deaths[part.name] for part in up)
        part = self.dice.choice([part for part in up if self._deaths[part.name] == least])
        part.kill()
        self._deaths[part.name] += 1
        self.killed[part.name.split()[0]] += 1
        self._back_at[part.name] = now + self.dice.uniform(0.0, self.away)

    def _killed_enough(self) -> bool:
        return self.kills is not None and sum(self.killed.values()) >= self.kills

    def _mend(self, now: float) -> None:
        """Start again what was killed, and as a supervisor does, what ended by itself."""
        for part in self.parts:
            at = self._back_at.get(part.name)
            if at is not None and now >= at:
                del self._back_at[part.name]
                part.start()
            elif at is None and part.ended():
                self.fell[part.name.split()[0]] += 1
                part.start()

    def _wake(self, sender: Celery) -> None:
        """What beat does; without a broker nobody is woken."""
        try:
            with sender.connection_for_write() as connection:
                sender.send_task("issuance.sweep", connection=connection, ignore_result=True, retry=False)
        except (OperationalError, RedisError, OSError):
            return

    def _help(self) -> None:
        """What a registrar does about deliveries that wait for a person: has all of a cause sent again."""
        for batch in self.batches:
            stuck = Delivery.objects.filter(request=batch.request).stuck()
            for row in stuck.order_by("cause").distinct("cause"):
                self.helped[row.cause] += deliveries.retry_cause(delivery=row, by=batch.certifier)

    def _take_back(self) -> None:
        """Revoke one award of each batch, wherever its delivery is."""
        for batch in self.batches:
            live = Award.objects.live().filter(request_id=batch.request.pk)
            number = live.count() if self._revoked[batch.platform] < self.revoke else 0
            if not number:
                continue
            award = live.order_by("pk")[self.dice.randrange(number)]
            try:
                deliveries.revoke_award(award=award, reason=REASON, by=batch.certifier)
            except Refused:
                continue
            self._revoked[batch.platform] += 1

    def _over(self) -> bool:
        """Every award made, every delivery settled, every revocation done."""
        if Job.objects.filter(done_at__isnull=True).exists():
            return False
        if self.kills is not None and not self._killed_enough():
            return False
        if any(self._revoked[batch.platform] < self.revoke for batch in self.batches):
            return False
        return not _unsettled()

    def _standing(self) -> str:
        counts = Counter(Delivery.objects.values_list("state", flat=True))
        states = ", ".join(f"{state} {number:,}" for state, number in sorted(counts.items()))
        return f"{states or 'no delivery yet'}; killed {sum(self.killed.values())}"


def _left() -> str:
    """What is not settled, by platform and cause."""
    rows = Delivery.objects.exclude(state__in=("delivered", "cancelled"))
    found = Counter(rows.values_list("account__platform", "act", "state", "cause", "ask_first"))
    return ", ".join(f"{' '.join(map(str, key))}: {number}" for key, number in sorted(found.items()))


def _unsettled() -> bool:
    """Whether anything is under way, waits for a person, or is to be withdrawn and nobody has begun with it."""
    if Delivery.objects.under_way().exists() or Delivery.objects.stuck().exists():
        return True
    withdrawn = Delivery.objects.filter(award=OuterRef("award"), act="revoke")
    ended = Delivery.objects.filter(act="issue", award__revoked_at__isnull=False).exclude(remote_id="")
    return ended.exclude(Exists(withdrawn)).exists()

"""Whose turn it is at one platform account: requests take turns, so that a long one holds up no short one."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass, field

from django.db.models import QuerySet

from issuance.models import Delivery

LOOK_AGAIN = 1.0  # seconds until requests that came meanwhile are seen
Key = uuid.UUID | None


@dataclass
class Rota:
    """The requests with due rows, in a fixed order that begins anywhere, so that two workers do not begin alike."""

    last: str = field(default_factory=lambda: str(uuid.uuid4()))
    waiting: list[Key] = field(default_factory=list)
    looked_at: float = float("-inf")

    def next(self, rows: QuerySet[Delivery], most: int) -> list[Key]:
        """Up to `most` requests among these rows, from the one behind whoever was served last."""
        self._look(rows)
        behind = [key for key in self.waiting if str(key) > self.last]
        before = [key for key in self.waiting if str(key) <= self.last]
        chosen = (behind + before)[:most]
        if chosen:
            self.last = str(chosen[-1])
        return chosen

    def nothing_of(self, key: Key) -> None:
        """This request has no more rows that are due and free."""
        self.waiting = [other for other in self.waiting if other != key]

    def look_again(self) -> None:
        """Who was known to wait may have nothing left; look anew the next time."""
        self.waiting = []

    def _look(self, rows: QuerySet[Delivery]) -> None:
        """Reading who waits goes through every due row, so it is done once a second, or when nobody is known to wait."""
        now = time.monotonic()
        if self.waiting and now < self.looked_at + LOOK_AGAIN:
            return
        found = rows.order_by().values_list("request_id", flat=True).distinct()
        self.waiting, self.looked_at = sorted(found, key=str), now

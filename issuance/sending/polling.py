"""What became of delivered badges, asked template by template, within a small part of the platform's limit.

An account asks for about ten pages a minute, however many templates it has: the more badges wait for an answer, the
longer a round takes. What has waited for long is asked about less often. A platform that tells by itself
(`webhooks.py`) is polled all the same, for what was lost on the way.
"""

from __future__ import annotations

import datetime as dt
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count, F, Max, Q, QuerySet

from issuance.models import BRINGING, Delivery, DeliveryState, PlatformAccount, PlatformTemplate
from issuance.platforms import registry
from issuance.platforms.base import Outcome, Platform, PlatformError
from issuance.sending import limiter, settling
from journal import clock

OPEN = (DeliveryState.DELIVERED, DeliveryState.UNPUBLISHED)
PAGE = 50  # badges: what platforms give at a time
PAGE_PAUSE = dt.timedelta(seconds=6)  # 10,000 badges are asked about every 20 minutes
SHORTEST_ROUND = dt.timedelta(minutes=1)
AGEING = 100  # badges delivered a day ago are asked about every quarter of an hour, after a month every seven hours
PATIENCE = 60.0  # seconds that one page may wait for its place under the limit
RUN_SECONDS = 30.0  # then no further template is begun; the next minute goes on


@dataclass(frozen=True)
class Waiting:
    """How many badges of one template still wait for an answer, and when the last of them was delivered."""

    badges: int
    newest: dt.datetime

    @property
    def pages(self) -> int:
        """Requests that it takes to ask about them; the list also holds those that were answered."""
        return -(-self.badges // PAGE)


def poll(account: PlatformAccount) -> int:
    """Bring the states of this account's deliveries up to date; returns how many changed.

    A platform that is away changes nothing; the template is asked about again with the next run.
    """
    changed, until = 0, time.monotonic() + RUN_SECONDS
    try:
        platform = registry.connect(account.platform, account.name)
        with limiter.reading_for(account.pk, patience=PATIENCE):
            for template in _due(platform, account):
                if time.monotonic() > until:
                    break
                changed += _poll(platform, template)
    except PlatformError:
        return changed
    return changed


def _due(platform: Platform, account: PlatformAccount) -> Iterator[PlatformTemplate]:
    """The templates whose turn it is, the one that was asked about longest ago first."""
    waiting = _waiting(platform, account)
    whole = max(sum(one.pages for one in waiting.values()) * PAGE_PAUSE, SHORTEST_ROUND)
    now = clock.now()
    for template in account.templates.filter(version__in=waiting).order_by(
        F("polled_at").asc(nulls_first=True), "pk"
    ):
        last, newest = template.polled_at, waiting[template.version_id].newest
        # After now: the clock has been set back since.
        if last is None or last > now or now - last >= max(whole, (now - newest) / AGEING):
            yield template


def _waiting(platform: Platform, account: PlatformAccount) -> dict[uuid.UUID, Waiting]:
    rows = _open(platform, account).order_by().values("award__version")
    counted = rows.annotate(badges=Count("pk"), newest=Max("settled_at"))
    return {row["award__version"]: Waiting(row["badges"], row["newest"] or clock.now()) for row in counted}


def _poll(platform: Platform, template: PlatformTemplate) -> int:
    """Read its list to the end; what is news is written as it comes."""
    rows = _open(platform, template.account).filter(award__version=template.version_id)
    known = dict(rows.values_list("remote_id", "state"))
    before, now = template.polled_at, clock.now()
    mine = PlatformTemplate.objects.filter(pk=template.pk)
    if not mine.filter(polled_at=before).update(polled_at=now):
        return 0  # another worker has just begun
    try:
        outcomes = platform.statuses(template.remote_id)
        return sum(settling.advance(rows, outcome) for outcome in outcomes if _is_news(known, outcome))
    except PlatformError:
        mine.filter(polled_at=now).update(polled_at=before)
        raise


def _open(platform: Platform, account: PlatformAccount) -> QuerySet[Delivery]:
    """The deliveries of this account that can still change; where nobody accepts, only unpublished ones."""
    states = Q(state__in=OPEN) if platform.accepts else Q(state=DeliveryState.UNPUBLISHED)
    return Delivery.objects.filter(states, account=account, act__in=BRINGING).exclude(remote_id="")


def _is_news(known: dict[str, str], outcome: Outcome) -> bool:
    return known.get(outcome.remote_id) in settling.FORWARD.get(outcome.state, ())

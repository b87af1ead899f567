"""What became of delivered badges, asked template by template; the more badges it has, the less often."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q, QuerySet

from issuance import settling
from issuance.models import BRINGING, Delivery, DeliveryState, PlatformAccount, PlatformTemplate
from issuance.platforms import registry
from issuance.platforms.base import Outcome, Platform, PlatformError
from journal import clock

OPEN = (DeliveryState.DELIVERED, DeliveryState.UNPUBLISHED)
PAUSE_A_BADGE = dt.timedelta(
    seconds=0.12
)  # 500 badges are asked about every minute, 50,000 every 100 minutes


def poll(account: PlatformAccount) -> int:
    """Bring the states of this account's deliveries up to date; returns how many changed. A platform away changes nothing."""
    try:
        platform = registry.connect(account.platform, account.name)
        return sum(_poll(platform, template) for template in account.templates.all())
    except PlatformError:
        return 0


def _poll(platform: Platform, template: PlatformTemplate) -> int:
    rows = _open(platform, template)
    waiting = rows.count()
    if not waiting or not _is_due(template, waiting):
        return 0
    template.polled_at = clock.now()
    template.save(update_fields=["polled_at"])
    known = dict(rows.values_list("remote_id", "state"))
    outcomes = platform.statuses(template.remote_id)
    return sum(settling.advance(rows, outcome) for outcome in outcomes if _is_news(known, outcome))


def _open(platform: Platform, template: PlatformTemplate) -> QuerySet[Delivery]:
    """The deliveries of this template that can still change; where nobody accepts, only unpublished ones."""
    states = Q(state__in=OPEN) if platform.accepts else Q(state=DeliveryState.UNPUBLISHED)
    rows = Delivery.objects.filter(states, account=template.account_id, act__in=BRINGING)
    return rows.filter(award__version=template.version_id).exclude(remote_id="")


def _is_due(template: PlatformTemplate, waiting: int) -> bool:
    now, last = clock.now(), template.polled_at
    # After now: the clock has been set back since.
    return last is None or last > now or now >= last + waiting * PAUSE_A_BADGE


def _is_news(known: dict[str, str], outcome: Outcome) -> bool:
    return known.get(outcome.remote_id) in settling.FORWARD.get(outcome.state, ())

"""What became of delivered badges, asked template by template."""

from __future__ import annotations

from issuance.models import Delivery, DeliveryState, PlatformAccount
from issuance.platforms import registry
from issuance.platforms.base import Outcome, PlatformError

CHANGES = {"accepted": DeliveryState.ACCEPTED, "rejected": DeliveryState.REJECTED}
OPEN = (DeliveryState.DELIVERED, DeliveryState.UNPUBLISHED)


def poll(account: PlatformAccount) -> int:
    """Bring the states of this account's deliveries up to date; returns how many changed. A platform away changes nothing."""
    waiting = Delivery.objects.filter(account=account, act="issue", state__in=OPEN)
    versions = waiting.values("award__version")
    templates = list(account.templates.filter(version__in=versions))
    if not templates:
        return 0
    try:
        platform = registry.connect(account.platform, account.name)
        if not platform.accepts:
            return 0
        return sum(_apply(account, outcome) for t in templates for outcome in platform.statuses(t.remote_id))
    except PlatformError:
        return 0


def _apply(account: PlatformAccount, outcome: Outcome) -> int:
    """One row, matched by the platform's own id; only a forward change is written."""
    state = CHANGES.get(outcome.state)
    if state is None:
        return 0
    rows = Delivery.objects.filter(
        account=account, remote_id=outcome.remote_id, act="issue", state__in=OPEN
    )
    return rows.update(state=state, remote_url=outcome.remote_url)

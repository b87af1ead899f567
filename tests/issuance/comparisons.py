"""Both sides compared in tests. Take the fixture by assignment: `compared = comparisons.compared`."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from issuance.models import Comparison, Delivery, Difference, PlatformAccount, PlatformTemplate
from issuance.platforms import registry
from issuance.reconciling import nights
from issuance.sending.outgoing import told

LONG_AGO = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)


@pytest.fixture
def compared(platforms):
    """Compare now; what was settled is older than the index lag."""

    def compare():
        Delivery.objects.filter(settled_at__isnull=False).update(settled_at=LONG_AGO)
        account = PlatformAccount.objects.get()
        Comparison.objects.bulk_create(
            (Comparison(template=one) for one in account.templates.all()), ignore_conflicts=True
        )
        Comparison.objects.update(asked_at=LONG_AGO)
        nights.run(str(account.pk), 60)
        return sorted(Difference.objects.open().values_list("kind", flat=True))

    return compare


def there():
    """The platform's client and its template."""
    account, template = PlatformAccount.objects.get(), PlatformTemplate.objects.get()
    return registry.connect(account.platform, account.name), template.remote_id


def drop(platforms, remote_id):
    platforms.state.drop_badge(PlatformAccount.objects.get().platform, remote_id)


def known(award):
    """The award as it is told to the platform."""
    return told(award, PlatformTemplate.objects.get().remote_id, ZoneInfo("America/Denver"))


def in_force(platforms):
    """How many badges of the only account are in force there."""
    client, template = there()
    return sum(outcome.state in ("delivered", "accepted") for outcome in client.statuses(template))

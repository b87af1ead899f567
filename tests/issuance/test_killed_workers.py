"""kill -9 of a real worker while it awards, on real PostgreSQL and Redis: nothing lost, nothing twice.

While it pushes: test_chaos.
"""

import datetime as dt

import pytest

from credentials.models import Award
from issuance.models import Delivery, Job
from journal.models import Mail
from journal.verification import broken_links
from tests.issuance import platform_fixtures
from tests.issuance.support import approved
from tests.issuance.workers import worker

pytestmark = pytest.mark.django_db(transaction=True)
sandbox = platform_fixtures.sandbox

AWARDED = 1200


def test_worker_killed_while_awarding_leaves_each_award_once(campus, sandbox, process_environment):
    """The message of the approval went to a broker that nobody reads: the sweep finds the job."""
    request = approved(campus("cu_boulder"), AWARDED)
    awards = Award.objects.filter(request_id=request.pk)
    sandbox.state.set_switches({"latency_ms": 2000})  # the platform is not what this is about
    with worker(process_environment, sandbox) as awarding:
        awarding.until(lambda: awards.count() >= 500)
        awarding.kill()
        assert 500 <= awards.count() < AWARDED
        assert awards.count() == Mail.objects.filter(kind="badge_awarded").count()
        Job.objects.update(claimed_until=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))  # the lease has run out
        awarding.start()
        awarding.until(lambda: Job.objects.filter(done_at__isnull=False).exists())
    assert awards.count() == awards.values("holder").distinct().count() == AWARDED
    assert request.lines.filter(award__isnull=False).count() == AWARDED
    assert Delivery.objects.filter(request=request).count() == AWARDED
    assert Mail.objects.filter(kind="badge_awarded").count() == AWARDED
    assert list(broken_links()) == []

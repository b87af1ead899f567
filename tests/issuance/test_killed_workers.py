"""kill -9 of a real worker in the middle of its work, on real PostgreSQL and Redis: nothing lost, nothing twice."""

import datetime as dt

import pytest

from credentials.models import Award
from issuance.models import Attempt, Delivery, Job
from journal.models import Mail
from journal.verification import broken_links
from tests.issuance import platform_fixtures
from tests.issuance.platform_fixtures import held
from tests.issuance.support import approved, awarded
from tests.issuance.workers import worker

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
sandbox = platform_fixtures.sandbox

PUSHED, AWARDED = 120, 1200


def test_worker_killed_twice_while_pushing_leaves_each_badge_there_once(campus, sandbox, process_environment):
    request = awarded(campus("cu_boulder"), PUSHED)
    sandbox.state.set_switches({"latency_ms": 100})
    with worker(process_environment, sandbox) as pushing:
        for so_many in (24, 72):
            pushing.until(lambda many=so_many: len(sandbox.state.held("credly")) >= many)
            pushing.kill()
            pushing.start()
        pushing.until(lambda: not Delivery.objects.under_way().exists())
    holders = Award.objects.filter(request_id=request.pk).values_list("holder", flat=True)
    assert sorted(held(sandbox, "credly")) == sorted(map(str, holders))
    deliveries = Delivery.objects.filter(request=request, state="delivered")
    assert {row["id"] for row in sandbox.state.held("credly")} == set(
        deliveries.values_list("remote_id", flat=True)
    )
    assert deliveries.count() == PUSHED
    assert Attempt.objects.filter(
        outcome="ambiguous", asked=False
    ).exists()  # it was in the middle of something
    assert not Attempt.objects.filter(ended_at__isnull=True).exists()


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

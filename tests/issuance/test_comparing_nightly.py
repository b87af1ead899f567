"""When both sides are compared: at night, when it was missed, when asked; by one worker; again after a fault."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from issuance import tasks
from issuance.models import Comparison, PlatformAccount, PlatformTemplate
from issuance.reconciling import nights
from tests.issuance import comparisons, platform_fixtures
from tests.issuance.comparisons import LONG_AGO, there
from tests.issuance.platform_fixtures import break_next
from tests.issuance.support import awarded, run_lane

pytestmark = pytest.mark.django_db
sandbox = platform_fixtures.sandbox
compared = comparisons.compared


def test_platform_away_is_said_and_tried_again_later(campus, platforms, compared, settings):
    awarded(campus("cu_boulder"), 1)
    run_lane()
    break_next(platforms, "500", method="GET")
    assert compared() == []
    found = Comparison.objects.get()
    assert found.compared_at is None
    assert found.asked_at > dt.datetime.now(dt.UTC)
    assert "had a fault of its own" in found.problem
    compared()
    assert Comparison.objects.get().problem == ""


def test_two_workers_do_not_compare_one_template_at_once(campus, platforms, compared):
    awarded(campus("cu_boulder"), 1)
    run_lane()
    compared()
    Comparison.objects.update(claimed_until=dt.datetime.now(dt.UTC) + dt.timedelta(minutes=5))
    assert nights.compare(PlatformTemplate.objects.get(), there()[0]) is None


@pytest.mark.parametrize(
    "hour, hours_ago, due",
    [(2, 21, True), (2, 19, False), (14, 21, False), (14, 31, True)],
    ids=["night", "done tonight", "day", "missed a night"],
)
def test_nightly_by_the_clock_of_the_campus(campus, platforms, hour, hours_ago, due):
    place = campus("cu_boulder")
    awarded(place, 1)
    run_lane()
    now = dt.datetime(2026, 5, 4, hour, 30, tzinfo=ZoneInfo(place.institution.timezone))
    Comparison.objects.create(
        template=PlatformTemplate.objects.get(), compared_at=now - dt.timedelta(hours=hours_ago)
    )
    with nights.clock.at(now):
        assert bool(nights.due_accounts()) is due


def test_beat_wakes_what_is_due(campus, platforms, monkeypatch):
    awarded(campus("cu_boulder"), 1)
    run_lane()
    woken = []
    monkeypatch.setattr(tasks.wake, "comparison", woken.append)
    tasks.compare_due()
    assert woken == []  # made a moment ago
    PlatformTemplate.objects.update(created_at=LONG_AGO)
    tasks.compare_due()
    assert woken == [PlatformAccount.objects.get().pk]

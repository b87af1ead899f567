"""Asking platforms what became of badges: what learners did comes in, at little cost and within the limit."""

import datetime as dt

import pytest

from issuance import tasks
from issuance.models import Delivery, PlatformAccount, PlatformTemplate
from issuance.platforms import registry
from issuance.platforms.base import Throttled
from issuance.sending import limiter, polling
from journal import clock
from tests.issuance import platform_fixtures
from tests.issuance.platform_fixtures import break_next, decide
from tests.issuance.support import awarded, credential, run_lane, states

pytestmark = pytest.mark.django_db
sandbox = platform_fixtures.sandbox

PAST = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)


def polled(seconds_ago):
    """As if each template had been asked about so long ago."""
    PlatformTemplate.objects.update(polled_at=clock.now() - dt.timedelta(seconds=seconds_ago))


def asked(platforms, account):
    """How many requests the next run makes."""
    before = platforms.state.arrivals["credly"].count()
    polling.poll(account)
    return platforms.state.arrivals["credly"].count() - before


def test_polling_brings_what_learners_did(campus, platforms):
    request = awarded(campus("cu_boulder"), 3)
    run_lane()
    first, second, _ = request.deliveries.order_by("pk")
    decide(platforms, first.remote_id, "accepted")
    decide(platforms, second.remote_id, "rejected")
    account = PlatformAccount.objects.get()
    assert polling.poll(account) == 2
    assert states(request) == {"accepted": 1, "rejected": 1, "delivered": 1}
    assert polling.poll(account) == 0


def test_polling_asks_no_more_often_than_the_number_of_badges_allows(campus, platforms):
    awarded(campus("cu_boulder"), 2)
    run_lane()
    account = PlatformAccount.objects.get()
    polling.poll(account)
    before = platforms.state.arrivals["credly"].count()
    polling.poll(account)
    assert platforms.state.arrivals["credly"].count() == before
    PlatformTemplate.objects.update(polled_at=PAST)
    polling.poll(account)
    assert platforms.state.arrivals["credly"].count() > before


def test_polling_a_platform_that_is_away_changes_nothing(campus, platforms, settings):
    request = awarded(campus("cu_boulder"), 1)
    run_lane()
    settings.CREDLY_BASE_URL = "http://127.0.0.1:9/v1"
    assert polling.poll(PlatformAccount.objects.get()) == 0
    assert states(request) == {"delivered": 1}


def test_polling_finds_what_was_published_at_accredible(campus, platforms):
    platforms.state.set_switches({"accredible_credits": 0})
    request = awarded(campus("model"), 1)
    run_lane()
    delivery = request.deliveries.get()
    platforms.state.set_switches({"accredible_credits": 5})
    registry.connect("accredible").publish(None, delivery.remote_id)
    assert polling.poll(PlatformAccount.objects.get()) == 1
    assert states(request) == {"delivered": 1}


def test_round_is_as_long_as_all_templates_together_take(campus, platforms, monkeypatch):
    """Ten requests a minute, however many templates: two lists of 20 pages take four minutes."""
    place = campus("cu_boulder")
    for _ in range(2):
        awarded(place, 20, credential(place))
    run_lane()
    account = PlatformAccount.objects.get()
    monkeypatch.setattr(polling, "PAGE", 1)
    polled(238)
    assert asked(platforms, account) == 0
    polled(242)
    assert asked(platforms, account) == 2


def test_badges_that_wait_for_long_are_asked_about_less_often(campus, platforms):
    awarded(campus("cu_boulder"), 2)
    run_lane()
    account = PlatformAccount.objects.get()
    Delivery.objects.update(settled_at=clock.now() - dt.timedelta(days=30))  # a hundredth is 7.2 hours
    polled(7 * 3600)
    assert asked(platforms, account) == 0
    polled(7.5 * 3600)
    assert asked(platforms, account) == 1


def test_nothing_is_asked_where_nothing_can_change(campus, platforms):
    awarded(campus("cu_boulder"), 1)
    run_lane()
    Delivery.objects.update(state="accepted")
    assert asked(platforms, PlatformAccount.objects.get()) == 0


def test_list_that_broke_off_is_read_again_with_the_next_run(campus, platforms):
    request = awarded(campus("cu_boulder"), 1)
    run_lane()
    account, delivery = PlatformAccount.objects.get(), request.deliveries.get()
    decide(platforms, delivery.remote_id, "accepted")
    break_next(platforms, "502", method="GET", path="/badges")
    assert polling.poll(account) == 0
    assert PlatformTemplate.objects.get().polled_at is None
    assert polling.poll(account) == 1


def test_polling_is_counted_and_leaves_nine_tenths_of_the_limit_to_sending(
    campus, platforms, settings, monkeypatch
):
    awarded(campus("cu_boulder"), 1)
    run_lane()
    account = PlatformAccount.objects.get()
    settings.CREDLY_RATE = "20/60"
    client = registry.connect(account.platform, account.name)
    limiter.current().start(client, seconds_ago=3600)
    monkeypatch.setattr(polling, "PATIENCE", 0)
    with limiter.reading_for(account.pk, patience=0):
        client.gate.pay(1)
        client.gate.pay(1)
        with pytest.raises(Throttled):
            client.gate.pay(1)
    assert asked(platforms, account) == 0  # two in 60 s are its part, and both are used
    with limiter.sending_for(account.pk):
        assert limiter.acquire(client) is None


def test_each_account_is_asked_by_a_task_of_its_own(campus, platforms, monkeypatch):
    woken = []
    monkeypatch.setattr("issuance.wake.statuses", woken.append)
    awarded(campus("cu_boulder"), 1)
    awarded(campus("model"), 1)
    tasks.poll()
    assert sorted(woken) == sorted(PlatformAccount.objects.values_list("pk", flat=True))

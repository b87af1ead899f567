"""Whose turn it is: requests in one lane, lanes among other work, lanes that wait for room."""

import datetime as dt
import time

import pytest
from django.core.cache import cache

from issuance import tasks, wake
from issuance.models import Delivery, PlatformAccount, PlatformTemplate
from issuance.platforms import registry
from issuance.sending import lanes, leases, limiter
from issuance.sending.rota import Rota
from tests.issuance import platform_fixtures
from tests.issuance.platform_fixtures import held
from tests.issuance.support import awarded, run_lane, states

pytestmark = pytest.mark.django_db
sandbox = platform_fixtures.sandbox

BUSY = "somebody else's message"


@pytest.fixture
def lane_messages(monkeypatch):
    """For which accounts a lane was asked for."""
    asked = []
    monkeypatch.setattr(wake, "lane", asked.append)
    return asked


def spare(*answers):
    """Whether nobody else needs the process, each time it is asked; the last answer stays."""
    left = list(answers)
    return lambda: left.pop(0) if len(left) > 1 else left[0]


def take_turn(monkeypatch, account, seconds, *answers):
    """A turn of a worker among others who need the process, or not."""
    is_spare = spare(*answers)
    monkeypatch.setattr(wake, "others_wait", lambda account_id: not is_spare())
    return lanes.take_turn(str(account.pk), seconds)


def order_of(platforms, request):
    """At which places the platform got the badges of this request, which has a template of its own, counted from 1."""
    template = PlatformTemplate.objects.get(version=request.version).remote_id
    rows = enumerate(platforms.state.held("credly"), 1)
    return [place for place, row in rows if row["template"] == template]


def test_short_request_behind_long_ones_is_sent_among_the_first(campus, platforms, settings):
    """Twelve long requests wait already, more than there are calls: three badges asked for last are there at once."""
    settings.LANE_THREADS = 2
    place = campus("cu_boulder")
    first = awarded(place, 96)
    long_ones = [awarded(place, 1) for _ in range(11)]
    ids = list(first.deliveries.order_by("pk").values_list("pk", flat=True))
    for number, request in enumerate(long_ones):  # 8 badges each go over to the others
        Delivery.objects.filter(pk__in=ids[8 * number : 8 * number + 8]).update(request=request)
    short = awarded(place, 3)
    run_lane()
    assert len(held(platforms, "credly")) == 96 + 11 + 3
    places = order_of(platforms, short)
    # Six calls are ready at a time. In each round of 13 requests the short one has its turn, in three rounds it is over.
    assert len(places) == 3
    assert places[0] <= 13 + 6
    assert places[2] <= 3 * 13 + 6


def test_request_that_comes_while_a_long_one_is_sent_need_not_wait_for_it(
    campus, platforms, settings, monkeypatch
):
    settings.LANE_THREADS = 2
    place = campus("cu_boulder")
    awarded(place, 60)
    monkeypatch.setattr("issuance.sending.rota.LOOK_AGAIN", 0)
    load, late = lanes._load, []

    def load_and_let_another_come(lane, most):
        if len(held(platforms, "credly")) >= 10 and not late:
            late.append(awarded(place, 3))
        return load(lane, most)

    monkeypatch.setattr(lanes, "_load", load_and_let_another_come)
    run_lane()
    (short,) = late
    assert len(held(platforms, "credly")) == 63
    assert max(order_of(platforms, short)) <= 10 + 2 * 6 + 6  # what was ready, then every second one


def test_calls_that_a_short_request_leaves_go_to_the_others(campus, platforms):
    place = campus("cu_boulder")
    long, short = awarded(place, 20), awarded(place, 2)
    claimed = leases.claim(registry.connect("credly", "CU_BOULDER"), PlatformAccount.objects.get(), 16)
    mine = [h.delivery.request_id for h in claimed]
    assert (mine.count(short.pk), mine.count(long.pk)) == (2, 14)


def test_batches_are_filled_before_the_next_request_has_its_turn(campus, platforms):
    place = campus("model")
    for _ in range(3):
        awarded(place, 70)
    platform, account, rota = registry.connect("accredible"), PlatformAccount.objects.get(), Rota()
    claimed = [leases.claim(platform, account, 2, rota) for _ in range(3)]
    assert [len(rows) for rows in claimed] == [60, 60, 60]
    assert [len({h.delivery.request_id for h in rows}) for rows in claimed] == [2, 2, 2]
    assert len({h.delivery.request_id for rows in claimed for h in rows}) == 3


def test_lane_gives_way_to_other_work_and_queues_up_again(
    campus, platforms, settings, monkeypatch, lane_messages
):
    settings.LANE_THREADS = 1
    monkeypatch.setattr(lanes, "LEAST_SECONDS", 0)
    monkeypatch.setattr(lanes, "LOOK_EVERY", 0)
    request, account = awarded(campus("cu_boulder"), 12), PlatformAccount.objects.get()
    lane_messages.clear()
    assert take_turn(monkeypatch, account, 20, True, False) is True
    assert states(request).get("queued", 0) >= 6
    monkeypatch.setattr(lanes, "take_turn", lambda account_id, seconds: True)
    tasks.run_lane(str(account.pk))
    assert lane_messages == [str(account.pk)]


def test_one_of_several_lanes_gives_way_at_a_time(campus, platforms, settings, monkeypatch, lane_messages):
    settings.LANE_THREADS = 1
    monkeypatch.setattr(lanes, "LEAST_SECONDS", 0)
    monkeypatch.setattr(lanes, "LOOK_EVERY", 0)
    request, account = awarded(campus("cu_boulder"), 6), PlatformAccount.objects.get()
    cache.add(f"lane-gives-way:{account.pk}", 1, 60)  # another did a moment ago
    assert take_turn(monkeypatch, account, 20, False) is False
    assert states(request) == {"delivered": 6}


def test_lane_that_sent_all_does_not_queue_up_again(campus, platforms, monkeypatch):
    request, account = awarded(campus("cu_boulder"), 4), PlatformAccount.objects.get()
    assert take_turn(monkeypatch, account, 20, True) is False
    assert states(request) == {"delivered": 4}


def test_lane_with_more_than_it_can_send_asks_for_a_further_process(
    campus, platforms, settings, monkeypatch, lane_messages
):
    settings.LANE_THREADS = 2
    place = campus("cu_boulder")
    awarded(place, 5)
    account = PlatformAccount.objects.get()
    lane_messages.clear()
    take_turn(monkeypatch, account, 20, True)
    assert lane_messages == []  # five calls are no more than it has ready
    awarded(place, 12)
    lane_messages.clear()
    take_turn(monkeypatch, account, 20, True)
    assert set(lane_messages) == {account.pk}


def test_one_lane_waits_for_room_and_the_others_end(campus, platforms, settings, monkeypatch):
    settings.CREDLY_RATE = "2/1"  # with the margin, two in two seconds
    request = awarded(campus("cu_boulder"), 4)
    account = PlatformAccount.objects.get()
    limiter.current().start(registry.connect("credly", "CU_BOULDER"), seconds_ago=3600)
    naps, nap = [], lanes._nap_spare
    monkeypatch.setattr(lanes, "_nap_spare", lambda *how: naps.append(nap(*how)) or naps[-1])
    cache.add(f"lane-waits:{account.pk}", 1, 30)
    take_turn(monkeypatch, account, 20, True)
    assert naps == [False]
    assert states(request)["queued"] >= 2
    cache.delete(f"lane-waits:{account.pk}")
    Delivery.objects.filter(state="queued").update(due_at=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
    take_turn(monkeypatch, account, 20, True)
    assert True in naps
    assert states(request) == {"delivered": 4}


def test_lane_that_waits_for_room_gives_its_process_to_others(campus, platforms, settings, monkeypatch):
    settings.CREDLY_RATE = "1/30"
    request = awarded(campus("cu_boulder"), 3)
    account = PlatformAccount.objects.get()
    client = registry.connect("credly", "CU_BOULDER")
    limiter.current().start(client, seconds_ago=3600)
    assert limiter.acquire(client) is None
    begun = time.monotonic()
    assert take_turn(monkeypatch, account, 20, True, False) is True
    assert time.monotonic() - begun < 10  # there is room after 31 s
    assert states(request) == {"queued": 3}
    assert cache.get(f"lane-waits:{account.pk}") is None


def test_own_message_is_nobody_else_s(campus, platforms, monkeypatch):
    awarded(campus("cu_boulder"), 1)
    account = PlatformAccount.objects.get()
    queue = limiter.current().client
    queue.delete("celery")
    wake.arrived("issuance.run_lane", str(account.pk))
    assert wake.others_wait(account.pk) is False
    wake.lane(account.pk)
    assert (queue.llen("celery"), wake.others_wait(account.pk)) == (1, False)
    queue.rpush("celery", BUSY)
    assert wake.others_wait(account.pk) is True
    queue.delete("celery")


def test_nobody_waits_while_the_broker_is_away(redis_away):
    assert wake.others_wait("any") is False

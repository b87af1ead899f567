"""The shared limiter on a real server: never over, never guessing, waiting when it cannot know."""

import dataclasses
import threading
import time
import uuid

import pytest
from django.conf import settings

from issuance import limiter as limiters
from issuance.limiter import Limiter, LimiterGate, LimiterUnavailable
from issuance.platforms.base import Account, Rate, Throttled

NOWHERE = "redis://127.0.0.1:1/0"


@dataclasses.dataclass(frozen=True)
class Sender:
    """What stands for a platform here."""

    account: Account


class Clock:
    """The server's clock, standing still until it is moved."""

    now = 1_800_000_000.0


@pytest.fixture
def clock(monkeypatch):
    """Time as the limiter sees it."""
    clock = Clock()
    monkeypatch.setattr(limiters.ServerClockStorage, "now", lambda storage: clock.now)
    return clock


@pytest.fixture
def limiter(clock):
    """A limiter with keys of its own."""
    return Limiter.at(settings.REDIS_URL, prefix=f"test-{uuid.uuid4()}")


def sender(amount=3, seconds=30, address="default", host="api.example.org"):
    """A platform with a limit."""
    account = Account(
        platform="accredible",
        label="Accredible",
        key="",
        base_url=f"https://{host}",
        token="key",
        outgoing_address=address,
        rates=(Rate(amount, seconds),),
    )
    return Sender(account)


def started(limiter, platform):
    """The platform's limiter, whose first window has passed."""
    limiter.start(platform, seconds_ago=3600)
    return platform


def test_first_use_waits_one_whole_window(limiter, clock):
    # 30 s and the margin of one second.
    assert limiter.acquire(sender()) == 31.0
    clock.now += 10
    assert limiter.acquire(sender()) == 21.0
    clock.now += 21
    assert limiter.acquire(sender()) is None


def test_start_lets_the_first_window_begin_earlier(limiter):
    platform = sender()
    limiter.start(platform, seconds_ago=20)
    assert limiter.acquire(platform) == 11.0


def test_start_does_not_move_a_mark_that_stands(limiter):
    platform = started(limiter, sender())
    limiter.start(platform)
    assert limiter.acquire(platform) is None


def test_room_for_the_amount_and_no_more(limiter):
    platform = started(limiter, sender(amount=3))
    assert [limiter.acquire(platform) for _ in range(3)] == [None, None, None]
    assert limiter.acquire(platform) == 31.0


def test_room_comes_back_one_by_one_as_the_window_moves(limiter, clock):
    platform = started(limiter, sender(amount=2))
    assert limiter.acquire(platform) is None
    clock.now += 5
    assert limiter.acquire(platform) is None
    assert limiter.acquire(platform) == 26.0
    clock.now += 26.1
    assert limiter.acquire(platform) is None
    assert limiter.acquire(platform) == pytest.approx(4.9)


def test_cost_of_several_is_taken_together_or_not_at_all(limiter):
    platform = started(limiter, sender(amount=3))
    assert limiter.acquire(platform, 2) is None
    assert limiter.acquire(platform, 2) > 0
    assert limiter.acquire(platform, 1) is None


def test_cost_that_can_never_fit_is_our_mistake(limiter):
    with pytest.raises(ValueError, match="more than the limit"):
        limiter.acquire(sender(amount=3), 4)


def test_two_rates_hold_together(limiter):
    account = dataclasses.replace(sender().account, rates=(Rate(5, 30), Rate(2, 10)))
    platform = started(limiter, Sender(account))
    assert [limiter.acquire(platform) is None for _ in range(3)] == [True, True, False]


def test_hosts_and_addresses_are_counted_apart(limiter):
    platforms = [sender(1), sender(1, address="192.0.2.7"), sender(1, host="eu.api.example.org")]
    assert [limiter.acquire(started(limiter, platform)) for platform in platforms] == [None, None, None]
    assert all(limiter.acquire(platform) for platform in platforms)


def test_accounts_of_one_host_share_the_limit_of_the_address(limiter):
    first = started(limiter, sender(1))
    second = Sender(dataclasses.replace(first.account, key="OTHER", token="other"))
    assert limiter.acquire(first) is None
    assert limiter.acquire(second) > 0


def test_many_workers_never_pass_the_limit(limiter):
    platform = started(limiter, sender(amount=50))
    passed = []

    def work():
        own = Limiter.at(settings.REDIS_URL, prefix=limiter.storage.key_prefix)
        passed.extend(own.acquire(platform) is None for _ in range(20))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(passed), sum(passed)) == (160, 50)


def test_flushed_server_means_waiting_a_window(limiter):
    platform = started(limiter, sender())
    assert limiter.acquire(platform) is None
    forget(limiter)
    assert limiter.acquire(platform) == 31.0


def test_restarted_server_that_brings_back_an_old_copy_means_waiting(limiter, clock):
    platform = started(limiter, sender())
    assert limiter.acquire(platform) is None
    client = limiter.storage.get_connection()
    name = f"{limiter.storage.key_prefix}:start:{platform.account.limiter_key}"
    client.set(name, client.get(name).replace(client.info("server")["run_id"].encode(), b"f" * 40))
    assert limiter.acquire(platform) == 31.0
    clock.now += 31
    assert limiter.acquire(platform) is None


def test_flushed_between_look_and_hit_lets_nobody_go(limiter, monkeypatch):
    platform = started(limiter, sender())
    look = Limiter._held_back

    def look_then_flush(self, account):
        seen = look(self, account)
        forget(self)
        return seen

    monkeypatch.setattr(Limiter, "_held_back", look_then_flush)
    assert limiter.acquire(platform) > 0


def test_clock_of_the_server_set_back_waits_a_window_and_not_longer(limiter, clock):
    platform = started(limiter, sender())
    clock.now += 3600
    assert limiter.acquire(platform) is None
    clock.now -= 3600
    assert limiter.acquire(platform) == 31.0
    clock.now += 32
    assert limiter.acquire(platform) is None


def test_time_is_the_servers(monkeypatch):
    real = Limiter.at(settings.REDIS_URL, prefix=f"test-{uuid.uuid4()}")
    server = real.storage.now()
    monkeypatch.setattr(time, "time", lambda: 0.0)
    assert real.storage.now() >= server > 1_700_000_000


def test_pause_holds_everyone_back_and_is_never_cut_short(limiter):
    platform = started(limiter, sender())
    limiter.pause(platform.account, 60)
    limiter.pause(platform.account, 5)
    assert 5.0 < limiter.acquire(platform) <= 60.0
    limiter.pause(platform.account, 120)
    assert 60.0 < limiter.acquire(platform) <= 120.0


def test_without_the_server_nothing_may_be_sent():
    away = Limiter.at(NOWHERE)
    with pytest.raises(LimiterUnavailable) as caught:
        away.acquire(sender())
    error = caught.value
    assert (error.permanent, error.ambiguous, error.account_wide, error.code) == (
        False,
        False,
        True,
        "limiter_away",
    )


def test_pause_without_the_server_is_quiet():
    assert Limiter.at(NOWHERE).pause(sender().account, 5) is None


def test_gate_pays_or_says_when(limiter):
    platform = started(limiter, sender(amount=1))
    gate = LimiterGate(platform.account, limiter)
    assert gate.pay(1) is None
    with pytest.raises(Throttled) as caught:
        gate.pay(1)
    assert (caught.value.message, caught.value.ambiguous) == (
        "Waiting for room under the limit of Accredible.",
        False,
    )
    assert caught.value.retry_after == 31.0


def test_gate_without_limiter_uses_the_server_of_the_settings(settings):
    settings.REDIS_URL = NOWHERE
    with pytest.raises(LimiterUnavailable):
        limiters.gate(sender().account).pay(1)
    with pytest.raises(LimiterUnavailable):
        limiters.acquire(sender())


def forget(limiter):
    """What FLUSHALL does to the limiter's keys."""
    client = limiter.storage.get_connection()
    client.delete(*client.keys(f"{limiter.storage.key_prefix}:*"))

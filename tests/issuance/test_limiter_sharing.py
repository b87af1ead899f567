"""Who shares a limit: campuses behind one address, sending and reading, the whole platform and one endpoint."""

import dataclasses

import pytest

from issuance.platforms.base import Endpoint, Rate, Throttled
from issuance.sending import limiter as limiters
from issuance.sending.limiter import LimiterGate, reading_for, sending_for
from tests.issuance import test_limiter
from tests.issuance.test_limiter import Sender, sender, started

clock = test_limiter.clock
limiter = test_limiter.limiter


def asked_for(limiter, platform, who):
    """Whether one more request of this campus may leave."""
    with sending_for(who):
        return limiter.acquire(platform) is None


def test_campuses_behind_one_address_share_what_becomes_free(limiter, clock):
    """One campus used the whole window before the other came: the next places are the other's, until both have half."""
    platform = started(limiter, sender(amount=4))
    for _ in range(4):
        assert asked_for(limiter, platform, "first")
        clock.forward(1)
    assert not asked_for(limiter, platform, "second")
    went = []
    for _ in range(4):
        clock.forward(27 if not went else 1)  # until the oldest leaves, then the next, and the next
        for who in ("first", "second"):
            if asked_for(limiter, platform, who):
                went.append(who)
    assert went == ["second", "second", "first", "first"]


def test_campus_alone_may_use_the_whole_limit(limiter, clock):
    platform = started(limiter, sender(amount=4))
    assert [asked_for(limiter, platform, "first") for _ in range(5)] == [True] * 4 + [False]
    assert not asked_for(limiter, platform, "second")
    clock.forward(31 + 3)  # the second never came back
    assert [asked_for(limiter, platform, "first") for _ in range(5)] == [True] * 4 + [False]


def test_reading_takes_a_tenth_and_is_not_crowded_out(limiter, clock):
    platform = started(limiter, sender(amount=20))
    with reading_for("first", patience=0):
        assert [limiter.acquire(platform) for _ in range(3)] == [None, None, 31.0]
    assert sum(asked_for(limiter, platform, "first") for _ in range(20)) == 18
    clock.forward(31)
    with reading_for("first", patience=0):
        assert limiter.acquire(platform) is None
    assert (
        sum(asked_for(limiter, platform, "first") for _ in range(20)) == 18
    )  # the second place of reading is kept


def test_reading_waits_for_its_place_as_long_as_its_patience(limiter, monkeypatch):
    platform = started(limiter, sender(amount=10))
    naps, gate = [], LimiterGate(platform.account, limiter)
    monkeypatch.setattr(limiters.time, "sleep", naps.append)
    with reading_for("first", patience=62):
        gate.pay(1)
        with pytest.raises(Throttled):
            gate.pay(1)
    assert naps == [31.0, 31.0]


def test_endpoint_with_a_limit_of_its_own_is_counted_apart(limiter):
    endpoint = Endpoint("v1 search", "/v1/", "/search", (Rate(2, 60),))
    account = dataclasses.replace(sender(10).account, endpoints=(endpoint,))
    assert account.endpoint("/v1/issuer/groups/search") == endpoint
    assert account.endpoint("/v2/credentials/search") is account.endpoint("/v1/credentials") is None
    limiter.start(Sender(account), seconds_ago=3600)
    searching = LimiterGate(account, limiter).narrowed(endpoint)
    assert [searching.pay(1), searching.pay(1)] == [None, None]
    with pytest.raises(Throttled) as caught:
        searching.pay(1)
    assert caught.value.retry_after == 61.0
    assert limiter.acquire(Sender(account)) is None

"""Limiter, clients and sandbox together: many threads, a real limit, and what the platform counted."""

import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings

from issuance.platforms.accredible import Accredible
from issuance.platforms.base import Rate, Throttled
from issuance.sending.limiter import Limiter, LimiterGate
from tests.issuance import platform_fixtures
from tests.issuance.platform_fixtures import accredible_account, held, outgoing

sandbox = platform_fixtures.sandbox
accredible = platform_fixtures.accredible
group = platform_fixtures.group


def test_limit_of_the_platform_is_never_passed_in_any_window(sandbox, group):
    sandbox.state.set_switches({"accredible_rate": [10, 1]})
    sandbox.state.arrivals["accredible"].clear()
    account = accredible_account(sandbox, rates=(Rate(10, 1),))
    limiter = Limiter.at(settings.REDIS_URL, prefix=f"test-{uuid.uuid4()}")
    client = Accredible(account, LimiterGate(account, limiter))
    limiter.start(client, seconds_ago=60)

    def send(number):
        while True:
            try:
                return client.send(outgoing(group, number)).state
            except Throttled as wait:
                time.sleep(wait.retry_after)

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(send, range(35))) == ["delivered"] * 35
    assert len(held(sandbox, "accredible")) == 35
    assert sandbox.state.arrivals["accredible"].most_in(1.0) <= 10


def test_place_taken_beforehand_is_not_paid_twice(sandbox, group):
    account = accredible_account(sandbox, rates=(Rate(1, 30),))
    limiter = Limiter.at(settings.REDIS_URL, prefix=f"test-{uuid.uuid4()}")
    client = Accredible(account, LimiterGate(account, limiter))
    limiter.start(client, seconds_ago=60)
    assert limiter.acquire(client) is None
    assert client.send(outgoing(group), paid=True).state == "delivered"
    with pytest.raises(Throttled):
        client.status(outgoing(group), "10000001")

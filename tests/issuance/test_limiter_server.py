"""The limiter on a Redis of its own that is emptied and stopped while many threads send: waiting, and never over."""

import os
import threading
import time

import pytest

from config.services.identity import Account
from config.services.servers import valkey_server
from issuance.sandbox.faults import Arrivals
from issuance.sending.limiter import Limiter, LimiterUnavailable
from tests.issuance.test_limiter import log_of, sender

AMOUNT, SECONDS = 8, 1  # in any second; with the limiter's margin, in any two
WINDOW = SECONDS + 1


@pytest.fixture
def server(tmp_path):
    """A server that nobody else uses."""
    ourselves = Account(str(os.geteuid()), os.geteuid(), os.getegid(), switch=False)
    made = valkey_server(tmp_path / "valkey", tmp_path / "log", "secret", ourselves)
    made.start()
    yield made
    made.stop()


class Platform:
    """Counts what arrives, and when."""

    def __init__(self, limiter):
        self.limiter, self.arrivals, self.times, self.over = limiter, Arrivals(), [], False

    def send(self):
        """What each thread of each worker does until it is over."""
        platform = sender(AMOUNT, SECONDS)
        while not self.over:
            try:
                wait = self.limiter.acquire(platform)
            except LimiterUnavailable:
                wait = 0.05
            if wait is None:
                self.arrivals.note()
                self.times.append(time.monotonic())
            else:
                time.sleep(min(wait, 0.1))

    def until(self, count):
        """Wait until so many have arrived."""
        end = time.monotonic() + 30
        while len(self.times) < count:
            assert time.monotonic() < end
            time.sleep(0.01)


def test_moments_are_the_servers(server, monkeypatch):
    url = server.url(server.port)
    monkeypatch.setattr(time, "time", lambda: 0.0)
    limiter, platform = Limiter.at(url), sender(1)
    limiter.start(platform, seconds_ago=3600)
    assert limiter.acquire(platform) is None
    ((_, moment),) = limiter.client.zrevrange(log_of(limiter, platform), 0, 0, withscores=True)
    assert moment > 1_700_000_000


def test_server_emptied_and_stopped_in_the_middle_means_waiting(server):
    url = server.url(server.port)
    platform = Platform(Limiter.at(url))
    platform.limiter.start(sender(AMOUNT, SECONDS), seconds_ago=3600)
    threads = [threading.Thread(target=platform.send) for _ in range(6)]
    for thread in threads:
        thread.start()
    try:
        platform.until(AMOUNT)
        Limiter.at(url).client.flushall()
        emptied = time.monotonic()
        platform.until(AMOUNT + 6)
        server.stop()
        so_far = len(platform.times)
        time.sleep(0.5)
        assert len(platform.times) == so_far
        server.restart()
        restarted = time.monotonic()
        platform.until(so_far + 2)
    finally:
        platform.over = True
        for thread in threads:
            thread.join()
    assert platform.times[AMOUNT] >= emptied + WINDOW - 0.1
    assert platform.times[so_far] >= restarted + WINDOW - 0.6  # it answers a moment before we know
    assert platform.arrivals.most_in(SECONDS) <= AMOUNT

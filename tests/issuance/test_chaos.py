"""A small `make chaos`: real workers, broker and sandbox are killed while a fifth of all calls break in every way.

The workers are copies of this process, so that a killed one is there again at once.
"""

import multiprocessing
import os
import random
import signal
import tempfile
from pathlib import Path

import pytest
from django.db import connections

from config.celery import app as celery_app
from issuance.platforms import registry
from issuance.platforms.accredible import Accredible
from issuance.sending import leases
from tests.conftest import forget_broker
from tools.chaos.command import counted
from tools.chaos.parts import BrokerPart, SandboxPart
from tools.chaos.play import Play
from tools.chaos.scene import environment, released

pytestmark = pytest.mark.django_db(transaction=True)

BADGES, REVOKED = 15, 1
QUICK = {
    "CONNECT_SECONDS": "0.3",
    "READ_SECONDS": "0.5",
    "INDEX_LAG_SECONDS": "0.8",
    "PAUSE_SECONDS": "0.5",
    "RATE": "200/1",
}
WORKER = ["worker", "--pool=solo", "--loglevel=CRITICAL", "--without-gossip", "--without-mingle"]


class WorkerCopy:
    """A Celery worker in a copy of this process."""

    def __init__(self, number, broker_url):
        self.name, self.broker_url, self.process = f"worker {number}", broker_url, None

    def start(self):
        connections.close_all()  # none is shared with the copy
        self.process = multiprocessing.get_context("fork").Process(target=self._work)
        self.process.start()

    def _work(self):
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        forget_broker()
        celery_app.worker_main([*WORKER, f"--hostname={self.name[-1]}@%h"])

    def kill(self):
        if self.process.is_alive():
            os.kill(self.process.pid, signal.SIGKILL)
        self.process.join(10)

    def ended(self):
        return not self.process.is_alive()

    def ready(self):
        return True


@pytest.fixture
def parts(settings, monkeypatch):
    """The sandbox, the broker and two workers, started; ended with the test."""
    with tempfile.TemporaryDirectory(prefix="imprimatur-chaos-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        sandbox, broker = SandboxPart(folder / "sandbox", 0.2, 0.6), BrokerPart(folder)
        sandbox.start()
        broker.start()
        quick = {f"{kind.upper()}_{name}": value for kind in registry.KINDS for name, value in QUICK.items()}
        for name, value in {**environment(sandbox.url, 0.5), **quick}.items():
            setattr(settings, name, value)
        settings.LANE_LONGEST_PAUSE, settings.WAKE_AGAIN_SECONDS = 2, 1
        settings.REDIS_URL = broker.url
        settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": broker.url}}
        monkeypatch.setitem(celery_app.conf, "broker_url", broker.url)
        monkeypatch.setattr(leases, "FIRST_PAUSE", 0.3)
        monkeypatch.setattr(leases, "SHORTEST_LEASE", 1.0)
        monkeypatch.setattr(
            Accredible, "endpoints", ()
        )  # a limit by the minute waits one after each kill of the broker
        workers = [WorkerCopy(number, broker.url) for number in range(2)]
        for worker in workers:
            worker.start()
        yield [sandbox, broker, *workers]
        for worker in workers:
            worker.kill()
        sandbox.kill()
        broker.stop()
        forget_broker()


def test_platforms_hold_exactly_what_was_released_whatever_was_killed(parts):
    sandbox, broker = parts[:2]
    dice = random.Random(6)
    play = Play(released(BADGES), parts, broker.url, dice, 2.0, 0.5, REVOKED, 420, print, kills=len(parts))
    took = play.run()
    said = []
    assert counted(play, sandbox, took, said.append), "\n".join(said)
    assert play.killed == {"worker": 2, "broker": 1, "sandbox": 1}
    assert sum(sandbox.faults.values()) >= 5, "\n".join(said)

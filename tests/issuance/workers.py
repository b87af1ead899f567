"""A real Celery worker in a process of its own, on a broker that no other test uses, to be killed at any moment."""

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager

from celery import Celery

from tests.issuance.support import environment


def own_broker(url):
    """Another database of this run's Redis, one for each parallel process."""
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    return f"{url.rpartition('/')[0]}/{8 + number % 8}"


class Worker:
    """Two processes, as `make run` starts them. `sweep()` is what beat sends."""

    def __init__(self, env):
        self.env, self.process = env, None
        self.sender = Celery(broker=env["REDIS_URL"], set_as_current=False)

    def start(self):
        command = [
            sys.executable,
            "-m",
            "celery",
            "-A",
            "config",
            "worker",
            "--concurrency=2",
            "--loglevel=ERROR",
        ]
        command += ["--without-gossip", "--without-mingle"]
        self.process = subprocess.Popen(command, env=self.env, start_new_session=True)

    def sweep(self):
        self.sender.send_task("issuance.sweep", ignore_result=True)

    def kill(self):
        """kill -9 of the whole tree."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)

    def until(self, condition, seconds=120):
        """Sweep every second until the condition holds."""
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, "the worker did not get there"
            assert self.process.poll() is None, "the worker ended"
            self.sweep()
            for _ in range(20):
                if condition():
                    return
                time.sleep(0.05)


@contextmanager
def worker(process_environment, sandbox):
    """A started worker on the test's database and sandbox; killed at the end."""
    broker = own_broker(process_environment["REDIS_URL"])
    quick = {"CREDLY_CONNECT_SECONDS": "0.25", "CREDLY_READ_SECONDS": "0.75", "CREDLY_RATE": "500/1"}
    made = Worker({**process_environment, **environment(sandbox), **quick, "REDIS_URL": broker})
    made.sender.control.purge()
    made.start()
    try:
        yield made
    finally:
        if made.process.poll() is None:
            made.kill()
        made.sender.close()

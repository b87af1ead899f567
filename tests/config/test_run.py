"""`make run` from the outside: start, a second start, kill -9 of everything, start again, stop."""

import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

import psutil
import psycopg2
import pytest

from config.services.process import bound_socket, marked_leftovers, port_of

CHECKOUT = Path(__file__).resolve().parents[2]
PATIENCE = 120


class Terminal:
    """A `make run` in a terminal of its own."""

    def __init__(self, var, port):
        clean = {"PATH": os.environ["PATH"], "HOME": str(var), "LANG": "xx_XX.nonsense", "EMPTY": "1"}
        self.var, self.text = var, ""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "config.services.run"],
            cwd=CHECKOUT,
            env={**clean, "IMPRIMATUR_VAR": str(var), "PORT": str(port)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        for line in self.process.stdout:
            self.text += line

    def site(self):
        """The address that it prints, once it serves."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and self.process.poll() is None:
            if found := re.search(r"Imprimatur runs at (\S+)\n", self.text):
                return found.group(1)
            time.sleep(0.1)
        pytest.fail(f"It did not start:\n{self.text}")

    def children(self):
        return psutil.Process(self.process.pid).children(recursive=True)

    def database(self):
        address = re.search(r"DATABASE_URL=(\S+)", (self.var / "run.env").read_text()).group(1)
        connection = psycopg2.connect(address)
        connection.autocommit = True
        return connection.cursor()


@pytest.fixture
def var():
    with tempfile.TemporaryDirectory(prefix="imprimatur-", ignore_cleanup_errors=True) as name:
        yield Path(name) / "a folder with spaces"


@pytest.fixture
def terminal(var):
    opened = []

    def start(port=0):
        opened.append(Terminal(var, port or free))
        return opened[-1]

    with bound_socket() as probe:
        free = port_of(probe)
    yield start
    for one in opened:
        if one.process.poll() is None:
            one.process.terminate()
            one.process.wait(60)


def ready(site):
    with urllib.request.urlopen(f"{site}/readyz", timeout=30) as answer:
        return answer.status == 200


def wait_for(condition):
    until = time.monotonic() + PATIENCE
    while not condition() and time.monotonic() < until:
        time.sleep(0.1)
    assert condition()


def test_a_run_survives_a_second_start_a_dead_child_and_kill_9(terminal, var):
    first = terminal()
    site = first.site()
    assert ready(site)
    told_that_it_runs_already(terminal(), site, first.process.pid)

    web = next(p for p in first.children() if "gunicorn" in " ".join(p.cmdline()))
    web.kill()
    wait_for(lambda: "web ended" in first.text)
    assert ready(site)  # waits in the socket's queue until the new one serves

    first.database().execute("CREATE TABLE kept AS SELECT 7 AS n")
    children = first.children()
    os.kill(first.process.pid, signal.SIGKILL)
    _gone, alive = psutil.wait_procs(children, timeout=60)
    assert [process.cmdline() for process in alive] == []

    with bound_socket() as taken:
        taken.listen()
        again = terminal(port_of(taken))
        assert not again.site().endswith(f":{port_of(taken)}")
        assert f"Port {port_of(taken)} is in use by another program" in again.text
    assert ready(again.site())
    cursor = again.database()
    cursor.execute("SELECT n FROM kept")
    assert cursor.fetchall() == [(7,)]
    assert [(var / name).stat().st_mode & 0o777 for name in ("secrets.json", "run.env")] == [0o600, 0o600]
    stops_clean(again, var)


def told_that_it_runs_already(second, site, number):
    assert second.process.wait(PATIENCE) == 1
    assert f"already runs in this folder ({site}, process {number})" in second.text


def stops_clean(run, var):
    children = run.children()
    run.process.terminate()
    assert run.process.wait(PATIENCE) == 0
    assert [child for child in children if child.is_running()] == []
    assert marked_leftovers("IMPRIMATUR_RUN", str(var)) == []
    assert not (var / "run.env").exists()

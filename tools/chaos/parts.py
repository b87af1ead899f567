"""What can be killed: the sandbox of the platforms, the broker, workers. Each is a process that starts again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import psutil

from config.services.identity import servers_account
from config.services.process import free_port, start
from config.services.servers import valkey_server
from config.services.temporary import CHECKOUT, PASSWORD

if TYPE_CHECKING:
    from collections.abc import Mapping

CHILDREN = 2  # processes of a worker program
PATIENCE = 30.0  # seconds for a part to come up


class Part(Protocol):
    """One killable part."""

    name: str

    def start(self) -> None:
        """Start it, for the first time or again."""

    def kill(self) -> None:
        """kill -9."""

    def ended(self) -> bool:
        """Whether it ended by itself."""

    def ready(self) -> bool:
        """Whether it has come up: what has not begun to work is not worth a kill."""


class SandboxPart:
    """The sandbox, with faults in a share of all calls; what it counted is added up over its lives."""

    def __init__(self, folder: Path, share: float, hold_seconds: float) -> None:
        self.name, self.folder = "sandbox", folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.mixture = {"share": share, "seconds": hold_seconds, "retry_after": "1"}
        self.calls: Counter[str] = Counter()
        self.faults: Counter[str] = Counter()
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """On its port and data folder, with the faults switched on."""
        command = [sys.executable, "-m", "issuance.sandbox", "--port", str(self.port)]
        self.process = start(
            [*command, "--data", str(self.folder)],
            cwd=CHECKOUT,
            environment=os.environ,
            log=None,
            dies_by=signal.SIGKILL,
        )
        until = time.monotonic() + PATIENCE
        while not self._answers():
            if time.monotonic() > until:
                raise TimeoutError("The sandbox did not start.")
            time.sleep(0.05)
        if self.mixture["share"]:
            self.tell("faults/mixture", self.mixture)

    def kill(self) -> None:
        """Its counts are read first."""
        if self.process is None or self.ended():
            return
        self.count()
        self.process.kill()
        self.process.wait(10)

    def ended(self) -> bool:
        """Whether it ended by itself."""
        return self.process is not None and self.process.poll() is not None

    def ready(self) -> bool:
        """It answers once it has started."""
        return True

    def count(self) -> None:
        """Add what this life counted to the sums, once, before it ends."""
        for platform, found in self.ask("calls").items():
            if isinstance(found, dict):
                self.calls[platform] += found["calls"]
        self.faults.update(self.ask("faults"))

    def calm(self) -> None:
        """No more faults."""
        self.mixture["share"] = 0.0
        self._request("faults", None, "DELETE")

    def tell(self, what: str, values: Mapping[str, Any]) -> None:
        """POST to one of its own routes."""
        self._request(what, json.dumps(values).encode(), "POST")

    def ask(self, what: str) -> dict[str, Any]:
        """GET one of its own routes."""
        return self._request(what, None, "GET")

    def _request(self, what: str, body: bytes | None, method: str) -> dict[str, Any]:
        request = urllib.request.Request(f"{self.url}/_control/{what}", data=body, method=method)  # noqa: S310  (loopback)
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            found: dict[str, Any] = json.load(answer)
        return found

    def _answers(self) -> bool:
        try:
            self.ask("switches")
        except (urllib.error.URLError, OSError):
            return False
        return True


class BrokerPart:
    """A broker of its own. What was in it is lost with it, save for an old copy."""

    def __init__(self, folder: Path) -> None:
        self.name = "broker"
        account = servers_account(CHECKOUT)
        account.own(folder)
        self.server = valkey_server(folder / "broker", folder / "broker.log", PASSWORD, account)
        self.url = ""

    def start(self) -> None:
        """On a free port, later on the same."""
        if self.url:
            self.server.restart()
        else:
            self.url = self.server.start()

    def kill(self) -> None:
        """Nothing is saved."""
        assert self.server.process is not None  # noqa: S101
        self.server.process.kill()
        self.server.process.wait(10)

    def ended(self) -> bool:
        """Whether it ended by itself."""
        return self.server.process is not None and self.server.process.poll() is not None

    def ready(self) -> bool:
        """It answers once it has started."""
        return True

    def stop(self) -> None:
        """At the end."""
        self.server.stop()


class WorkerPart:
    """A worker program as `make run` starts it, with its child processes."""

    def __init__(self, number: int, environment: Mapping[str, str], log: Path) -> None:
        self.name, self.environment, self.log = f"worker {number}", environment, log
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """With two child processes."""
        command = [sys.executable, "-m", "celery", "-A", "config", "worker", f"--concurrency={CHILDREN}"]
        command += [
            "--loglevel=ERROR",
            "--without-gossip",
            "--without-mingle",
            f"--hostname={self.name[-1]}@%h",
        ]
        self.process = start(
            command, cwd=CHECKOUT, environment=self.environment, log=self.log, dies_by=signal.SIGKILL
        )

    def kill(self) -> None:
        """The whole tree at once."""
        if self.process is not None and not self.ended():
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(10)

    def ended(self) -> bool:
        """Whether it ended by itself."""
        return self.process is not None and self.process.poll() is not None

    def ready(self) -> bool:
        """Its child processes are there."""
        try:
            return self.process is not None and len(psutil.Process(self.process.pid).children()) >= CHILDREN
        except psutil.Error:
            return False

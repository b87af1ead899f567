"""Keeps programs running: starts them, starts them again with back-off when they end, stops them in order."""

import signal
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import Popen

from config.services.process import start, stop, tail
from config.services.servers import Server

LONGEST_WAIT = 30.0
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
STEADY = 60.0  # a program that ran this long starts with a clean slate


class StepFailed(Exception):
    """A step of the start failed; the message ends with the last lines of its log."""


@dataclass
class Program:
    """A program of ours: web server, worker, beat, sandbox."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    cwd: Path
    log: Path
    dies_by: signal.Signals = signal.SIGTERM
    patience: float = 15
    pass_fds: tuple[int, ...] = ()
    process: Popen[bytes] | None = None

    def launch(self) -> None:
        """Start it."""
        self.process = start(
            self.command,
            cwd=self.cwd,
            environment=self.environment,
            log=self.log,
            dies_by=self.dies_by,
            options={"pass_fds": self.pass_fds},
        )

    def restart(self) -> None:
        """Start it again."""
        self.launch()

    def stop(self) -> None:
        """Let it finish what it does, for a while."""
        if self.process is not None:
            stop(self.process, signal.SIGTERM, self.patience)


@dataclass
class Watched:
    """One child and how often it has ended lately."""

    child: Program | Server
    failures: int = 0
    started: float = field(default_factory=time.monotonic)
    again_at: float | None = None


class StopRequested(BaseException):
    """Ctrl-C, SIGTERM or a closed terminal; raised once, wherever the main thread is."""


def listen_for_stop() -> None:
    """The first signal raises StopRequested; later ones are ignored, so that stopping is not cut short."""

    def once(_number: int, _frame: object) -> None:
        for number in STOP_SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        raise StopRequested

    for number in STOP_SIGNALS:
        signal.signal(number, once)


class Supervisor:
    """Watches children; `say` tells the person at the terminal."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self.say = say
        self.watched: list[Watched] = []

    def add(self, child: Program | Server) -> None:
        """Take charge of a child; add it before it is started, so that it is stopped whatever happens."""
        self.watched.append(Watched(child))

    def run_step(self, step: Program) -> None:
        """Run a program to its end; StepFailed with the end of its log when it fails."""
        step.launch()
        assert step.process is not None
        try:
            code = step.process.wait()
        except StopRequested:
            step.stop()
            raise
        if code:
            message = f"{step.name} failed. The end of {step.log}:\n{tail(step.log)}"
            raise StepFailed(message)

    def watch(self) -> None:
        """For ever: whatever ended is started again, later each time it fails again."""
        while True:
            self.look()
            time.sleep(0.2)

    def look(self) -> None:
        """Look at every child once."""
        for watched in self.watched:
            self._look_after(watched)

    def _look_after(self, watched: Watched) -> None:
        process, moment = watched.child.process, time.monotonic()
        if watched.again_at is not None:
            if moment >= watched.again_at:
                watched.again_at, watched.started = None, moment
                watched.child.restart()
        elif process is not None and process.poll() is not None:
            watched.failures = 1 if moment - watched.started > STEADY else watched.failures + 1
            wait = min(2.0 ** (watched.failures - 1), LONGEST_WAIT)
            watched.again_at = moment + wait
            self.say(
                f"{watched.child.name} ended ({process.returncode}); it starts again in {wait:.0f} s. "
                f"See {watched.child.log}."
            )

    def stop_all(self) -> None:
        """The last started is stopped first, so the servers go last."""
        for watched in reversed(self.watched):
            watched.child.stop()

"""`make chaos`: exit code 1 when a platform does not hold exactly what was released."""

from __future__ import annotations

import os
import random
import signal
import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import FrameType
from typing import Any

from django.core.management import call_command

from tools.chaos.parts import BrokerPart, SandboxPart, WorkerPart
from tools.chaos.play import NotSettled, Play
from tools.chaos.scene import environment, released
from tools.chaos.tally import tally

HELD_LONGER = 0.5  # seconds that a time-out outlasts the clients' patience


def arguments(args: Sequence[str] | None = None) -> Namespace:
    """Its size."""
    parser = ArgumentParser(prog="make chaos ARGS=", description=__doc__)
    parser.add_argument("--n", type=int, default=2000, help="badges at each platform")
    parser.add_argument("--revoke", type=int, default=20, help="of these, revoked on the way")
    parser.add_argument("--workers", type=int, default=2, help="worker programs, each with two processes")
    parser.add_argument("--share", type=float, default=0.2, help="of all calls that break")
    parser.add_argument("--pause", type=float, default=10.0, help="seconds between two kills, on average")
    parser.add_argument(
        "--away", type=float, default=3.0, help="seconds that the killed one is away, at most"
    )
    parser.add_argument("--patience", type=float, default=1.0, help="seconds that workers wait for an answer")
    parser.add_argument("--seconds", type=float, default=3600, help="then it has failed")
    parser.add_argument("--seed", type=int, default=random.randrange(10_000))  # noqa: S311
    return parser.parse_args(args)


def main(options: Namespace) -> int:
    """Play and count on the database of the environment; 0 when every platform holds exactly what was released."""
    signal.signal(signal.SIGTERM, _stop)
    call_command("migrate", verbosity=0)
    with tempfile.TemporaryDirectory(prefix="imprimatur-chaos-") as name, ExitStack() as stack:
        return 0 if _play(Path(name), stack, options) else 1


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt  # so that all parts are ended


def _play(folder: Path, stack: ExitStack, options: Namespace) -> bool:
    folder.chmod(0o711)  # the broker may run as another user
    sandbox = SandboxPart(folder / "sandbox", options.share, options.patience + HELD_LONGER)
    broker = BrokerPart(folder)
    sandbox.start()
    stack.callback(sandbox.kill)
    broker.start()
    stack.callback(broker.stop)
    shared = {**os.environ, **environment(sandbox.url, options.patience), "REDIS_URL": broker.url}
    workers = [WorkerPart(n, shared, folder / "workers.log") for n in range(options.workers)]
    for worker in workers:
        worker.start()
        stack.callback(worker.kill)
    batches = released(options.n)
    say(f"Seed {options.seed}. Released {options.n:,} each at {', '.join(b.platform for b in batches)}.")
    play = Play(
        batches, [sandbox, broker, *workers], broker.url, random.Random(options.seed),  # noqa: S311
        options.pause, options.away, options.revoke, options.seconds, say,
    )  # fmt: skip
    try:
        took = play.run()
    except NotSettled as error:
        say(f"Not settled after {options.seconds:.0f} s: {error}")
        return False
    return counted(play, sandbox, took, say)


def say(text: str) -> None:
    """To the terminal, at once."""
    print(text, flush=True)


def counted(play: Play, sandbox: SandboxPart, took: float, say: Callable[[str], object]) -> bool:
    """Say what is held where and what happened on the way; whether each platform holds exactly what it should."""
    sandbox.count()
    found = [tally(batch, sandbox) for batch in play.batches]
    for one in found:
        say(one.line())
    calls, met = sum(sandbox.calls.values()), sum(sandbox.faults.values())
    say(f"Calls {calls:,}, of them {met:,} met a fault ({met / calls:.0%}): {_listed(sandbox.faults)}")
    say(f"Killed: {_listed(play.killed)}; ended by themselves: {_listed(play.fell)}")
    say(f"A person sent again, by cause: {_listed(play.helped)}")
    good = all(one.exact for one in found)
    words = "hold exactly" if good else "DO NOT hold exactly"
    say(f"The platforms {words} what was released and not revoked. It took {took:,.0f} s.")
    return good


def _listed(counts: Any) -> str:
    return ", ".join(f"{name or 'none'} {number:,}" for name, number in sorted(counts.items())) or "none"

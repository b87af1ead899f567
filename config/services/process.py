"""Starting programs so that none outlives us, and finding those that a killed run left behind."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import psutil

PR_SET_PDEATHSIG = 1
LOCALES = ("LANG", "LANGUAGE", "LC_ALL", "LC_COLLATE", "LC_CTYPE", "LC_MESSAGES", "LC_NUMERIC", "LC_TIME")


def bound_socket(first: int = 0) -> socket.socket:
    """A socket bound to loopback, on port `first` or the next free one after it; 0 means any."""
    for port in range(first, first + 100) if first else [0]:
        found = socket.socket()
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            found.bind(("127.0.0.1", port))
        except OSError:
            found.close()
            continue
        return found
    message = f"No free port between {first} and {first + 99}. Name another with PORT=."
    raise SystemExit(message)


def free_port(first: int = 0) -> int:
    """A port that was free a moment ago."""
    with bound_socket(first) as probe:
        return port_of(probe)


def port_of(bound: socket.socket) -> int:
    """The port of a bound socket."""
    return int(bound.getsockname()[1])


def tail(log: Path, lines: int = 15) -> str:
    """The last lines of a log file."""
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])


def clean_environment() -> dict[str, str]:
    """What a server program may see: no locale, no PG* variables, nothing else of ours."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


def start(
    command: Sequence[str | Path],
    *,
    cwd: Path,
    environment: Mapping[str, str],
    log: Path | None,
    dies_by: signal.Signals = signal.SIGTERM,
    options: Mapping[str, object] | None = None,
) -> subprocess.Popen[bytes]:
    """Start a program in a session of its own; on Linux the kernel sends it `dies_by` when we die."""
    output: Any = subprocess.DEVNULL if log is None else log.open("ab")
    try:
        return subprocess.Popen(
            [str(part) for part in command],
            cwd=cwd,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=_die_with_parent(dies_by),
            **(options or {}),  # type: ignore[call-overload]
        )
    finally:
        if log is not None:
            output.close()


def _die_with_parent(how: signal.Signals) -> Callable[[], None] | None:
    """Runs in the child before its program; other systems rely on `leftovers` at the next start."""
    if not sys.platform.startswith("linux"):
        return None
    prctl, parent = ctypes.CDLL(None).prctl, os.getpid()

    def ask_the_kernel() -> None:
        prctl(PR_SET_PDEATHSIG, int(how), 0, 0, 0)
        if os.getppid() != parent:  # it died before we asked
            os.kill(os.getpid(), signal.SIGKILL)

    return ask_the_kernel


def stop(process: subprocess.Popen[bytes], how: signal.Signals, patience: float) -> None:
    """Ask our child to stop; after `patience` seconds end its whole session."""
    if process.poll() is None:
        process.send_signal(how)
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def leftovers(folder: Path, names: Iterable[str]) -> list[psutil.Process]:
    """Living programs of these names whose working folder is `folder`, the oldest first.

    The working folder is the proof that a process is ours; a number in a pid file never is.
    """
    found = []
    for process in psutil.process_iter():
        try:
            if process.name() in names and Path(process.cwd()) == folder:
                found.append(process)
        except (psutil.Error, OSError):
            continue
    return sorted(found, key=lambda process: process.create_time())


def marked_leftovers(mark: str, value: str) -> list[psutil.Process]:
    """Living programs that were started with `mark=value` in their environment, the oldest first."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.pid != os.getpid() and process.environ().get(mark) == value:
                found.append(process)
        except (psutil.Error, OSError):
            continue
    return sorted(found, key=lambda process: process.create_time())


def roots(processes: Sequence[psutil.Process]) -> list[psutil.Process]:
    """Those whose parent is not among them: told to stop, they take their children along."""
    numbers = {process.pid for process in processes}
    return [process for process in processes if _parent(process) not in {None, *numbers}]


def _parent(process: psutil.Process) -> int | None:
    """The number of the parent; None when the process has ended meanwhile."""
    try:
        return int(process.ppid())
    except psutil.NoSuchProcess:
        return None


def end_leftovers(processes: Sequence[psutil.Process], how: signal.Signals, patience: float = 30) -> None:
    """Stop what a killed run left behind: it is told, and after `patience` seconds ended."""
    for process in processes:
        _signal(process, how)
    _gone, alive = psutil.wait_procs(processes, timeout=patience)
    for process in alive:
        _signal(process, signal.SIGKILL)
    psutil.wait_procs(alive, timeout=patience)


def _signal(process: psutil.Process, how: signal.Signals) -> None:
    try:
        process.send_signal(how)  # psutil compares the start time first
    except psutil.NoSuchProcess:
        return

"""`make run`: everything that Imprimatur needs, under one supervisor, until Ctrl-C."""

import os
import signal
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from socket import socket

from config.services.identity import hand_over, let_through, servers_account
from config.services.layout import CHECKOUT, AlreadyRunning, Layout, describe
from config.services.process import (
    bound_socket,
    end_leftovers,
    free_port,
    marked_leftovers,
    port_of,
)
from config.services.programs import ProgramMissing
from config.services.secrets import load_secrets, write_private
from config.services.servers import Server, ServerFailed, postgres_server, valkey_server
from config.services.supervisor import Program, StepFailed, StopRequested, Supervisor, listen_for_stop
from issuance.sandbox.state import settings_at

WEB_PORT = 8000
SANDBOX_PORT = 8100
MARK = "IMPRIMATUR_RUN"  # in the environment of all our programs, so that a later run knows them
# What a management command in another window needs to work on the running system.
SHARED = (
    "DEMO",
    "SECRET_KEY",
    "DATABASE_URL",
    "REDIS_URL",
    "SITE_URL",
    "IMPRIMATUR_POLICY_DIR",
    "EMAIL_URL",
    "MEDIA_ROOT",
    "KEYS_DIR",
    *settings_at(""),
)


def say(text: str) -> None:
    """Tell the person at the terminal, at once."""
    print(text, flush=True)


@dataclass
class Run:
    """One `make run`: its folder, its children, and the environment that they all get."""

    layout: Layout
    supervisor: Supervisor
    secrets: dict[str, str]
    empty: bool
    environment: dict[str, str] = field(default_factory=dict)

    def program(self, name: str, *arguments: str, **options: object) -> Program:
        """A Python program of ours with this run's environment; its output goes to a log file."""
        command = [sys.executable, *arguments]
        log = self.layout.log(name.replace(" ", "-"))
        return Program(name, command, self.environment, CHECKOUT, log, **options)  # type: ignore[arg-type]

    def keep(self, child: Program) -> None:
        """Start a program and keep it running."""
        self.supervisor.add(child)
        child.launch()


def main() -> int:
    """Run until told to stop; 0 after a clean stop, 1 when it could not start."""
    layout = Layout.from_environment()
    layout.prepare()
    try:
        lock = layout.lock()
    except AlreadyRunning as running:
        say(f"Imprimatur already runs in this folder ({running}). Use it, or stop it first.")
        return 1
    supervisor = Supervisor(say)
    run = Run(layout, supervisor, load_secrets(layout.secrets), empty=bool(os.environ.get("EMPTY")))
    listen_for_stop()
    try:
        bring_up(run)
        describe(lock, f"{run.environment['SITE_URL']}, process {os.getpid()}")
        greet(run)
        supervisor.watch()
    except (ProgramMissing, ServerFailed, StepFailed) as error:
        say(str(error))
        return 1
    except StopRequested:
        say("Stopping; your data stay.")
    finally:
        supervisor.stop_all()
        layout.environment.unlink(missing_ok=True)
        hand_over(layout.var, CHECKOUT)
    return 0


def bring_up(run: Run) -> None:
    """Leftovers away, servers up, database migrated, demo loaded, programs started."""
    end_leftovers(marked_leftovers(MARK, str(run.layout.var)), signal.SIGTERM, patience=10)
    door = open_door()
    prepare_environment(run, port_of(door))
    start_servers(run)
    if not run.environment.get("CREDLY_BASE_URL"):
        start_sandbox(run)
    shared = {name: run.environment[name] for name in SHARED if name in run.environment}
    write_private(run.layout.environment, "".join(f"{name}={value}\n" for name, value in shared.items()))
    run.supervisor.run_step(run.program("migrations", "manage.py", "migrate", "--verbosity=0"))
    if not run.empty:
        say("Loading the demo campuses (only the first time takes long) ...")
        run.supervisor.run_step(run.program("demo data", "manage.py", "load_demo"))
    start_programs(run, door)


def open_door() -> socket:
    """The web server's socket, bound now so that nobody takes the port while the rest starts."""
    wanted = int(os.environ.get("PORT") or WEB_PORT)
    door = bound_socket(wanted)
    if port_of(door) != wanted:
        say(
            f"Port {wanted} is in use by another program, so Imprimatur takes {port_of(door)}. (PORT= chooses one.)"
        )
    return door


def prepare_environment(run: Run, port: int) -> None:
    """What all programs get: the user's environment, then what this run decides and the user left open."""
    layout = run.layout
    decided = {
        "DEMO": "1",
        "SECRET_KEY": run.secrets["secret_key"],
        "SITE_URL": f"http://127.0.0.1:{port}",
        "MEDIA_ROOT": str(layout.var / "media"),
        "KEYS_DIR": str(layout.var / "keys"),
        "EMAIL_URL": "dummymail://",  # the demo shows sent mail on a page
    }
    fixed = {
        MARK: str(layout.var),
        "BEAT_PULSE": str(layout.var / "beat.pulse"),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PYTHONUTF8": "1",
    }
    given = {name: value for name, value in os.environ.items() if value}
    run.environment = {**decided, **given, **fixed}


def start_servers(run: Run) -> None:
    """PostgreSQL and Valkey, each unless its address was given."""
    var, account = run.layout.var, servers_account(run.layout.var / "postgres", CHECKOUT)
    if account.switch:
        say(f"PostgreSQL refuses root, so the database and Valkey run as {account.name}.")
        let_through(var / "postgres", account, say)
        let_through(Path(__file__), account, say)
    if "DATABASE_URL" not in run.environment:
        log, password = run.layout.log("postgres"), run.secrets["postgres_password"]
        server = postgres_server(var / "postgres", log, password, account)
        run.environment["DATABASE_URL"] = _up(run, server)
    if "REDIS_URL" not in run.environment:
        log, password = run.layout.log("valkey"), run.secrets["valkey_password"]
        run.environment["REDIS_URL"] = _up(run, valkey_server(var / "valkey", log, password, account))


def _up(run: Run, server: Server) -> str:
    run.supervisor.add(server)
    return server.start()


def start_sandbox(run: Run) -> None:
    """The sandbox of the badge platforms, and the variables that point everyone at it."""
    port = free_port(SANDBOX_PORT)
    run.environment |= settings_at(f"http://127.0.0.1:{port}")
    data = run.layout.var / "sandbox"
    data.mkdir(exist_ok=True)
    options = (
        "--port",
        str(port),
        "--data",
        str(data),
        "--credly-webhook",
        f"{run.environment['SITE_URL']}/webhooks/credly/",
    )
    run.keep(run.program("sandbox", "-m", "issuance.sandbox", *options))


def start_programs(run: Run, door: socket) -> None:
    """Worker, beat and web server."""
    worker = (
        "-m",
        "celery",
        "-A",
        "config",
        "worker",
        "--concurrency=2",
        "--loglevel=INFO",
        "--without-gossip",
    )
    # With its servers gone a worker would wait for them; leases and rows make a sudden end harmless.
    run.keep(run.program("worker", *worker, dies_by=signal.SIGKILL))
    run.keep(
        run.program("beat", "-m", "celery", "-A", "config", "beat", dies_by=signal.SIGKILL)
    )  # keeps nothing
    run.environment["BIND"] = f"fd://{door.fileno()}"
    run.keep(run.program("web", "-m", "gunicorn", "-c", "python:config.gunicorn", pass_fds=(door.fileno(),)))


def greet(run: Run) -> None:
    """Wait until the site serves, then print the demo sign-ins (or how a first campus comes about) and its address."""
    site = run.environment["SITE_URL"]
    while not _serves(f"{site}/readyz"):
        run.supervisor.look()
        time.sleep(0.2)
    sign_ins = run.program("sign-ins", "manage.py", "demo_signins")
    sign_ins.log.unlink(missing_ok=True)
    run.supervisor.run_step(sign_ins)
    say("\n" + sign_ins.log.read_text())
    say(f"\nImprimatur runs at {site}")
    say(f"Logs are in {run.layout.var / 'log'}. Ctrl-C stops everything; the data stay.")


def _serves(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False


if __name__ == "__main__":
    sys.exit(main())

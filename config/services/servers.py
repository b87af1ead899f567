"""The two embedded servers: prepare the data, the command line, the address, and "is it up?"."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg2
from redis import Redis
from redis.exceptions import RedisError

from config.services.identity import Account
from config.services.process import (
    clean_environment,
    end_leftovers,
    free_port,
    leftovers,
    roots,
    start,
    stop,
    tail,
)
from config.services.programs import postgres_programs, valkey_program
from config.services.secrets import write_private

DATABASE = "imprimatur"
POSTGRES_NAMES = ("postgres",)
VALKEY_NAMES = ("valkey-server", "redis-server")
RECOVERY_PATIENCE = 300.0  # a large database after a power cut


class ServerFailed(Exception):
    """A server did not come up; the message ends with the last lines of its log."""


@dataclass
class Server:
    """One embedded server: how to start it, where it answers, how it is asked to stop."""

    name: str
    folder: Path
    log: Path
    password: str
    account: Account
    command: Callable[[int], list[str]]
    answers: Callable[[int], bool]
    url: Callable[[int], str]
    stop_by: signal.Signals
    port: int = 0
    process: subprocess.Popen[bytes] | None = None

    def start(self, patience: float = RECOVERY_PATIENCE) -> str:
        """Start on a free port and wait until a connection succeeds; returns the address."""
        for _attempt in range(3):  # another program may take the port between our look and its bind
            self.port = free_port()
            self._launch()
            if self.wait(patience):
                return self.url(self.port)
        message = f"{self.name} did not start. The end of {self.log}:\n{tail(self.log)}"
        raise ServerFailed(message)

    def restart(self) -> None:
        """Start again on the port that everyone already knows."""
        self._launch()
        self.wait(RECOVERY_PATIENCE)

    def wait(self, patience: float) -> bool:
        """True when it answers; False when it ended or did not answer in time."""
        until, nap = time.monotonic() + patience, 0.05
        while time.monotonic() < until and self.process is not None:
            if self.answers(self.port):
                return True
            if self.process.poll() is not None:
                return False
            time.sleep(nap)
            nap = min(nap * 1.3, 0.5)
        return False

    def stop(self, patience: float = 30) -> None:
        """Stop it as it wants to be stopped."""
        if self.process is not None:
            stop(self.process, self.stop_by, patience)

    def _launch(self) -> None:
        self.process = start(
            self.command(self.port),
            cwd=self.folder,
            environment=clean_environment(),
            log=self.log,
            dies_by=self.stop_by,
            options=self.account.popen_options(),
        )


def postgres_server(folder: Path, log: Path, password: str, account: Account, *, safe: bool = True) -> Server:
    """The embedded PostgreSQL on `folder`, made on first use. `safe=False` gives up durability, for tests.

    What a killed run left is stopped first; a pid file without its process is removed.
    """
    programs = postgres_programs()
    if not folder.exists():
        _initdb(programs / "initdb", folder, password, account)
    end_leftovers(roots(leftovers(folder, POSTGRES_NAMES)), signal.SIGINT)
    end_leftovers(leftovers(folder, POSTGRES_NAMES), signal.SIGQUIT)
    (folder / "postmaster.pid").unlink(missing_ok=True)
    settings = {"listen_addresses": "127.0.0.1", "unix_socket_directories": "", "max_connections": "100"}
    if not safe:
        settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}

    def command(port: int) -> list[str]:
        options = [f"--{name}={value}" for name, value in settings.items()]
        return [str(programs / "postgres"), "-D", str(folder), "-p", str(port), *options]

    def url(port: int) -> str:
        return f"postgres://{DATABASE}:{quote(password)}@127.0.0.1:{port}/{DATABASE}"

    def answers(port: int) -> bool:
        return _postgres_answers(port, password)

    return Server("PostgreSQL", folder, log, password, account, command, answers, url, signal.SIGINT)


def _initdb(program: Path, folder: Path, password: str, account: Account) -> None:
    """Make the data folder beside its place and move it there when it is whole."""
    making, secret = folder.with_name(folder.name + ".making"), folder.with_name(folder.name + ".password")
    shutil.rmtree(making, ignore_errors=True)  # an attempt that was cut short
    making.mkdir(mode=0o700, parents=True)
    write_private(secret, password + "\n")
    account.own(making)
    account.own(secret)
    command = [program, "-D", making, "-U", DATABASE, "--auth=scram-sha-256", f"--pwfile={secret}"]
    locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--encoding=UTF8"]
    finished = subprocess.run(
        [str(part) for part in [*command, *locale, "--no-sync", "--no-instructions"]],
        cwd=making,
        env=clean_environment(),
        capture_output=True,
        text=True,
        **account.popen_options(),  # type: ignore[call-overload]
    )
    secret.unlink()
    if finished.returncode:
        message = f"PostgreSQL could not make its data folder {folder}:\n{finished.stderr}"
        raise ServerFailed(message)
    os.sync()
    making.rename(folder)


def _postgres_answers(port: int, password: str) -> bool:
    """A connection succeeds; on the way the database is made if it is not there yet."""
    try:
        with_default = psycopg2.connect(
            host="127.0.0.1",
            port=port,
            user=DATABASE,
            password=password,
            dbname="postgres",
            connect_timeout=2,
        )
    except psycopg2.OperationalError as error:
        if "password authentication failed" in str(error):
            message = "The stored password does not open the database: secrets.json is not the one it was made with."
            raise ServerFailed(message) from error
        return False
    with_default.autocommit = True
    try:
        with with_default.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
            if cursor.fetchone() is None:
                cursor.execute(f'CREATE DATABASE "{DATABASE}"')
    finally:
        with_default.close()
    return True


def valkey_server(folder: Path, log: Path, password: str, account: Account) -> Server:
    """The embedded Valkey on `folder`; its password stands in a file, not on the command line."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for path in (folder, *folder.iterdir()):
        account.own(path)
    end_leftovers(leftovers(folder, VALKEY_NAMES), signal.SIGTERM)
    configuration = folder / "valkey.conf"
    write_private(configuration, f'requirepass "{password}"\n')
    account.own(configuration)
    fixed = ["--bind", "127.0.0.1", "--dir", str(folder), "--save", "300 10", "--databases", "64"]
    program = valkey_program()

    def command(port: int) -> list[str]:
        return [str(program), str(configuration), "--port", str(port), *fixed]

    def url(port: int) -> str:
        return f"redis://:{quote(password)}@127.0.0.1:{port}/0"

    def answers(port: int) -> bool:
        return _valkey_answers(url(port))

    return Server("Valkey", folder, log, password, account, command, answers, url, signal.SIGTERM)


def _valkey_answers(url: str) -> bool:
    client = Redis.from_url(url, socket_connect_timeout=1, socket_timeout=1)
    try:
        return bool(client.ping())
    except (RedisError, OSError):
        return False
    finally:
        client.close()

"""The embedded PostgreSQL and Valkey: killed, half-written, from elsewhere, and as whom."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
import psycopg2
import pytest
from redis import Redis

from config.services.identity import servers_account
from config.services.process import leftovers, roots
from config.services.servers import ServerFailed, postgres_server, valkey_server

CHECKOUT = Path(__file__).resolve().parents[2]
PASSWORD = "correct horse"


@pytest.fixture
def folder():
    """Not pytest's own: each run of pytest closes the folder above that for other accounts."""
    with tempfile.TemporaryDirectory(prefix="imprimatur-", ignore_cleanup_errors=True) as name:
        yield Path(name)


@pytest.fixture
def account(folder):
    found = servers_account(CHECKOUT)
    found.own(folder)
    return found


@pytest.fixture
def postgres(folder, account):
    """Call it to start PostgreSQL on the same folder, again and again."""
    started = []

    def start(data=folder / "postgres", password=PASSWORD):
        server = postgres_server(data, folder / "postgres.log", password, account)
        started.append(server)
        server.start(patience=30)
        return server

    yield start
    for server in started:
        server.stop()


def query(server, sql):
    connection = psycopg2.connect(server.url(server.port))
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(sql)
        rows = cursor.fetchall() if cursor.description else None
    connection.close()
    return rows


def family(server):
    parent = psutil.Process(server.process.pid)
    return [parent, *parent.children(recursive=True)]


def test_postgres_keeps_its_data_when_stopped_and_started(postgres):
    server = postgres()
    query(server, "CREATE TABLE kept AS SELECT 7 AS n")
    server.stop()
    assert query(postgres(), "SELECT n FROM kept") == [(7,)]


def test_postgres_starts_after_everything_was_killed(postgres):
    server = postgres()
    query(server, "CREATE TABLE kept AS SELECT 7 AS n")
    for process in family(server):
        process.kill()
    assert query(postgres(), "SELECT n FROM kept") == [(7,)]


@pytest.mark.parametrize("text", ["{pid}\n{folder}\n1\n5432\n", "{pid}", "12", "", "not a number\n"])
def test_postgres_starts_over_a_stale_pid_file_and_harms_nobody(postgres, folder, text):
    postgres().stop()
    bystander = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    pid_file = folder / "postgres" / "postmaster.pid"
    pid_file.write_text(text.format(pid=bystander.pid, folder=folder / "postgres"))
    assert query(postgres(), "SELECT 1") == [(1,)]
    assert bystander.poll() is None
    bystander.kill()


def test_postgres_left_running_by_a_killed_run_is_stopped_not_doubled(postgres, folder):
    first = postgres()
    query(first, "CREATE TABLE kept AS SELECT 7 AS n")
    second = postgres()
    assert first.process.wait(5) == 0
    assert query(second, "SELECT n FROM kept") == [(7,)]
    living = roots(leftovers(folder / "postgres", ["postgres"]))
    assert [process.pid for process in living] == [second.process.pid]


def test_initdb_that_was_cut_short_is_made_anew(postgres, folder):
    unfinished = folder / "postgres.making"
    unfinished.mkdir()
    (unfinished / "PG_VERSION").write_text("18\n")
    assert query(postgres(), "SELECT 1") == [(1,)]
    assert not unfinished.exists()


@pytest.mark.parametrize("locale", ["xx_XX.nonsense", "tr_TR.ISO-8859-9", None])
def test_postgres_has_its_own_locale_whatever_the_users_is(postgres, monkeypatch, locale):
    for name in ("LANG", "LC_ALL", "LANGUAGE"):
        monkeypatch.delenv(name, raising=False)
        if locale:
            monkeypatch.setenv(name, locale)
    row = query(
        postgres(),
        "SELECT datlocprovider, datlocale, datcollate, pg_encoding_to_char(encoding) "
        "FROM pg_database WHERE datname = 'imprimatur'",
    )
    assert row == [("b", "C.UTF-8", "C", "UTF8")]


def test_postgres_in_a_deep_folder_with_spaces(postgres, folder):
    deep = folder.joinpath(*["a folder with spaces"] * 6)
    deep.mkdir(parents=True)
    assert len(str(deep)) > 107
    assert query(postgres(deep / "postgres"), "SELECT 1") == [(1,)]


def test_postgres_with_another_password_says_so(postgres):
    postgres().stop()
    with pytest.raises(ServerFailed, match="does not open the database"):
        postgres(password="another")


def test_postgres_listens_on_loopback_with_a_password_and_no_socket_file(postgres):
    server = postgres()
    assert query(server, "SHOW unix_socket_directories") == [("",)]
    listening = {
        c.laddr.ip for c in psutil.Process(server.process.pid).net_connections() if c.status == "LISTEN"
    }
    assert listening == {"127.0.0.1"}
    with pytest.raises(psycopg2.OperationalError, match="password"):
        psycopg2.connect(
            host="127.0.0.1", port=server.port, user="imprimatur", password="wrong", dbname="imprimatur"
        )


def test_postgres_never_runs_as_root(postgres, account):
    server = postgres()
    assert psutil.Process(server.process.pid).uids().real == account.uid != 0
    assert PASSWORD not in " ".join(psutil.Process(server.process.pid).cmdline())


def test_valkey_keeps_its_password_in_a_private_file(folder, account):
    server = valkey_server(folder / "valkey", folder / "valkey.log", "secret-word", account)
    url = server.start(patience=30)
    try:
        assert Redis.from_url(url).ping()
        assert "secret-word" not in " ".join(psutil.Process(server.process.pid).cmdline())
        assert (folder / "valkey" / "valkey.conf").stat().st_mode & 0o777 == 0o600
        assert psutil.Process(server.process.pid).uids().real == account.uid
    finally:
        server.stop()


PARENT = """
import sys, time
from pathlib import Path
from config.services.identity import servers_account
from config.services.servers import postgres_server, valkey_server
folder = Path(sys.argv[1])
account = servers_account(Path(sys.argv[2]))
for make, name in ((postgres_server, "postgres"), (valkey_server, "valkey")):
    server = make(folder / name, folder / (name + ".log"), "secret", account)
    server.start()
    print(server.process.pid, flush=True)
time.sleep(600)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere the next start ends them")
def test_servers_end_when_their_parent_is_killed(folder, account):
    command = [sys.executable, "-c", PARENT, str(folder), str(CHECKOUT)]
    parent = subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True)
    children = [psutil.Process(int(parent.stdout.readline())) for _server in range(2)]
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    _gone, alive = psutil.wait_procs(children, timeout=20)
    assert alive == []


def test_start_waits_until_the_server_answers(folder, account):
    began = time.monotonic()
    server = valkey_server(folder / "valkey", folder / "valkey.log", "secret", account)
    server.command = lambda port: ["/bin/sh", "-c", "echo no room; exit 1"]
    with pytest.raises(ServerFailed, match="no room"):
        server.start(patience=30)
    assert time.monotonic() - began < 10

"""The run's folder: secrets, the lock, other people's files, ports, the account of the servers."""

import json
import os
import socket
import stat

import pytest

from config.services.identity import Account, hand_over, let_through, servers_account
from config.services.layout import AlreadyRunning, Layout, describe
from config.services.process import bound_socket, port_of
from config.services.secrets import NAMES, load_secrets


def test_secrets_are_made_once_and_private(tmp_path):
    path = tmp_path / "secrets.json"
    first = load_secrets(path)
    assert set(first) == set(NAMES)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o644)
    assert load_secrets(path) == first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_secrets_gain_what_a_later_version_needs(tmp_path):
    path = tmp_path / "secrets.json"
    path.write_text(json.dumps({"secret_key": "kept"}))
    assert load_secrets(path)["secret_key"] == "kept"
    assert set(json.loads(path.read_text())) == set(NAMES)


def test_secrets_that_are_damaged_stop_the_start_with_what_to_do(tmp_path):
    path = tmp_path / "secrets.json"
    path.write_text('{"secret_key": "ab')
    with pytest.raises(SystemExit, match="make reset"):
        load_secrets(path)


def test_a_second_run_is_told_about_the_first(tmp_path):
    layout = Layout(tmp_path / "var")
    layout.prepare()
    lock = layout.lock()
    describe(lock, "http://127.0.0.1:8000, process 12")
    with pytest.raises(AlreadyRunning, match=r"http://127\.0\.0\.1:8000, process 12"):
        layout.lock()
    lock.close()
    layout.lock().close()


def test_a_folder_of_somebody_else_is_told_with_what_to_do(tmp_path, monkeypatch):
    layout = Layout(tmp_path / "var")
    layout.prepare()
    (layout.var / "postgres").mkdir()
    stranger = (layout.var / "postgres").stat().st_uid + 1
    monkeypatch.setattr(os, "geteuid", lambda: stranger)
    with pytest.raises(SystemExit, match="sudo chown -R"):
        layout.prepare()


def test_a_busy_port_gives_the_next_one():
    with bound_socket() as taken:
        taken.listen()
        with bound_socket(port_of(taken)) as found:
            assert port_of(taken) < port_of(found) < port_of(taken) + 100


def test_a_port_that_was_closed_a_moment_ago_is_free():
    with bound_socket() as server:
        server.listen()
        port = port_of(server)
        client = socket.create_connection(("127.0.0.1", port))
        served, _address = server.accept()
        served.close()  # the server's side waits for stray packets now
        client.close()
    with bound_socket(port) as again:
        assert port_of(again) == port


def test_folders_above_are_opened_for_passing_only(tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    said = []
    let_through(closed / "data", Account("somebody", 65000, 65000, switch=True), said.append)
    assert stat.S_IMODE(closed.stat().st_mode) == 0o701
    assert [text for text in said if text.startswith(f"{closed}:")] != []


def test_folders_above_stay_as_they_are_for_an_ordinary_user(tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    let_through(closed / "data", Account("me", os.geteuid(), os.getegid(), switch=False), print)
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_root_serves_data_as_their_owner(tmp_path):
    data = tmp_path / "postgres"
    data.mkdir()
    os.chown(data, 2, 2)  # Debian's `bin`
    assert servers_account(data, tmp_path).uid == 2
    os.chown(data, 0, 0)
    assert servers_account(data, tmp_path).uid != 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
@pytest.mark.parametrize(
    ("of_folder", "of_checkout", "expected"), [(0, 2, 2), (2, 0, 2), (0, 0, 0), (2, 3, 2)]
)
def test_root_leaves_its_files_to_the_owner(tmp_path, of_folder, of_checkout, expected):
    var = tmp_path / "var"
    (var / "keys").mkdir(parents=True)
    os.chown(var, of_folder, of_folder)
    os.chown(tmp_path, of_checkout, of_checkout)
    hand_over(var, tmp_path)
    assert (var / "keys").stat().st_uid == expected

"""Where the server programs come from, and what a machine without them is told."""

import pytest

from config.services import programs


@pytest.fixture
def bare(monkeypatch, tmp_path):
    """A machine without wheels and without servers."""
    monkeypatch.setattr(programs, "_packages", lambda name: tmp_path / "nothing")
    monkeypatch.setattr(programs, "DEBIAN", tmp_path / "nothing")
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def program(folder, name, answer):
    path = folder / name
    path.write_text(f"#!/bin/sh\necho '{answer}'\n")
    path.chmod(0o755)
    return path


def test_the_wheels_programs_are_found():
    assert (programs.postgres_programs() / "initdb").exists()
    assert programs.valkey_program().exists()


def test_without_programs_it_is_told_what_to_install(bare):
    with pytest.raises(programs.ProgramMissing, match=r"Install PostgreSQL 17 or later, or set DATABASE_URL"):
        programs.postgres_programs()
    with pytest.raises(programs.ProgramMissing, match=r"Install `valkey` or `redis` .* or set REDIS_URL"):
        programs.valkey_program()


def test_servers_on_path_are_used(bare):
    program(bare, "postgres", "postgres (PostgreSQL) 17.2 (Debian 17.2-1)")
    program(bare, "initdb", "")
    redis = program(bare, "redis-server", "")
    assert programs.postgres_programs() == bare
    assert programs.valkey_program() == redis


def test_a_postgres_that_is_too_old_is_not_used(bare):
    program(bare, "postgres", "postgres (PostgreSQL) 16.4")
    program(bare, "initdb", "")
    with pytest.raises(programs.ProgramMissing):
        programs.postgres_programs()

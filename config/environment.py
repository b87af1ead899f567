"""Reading the environment: files first, then variables; a needed one that is missing is told with what to do."""

import os
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

env = environ.Env()

# What to give, and the stand-in with which commands that need no server work under DEBUG=1.
NEEDED = {
    "SECRET_KEY": ("Give a long random text.", "debug-only"),
    "DATABASE_URL": ("Give postgres://user:password@host/name.", "postgres://nobody@127.0.0.1:1/nothing"),
    "REDIS_URL": ("Give redis://:password@host:6379/0.", "redis://127.0.0.1:1/0"),
}


def read_files(*paths: Path) -> None:
    """Take variables from files where the environment has none; an empty variable counts as none."""
    _forget_empty()
    for path in paths:
        env.read_env(path)
    _forget_empty()


def _forget_empty() -> None:
    for name in [name for name, value in os.environ.items() if not value]:
        del os.environ[name]


def starting_with(prefix: str) -> dict[str, str]:
    """Every variable with this beginning, under its whole name."""
    return {name: value for name, value in os.environ.items() if name.startswith(prefix)}


def required(name: str) -> str:
    """The variable's value; a stand-in in debug mode; else ImproperlyConfigured with what to do."""
    what_to_do, stand_in = NEEDED[name]
    value = env.str(name, default="")
    if value:
        return value
    if env.bool("DEBUG", default=False):
        return stand_in
    message = (
        f"{name} is not set. {what_to_do} To try Imprimatur on this machine, `make run` sets everything; "
        "for a management command that needs no server, DEBUG=1 is enough."
    )
    raise ImproperlyConfigured(message)

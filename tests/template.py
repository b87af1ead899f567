"""The database that each process of a test run copies: migrated once, while the tests are collected.

Run as a program (`python -m tests.template`) it makes the database named by TEST_TEMPLATE; `copied` waits for it.
"""

import os
import time
from contextlib import closing

import django
import psycopg2
from django.core.management import call_command
from django.db import connections

NAME = "TEST_TEMPLATE"
PATIENCE = 300  # seconds


def make():
    """Migrate under a name of its own; the last name is given when all is there."""
    name, address = os.environ[NAME], os.environ["DATABASE_URL"]
    _say(address, f'CREATE DATABASE "{name}_making"')
    os.environ["DATABASE_URL"] = f"{address.rpartition('/')[0]}/{name}_making"
    django.setup()
    call_command("migrate", verbosity=0)
    connections.close_all()
    _say(address, f'ALTER DATABASE "{name}_making" RENAME TO "{name}"')


def drop():
    """Leave nothing on a server that is not the run's own."""
    for name in (os.environ[NAME], f"{os.environ[NAME]}_making"):
        _say(os.environ["DATABASE_URL"], f'DROP DATABASE IF EXISTS "{name}"')


def copied():
    """The name of the finished database, as soon as it is there."""
    name, until = os.environ[NAME], time.monotonic() + PATIENCE
    while not _say(os.environ["DATABASE_URL"], "SELECT 1 FROM pg_database WHERE datname = %s", name):
        if time.monotonic() > until:
            raise TimeoutError(
                f"No migrated database after {PATIENCE} seconds; what stopped it was said above."
            )
        time.sleep(0.2)
    return name


def _say(address, statement, *values):
    """Outside of a transaction: whether the statement found a row."""
    with closing(psycopg2.connect(address)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement, values or None)
            return cursor.rowcount > 0


if __name__ == "__main__":
    make()

"""Pytest plugin: servers of its own for this run, and the environment that the settings read.

Loaded with `-p tests.servers` so that the environment stands before Django's settings are read. The controlling
process starts the servers; the workers of a parallel run inherit the addresses.
"""

import atexit
import os
import subprocess
import sys
import tempfile
from contextlib import ExitStack

import pytest

from config.services.temporary import temporary_servers
from tests import template

_stack = ExitStack()
atexit.register(_stack.close)  # also when pytest ends before it is configured

FIXED = {
    "TESTING": "1",
    "DEBUG": "",
    "DEMO": "",
    "SECRET_KEY": "only-for-tests-" * 4,
    "SITE_URL": "http://testserver",
    "ISSUER_ORIGIN": "https://badges.example.org",
    "EMAIL_URL": "memorymail://",
    "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
    "CREDLY_BASE_URL": "http://127.0.0.1:9",
    "CREDLY_TOKEN": "",
    "CREDLY_ORGANIZATION": "",
    "ACCREDIBLE_BASE_URL": "http://127.0.0.1:9",
    "ACCREDIBLE_API_KEY": "",
    "CANVAS_BASE_URL": "http://127.0.0.1:9",
    "CANVAS_USERNAME": "",
    "CANVAS_PASSWORD": "",
    "CANVAS_ISSUER": "",
    "LOG_LEVEL": "WARNING",
    "DJANGO_SETTINGS_MODULE": "config.settings",
    "DJANGO_ALLOW_ASYNC_UNSAFE": "1",  # the browser's driver keeps an event loop in the test's thread
}


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config, parser, args):
    """Set the environment and, in the controlling process, start the servers."""
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    sys.dont_write_bytecode = False  # what one process compiled, the many that tests start need not
    if worker is None:
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ.update(FIXED)
        os.environ.pop("IMPRIMATUR_POLICY_DIR", None)
        os.environ.update(_stack.enter_context(temporary_servers()))
        _begin_template()
    else:  # pytest-django gives each worker a database of its own; this does so for Redis
        address, _slash, _number = os.environ["REDIS_URL"].rpartition("/")
        os.environ["REDIS_URL"] = f"{address}/{int(worker.removeprefix('gw')) + 1}"
    folder = _stack.enter_context(tempfile.TemporaryDirectory(prefix="imprimatur-files-"))
    os.environ.update(MEDIA_ROOT=f"{folder}/media", KEYS_DIR=f"{folder}/keys")


def _begin_template():
    """Migrate the database that the workers copy (tests/template.py) while they look for their tests."""
    os.environ[template.NAME] = f"template_of_{os.getpid()}"
    making = subprocess.Popen([sys.executable, "-m", "tests.template"])
    _stack.callback(template.drop)
    _stack.callback(making.wait)
    _stack.callback(making.terminate)


@pytest.hookimpl(tryfirst=True)
def pytest_xdist_auto_num_workers(config):
    """One more than processors: some tests wait for another program."""
    return (os.cpu_count() or 1) + 1


def pytest_unconfigure(config):
    """Stop the servers of this run."""
    _stack.close()

"""What every test may use.

The servers of this run and the environment come from `tests/servers.py`. Celery is not eager: a task that is sent
goes to this run's broker and stays there, unless a test asks for `eager_celery` or `worker_environment`.
"""

import gc
import os
import shutil

import pgtrigger
import pytest
from django.db import connection
from django.db.backends.postgresql.operations import DatabaseOperations
from kombu import pools

from config.celery import app as celery_app
from tests.support import campus  # noqa: F401 (a fixture for every test)

CHROMIUM = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
)
MAC_CHROMIUM = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
NO_BROWSER = "No Chromium was found on PATH (or named by CHROMIUM_PATH): browser journeys did not run."
NOWHERE = "redis://127.0.0.1:1/0"


@pytest.fixture(autouse=True, scope="session")
def flush_may_empty_the_record():
    """Between transactional tests Django truncates every table; only then the record's triggers rest."""
    flush = DatabaseOperations.execute_sql_flush

    def without_triggers(self, sql_list):
        with pgtrigger.ignore():
            flush(self, sql_list)

    DatabaseOperations.execute_sql_flush = without_triggers
    yield
    DatabaseOperations.execute_sql_flush = flush


@pytest.fixture
def eager_celery():
    """Tasks run at once, in this process; an error in a task is the caller's."""
    before = celery_app.conf.task_always_eager, celery_app.conf.task_eager_propagates
    celery_app.conf.task_always_eager = celery_app.conf.task_eager_propagates = True
    yield
    celery_app.conf.task_always_eager, celery_app.conf.task_eager_propagates = before


@pytest.fixture
def redis_away(settings):
    """As if Redis had stopped: nobody listens at its address."""
    before = celery_app.conf.broker_url
    celery_app.conf.broker_url = settings.REDIS_URL = settings.CELERY_BROKER_URL = NOWHERE
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": NOWHERE}}
    forget_broker()
    yield
    celery_app.conf.broker_url = before
    forget_broker()


def forget_broker():
    """Close what is connected to the broker and let the next message connect anew."""
    pools.reset()
    celery_app._pool = celery_app.amqp._producer_pool = None


@pytest.fixture
def process_environment(transactional_db, settings):
    """The environment for a program of ours (a worker, a command) that is to work on the test database."""
    address, _slash, _name = os.environ["DATABASE_URL"].rpartition("/")
    name = connection.settings_dict["NAME"]
    return {**os.environ, "DATABASE_URL": f"{address}/{name}", "REDIS_URL": settings.REDIS_URL}


def find_chromium():
    """The browser's path: CHROMIUM_PATH, Debian's Chromium (its lean build first), or the user's Chrome; else None."""
    named = os.environ.get("CHROMIUM_PATH")
    found = [named] if named else [shutil.which(name) for name in CHROMIUM] + [MAC_CHROMIUM]
    return next((path for path in found if path and os.path.exists(path)), None)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """Launch the machine's own Chromium; as root it needs --no-sandbox."""
    options = ["--no-sandbox"] if os.geteuid() == 0 else []
    return {**browser_type_launch_args, "executable_path": find_chromium(), "args": options}


def pytest_collection_modifyitems(config, items):
    """Mark what uses a browser; without one such tests are skipped, or fail where a browser is compulsory."""
    journeys = [
        item for item in items if {"page", "browser", "context"} & set(getattr(item, "fixturenames", ()))
    ]
    items.sort(key=lambda item: item not in journeys)  # the longest begin first, so that no worker ends alone
    missing = find_chromium() is None
    for item in journeys:
        item.add_marker(pytest.mark.browser)
        if missing and not os.environ.get("IMPRIMATUR_REQUIRE_BROWSER"):
            item.add_marker(pytest.mark.skip(reason=NO_BROWSER))


def pytest_collection_finish(session):
    """What is loaded by now stays: the collector need not look through it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def pytest_terminal_summary(terminalreporter):
    """Say in words that the journeys were left out."""
    if any(NO_BROWSER in str(report.longrepr) for report in terminalreporter.stats.get("skipped", ())):
        terminalreporter.write_line(NO_BROWSER)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session, exitstatus):
    """Where a browser is compulsory, a run without a single journey has failed."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if not os.environ.get("IMPRIMATUR_REQUIRE_BROWSER") or reporter is None or exitstatus:
        return
    if not any("browser" in report.keywords for report in reporter.stats.get("passed", ())):
        reporter.write_line("No browser journey ran, and IMPRIMATUR_REQUIRE_BROWSER is set.")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED

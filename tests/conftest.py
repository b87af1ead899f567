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
from django.test import TransactionTestCase
from kombu import pools

from config.celery import app as celery_app
from credentials.openbadges.status_list import new_order
from policies.loader import canonical_text
from tests import template
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
KEPT = {"auth_permission", "django_content_type", "django_migrations"}  # written when a database is made
NOWHERE = "redis://127.0.0.1:1/0"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix):
    """Each process of the run has a copy of the database that was migrated once."""
    connection.settings_dict["TEST"]["TEMPLATE"] = template.copied()


@pytest.fixture(autouse=True, scope="session")
def written_once():
    """What is dear and the same each time is worked out once a run: a pack's canonical text, a status list's order."""
    order, texts = new_order(), {}

    def canonical(pack):
        kept, text = texts.get(id(pack), (None, ""))
        if kept is not pack:
            text = canonical_text(pack)
            texts[id(pack)] = pack, text  # with the pack, so that its id is not given to another
        return text

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("accounts.actions.policies.canonical_text", canonical)
        patch.setattr("credentials.actions.status_lists.new_order", lambda: order)
        yield


@pytest.fixture(autouse=True, scope="session")
def only_filled_tables_are_emptied():
    """Between transactional tests: what the migrations and the start wrote stays, and the record's triggers rest."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", _empty)
        yield


def _empty(_case):
    tables = [f'"{name}"' for name in connection.introspection.table_names() if name not in KEPT]
    filled = " UNION ALL ".join(f"(SELECT '{name}' FROM {name} LIMIT 1)" for name in tables)
    with pgtrigger.ignore(), connection.cursor() as cursor:
        cursor.execute(filled)
        if rows := cursor.fetchall():
            cursor.execute(f"TRUNCATE {', '.join(name for (name,) in rows)} CASCADE")


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


def pytest_make_parametrize_id(val):
    """A long value is named by its beginning and length: names travel between the processes of a run."""
    return f"{val[:40]!r} and so on, {len(val)}" if isinstance(val, str | bytes) and len(val) > 80 else None


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

"""Journeys drive a browser and look into the database from one thread; Playwright's loop makes Django suspicious of that."""

import os

import pytest
import redis

from issuance.platforms import registry
from issuance.sending import limiter
from tests.issuance import platform_fixtures
from tests.journeys.hands import Hand

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

sandbox = platform_fixtures.sandbox
ACCOUNTS = (
    ("credly", ""),
    ("credly", "CU_BOULDER"),
    ("credly", "MONTANA"),
    ("accredible", ""),
    ("accredible", "UC_RIVERSIDE"),
)


@pytest.fixture(scope="session")
def unseen():
    """`unseen(keys)`: whether axe-core has yet to look at one of these, in any process of this run."""
    looked = redis.Redis.from_url(f"{os.environ['REDIS_URL'].rpartition('/')[0]}/0")
    name = f"seen by axe-core, {os.environ.get('PYTEST_XDIST_TESTRUNUID', '')}"
    return lambda keys: looked.sadd(name, *map(repr, keys)) > 0


@pytest.fixture
def hand(browser, live_server, settings, unseen):
    """`hand(person)` is that person's browser. At the end all are closed, and what axe-core found is said."""
    settings.SITE_URL = live_server.url
    opened, found = [], []

    def open_one(person=None, **kwargs):
        opened.append(Hand(browser, live_server.url, person, unseen=unseen, found=found, **kwargs))
        return opened[-1]

    yield open_one
    for one in opened:
        one.close()
    assert not found, f"{len(found)} violations:\n" + "\n".join(dict.fromkeys(found))


@pytest.fixture
def platforms(sandbox, settings):
    """Both platforms at the sandbox, with a limiter that has been idle for long."""
    settings.CREDLY_BASE_URL, settings.ACCREDIBLE_BASE_URL = (
        f"{sandbox.url}/credly/v1",
        f"{sandbox.url}/accredible",
    )
    settings.CREDLY_TOKEN, settings.ACCREDIBLE_API_KEY = (
        platform_fixtures.CREDLY_TOKEN,
        platform_fixtures.ACCREDIBLE_KEY,
    )
    settings.CREDLY_ORGANIZATION = platform_fixtures.CREDLY_ORGANIZATION
    for kind, name in ACCOUNTS:
        limiter.current().start(registry.connect(kind, name), seconds_ago=3600)
    return sandbox

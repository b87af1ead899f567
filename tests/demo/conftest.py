"""The demo, loaded once for all tests of this folder against a sandbox of the platforms, and taken back after them."""

import pytest
from django.db import transaction
from django.test import override_settings

from desk.demo import load
from issuance.sandbox.server import Sandbox
from issuance.sandbox.state import settings_at


@pytest.hookimpl(tryfirst=True)  # before the runner looks for groups
def pytest_collection_modifyitems(items):
    """One worker takes them all, so that the demo is loaded once."""
    for item in items:
        if "loaded" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("demo"))


@pytest.fixture(scope="package")
def loaded(django_db_setup, django_db_blocker, tmp_path_factory):
    """Loads; each test then works in a savepoint of its own."""
    with Sandbox(tmp_path_factory.mktemp("sandbox")) as sandbox, django_db_blocker.unblock():
        settings = override_settings(DEMO=True, **settings_at(sandbox.url))
        with settings, transaction.atomic():
            assert load.load()
            yield
            transaction.set_rollback(True)


@pytest.fixture
def demo(loaded, db, settings):
    """The loaded demo, for one test."""
    settings.DEMO = True

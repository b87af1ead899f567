"""The README's walk through the whole way, run as it is written: shell, curl, a real worker, the sandbox."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.contrib.auth.hashers import make_password

from accounts.models import Person
from desk.demo import cast, plans
from issuance.platforms import registry
from issuance.sending import limiter
from tests.issuance import platform_fixtures

pytestmark = pytest.mark.django_db(transaction=True)
sandbox = platform_fixtures.sandbox
README = Path(__file__).parent.parent / "README.md"


def walk():
    """The block of shell after the mark."""
    found = re.search(r"<!-- walk -->\n```bash\n(.*?)```", README.read_text(), re.DOTALL)
    assert found, "The README has no walk."
    return found[1]


@pytest.fixture
def worker(process_environment, sandbox):
    """A Celery worker on the test's database, pushing to the sandbox."""
    variables = {
        "CREDLY_BASE_URL": f"{sandbox.url}/credly/v1",
        "CREDLY_TOKEN": platform_fixtures.CREDLY_TOKEN,
        "CREDLY_ORGANIZATION": platform_fixtures.CREDLY_ORGANIZATION,
    }
    command = [
        sys.executable,
        "-m",
        "celery",
        "-A",
        "config",
        "worker",
        "-c",
        "1",
        "-P",
        "threads",
        "-l",
        "error",
    ]
    process = subprocess.Popen(
        [*command, "--without-gossip", "--without-mingle"], env={**process_environment, **variables}
    )
    yield process
    process.terminate()
    process.wait(20)


def test_the_walk_of_the_readme_goes_all_the_way(live_server, worker, sandbox, settings):
    settings.CREDLY_BASE_URL, settings.CREDLY_TOKEN = (
        f"{sandbox.url}/credly/v1",
        platform_fixtures.CREDLY_TOKEN,
    )
    settings.CREDLY_ORGANIZATION = platform_fixtures.CREDLY_ORGANIZATION
    limiter.current().start(registry.connect("credly", "CU_BOULDER"), seconds_ago=3600)
    cast.found(plans.BOULDER, cast.operator())
    Person.objects.update(password=make_password(cast.PASSWORD))
    done = subprocess.run(
        ["bash", "-c", walk()],
        env={"PATH": os.environ["PATH"], "BASE": live_server.url, "PASSWORD": cast.PASSWORD},
        capture_output=True,
        text=True,
        timeout=180,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    lines = done.stdout.splitlines()
    assert [line for line in lines if line in ("intent", "proposal", "committee_review")] == [
        "intent",
        "proposal",
        "committee_review",
    ]
    assert any(line.startswith("CUB-5 ") for line in lines)
    assert lines[-3:] == ["delivered", "valid", "eddsa-rdfc-2022"]

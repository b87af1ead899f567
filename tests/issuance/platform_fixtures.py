"""Fixtures for tests against the sandbox of the platforms, over real HTTP on a free port of this machine.

Take them into a test module by assignment: `sandbox = platform_fixtures.sandbox`.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import requests
from django.core.cache import cache

from issuance.platforms.accredible import Accredible
from issuance.platforms.base import Account, Evidence, OpenGate, Outgoing, PlatformError, Rate, TemplateFacts
from issuance.platforms.canvas import Canvas
from issuance.platforms.credly import Credly
from issuance.sandbox import server
from issuance.sandbox.faults import Fault
from issuance.sandbox.routing import Reply
from issuance.sandbox.server import Sandbox
from issuance.sandbox.state import (
    ACCREDIBLE_KEY,
    CANVAS_ISSUER,
    CANVAS_PASSWORD,
    CANVAS_USERNAME,
    CREDLY_ORGANIZATION,
    CREDLY_TOKEN,
)

FACTS = TemplateFacts(
    definition_key="7d3c5a52-1111-4222-8333-944455556666",
    name="Data Literacy",
    description="Reads, questions and explains data.",
    criteria_url="https://badges.example.org/catalogue/data-literacy/",
    skills=("Reading data", "Questioning data", "Explaining data"),
    image=b"\x89PNG\r\n\x1a\n",
)


@pytest.fixture
def sandbox(tmp_path):
    """A running sandbox of its own, empty."""
    with Sandbox(tmp_path / "sandbox") as running:
        yield running


def credly_account(sandbox, **changes):
    """The account at the sandbox's Credly."""
    values = {
        "platform": "credly",
        "label": "Credly",
        "key": "",
        "base_url": f"{sandbox.url}/credly/v1",
        "token": CREDLY_TOKEN,
        "organization": CREDLY_ORGANIZATION,
        "rates": (Rate(500, 10),),
        "connect_seconds": 2.0,
        "read_seconds": 5.0,
    }
    return Account(**(values | changes))


def accredible_account(sandbox, **changes):
    """The account at the sandbox's Accredible."""
    values = {
        "platform": "accredible",
        "label": "Accredible",
        "key": "",
        "base_url": f"{sandbox.url}/accredible",
        "token": ACCREDIBLE_KEY,
        "rates": (Rate(200, 30),),
        "connect_seconds": 2.0,
        "read_seconds": 5.0,
    }
    return Account(**(values | changes))


def canvas_account(sandbox, username=CANVAS_USERNAME, options=(), **changes):
    """The account at the sandbox's Canvas Credentials."""
    values = {
        "platform": "canvas",
        "label": "Canvas Credentials",
        "key": "",
        "base_url": f"{sandbox.url}/canvas",
        "token": CANVAS_PASSWORD,
        "organization": CANVAS_ISSUER,
        "rates": (Rate(500, 10),),
        "connect_seconds": 2.0,
        "read_seconds": 5.0,
        "options": (("CANVAS_USERNAME", username), *options),
    }
    return Account(**(values | changes))


@pytest.fixture
def canvas(sandbox):
    """Canvas Credentials' client at the sandbox, without a limiter and without a kept token."""
    cache.clear()
    return Canvas(canvas_account(sandbox), OpenGate())


@pytest.fixture
def badge_class(canvas):
    """A badge class at the sandbox's Canvas Credentials."""
    return canvas.ensure_template(FACTS)


@pytest.fixture
def credly(sandbox):
    """Credly's client at the sandbox, without a limiter."""
    return Credly(credly_account(sandbox), OpenGate())


@pytest.fixture
def accredible(sandbox):
    """Accredible's client at the sandbox, without a limiter."""
    return Accredible(accredible_account(sandbox), OpenGate())


@pytest.fixture
def hasty_credly(sandbox):
    """Credly's client that waits half a second for an answer."""
    return Credly(credly_account(sandbox, read_seconds=0.5), OpenGate())


@pytest.fixture
def hasty_accredible(sandbox):
    """Accredible's client that waits half a second for an answer."""
    return Accredible(accredible_account(sandbox, read_seconds=0.5), OpenGate())


@pytest.fixture
def credly_template(credly):
    """A badge template at the sandbox's Credly."""
    return credly.ensure_template(FACTS)


@pytest.fixture
def group(accredible):
    """A group at the sandbox's Accredible."""
    return accredible.ensure_template(FACTS)


def outgoing(template_id, number=1, **changes):
    """An award on its way: number 1 is award-1 for learner 1."""
    values = {
        "key": f"award-{number}",
        "template_id": template_id,
        "recipient_name": f"Demo learner {number}",
        "recipient_email": f"learner{number}@montana.example",
        "issued_at": datetime(2026, 5, 4, 20, 30, tzinfo=ZoneInfo("America/Denver")),
        "issuer_earner_id": f"person-{number}",
        "evidence": (Evidence("Project", "https://example.org/project"),),
    }
    return Outgoing(**(values | changes))


def break_next(sandbox, kind, **values):
    """The next call (or as `values` say) goes wrong in this way."""
    sandbox.state.faults.add(Fault(kind, **values))


def held(sandbox, platform):
    """The keys or earners of what the sandbox holds, in order."""
    column = "earner" if platform == "credly" else "own_key"
    return [row[column] for row in sandbox.state.held(platform)]


def refused(call):
    """The PlatformError that a call ends with."""
    with pytest.raises(PlatformError) as caught:
        call()
    return caught.value


def decide(sandbox, badge_id, decision):
    """What the learner does at Credly: "accepted" or "rejected"."""
    requests.post(f"{sandbox.url}/_control/badges/{badge_id}/{decision}", timeout=10).raise_for_status()


def reply_with(monkeypatch, status, data):
    """Whatever is asked of the sandbox's API, this is its answer."""
    monkeypatch.setattr(server, "_answer", lambda tables, request: Reply(status, data))

"""Putting an issued badge right at each platform, over real HTTP against the sandbox."""

import dataclasses
from datetime import UTC, date, datetime

import pytest

from issuance.platforms.base import Evidence
from tests.issuance import platform_fixtures
from tests.issuance.platform_fixtures import FACTS, outgoing, refused

sandbox = platform_fixtures.sandbox
credly = platform_fixtures.credly
accredible = platform_fixtures.accredible
canvas = platform_fixtures.canvas
SENT_BEFORE = datetime(2026, 5, 5, tzinfo=UTC)


@pytest.fixture(params=["credly", "accredible", "canvas"])
def platform(request):
    """Each platform's client in turn."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def award(platform):
    """An award and what the platform holds for it."""
    template = platform.ensure_template(FACTS)
    sent = outgoing(template, award_url="https://badges.example.org/awards/award-1")
    return sent, platform.send(sent)


def corrected(award, **changes):
    changes = {"key": "award-9", "award_url": "https://badges.example.org/awards/award-9"} | changes
    return dataclasses.replace(award, recipient_name="Right Name", **changes)


def test_replaced_badge_is_the_only_one_and_says_the_new_day(sandbox, platform, award):
    sent, there = award
    wanted = corrected(sent, expires_on=date(2031, 3, 1))
    done = platform.replace(wanted, there.remote_id)
    assert done.state == "delivered"
    live = [row for row in platform.statuses(sent.template_id) if row.state == "delivered"]
    assert [row.remote_id for row in live] == [done.remote_id]
    body = sandbox.state.badge(platform.kind, done.remote_id)
    assert str(body.get("expires_at") or body.get("expires") or body["expired_on"]).startswith("2031-03-")
    if platform.kind != "canvas":
        assert (body.get("issued_to") or body["recipient"]["name"]) == "Right Name"


def test_replacing_twice_is_harmless(sandbox, platform, award):
    sent, there = award
    wanted = corrected(sent)
    first = platform.replace(wanted, there.remote_id)
    again = platform.replace(dataclasses.replace(wanted, last_sent_at=SENT_BEFORE), there.remote_id)
    assert again.remote_id == first.remote_id
    assert len([row for row in platform.statuses(sent.template_id) if row.state == "delivered"]) == 1


def test_replacing_what_is_not_there_needs_a_person(platform, award):
    error = refused(lambda: platform.replace(corrected(award[0]), "999"))
    assert error.permanent


def test_credly_badge_that_somebody_replaced_there_is_put_right_at_its_successor(sandbox, credly):
    template = credly.ensure_template(FACTS)
    sent = outgoing(template, award_url="https://badges.example.org/awards/award-1")
    there = credly.send(sent)
    by_hand = credly.replace(dataclasses.replace(sent, recipient_name="By Hand"), there.remote_id)
    done = credly.replace(corrected(sent), there.remote_id)
    assert done.remote_id not in (there.remote_id, by_hand.remote_id)
    assert sandbox.state.badge("credly", by_hand.remote_id)["replacement_badge_id"] == done.remote_id
    assert credly.status(sent, there.remote_id).state == "replaced"


def test_accredible_evidence_is_put_right_item_by_item(sandbox, accredible):
    group = accredible.ensure_template(FACTS)
    first = (Evidence("Plan", "https://example.org/plan"), Evidence("Kept", "https://example.org/kept"))
    sent = outgoing(group, evidence=first)
    there = accredible.send(sent)
    mine = sandbox.state.badge("accredible", there.remote_id)
    mine["evidence_items"].append({"id": 5, "link_url": "https://learner.example/", "supplemental": True})
    sandbox.state.change_badge("accredible", there.remote_id, mine)
    new = (Evidence("Kept", "https://example.org/kept"), Evidence("New", "https://example.org/new"))
    accredible.replace(corrected(sent, evidence=new, award_url=""), there.remote_id)
    items = sandbox.state.badge("accredible", there.remote_id)["evidence_items"]
    assert sorted(item["link_url"] for item in items) == [
        "https://example.org/kept",
        "https://example.org/new",
        "https://learner.example/",
    ]


def test_accredible_credential_without_credit_is_published_when_it_is_put_right(sandbox, accredible):
    group = accredible.ensure_template(FACTS)
    sandbox.state.set_switches({"accredible_credits": 0})
    sent = outgoing(group)
    there = accredible.send(sent)
    assert accredible.replace(corrected(sent), there.remote_id).state == "unpublished"
    sandbox.state.set_switches({"accredible_credits": 1})
    done = accredible.replace(corrected(sent), there.remote_id)
    assert (done.state, done.remote_id) == ("delivered", there.remote_id)

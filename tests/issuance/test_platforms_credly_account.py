"""Credly's client: templates, token and organisation, what it offers."""

import dataclasses
from datetime import UTC, datetime, timedelta

from issuance.platforms.base import OpenGate, TemplateFacts
from issuance.platforms.credly import Credly
from tests.issuance import platform_fixtures
from tests.issuance.platform_fixtures import FACTS, credly_account, held, outgoing, refused

sandbox = platform_fixtures.sandbox
credly = platform_fixtures.credly
credly_template = platform_fixtures.credly_template


def test_template_of_another_organisation_is_refused(sandbox, credly, credly_template):
    sandbox.state.add_account("credly", "other-token", "5a4d0c1e-0000-4000-8000-000000000002", "Other")
    account = credly_account(
        sandbox, token="other-token", organization="5a4d0c1e-0000-4000-8000-000000000002"
    )
    other = Credly(account, OpenGate())
    assert refused(lambda: other.send(outgoing(credly_template))).permanent
    assert refused(lambda: other.check_template(credly_template)).code == "template"
    assert held(sandbox, "credly") == []


def test_check_template_in_order(credly, credly_template):
    assert credly.check_template(credly_template) is None


def test_wrong_token_stops_the_account(sandbox):
    client = Credly(credly_account(sandbox, token="old-token"), OpenGate())
    error = refused(lambda: client.send(outgoing("any")))
    assert (error.permanent, error.account_wide, error.code) == (True, True, "token_refused")
    assert "CREDLY_TOKEN" in error.message
    assert "old-token" not in error.message


def test_organisation_of_somebody_else_is_refused(sandbox):
    client = Credly(credly_account(sandbox, organization="another"), OpenGate())
    assert refused(lambda: client.send(outgoing("any"))).status == 404


def test_base_url_without_version_works_too(sandbox, credly_template):
    client = Credly(credly_account(sandbox, base_url=f"{sandbox.url}/credly"), OpenGate())
    assert client.send(outgoing(credly_template)).state == "delivered"


def test_ensure_template_finds_its_own_again(sandbox, credly):
    first = credly.ensure_template(FACTS)
    renamed = dataclasses.replace(FACTS, definition_key="7d3c5a52-1111-4222-8333-944455556667")
    assert credly.ensure_template(FACTS) == first
    assert credly.ensure_template(renamed) != first


def test_ensure_template_with_a_name_that_no_filter_takes(credly):
    odd = dataclasses.replace(FACTS, name='Data "Literacy": A|B, C')
    assert credly.ensure_template(odd) == credly.ensure_template(odd)


def test_ensure_template_serves_the_image(sandbox, credly):
    template = sandbox.state.template("credly", credly.ensure_template(FACTS))[1]
    assert template["image_url"] == f"{sandbox.url}/credly/images/{template['id']}"


def test_ensure_template_says_what_is_missing_before_it_calls(sandbox, credly):
    bare = TemplateFacts(definition_key="k", name="Bare", description="d", criteria_url="", skills=("one",))
    error = refused(lambda: credly.ensure_template(bare))
    assert error.message == (
        "Credly needs at least three skills, and the definition names 1 and a badge image and the address of the "
        "criteria page."
    )
    assert (error.permanent, error.code, sandbox.state.arrivals["credly"].count()) == (True, "template", 0)


def test_ensure_template_where_creation_is_not_enabled(sandbox, credly):
    sandbox.state.set_switches({"credly_template_creation": False})
    error = refused(lambda: credly.ensure_template(FACTS))
    assert (error.permanent, error.code) == (True, "template")


def test_health_in_order(credly):
    health = credly.health()
    assert (health.ok, health.message, health.credits_left) == (
        True,
        "Credly knows us as Sandbox University.",
        None,
    )
    assert health.token_expires_on == (datetime.now(UTC) + timedelta(days=180)).date()


def test_health_with_a_refused_token(sandbox):
    health = Credly(credly_account(sandbox, token="old"), OpenGate()).health()
    assert (health.ok, "CREDLY_TOKEN" in health.message) == (False, True)


def test_figures_that_credly_does_not_offer(credly):
    assert credly.not_offered({"acceptance", "opened", "clicks", "geography"}) == {
        "opened",
        "clicks",
        "geography",
    }

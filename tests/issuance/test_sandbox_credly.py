"""Credly's rules as the sandbox keeps them, asked with plain requests and not with our client."""

import base64

import pytest
import requests

from issuance.sandbox.state import CREDLY_ORGANIZATION, CREDLY_TOKEN
from tests.issuance import platform_fixtures

sandbox = platform_fixtures.sandbox
credly = platform_fixtures.credly
credly_template = platform_fixtures.credly_template


def basic(text):
    """An Authorization header with this text in base64."""
    return f"Basic {base64.b64encode(text.encode()).decode()}"


def at_credly(
    sandbox, method, path, body=None, *, authorization=None, organization=CREDLY_ORGANIZATION, **query
):
    """A call to Credly in the organisation."""
    headers = {"Authorization": authorization or basic(f"{CREDLY_TOKEN}:")}
    url = f"{sandbox.url}/credly/v1/organizations/{organization}{path}"
    return requests.request(method, url, json=body, params=query, headers=headers, timeout=10)


def badge(template, **changes):
    """A good badge for Credly."""
    return {
        "recipient_email": "learner@montana.example",
        "issued_to_first_name": "Demo",
        "issued_to_last_name": "Learner",
        "badge_template_id": template,
        "issued_at": "2026-05-04 20:30:00 -0600",
    } | changes


@pytest.mark.parametrize(
    "authorization, status",
    [
        (basic(f"{CREDLY_TOKEN}:"), 200),
        (basic(CREDLY_TOKEN), 401),
        (basic(f"{CREDLY_TOKEN}:password"), 401),
        (basic("other:"), 401),
        (f"Bearer {CREDLY_TOKEN}", 401),
        ("Basic not-base64!", 401),
        ("Basic", 401),
    ],
)
def test_credly_signs_in_with_token_and_colon(sandbox, authorization, status):
    assert at_credly(sandbox, "GET", "", authorization=authorization).status_code == status


def test_credly_lenient_takes_the_token_without_colon(sandbox):
    sandbox.state.set_switches({"strict_auth": False})
    assert at_credly(sandbox, "GET", "", authorization=basic(CREDLY_TOKEN)).status_code == 200


def test_credly_other_organisation_is_not_found(sandbox):
    answer = at_credly(sandbox, "GET", "", organization="other")
    assert (answer.status_code, answer.json()) == (
        404,
        {"data": {"message": "Organization not found"}, "metadata": None},
    )


def test_credly_new_badge_is_pending_without_user(sandbox, credly_template):
    answer = at_credly(sandbox, "POST", "/badges", badge(credly_template))
    made = answer.json()["data"]
    assert (answer.status_code, answer.json()["metadata"]) == (201, {})
    assert (made["state"], made["user"], "badge_url" in made) == ("pending", {}, False)
    assert made["accept_badge_url"] == f"{sandbox.url}/credly/badges/{made['id']}/accept"
    assert made["issued_at"] == "2026-05-05T02:30:00.000Z"


@pytest.mark.parametrize(
    "field",
    ["recipient_email", "issued_to_first_name", "issued_to_last_name", "badge_template_id", "issued_at"],
)
def test_credly_five_fields_are_required(sandbox, credly_template, field):
    body = badge(credly_template)
    del body[field]
    answer = at_credly(sandbox, "POST", "/badges", body)
    assert answer.status_code == 422
    assert [error["attribute"] for error in answer.json()["data"]["errors"]] == [field]


@pytest.mark.parametrize(
    "changes, status",
    [
        ({}, 422),
        ({"recipient_email": "LEARNER@montana.example"}, 422),
        ({"recipient_email": "other@montana.example"}, 201),
        ({"recipient_email": "other@montana.example", "issuer_earner_id": "7"}, 422),
        ({"recipient_email": "other@montana.example", "issuer_earner_id": "8"}, 201),
    ],
)
def test_credly_duplicates_by_address_or_earner(sandbox, credly_template, changes, status):
    at_credly(sandbox, "POST", "/badges", badge(credly_template, issuer_earner_id="7"))
    answer = at_credly(sandbox, "POST", "/badges", badge(credly_template, **changes))
    assert answer.status_code == status
    if status == 422:
        assert "already has this badge" in answer.json()["data"]["message"]


def test_credly_duplicates_where_the_template_allows_them(sandbox, credly_template):
    account, template = sandbox.state.template("credly", credly_template)
    sandbox.state.save_template(
        "credly", account, credly_template, template | {"allow_duplicate_badges": True}
    )
    assert [at_credly(sandbox, "POST", "/badges", badge(credly_template)).status_code for _ in "12"] == [
        201,
        201,
    ]


def test_credly_pages_hold_fifty_with_absolute_links(sandbox, credly_template):
    for number in range(51):
        at_credly(
            sandbox, "POST", "/badges", badge(credly_template, recipient_email=f"{number}@montana.example")
        )
    first = at_credly(sandbox, "GET", "/badges", filter="state::pending").json()
    meta = first["metadata"]
    assert (len(first["data"]), meta["count"], meta["total_count"], meta["total_pages"], meta["per"]) == (
        50,
        50,
        51,
        2,
        50,
    )
    headers = {"Authorization": basic(f"{CREDLY_TOKEN}:")}
    second = requests.get(meta["next_page_url"], headers=headers, timeout=10).json()
    assert (len(second["data"]), second["metadata"]["next_page_url"]) == (1, None)
    assert second["metadata"]["previous_page_url"].startswith(sandbox.url)


def test_credly_empty_list(sandbox):
    meta = at_credly(sandbox, "GET", "/badges").json()["metadata"]
    assert (meta["count"], meta["total_count"], meta["total_pages"]) == (0, 0, 1)


def test_credly_list_lags_when_told_to(sandbox, credly_template):
    at_credly(sandbox, "POST", "/badges", badge(credly_template))
    sandbox.state.set_switches({"index_lag_seconds": 3600})
    assert at_credly(sandbox, "GET", "/badges").json()["data"] == []


def test_credly_one_badge_cannot_be_read_by_id(sandbox, credly_template):
    made = at_credly(sandbox, "POST", "/badges", badge(credly_template)).json()["data"]["id"]
    assert at_credly(sandbox, "GET", f"/badges/{made}").status_code == 404


def test_credly_revoke_needs_a_reason(sandbox, credly_template):
    made = at_credly(sandbox, "POST", "/badges", badge(credly_template)).json()["data"]["id"]
    assert at_credly(sandbox, "PUT", f"/badges/{made}/revoke", {}).status_code == 422
    answer = at_credly(sandbox, "PUT", f"/badges/{made}/revoke", {"reason": "Mistake"})
    assert (answer.status_code, answer.json()["data"]["state"]) == (200, "revoked")


@pytest.mark.parametrize("missing", ["image", "global_activity_url", "badge_template_activities", "skills"])
def test_credly_template_needs(sandbox, missing):
    body = {
        "name": "Data Literacy",
        "description": "Reads data.",
        "global_activity_url": "https://badges.example.org/",
        "image": {"remote_upload_url": "https://badges.example.org/badge.png"},
        "skills": ["one", "two", "three"],
        "badge_template_activities": [{"activity_type": "Course", "title": "Course"}],
    }
    good = at_credly(sandbox, "POST", "/badge_templates", body)
    assert (good.status_code, good.json()["data"]["state"]) == (201, "active")
    assert good.headers["Location"].endswith(good.json()["data"]["id"])
    body[missing] = body[missing][:2] if missing == "skills" else None
    assert at_credly(sandbox, "POST", "/badge_templates", body).status_code == 422

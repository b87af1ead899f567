"""The vendors' rules as the sandbox keeps them, asked with plain requests and not with our clients."""

import base64

import pytest
import requests

from issuance.sandbox.state import ACCREDIBLE_KEY, CREDLY_ORGANIZATION, CREDLY_TOKEN
from tests.issuance import platform_fixtures

sandbox = platform_fixtures.sandbox
credly = platform_fixtures.credly
accredible = platform_fixtures.accredible
credly_template = platform_fixtures.credly_template
group = platform_fixtures.group


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


def at_accredible(sandbox, method, path, body=None, *, authorization=f"Token token={ACCREDIBLE_KEY}"):
    """A call to Accredible."""
    headers = {"Authorization": authorization}
    return requests.request(method, f"{sandbox.url}/accredible{path}", json=body, headers=headers, timeout=10)


def badge(template, **changes):
    """A good badge for Credly."""
    return {
        "recipient_email": "learner@montana.example",
        "issued_to_first_name": "Demo",
        "issued_to_last_name": "Learner",
        "badge_template_id": template,
        "issued_at": "2026-05-04 20:30:00 -0600",
    } | changes


def credential(group, **changes):
    """A good credential for Accredible."""
    recipient = {"name": "Demo learner", "email": "learner@montana.example"}
    return {"group_id": int(group), "recipient": recipient} | changes


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


@pytest.mark.parametrize(
    "authorization, status",
    [
        (f"Token token={ACCREDIBLE_KEY}", 200),
        (f'Token token="{ACCREDIBLE_KEY}"', 200),
        (f"Token {ACCREDIBLE_KEY}", 401),
        (f"Bearer {ACCREDIBLE_KEY}", 401),
        ("Token token=other", 401),
        ("Token", 401),
    ],
)
def test_accredible_signs_in_with_its_token_form(sandbox, authorization, status):
    answer = at_accredible(sandbox, "GET", "/v1/issuer/details", authorization=authorization)
    assert answer.status_code == status
    if status == 401:
        assert answer.text.strip() == "HTTP Token: Access denied."


def test_accredible_new_credential_is_published(sandbox, group):
    answer = at_accredible(
        sandbox, "POST", "/v1/credentials", {"credential": credential(group, id="award-1")}
    )
    made = answer.json()["credential"]
    assert (answer.status_code, made["approve"], made["id"]) == (200, True, "10000001")
    assert "license_id" not in made
    assert requests.get(made["url"], timeout=10).status_code == 200


def test_accredible_is_read_by_own_id_and_by_theirs(sandbox, group):
    at_accredible(sandbox, "POST", "/v1/credentials", {"credential": credential(group, id="award-1")})
    for path in ("award-1", "10000001"):
        assert (
            at_accredible(sandbox, "GET", f"/v1/credentials/{path}").json()["credential"]["id"] == "10000001"
        )
    missing = at_accredible(sandbox, "GET", "/v1/credentials/award-2")
    assert (missing.status_code, missing.json()) == (404, {"errors": "Doesn't exist"})


@pytest.mark.parametrize(
    "changes, errors",
    [
        ({"recipient": {}}, "Can not create credential without recipient data"),
        ({"recipient": {"name": "Demo"}}, "Can not create credential without recipient data"),
        ({"group_id": 99}, "Invalid Group"),
        ({"issued_on": "04/05/2026"}, {"issued_on": ["is invalid"]}),
        ({"evidence_items": [{"category": "url"}]}, {"evidence_items": ["is invalid"]}),
    ],
)
def test_accredible_refuses(sandbox, group, changes, errors):
    answer = at_accredible(sandbox, "POST", "/v1/credentials", {"credential": credential(group, **changes)})
    assert (answer.status_code, answer.json()) == (422, {"errors": errors})


def test_accredible_duplicates_by_group_and_address(sandbox, group):
    body = {"credential": credential(group)}
    assert at_accredible(sandbox, "POST", "/v1/credentials", body).status_code == 200
    again = at_accredible(sandbox, "POST", "/v1/credentials", body)
    assert (again.status_code, "has already been taken" in again.text) == (422, True)
    at_accredible(
        sandbox, "PUT", f"/v1/issuer/groups/{group}", {"group": {"allow_duplicate_credentials": True}}
    )
    assert at_accredible(sandbox, "POST", "/v1/credentials", body).status_code == 200


@pytest.mark.parametrize(
    "emails, status",
    [(["a", "b"], 200), (["a", "a"], 207), (["bad", "bad"], 422), ([], 422), (["a"] * 31, 422)],
)
def test_accredible_bulk_status(sandbox, group, emails, status):
    rows = [
        credential(
            group, recipient={"name": "Demo", "email": "bad" if name == "bad" else f"{name}@montana.example"}
        )
        for name in emails
    ]
    answer = at_accredible(sandbox, "POST", "/v2/credentials/bulk_create", {"credentials": rows})
    assert answer.status_code == status


def test_accredible_bulk_without_credits_is_made_with_an_error(sandbox, group):
    sandbox.state.set_switches({"accredible_credits": 0})
    answer = at_accredible(
        sandbox, "POST", "/v2/credentials/bulk_create", {"credentials": [credential(group)]}
    )
    (row,) = answer.json()["results"]
    assert (answer.status_code, row["credential"]["approve"], row["errors"]["code"]) == (
        207,
        False,
        "insufficient_credits",
    )


def test_accredible_credits_are_spent(sandbox, group):
    sandbox.state.set_switches({"accredible_credits": 2})
    at_accredible(sandbox, "POST", "/v1/credentials", {"credential": credential(group)})
    left = at_accredible(sandbox, "GET", "/v1/issuer/details").json()["issuer"]["certificate_left"]
    assert left == 1


def test_accredible_search_by_group_and_address(sandbox, group):
    at_accredible(sandbox, "POST", "/v1/credentials", {"credential": credential(group, id="award-1")})
    query = {"group.id": group, "recipient_email": "learner@montana.example"}
    answer = at_accredible(sandbox, "POST", "/v2/credentials/search", {"query": query}).json()
    (row,) = answer["credentials"]
    assert (row["id"], row["license_id"], row["group"]["id"]) == (10000001, "award-1", int(group))
    assert answer["meta"] == {"count": 1, "from": 0, "size": 50, "cursor": "1"}


def test_accredible_search_by_unknown_field(sandbox):
    answer = at_accredible(sandbox, "POST", "/v2/credentials/search", {"query": {"colour": "red"}})
    assert (answer.status_code, answer.json()["status"]) == (400, "invalid_search_query")


def test_accredible_delete_is_for_good(sandbox, group):
    at_accredible(sandbox, "POST", "/v1/credentials", {"credential": credential(group)})
    assert (
        at_accredible(sandbox, "DELETE", "/v1/credentials/10000001").json()["credential"]["id"] == "10000001"
    )
    assert at_accredible(sandbox, "GET", "/v1/credentials/10000001").status_code == 404


def test_accredible_group_needs_and_unique_name(sandbox):
    body = {"group": {"name": "g", "course_name": "Course"}}
    answer = at_accredible(sandbox, "POST", "/v1/issuer/groups", body)
    assert (answer.status_code, answer.json()) == (
        422,
        {"errors": {"course_description": ["can't be blank"]}},
    )
    body["group"]["course_description"] = "About"
    assert at_accredible(sandbox, "POST", "/v1/issuer/groups", body).status_code == 200
    assert at_accredible(sandbox, "POST", "/v1/issuer/groups", body).status_code == 422
    gone = at_accredible(sandbox, "GET", "/v1/issuer/groups/99")
    assert (gone.status_code, gone.json()) == (404, {"success": False, "data": "Group does not exist"})


def test_accredible_design_is_kept(sandbox):
    made = at_accredible(sandbox, "POST", "/v1/designs", {"design": {"name": "Round"}}).json()["design"]
    assert at_accredible(sandbox, "GET", f"/v1/designs/{made['id']}").json()["design"]["name"] == "Round"

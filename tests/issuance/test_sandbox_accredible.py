"""Accredible's rules as the sandbox keeps them, asked with plain requests and not with our client."""

import pytest
import requests

from issuance.sandbox.state import ACCREDIBLE_KEY
from tests.issuance import platform_fixtures

sandbox = platform_fixtures.sandbox
accredible = platform_fixtures.accredible
group = platform_fixtures.group


def at_accredible(sandbox, method, path, body=None, *, authorization=f"Token token={ACCREDIBLE_KEY}"):
    """A call to Accredible."""
    headers = {"Authorization": authorization}
    return requests.request(method, f"{sandbox.url}/accredible{path}", json=body, headers=headers, timeout=10)


def credential(group, **changes):
    """A good credential for Accredible."""
    recipient = {"name": "Demo learner", "email": "learner@montana.example"}
    return {"group_id": int(group), "recipient": recipient} | changes


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

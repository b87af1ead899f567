"""People and trainings over HTTP, and the walls around them."""

import uuid

import pytest

from accounts.authority import is_qualified
from tests.factories import PASSWORD
from tests.support import api_for

pytestmark = pytest.mark.django_db


def test_a_token_is_given_for_address_and_password(campus, client):
    made = campus()
    good = client.post("/api/v1/token/", {"email": made.issuer.email.upper(), "password": PASSWORD})
    assert (
        client.get("/api/v1/people/", headers={"Authorization": f"Token {good.json()['token']}"}).status_code
        == 200
    )
    assert client.post("/api/v1/token/", {"email": made.issuer.email, "password": "wrong"}).status_code == 400


def addresses(person, **query):
    rows = api_for(person).get("/api/v1/people/", {"page_size": 500, **query}).json()
    return {row["email"] for row in rows["results"]}


def test_people_of_one_s_own_campus_only(campus):
    made = campus()
    assert made.issuer.email in addresses(made.programme_manager)
    assert made.stranger.email not in addresses(made.programme_manager)
    assert addresses(made.stranger) == {made.stranger.email}
    for person in (made.issuer, made.registrar, made.nobody, made.learner):
        assert addresses(person) == {person.email}
    assert addresses(made.administrator, email=made.issuer.email.upper()) == {made.issuer.email}


def train(by, person, institution):
    path = f"/api/v1/people/{person.pk}/trainings/"
    return api_for(by).post(path, {"institution": institution.slug})


def test_a_training_is_recorded_once(campus):
    made = campus()
    answer = train(made.programme_manager, made.untrained_issuer, made.institution)
    assert (answer.status_code, answer.json()["kind"]) == (201, "trained_issuer")
    assert is_qualified(made.untrained_issuer, made.institution)
    again = train(made.programme_manager, made.untrained_issuer, made.institution)
    assert (again.status_code, again.json()["detail"]) == (409, f"{made.untrained_issuer} has this already.")


def test_trainings_stop_at_the_walls(campus):
    made = campus()
    assert train(made.stranger, made.untrained_issuer, made.institution).status_code == 404
    assert train(made.stranger, made.untrained_issuer, made.elsewhere).status_code == 404
    assert train(made.programme_manager, made.untrained_issuer, made.elsewhere).status_code == 404
    assert train(made.untrained_issuer, made.untrained_issuer, made.institution).status_code == 403
    assert train(made.issuer, made.untrained_issuer, made.institution).status_code == 404
    unknown = api_for(made.programme_manager).post(
        f"/api/v1/people/{uuid.uuid4()}/trainings/", {"institution": "x"}
    )
    assert unknown.status_code == 404

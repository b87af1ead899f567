"""Nothing of an unapproved credential is public, by any door (UM-14: nothing before the pilot is approved)."""

import itertools

import pytest
from django.test import Client

from credentials.models import Standing
from tests.credentials.support import definition, set_standing, with_image
from tests.support import api_for, site_for

SECRET = "A credential nobody may know of yet"
HIDDEN = [Standing.DRAFT, Standing.SUSPENDED, Standing.LAPSED, Standing.RETIRED, Standing.TEACH_OUT]


def doors(made):
    return [
        f"/catalogue/{made.slug}/",
        f"/catalogue/{made.slug}/badge.png",
        f"/catalogue/{made.slug}/image/",
        f"/achievements/{made.current_id}",
    ]


@pytest.fixture
def montana(campus):
    return campus("montana")


@pytest.fixture
def secret(montana):
    return with_image(definition(montana, Standing.DRAFT, title=SECRET), montana)


@pytest.mark.clause("UM-14")
@pytest.mark.parametrize("standing", HIDDEN)
def test_no_door_of_its_own_opens_to_strangers(montana, secret, standing):
    if standing != Standing.DRAFT:
        secret = set_standing(secret, standing)
    sites = (Client(), site_for(montana.stranger))
    for path, site, accept in itertools.product(
        doors(secret), sites, ("text/html", "application/json", "*/*")
    ):
        answer = site.get(path, headers={"accept": accept})
        signed_out = answer.status_code == 302 and answer["Location"].startswith("/accounts/login/")
        assert answer.status_code == 404 or signed_out, path
        assert SECRET not in answer.content.decode(errors="replace")


@pytest.mark.clause("UM-14")
@pytest.mark.parametrize("standing", HIDDEN)
def test_no_list_names_it(montana, secret, standing):
    if standing != Standing.DRAFT:
        secret = set_standing(secret, standing)
    for path in (
        "/catalogue/",
        "/catalogue/?q=credential",
        "/catalogue/?institution=montana",
        "/issuers/montana",
    ):
        for site in (Client(), site_for(montana.stranger), site_for(montana.programme_manager)):
            assert SECRET not in site.get(path).content.decode(), path


@pytest.mark.clause("UM-14")
@pytest.mark.parametrize("standing", HIDDEN)
def test_the_api_shows_it_to_its_campus_alone(montana, secret, standing):
    if standing != Standing.DRAFT:
        secret = set_standing(secret, standing)
    assert Client().get("/api/v1/definitions/").status_code == 401
    for person, seen in ((montana.stranger, 0), (montana.learner, 0), (montana.programme_manager, 1)):
        assert api_for(person).get("/api/v1/definitions/").json()["count"] == seen
        assert api_for(person).get(f"/api/v1/definitions/{secret.pk}/").status_code == (200 if seen else 404)


@pytest.mark.clause("UM-14")
@pytest.mark.parametrize("standing", [Standing.PILOT, Standing.ESTABLISHED])
def test_every_door_opens_once_it_is_approved(montana, secret, standing):
    set_standing(secret, standing)
    for path in (f"/catalogue/{secret.slug}/", f"/catalogue/{secret.slug}/badge.png"):
        assert Client().get(path).status_code == 200
    achievement = Client(headers={"accept": "application/json"}).get(f"/achievements/{secret.current_id}")
    assert achievement.json()["name"] == SECRET
    assert SECRET in Client().get("/catalogue/").content.decode()
    assert SECRET in Client().get("/issuers/montana").content.decode()
    assert api_for(montana.stranger).get(f"/api/v1/definitions/{secret.pk}/").status_code == 200

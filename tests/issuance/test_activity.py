"""Who did what, when: the record of issuing as each person may see it."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from credentials.models import Award
from issuance.actions import bulk, deliveries
from issuance.actions.bulk import Wanted
from tests.issuance.support import awarded, submitted
from tests.support import api_for, site_for

pytestmark = pytest.mark.django_db
PAGE = reverse("activity")


def said(client, **asked):
    return [(row["text"], row["who"]) for row in client.get(PAGE, asked).context["rows"]]


def test_acts_of_requests_and_awards_stand_with_who_did_them(campus):
    place = campus("cu_boulder")
    request = awarded(place, 2)
    one, two = Award.objects.filter(request_id=request.pk).order_by("pk")
    deliveries.revoke_award(award=one, reason="Wrong person.", by=place.registrar)
    bulk.decide(act="revoke", wanted=[Wanted(1, two)], reason="Wrong list.", by=place.registrar)
    client, office = site_for(place.registrar), str(place.registrar)
    assert said(client) == [
        ("1 award to be revoked by a list.", office),
        ("Award revoked.", office),
        ("2 awards made, lines 2 to 3.", ""),
        ("Released, 2 lines.", office),
        ("Sent to the certifying office with 2 lines.", str(place.issuer)),
    ]
    assert "Wrong person" not in client.get(PAGE).content.decode()  # reasons are about learners
    assert said(client, who="me", act="approved") == [("Released, 2 lines.", office)]
    assert said(client, q="issuer")[0][1] == str(place.issuer)
    assert len(said(client, q="DATA LITERACY")) == 5
    assert said(client, to="2001-01-01") == []
    assert len(said(client, **{"from": "nonsense", "to": "2026-99-99", "act": "eaten", "q": "\x00"})) == 5
    lines = client.get(reverse("activity_file"), {"act": "approved"}).content.decode().splitlines()
    assert len(lines) == 2
    assert "Released" in lines[1]


def test_each_person_sees_acts_on_what_they_may_see(campus):
    place = campus("cu_boulder")
    submitted(place, 1)
    seen = {
        who: len(said(site_for(getattr(place, who))))
        for who in ("registrar", "programme_manager", "issuer", "untrained_issuer", "stranger")
    }
    assert seen == {"registrar": 1, "programme_manager": 1, "issuer": 1, "untrained_issuer": 0, "stranger": 0}
    assert site_for(place.nobody).get(PAGE).status_code == 403


def test_page_takes_the_same_queries_for_one_and_three(campus):
    place, taken = campus("cu_boulder"), []
    client = site_for(place.registrar)
    for count in (1, 2):
        for _ in range(count):
            submitted(place, 1)
        client.get(PAGE)
        with CaptureQueriesContext(connection) as queries:
            client.get(PAGE)
        taken.append(len(queries))
    assert taken[0] == taken[1]


API = "/api/v1/issuing-acts/"


def test_api_tells_each_person_what_the_page_tells(campus):
    place = campus("cu_boulder")
    request = submitted(place, 1)
    for who, seen in (
        ("registrar", 1),
        ("programme_manager", 1),
        ("issuer", 1),
        ("untrained_issuer", 0),
        ("nobody", 0),
        ("stranger", 0),
    ):
        assert api_for(getattr(place, who)).get(API).json()["count"] == seen
    assert Client().get(API).status_code == 401
    api = api_for(place.registrar)
    (row,) = api.get(API).json()["results"]
    assert row.pop("at")
    assert row == {
        "act": "submitted",
        "text": "Sent to the certifying office with 1 line.",
        "subject": str(request.pk),
        "subject_kind": "request",
        "of": "Data Literacy",
        "by": place.issuer.email,
        "on_behalf_of": "",
        "campus": place.institution.slug,
    }
    for asked, status, count in (
        ({"act": "submitted", "q": "LITERACY"}, 200, 1),
        ({"act": "approved"}, 200, 0),
        ({"who": "me"}, 200, 0),
        ({"until": "2001-01-01"}, 200, 0),
        ({"act": "eaten"}, 400, None),
        ({"since": "nonsense"}, 400, None),
        ({"q": "\x00"}, 400, None),
    ):
        answer = api.get(API, asked)
        assert (answer.status_code, answer.json().get("count")) == (status, count)

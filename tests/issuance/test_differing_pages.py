"""Where the platforms and we differ: the page, what can be done about each, about all of a kind, and by whom."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from credentials.models import Award
from issuance.actions import reconciling as acts
from issuance.models import Difference
from tests.credentials.support import texts
from tests.issuance import comparisons, platform_fixtures
from tests.issuance.comparisons import drop, there
from tests.issuance.platform_fixtures import outgoing
from tests.issuance.support import awarded, run_lane
from tests.support import api_for, site_for

pytestmark = pytest.mark.django_db
sandbox = platform_fixtures.sandbox
compared = comparisons.compared


@pytest.fixture
def differing(campus, platforms, compared):
    """A campus with one badge missing there and two that are unknown here."""
    place = campus("cu_boulder")
    request = awarded(place, 2)
    run_lane()
    client, template = there()
    for number in (7, 8):
        client.send(outgoing(template, number))
    drop(platforms, request.deliveries.first().remote_id)
    assert compared() == ["missing", "unknown", "unknown"]
    return place


@pytest.mark.parametrize(
    "who, seen",
    [
        ("registrar", 200),
        ("programme_manager", 200),
        ("administrator", 200),
        ("issuer", 403),
        ("stranger", 403),
        ("nobody", 403),
    ],
)
def test_page_and_acts_for_each_role_and_campus(differing, who, seen):
    client = site_for(getattr(differing, who))
    page = client.get(reverse("differences"))
    assert page.status_code == seen
    one = Difference.objects.filter(kind="unknown").first()
    address = reverse("difference", args=[one.pk, "ignore"])
    inside = {200: 200, 403: 404 if who != "nobody" else 403}[seen]
    assert client.get(address).status_code == inside
    assert client.post(address, {"reason": "A trial."}).status_code == {200: 302}.get(inside, inside)
    assert client.post(reverse("differences_ask")).status_code == {200: 302}.get(seen, seen)
    one.refresh_from_db()
    assert one.state == ("ignored" if seen == 200 else "open")
    if seen != 200:
        with pytest.raises(PermissionDenied):
            acts.ignore(difference=one, reason="A trial.", by=getattr(differing, who))


def test_page_says_what_differs_and_what_to_do(differing):
    client = site_for(differing.registrar)
    page = " ".join(client.get(reverse("differences")).content.decode().split())
    for words in (
        "Not there any more (1)",
        "There, and not known here (2)",
        "Leave it: all 2",
        "learner7@montana.example",
    ):
        assert words in page
    assert "Where the platforms and we differ" in client.get(reverse("deliveries_failed")).content.decode()


def test_page_of_an_act_refuses_what_does_not_help_and_keeps_what_was_typed(differing):
    client = site_for(differing.registrar)
    unknown, missing = (Difference.objects.filter(kind=kind).first() for kind in ("unknown", "missing"))
    for found, act, status in (
        (unknown, "adopt", 409),
        (unknown, "send", 409),
        (missing, "withdraw", 409),
        (missing, "send", 200),
        (missing, "explode", 404),
    ):
        assert client.get(reverse("difference", args=[found.pk, act])).status_code == status
    blank = client.post(reverse("difference", args=[unknown.pk, "withdraw"]), {"reason": " "})
    assert blank.status_code == 409
    assert client.get(reverse("difference", args=[Award.objects.first().pk, "send"])).status_code == 404


def test_all_of_a_kind_at_once(differing):
    client = site_for(differing.registrar)
    for kind, act, status in (
        ("unknown", "ignore", 200),
        ("unknown", "send", 404),
        ("weather", "ignore", 404),
    ):
        assert client.get(reverse("differences_all", args=[kind, act])).status_code == status
    address = reverse("differences_all", args=["unknown", "ignore"])
    assert client.post(address, {"reason": ""}).status_code == 409
    assert client.post(address, {"reason": "A trial of the office."}).status_code == 302
    assert client.post(address, {"reason": "Again."}).status_code == 302  # nothing is left
    assert sorted(Difference.objects.values_list("state", flat=True)) == ["ignored", "ignored", "open"]


def test_page_takes_the_same_queries_for_one_and_three(differing):
    client = site_for(differing.registrar)
    client.get(reverse("differences"))
    taken = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("differences"))
        taken.append(len(queries))
        Difference.objects.filter(kind="unknown").last().delete()
    assert taken[0] == taken[1]


API = "/api/v1/differences/"


def test_front_page_names_what_differs_with_its_number_to_those_who_settle_it(differing):
    for who, seen in (("registrar", True), ("programme_manager", True), ("assessor", False)):
        front = texts(site_for(getattr(differing, who)).get(reverse("admin:index")))
        assert ("Where the platforms and we differ There, and not known here 2 badges." in front) is seen
        assert ("Not there any more 1 badge." in front) is seen


@pytest.mark.parametrize(
    "who, found, answers",
    [
        ("registrar", 3, (200, 200, 200)),
        ("programme_manager", 3, (200, 200, 200)),
        ("issuer", 0, (404, 200, 403)),
        ("stranger", 0, (404, 200, 403)),
        ("nobody", 0, (404, 200, 403)),
    ],
)
def test_api_for_each_role_and_campus(differing, who, found, answers):
    api, one = api_for(getattr(differing, who)), Difference.objects.filter(kind="unknown").first()
    assert api.get(API).json()["count"] == found
    settled = api.post(f"{API}{one.pk}/settle/", {"act": "ignore", "reason": "A trial."}, format="json")
    rest = {"kind": "unknown", "act": "ignore", "reason": "A trial."}
    all_ = api.post(f"{API}settle/", rest, format="json")
    assert (settled.status_code, all_.status_code, api.post(f"{API}compare/").status_code) == answers
    assert all_.json() == {"changed": 1 if found else 0, "left": 0}
    assert Difference.objects.open().count() == (1 if found else 3)
    assert Client().get(API).status_code == Client().post(f"{API}settle/").status_code == 401


def test_api_lists_what_differs_and_refuses_what_does_not_help(differing):
    api, campus = api_for(differing.registrar), differing.institution
    missing = Difference.objects.get(kind="missing")
    row = api.get(API, {"kind": "missing"}).json()["results"][0]
    assert (row["id"], row["award"]) == (str(missing.pk), str(missing.delivery.award_id))
    assert (row["campus"], row["platform"], row["state"]) == (campus.slug, missing.account.platform, "open")
    assert row["acts"] == ["send", "ignore"]
    for sent, status in (
        ({"act": "adopt"}, 409),
        ({"act": "withdraw", "reason": "x"}, 409),
        ({"act": "ignore", "reason": " "}, 409),
        ({"act": "explode"}, 400),
        ({"act": "ignore", "reason": "x" * 301}, 400),
        ({"act": "ignore", "reason": "\x00"}, 400),
        ({}, 400),
    ):
        assert api.post(f"{API}{missing.pk}/settle/", sent, format="json").status_code == status
    for sent, status in (
        ({"kind": "missing", "act": "adopt"}, 409),
        ({"kind": "unknown", "act": "withdraw", "reason": ""}, 409),
        ({"kind": "weather", "act": "ignore", "reason": "x"}, 400),
    ):
        assert api.post(f"{API}settle/", sent, format="json").status_code == status
    assert [api.get(API, asked).status_code for asked in ({"state": "eaten"}, {"account": "mine"})] == [
        400
    ] * 2
    again = api.post(f"{API}{missing.pk}/settle/", {"act": "send"}, format="json").json()
    assert (again["state"], again["settled_by"], again["acts"]) == (
        "settled",
        differing.registrar.email,
        [],
    )
    assert api.get(API, {"state": "settled"}).json()["count"] == 1
    assert api.post(f"{API}{missing.pk}/settle/", {"act": "send"}, format="json").status_code == 409

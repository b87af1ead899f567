"""Where the platforms and we differ: the page, what can be done about each, about all of a kind, and by whom."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from credentials.models import Award
from issuance.actions import reconciling as acts
from issuance.models import Difference
from tests.issuance import comparisons, platform_fixtures
from tests.issuance.comparisons import drop, there
from tests.issuance.platform_fixtures import outgoing
from tests.issuance.support import awarded, run_lane
from tests.support import site_for

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

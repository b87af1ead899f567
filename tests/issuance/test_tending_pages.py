"""Deliveries that wait for a person: by cause with the remedy, one again, all of a cause, not at all."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from issuance import awarding
from issuance.actions import requests
from issuance.models import Attempt, Delivery
from issuance.platforms.base import CAUSES
from issuance.sending import causes
from journal import clock
from tests.issuance.support import awarded, credential, learners
from tests.support import site_for

pytestmark = pytest.mark.django_db


def text(response):
    return " ".join(response.content.decode().split())


def url(name, delivery):
    return reverse(name, args=[delivery.pk])


def stuck(place, count=3, cause="template"):
    """A request whose deliveries wait for a person."""
    request = awarded(place, count)
    request.deliveries.update(
        state="needs_person", cause=cause, message="Credly does not know it.", settled_at=clock.now()
    )
    return request


def test_every_cause_has_its_remedy():
    waiting = set(CAUSES) - {"limit", "limiter_away"}  # these go on by themselves
    assert waiting <= set(causes.REMEDIES)
    assert causes.cause_of("something_new").title == "Something new"


def test_failures_are_grouped_by_cause_with_the_remedy(campus):
    place = campus("cu_boulder")
    request = stuck(place)
    page = text(site_for(place.registrar).get(reverse("deliveries_failed")))
    assert "The badge template or group cannot be used" in page
    assert "Look at the badge template at the platform" in page
    assert "Send all 3 again" in page
    assert all(url("delivery", row) in page for row in request.deliveries.all())


def test_failures_can_be_narrowed(campus):
    place = campus("cu_boulder")
    request = stuck(place)
    client = site_for(place.registrar)
    for query, found in (
        ("?cause=template", True),
        (f"?cause=template&request={request.pk}", True),
        ("?cause=refused", False),
        ("?request=not-an-id", False),
    ):
        page = text(client.get(reverse("deliveries_failed") + query))
        assert ("Send all 3 again" in page) is found


def test_failures_of_nothing_and_what_goes_on_by_itself(campus):
    place = campus("cu_boulder")
    request = awarded(place, 2)
    request.deliveries.update(cause="timeout")
    page = text(site_for(place.registrar).get(reverse("deliveries_failed")))
    assert "Nothing waits for you" in page
    assert "2 more met a fault and are tried again by themselves." in page


def test_failures_take_the_same_queries_for_one_and_three_causes(campus):
    place, taken = campus("cu_boulder"), []
    client = site_for(place.registrar)
    request = stuck(place)
    for some in (["template"], ["template", "refused", "duplicate"]):
        for n, delivery in enumerate(request.deliveries.order_by("pk")):
            Delivery.objects.filter(pk=delivery.pk).update(cause=some[n % len(some)])
        client.get(reverse("deliveries_failed"))
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("deliveries_failed"))
        taken.append(len(queries))
    assert taken[0] == taken[1]


@pytest.mark.parametrize(
    "who, seen, may",
    [
        ("registrar", 200, True),
        ("programme_manager", 200, True),
        ("administrator", 200, True),
        ("issuer", 200, False),
        ("untrained_issuer", 404, False),
        ("stranger", 404, False),
        ("nobody", 403, False),
    ],
)
def test_delivery_for_each_role_and_campus(campus, who, seen, may):
    place = campus("cu_boulder")
    delivery = stuck(place, 1).deliveries.get()
    client = site_for(getattr(place, who))
    page = client.get(url("delivery", delivery))
    assert page.status_code == seen
    if seen == 200:
        assert ("Send it again" in text(page)) is may
    done = client.post(url("delivery_retry", delivery))
    assert done.status_code == (302 if may else 403 if seen == 200 else seen)
    delivery.refresh_from_db()
    assert (delivery.state == "queued") is may


def test_delivery_shows_each_attempt_in_words(campus):
    place = campus("cu_boulder")
    delivery = stuck(place, 1).deliveries.get()
    for number, (outcome, asked) in enumerate(
        [("ambiguous", False), ("absent", True), ("permanent", False)], start=1
    ):
        Attempt.objects.create(
            delivery=delivery,
            number=number,
            asked=asked,
            started_at=clock.now(),
            ended_at=clock.now(),
            outcome=outcome,
            message=f"Said {number}.",
        )
    page = text(site_for(place.registrar).get(url("delivery", delivery)))
    for said in (
        "Attempt 1. It is not known whether it arrived.",
        "Asked whether it is there. It is not there, so it may be sent.",
        "Attempt 3. It was refused.",
        "Said 2.",
    ):
        assert said in page


def test_all_of_a_cause_are_sent_again_after_a_page_that_counts_them(campus):
    place = campus("cu_boulder")
    request = stuck(place, 3)
    other = request.deliveries.order_by("pk")[0]
    Delivery.objects.filter(pk=other.pk).update(cause="refused")
    first = request.deliveries.filter(cause="template")[0]
    client = site_for(place.registrar)
    assert "Send 2 again" in text(client.get(url("delivery_retry_cause", first)))
    client.post(url("delivery_retry_cause", first))
    assert sorted(request.deliveries.values_list("state", "tries")) == [
        ("needs_person", 0),
        ("queued", 0),
        ("queued", 0),
    ]


def test_all_of_a_cause_leaves_another_offices_deliveries_alone(campus):
    place = campus("montana")
    credit = credential(place, answers={"offering": {"credit": "credit"}})
    other = credential(place)
    for definition, start, office in ((credit, 1, "registrar"), (other, 5, "um_online")):
        from_office(place, definition, start, office)
    Delivery.objects.update(state="needs_person", cause="template")
    mine = Delivery.objects.filter(request__certifier="registrar")
    site_for(place.registrar).post(url("delivery_retry_cause", mine[0]))
    assert set(mine.values_list("state", flat=True)) == {"queued"}
    assert set(Delivery.objects.exclude(pk__in=mine).values_list("state", flat=True)) == {"needs_person"}


def from_office(place, definition, start, office):
    lines = learners(definition, 2, start=start)
    request = requests.submit(definition=definition, lines=lines, by=place.issuer)
    requests.approve(request=request, by=place.offices[office])
    awarding.run(request.job.pk)


def test_delivery_is_cancelled_with_a_reason_and_its_request_is_done(campus):
    place = campus("cu_boulder")
    request = stuck(place, 1)
    delivery = request.deliveries.get()
    client = site_for(place.registrar)
    assert "The award itself stands" in text(client.get(url("delivery_cancel", delivery)))
    assert client.post(url("delivery_cancel", delivery), {"reason": ""}).status_code == 409
    client.post(url("delivery_cancel", delivery), {"reason": "The learner does not want it there."})
    delivery.refresh_from_db()
    request.refresh_from_db()
    assert (delivery.state, delivery.message) == ("cancelled", "The learner does not want it there.")
    assert request.state == "done"


def test_delivery_that_arrived_is_neither_sent_again_nor_cancelled(campus):
    place = campus("cu_boulder")
    delivery = stuck(place, 1).deliveries.get()
    Delivery.objects.update(state="delivered")
    client = site_for(place.registrar)
    answer = client.post(url("delivery_retry", delivery), follow=True)
    assert "There is nothing to send again: delivered." in text(answer)
    assert client.post(url("delivery_cancel", delivery), {"reason": "No."}).status_code == 409

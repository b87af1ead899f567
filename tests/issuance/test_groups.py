"""Deliveries that wait for the same cause: all of them in pages; one act for the chosen, the group or everything."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from issuance.actions import deliveries
from issuance.models import Delivery
from journal import clock
from journal.models import Entry
from policies.reasons import Refused
from tests.issuance.support import awarded
from tests.support import api_for, site_for

pytestmark = pytest.mark.django_db
ACT = reverse("deliveries_act")


def text(response):
    return " ".join(response.content.decode().split())


def stuck(place, count, cause="refused", **changes):
    request = awarded(place, count)
    rows = Delivery.objects.filter(request=request)
    rows.update(state="needs_person", cause=cause, message="No.", settled_at=clock.now(), **changes)
    return list(rows.order_by("pk"))


def states(rows):
    return [Delivery.objects.get(pk=row.pk).state for row in rows]


def group_of(row):
    return f"{reverse('deliveries_group')}?account={row.account_id}&cause={row.cause}"


def test_group_lists_all_with_a_way_to_mend_each(campus):
    place, taken = campus("cu_boulder"), []
    one, two, three = stuck(place, 3)
    client = site_for(place.registrar)
    page = text(client.get(group_of(one)))
    assert "3 at Credly." in page
    assert page.count(reverse("award_correct", args=[two.award_id])) == 1
    assert len(client.get(f"{group_of(one)}&q=learner2").context["page"]) == 1
    Delivery.objects.filter(pk=three.pk).update(cause="template")
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get(group_of(one))
        taken.append(len(queries))
        Delivery.objects.filter(pk=two.pk).update(cause="template")
    assert taken[0] == taken[1]


@pytest.mark.parametrize(
    "who, status",
    [("registrar", 200), ("programme_manager", 200), ("supervisor", 404), ("stranger", 404), ("nobody", 403)],
)
def test_group_for_each_role(campus, who, status):
    place = campus("cu_boulder")
    (one,) = stuck(place, 1)
    assert site_for(getattr(place, who)).get(group_of(one)).status_code == status


@pytest.mark.parametrize(
    "asked", ["", "?account=x&cause=", "?account=&cause=nothing"], ids=["none", "bad", "empty"]
)
def test_group_of_nothing_is_not_found(campus, asked):
    place = campus("cu_boulder")
    assert site_for(place.registrar).get(reverse("deliveries_group") + asked).status_code == 404


def test_chosen_ones_are_sent_again_after_a_page_that_says_so(campus):
    place = campus("cu_boulder")
    rows = stuck(place, 3)
    client = site_for(place.registrar)
    chosen = {"do": "retry", "chosen": [str(row.pk) for row in rows[:2]]}
    assert "Send 2 again" in text(client.post(ACT, chosen))
    assert states(rows) == ["needs_person"] * 3
    assert "2 are on the way again." in text(client.post(ACT, {**chosen, "confirm": "1"}, follow=True))
    assert states(rows) == ["queued", "queued", "needs_person"]
    entry = Entry.objects.filter(subject_kind="request", subject_id=rows[0].request_id).latest("number")
    assert (entry.act, entry.detail["count"], entry.by) == ("deliveries sent again", 2, place.registrar)


def test_everything_of_all_causes_is_sent_again(campus):
    place = campus("cu_boulder")
    rows = stuck(place, 3)
    Delivery.objects.filter(pk=rows[0].pk).update(cause="template")
    client = site_for(place.registrar)
    assert "Send everything again …" in text(client.get(reverse("deliveries_failed")))
    client.post(ACT, {"do": "retry", "everything": "1", "confirm": "1"})
    assert states(rows) == ["queued"] * 3


def test_group_is_given_up_but_for_what_may_be_there(campus):
    place = campus("cu_boulder")
    rows = stuck(place, 3)
    Delivery.objects.filter(pk=rows[0].pk).update(ask_first=True)
    client = site_for(place.registrar)
    asked = {"do": "cancel", "everything": "1", "account": str(rows[0].account_id), "cause": "refused"}
    page = text(client.post(ACT, asked))
    assert "Do not send 2" in page
    assert "1 that are at the platform, or may be, are left as they are." in page
    silent = client.post(ACT, {**asked, "confirm": "1", "reason": " "})
    assert (silent.status_code, states(rows)) == (409, ["needs_person"] * 3)
    client.post(ACT, {**asked, "confirm": "1", "reason": "They have left."})
    assert states(rows) == ["needs_person", "cancelled", "cancelled"]


@pytest.mark.parametrize(
    "sent", [{}, {"do": "retry"}, {"do": "eat", "everything": "1"}, {"do": "retry", "chosen": "x"}]
)
def test_nothing_or_nonsense_chosen_leads_back(campus, sent):
    place = campus("cu_boulder")
    assert "Choose at least one" in text(site_for(place.registrar).post(ACT, sent, follow=True))


def test_others_deliveries_are_left_alone(campus):
    place = campus("cu_boulder")
    rows = stuck(place, 2)
    everything = Delivery.objects.all()
    for who in (place.issuer, place.stranger, place.learner):
        assert deliveries.retry_many(rows=everything, by=who) == 0
        assert deliveries.cancel_many(rows=everything, by=who, reason="x") == 0
    with pytest.raises(Refused):
        deliveries.cancel_many(rows=everything, by=place.registrar, reason="")
    with pytest.raises(PermissionDenied):
        deliveries.cancel(delivery=rows[0], by=place.issuer, reason="x")
    assert states(rows) == ["needs_person"] * 2


def test_api_sends_again_and_gives_up_by_cause_or_by_ids(campus):
    place = campus("cu_boulder")
    rows = stuck(place, 3)
    api = api_for(place.registrar)
    sent = api.post("/api/v1/deliveries/retry/", {"deliveries": [str(rows[0].pk)]}, format="json")
    assert (sent.status_code, sent.json()) == (200, {"changed": 1})
    given_up = {"cause": "refused", "request": str(rows[0].request_id), "reason": "They have left."}
    assert api.post("/api/v1/deliveries/cancel/", given_up, format="json").json() == {"changed": 2}
    assert states(rows) == ["queued", "cancelled", "cancelled"]
    one = api.post(f"/api/v1/deliveries/{rows[0].pk}/cancel/", {"reason": ""}, format="json")
    assert one.status_code == 409
    assert api.post("/api/v1/deliveries/retry/", {}, format="json").status_code == 400

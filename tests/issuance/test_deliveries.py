"""What people do with deliveries, revocation at the platform, and what the platforms say later."""

import datetime as dt

import pytest

from credentials.models import Award
from issuance.actions import deliveries
from issuance.models import Attempt, Delivery, PlatformAccount
from issuance.sending import lanes
from policies.reasons import Refused
from tests.issuance import platform_fixtures
from tests.issuance.platform_fixtures import break_next, held
from tests.issuance.support import awarded, run_lane, states
from tests.support import api_for

pytestmark = pytest.mark.django_db
sandbox = platform_fixtures.sandbox
PAST = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)


def at_platform(sandbox, platform="credly"):
    """The states of what the sandbox holds."""
    return [row["body"].get("state") for row in sandbox.state.held(platform)]


def revoke(place, award):
    return deliveries.revoke_award(award=award, reason="The wrong person.", by=place.registrar)


def test_failed_delivery_is_sent_again_and_arrives(campus, platforms):
    place = campus("cu_boulder")
    request = awarded(place, 1)
    break_next(platforms, "404", method="POST", path="/badges")
    run_lane()
    delivery = request.deliveries.get()
    assert delivery.state == "needs_person"
    deliveries.retry(delivery=delivery, by=place.registrar)
    run_lane()
    assert states(request) == {"delivered": 1}
    assert len(held(platforms, "credly")) == 1


def test_sending_delivery_is_not_touched(campus):
    place = campus("cu_boulder")
    delivery = awarded(place, 1).deliveries.get()
    Delivery.objects.update(
        state="sending", claim_token="00000000-0000-4000-8000-000000000000", claimed_until=PAST
    )
    for act in (
        lambda: deliveries.retry(delivery=delivery, by=place.registrar),
        lambda: deliveries.cancel(delivery=delivery, by=place.registrar, reason="No."),
    ):
        with pytest.raises(Refused):
            act()


def test_revoked_award_is_withdrawn_at_the_platform(campus, platforms):
    place = campus("cu_boulder")
    request = awarded(place, 1)
    run_lane()
    award = Award.objects.get(request_id=request.pk)
    revoke(place, award)
    assert request.deliveries.get(act="revoke").state == "queued"
    run_lane()
    assert request.deliveries.get(act="revoke").state == "delivered"
    assert at_platform(platforms) == ["revoked"]
    body = platforms.state.held("credly")[0]["body"]
    assert body["revocation_reason"] == "The wrong person."


def test_accredible_expires_what_is_revoked(campus, platforms):
    place = campus("model")
    request = awarded(place, 1)
    run_lane()
    revoke(place, Award.objects.get(request_id=request.pk))
    run_lane()
    assert request.deliveries.get(act="revoke").state == "delivered"
    assert platforms.state.held("accredible")[0]["body"]["expired_on"]


def test_award_revoked_before_it_left_is_never_sent(campus, platforms):
    place = campus("cu_boulder")
    request = awarded(place, 1)
    revoke(place, Award.objects.get(request_id=request.pk))
    run_lane()
    assert states(request) == {"cancelled": 1}
    assert held(platforms, "credly") == []


def test_award_revoked_after_it_was_claimed_is_not_sent(campus, platforms):
    """The row was queued when the lane looked; the revocation came between."""
    place = campus("cu_boulder")
    request = awarded(place, 1)
    Award.objects.filter(request_id=request.pk).update(
        revoked_at=PAST, revoked_by=place.registrar, revocation_reason="X"
    )
    run_lane()
    assert states(request) == {"cancelled": 1}
    assert held(platforms, "credly") == []
    assert not Attempt.objects.exists()


def test_award_revoked_while_its_end_is_unknown_is_looked_for_and_withdrawn(campus, platforms):
    place = campus("cu_boulder")
    request = awarded(place, 1)
    break_next(platforms, "timeout_after", method="POST", path="/badges", seconds=2)
    run_lane()
    revoke(place, Award.objects.get(request_id=request.pk))
    run_lane()  # asked, found, and so to be withdrawn
    run_lane()
    assert list(request.deliveries.order_by("act").values_list("act", "state")) == [
        ("issue", "delivered"),
        ("revoke", "delivered"),
    ]
    assert at_platform(platforms) == ["revoked"]


def test_award_revoked_while_its_end_is_unknown_and_it_is_not_there_is_never_sent(campus, platforms):
    place = campus("cu_boulder")
    request = awarded(place, 1)
    break_next(platforms, "timeout_before", method="POST", path="/badges", seconds=2)
    run_lane()
    revoke(place, Award.objects.get(request_id=request.pk))
    Attempt.objects.update(ended_at=PAST)
    run_lane()
    assert states(request) == {"cancelled": 1}
    assert held(platforms, "credly") == []


def test_award_revoked_twice_is_refused_over_the_api(campus):
    place = campus("cu_boulder")
    award = Award.objects.get(request_id=awarded(place, 1).pk)
    path = f"/api/v1/awards/{award.pk}/revoke/"
    assert api_for(place.registrar).post(path, {"reason": ""}).status_code == 409
    assert api_for(place.issuer).post(path, {"reason": "X"}).status_code == 403
    assert api_for(place.stranger).post(path, {"reason": "X"}).status_code == 404
    done = api_for(place.registrar).post(path, {"reason": "X"})
    assert (done.status_code, done.json()["status"]) == (200, "revoked")
    assert api_for(place.registrar).post(path, {"reason": "X"}).status_code == 409


def test_deliveries_over_the_api(campus):
    place = campus("cu_boulder")
    request = awarded(place, 2)
    first = request.deliveries.order_by("created_at", "pk")[0]
    Delivery.objects.filter(pk=first.pk).update(state="needs_person", cause="refused", message="No.")
    api = api_for(place.registrar)
    found = api.get(f"/api/v1/deliveries/?request={request.pk}&state=needs_person").json()
    assert [(row["id"], row["platform"], row["message"]) for row in found["results"]] == [
        (str(first.pk), "credly", "No.")
    ]
    assert api.get("/api/v1/deliveries/?request=rubbish").status_code == 400
    assert api_for(place.stranger).get("/api/v1/deliveries/").json()["count"] == 0
    assert api_for(place.issuer).post(f"/api/v1/deliveries/{first.pk}/retry/").status_code == 403
    assert api.post(f"/api/v1/deliveries/{first.pk}/retry/").json()["state"] == "queued"


def test_account_that_is_switched_off_sends_nothing(campus, platforms):
    request = awarded(campus("cu_boulder"), 1)
    PlatformAccount.objects.update(active=False)
    assert lanes.run(str(PlatformAccount.objects.get().pk)) == 0
    assert states(request) == {"queued": 1}

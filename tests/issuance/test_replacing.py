"""The registrar's pages and the API for suspending, renewing and correcting; what the platforms get of it."""

import datetime as dt

import pytest
from django.urls import reverse

from credentials.models import Award
from issuance.actions import deliveries, replacing
from issuance.models import Delivery
from journal import clock
from tests.issuance import platform_fixtures
from tests.issuance.platform_fixtures import break_next
from tests.issuance.platform_fixtures import held as at_platform
from tests.issuance.support import awarded, run_lane
from tests.support import api_for, site_for

pytestmark = pytest.mark.django_db
sandbox = platform_fixtures.sandbox
PAGES = ("award_tend", "award_suspend", "award_reinstate", "award_renew", "award_correct")


@pytest.fixture
def place(campus):
    return campus("cu_boulder")


@pytest.fixture
def award(place):
    return Award.objects.get(request_id=awarded(place, 1).pk)


def text(response):
    return " ".join(response.content.decode().split())


def url(name, award):
    return reverse(name, args=[award.pk])


def test_award_is_suspended_and_reinstated_after_pages_that_say_what_follows(place, award):
    award_rows = Delivery.objects.filter(award=award)
    award_rows.update(state="delivered", remote_id="badge-1")
    client = site_for(place.registrar)
    page = text(client.get(url("award_tend", award)))
    assert "In force" in page
    assert "<dt>Credly</dt>" in page
    assert "This award does not run out, so there is nothing to renew." in page
    assert url("award_suspend", award) in page
    assert url("award_reinstate", award) not in page
    assert "It stays as it is at Credly, which knows no suspension." in text(
        client.get(url("award_suspend", award))
    )
    assert client.post(url("award_suspend", award), {"reason": " "}).status_code == 409
    done = client.post(url("award_suspend", award), {"reason": "Looked into."}, follow=True)
    assert "Suspended. The learner is told" in text(done)
    assert "Looked into." in text(done)
    assert client.get(url("award_suspend", award)).status_code == 409
    assert client.get(url("award_correct", award)).status_code == 409
    assert "Reinstated. The learner is told." in text(client.post(url("award_reinstate", award), follow=True))
    assert client.get(url("award_reinstate", award)).status_code == 409
    assert client.get(url("award_renew", award)).status_code == 409


def test_award_is_corrected_on_its_page_and_what_was_typed_stays(place, award):
    client, path = site_for(place.registrar), url("award_correct", award)
    assert f'value="{award.recipient_email}"' in text(client.get(path))
    said = {"name": "Right Name", "email": award.recipient_email, "evidence": "Portfolio"}
    kept = client.post(path, {**said, "reason": ""})
    assert (kept.status_code, 'value="Right Name"' in text(kept)) == (409, True)
    done = client.post(path, {**said, "reason": "The name."}, follow=True)
    newer = Award.objects.live().get()
    assert done.redirect_chain[-1][0] == url("award_tend", newer)
    assert "Corrected. The learner is told." in text(done)
    old = text(client.get(url("award_tend", award)))
    assert url("award_tend", newer) in old
    assert "The name." in old
    assert client.post(path, {**said, "reason": "Again."}).status_code == 409


@pytest.mark.parametrize(
    ("who", "seen", "statuses"),
    [
        ("registrar", 200, (200, 409, 409, 200)),
        ("programme_manager", 200, (200, 409, 409, 200)),
        ("issuer", 200, (403,) * 4),
        ("supervisor", 404, (404,) * 4),
        ("stranger", 404, (404,) * 4),
    ],
)
def test_pages_for_each_role_and_campus(place, award, who, seen, statuses):
    client = site_for(getattr(place, who))
    page = client.get(url("award_tend", award))
    assert page.status_code == seen
    assert tuple(client.get(url(name, award)).status_code for name in PAGES[1:]) == statuses
    if who == "issuer":
        assert url("award_suspend", award) not in text(page)


def test_the_same_over_the_api(place, award):
    path = f"/api/v1/awards/{award.pk}/"
    registrar = api_for(place.registrar)
    for who, status in (("issuer", 403), ("stranger", 404)):
        for act in ("suspend", "reinstate", "renew", "correct"):
            assert api_for(getattr(place, who)).post(f"{path}{act}/", {"reason": "X"}).status_code == status
    assert registrar.post(f"{path}suspend/", {}).status_code == 409
    done = registrar.post(f"{path}suspend/", {"reason": "Looked into."})
    assert (done.status_code, done.json()["status"]) == (200, "suspended")
    assert done.json()["suspension_reason"] == "Looked into."
    done = registrar.post(f"{path}reinstate/")
    assert (done.status_code, done.json()["status"]) == (200, "valid")
    refused = registrar.post(f"{path}renew/")
    assert refused.status_code == 409
    assert (
        refused.json()["reasons"][0]["text"] == "This award does not run out, so there is nothing to renew."
    )
    assert registrar.post(f"{path}correct/", {"email": "nobody"}).status_code == 400
    assert registrar.post(f"{path}correct/", {"reason": "Nothing."}).status_code == 409
    done = registrar.post(f"{path}correct/", {"name": "Right Name", "reason": "The name."})
    assert (done.status_code, done.json()["recipient_name"]) == (201, "Right Name")
    rows = {row["id"]: row for row in registrar.get("/api/v1/awards/").json()["results"]}
    assert rows[str(award.pk)]["superseded_by"] == done.json()["id"]
    assert rows[str(award.pk)]["status"] == "superseded"


def test_suspended_award_leaves_for_the_platform_once_it_is_reinstated(place, platforms, award):
    replacing.suspend(award=award, reason="Looked into.", by=place.registrar)
    run_lane()
    (delivery,) = Delivery.objects.all()
    assert (delivery.state, delivery.cause, delivery.tries) == ("queued", "suspended", 0)
    assert delivery.due_at > clock.now() + dt.timedelta(minutes=50)
    assert at_platform(platforms, "credly") == []
    replacing.reinstate(award=award, by=place.registrar)
    run_lane()
    delivery.refresh_from_db()
    assert delivery.state == "delivered"


def rows():
    """What is or was to reach platforms."""
    return sorted(Delivery.objects.values_list("award", "act", "state"))


def corrected(place, award, **changes):
    client = site_for(place.registrar)
    said = {"name": "Right Name", "email": award.recipient_email, "reason": "The name.", **changes}
    assert client.post(url("award_correct", award), said).status_code == 302
    return Award.objects.live().get()


def test_corrected_award_is_withdrawn_at_the_platform_and_the_new_one_delivered(place, platforms, award):
    run_lane()
    newer = corrected(place, award, email="right@learners.example")
    run_lane()
    assert newer.deliveries.get().cause == "older_first"
    Delivery.objects.update(due_at=clock.now())  # ten seconds later
    run_lane()
    assert rows() == sorted(
        [
            (award.pk, "issue", "delivered"),
            (award.pk, "revoke", "delivered"),
            (newer.pk, "issue", "delivered"),
        ]
    )
    assert sorted(row["body"]["state"] for row in platforms.state.held("credly")) == ["pending", "revoked"]


@pytest.mark.parametrize("slug", ["cu_boulder", "model"])
def test_corrected_name_is_put_right_where_the_badge_is(campus, platforms, slug):
    place = campus(slug)
    award = Award.objects.get(request_id=awarded(place, 1).pk)
    run_lane()
    first = Delivery.objects.get()
    newer = corrected(place, award)
    run_lane()
    assert rows() == sorted([(award.pk, "issue", "delivered"), (newer.pk, "replace", "delivered")])
    brought = newer.deliveries.get()
    live = [row for row in platforms.state.held() if not row["body"].get("replacement_badge_id")]
    (held,) = live
    assert held["id"] == brought.remote_id
    assert (brought.remote_id == first.remote_id) is (slug == "model")
    body = held["body"]
    assert (body.get("issued_to") or body["recipient"]["name"]) == "Right Name"
    links = [
        one.get("value") or one.get("link_url") for one in body.get("evidence") or body["evidence_items"]
    ]
    assert links == [f"https://badges.example.org/awards/{newer.pk}"]


def test_corrected_twice_before_the_first_left_arrives_once(place, platforms, award):
    run_lane()
    second = corrected(place, award)
    third = corrected(place, second, name="Righter Name")
    run_lane()
    assert rows() == sorted(
        [
            (award.pk, "issue", "delivered"),
            (second.pk, "replace", "cancelled"),
            (third.pk, "replace", "delivered"),
        ]
    )
    live = [row["body"] for row in platforms.state.held() if not row["body"]["replacement_badge_id"]]
    assert [body["issued_to"] for body in live] == ["Righter Name"]


@pytest.mark.parametrize("kind", ["timeout_after", "timeout_before"])
def test_correction_whose_answer_was_lost_is_made_once(place, platforms, award, kind):
    run_lane()
    newer = corrected(place, award)
    break_next(platforms, kind, method="POST", path="/replace", seconds=2)
    run_lane()
    assert newer.deliveries.get().state == "queued"
    Delivery.objects.update(due_at=clock.now())
    run_lane()
    brought = newer.deliveries.get()
    held = platforms.state.held()
    assert (brought.state, len(held), held[-1]["id"]) == ("delivered", 2, brought.remote_id)


def test_corrected_and_revoked_award_is_withdrawn_wherever_its_correction_is(place, platforms, award):
    run_lane()
    newer = corrected(place, award)
    deliveries.revoke_award(award=newer, reason="The wrong person.", by=place.registrar)
    run_lane()
    assert rows() == sorted(
        [
            (award.pk, "issue", "delivered"),
            (newer.pk, "replace", "cancelled"),
            (newer.pk, "revoke", "delivered"),
        ]
    )
    assert [row["body"]["state"] for row in platforms.state.held()] == ["revoked"]


def test_correction_that_arrived_and_was_revoked_meanwhile_is_withdrawn(place, platforms, award):
    run_lane()
    newer = corrected(place, award)
    break_next(platforms, "timeout_after", method="POST", path="/replace", seconds=2)
    run_lane()
    deliveries.revoke_award(award=newer, reason="The wrong person.", by=place.registrar)
    run_lane()
    run_lane()
    brought = newer.deliveries.get(act="replace")
    assert newer.deliveries.get(act="revoke").state == "delivered"
    assert platforms.state.badge("credly", brought.remote_id)["state"] == "revoked"


def test_correction_while_the_first_is_being_sent_waits_for_how_that_ends(place, platforms, award):
    """The first was sent and its answer lost; the second would be taken for a duplicate."""
    break_next(platforms, "timeout_after", method="POST", path="/badges", seconds=2)
    run_lane()
    newer = corrected(place, award)
    for _ in range(3):
        Delivery.objects.update(due_at=clock.now())
        run_lane()
    assert newer.deliveries.get().state == "delivered"
    states = {row["id"]: row["body"]["state"] for row in platforms.state.held()}
    assert sorted(states.values()) == ["pending", "revoked"]
    assert states[newer.deliveries.get().remote_id] == "pending"


def test_corrected_award_that_never_left_is_not_sent(place, platforms, award):
    newer = corrected(place, award)
    run_lane()
    assert sorted(Delivery.objects.values_list("award", "state")) == sorted(
        [(award.pk, "cancelled"), (newer.pk, "delivered")]
    )
    assert len(at_platform(platforms, "credly")) == 1

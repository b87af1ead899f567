"""Deliveries reach the sandbox over real HTTP: once each, whatever goes wrong on the way."""

import datetime as dt

import pytest

from credentials.models import Award
from issuance.models import Attempt, Delivery, PlatformAccount, PlatformTemplate
from issuance.platforms import registry
from issuance.platforms.base import PlatformError
from issuance.sending import lanes, leases, limiter
from tests.issuance import platform_fixtures
from tests.issuance.platform_fixtures import break_next, held
from tests.issuance.support import awarded, credential, run_lane, states

pytestmark = pytest.mark.django_db
sandbox = platform_fixtures.sandbox

PAST = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)


def due_now():
    """As if the pauses were over."""
    Delivery.objects.filter(state="queued").update(due_at=PAST)


def cut_off():
    """As if the worker had died long ago: its leases ran out, its attempts never ended."""
    Delivery.objects.filter(state="sending").update(claimed_until=PAST)


def attempts(delivery):
    return list(delivery.attempts.order_by("number").values_list("outcome", "asked"))


def earners(request):
    return sorted(
        str(pk) for pk in Award.objects.filter(request_id=request.pk).values_list("holder", flat=True)
    )


@pytest.mark.parametrize("pack", ["cu_boulder", "model"])
def test_three_deliveries_arrive_once_each(campus, platforms, pack):
    request = awarded(campus(pack))
    assert run_lane() == 3
    assert states(request) == {"delivered": 3}
    platform = "credly" if pack == "cu_boulder" else "accredible"
    keys = earners(request)
    if platform == "accredible":
        keys = sorted(str(pk) for pk in Award.objects.values_list("pk", flat=True))
    assert sorted(held(platforms, platform)) == keys
    for delivery in request.deliveries.all():
        assert delivery.remote_id
        assert attempts(delivery) == [("delivered", False)]
    request.refresh_from_db()
    assert request.state == "done"
    assert run_lane() == 0


def test_accredible_takes_them_in_one_batch(campus, platforms):
    awarded(campus("model"), 5)
    before = platforms.state.arrivals["accredible"].count()
    run_lane()
    calls = platforms.state.arrivals["accredible"].count() - before
    assert calls == 3  # look for the group, make it, one batch


def test_refused_batch_is_sent_row_by_row(campus, platforms, monkeypatch):
    """Accredible refuses a whole batch for one bad row: the others still arrive."""
    request = awarded(campus("model"), 3)
    platform = registry.connect("accredible")

    def refuse(self, batch, paid=False):
        raise PlatformError("Accredible refused it (422): recipient email is invalid", True)

    monkeypatch.setattr(type(platform), "send_batch", refuse)
    run_lane()
    assert states(request) == {"delivered": 3}
    assert len(held(platforms, "accredible")) == 3


@pytest.mark.parametrize("fault", ["timeout_after", "reset_after", "502_after", "truncated", "not_json"])
def test_unknown_end_is_asked_about_before_anything_is_sent_again(campus, platforms, fault):
    """The badge was made and the answer lost: it is found, not made twice."""
    request = awarded(campus("cu_boulder"), 1)
    break_next(platforms, fault, method="POST", path="/badges", seconds=2)
    run_lane()
    delivery = request.deliveries.get()
    assert (delivery.state, delivery.ask_first) == ("queued", True)
    due_now()
    run_lane()
    delivery.refresh_from_db()
    assert delivery.state == "delivered"
    assert attempts(delivery) == [("ambiguous", False), ("found", True)]
    assert held(platforms, "credly") == earners(request)


def test_unknown_end_where_nothing_arrived_is_sent_again_once_that_is_sure(campus, platforms, monkeypatch):
    request = awarded(campus("cu_boulder"), 1)
    break_next(platforms, "timeout_before", method="POST", path="/badges", seconds=2)
    run_lane()
    due_now()
    run_lane()  # asked at once: "not there" is not believed yet
    delivery = request.deliveries.get()
    assert (delivery.state, delivery.ask_first) == ("queued", True)
    assert "asked again" in delivery.message
    Attempt.objects.filter(asked=False).update(ended_at=PAST)
    due_now()
    run_lane()
    delivery.refresh_from_db()
    assert delivery.state == "delivered"
    assert attempts(delivery) == [
        ("ambiguous", False),
        ("temporary", True),
        ("absent", True),
        ("delivered", False),
    ]
    assert held(platforms, "credly") == earners(request)


def test_worker_killed_after_sending_is_found_not_sent_twice(campus, platforms):
    """The lease ran out with the attempt open: the next worker asks."""
    request = awarded(campus("cu_boulder"), 1)
    account, platform = PlatformAccount.objects.get(), registry.connect("credly", "CU_BOULDER")
    run_lane()
    Attempt.objects.update(ended_at=None, outcome="")
    Delivery.objects.update(
        state="sending", claim_token="0" * 8 + "-0000-4000-8000-" + "0" * 12, claimed_until=PAST, remote_id=""
    )
    assert leases.due(account).count() == 1
    lanes.run(str(account.pk))
    delivery = request.deliveries.get()
    assert delivery.state == "delivered"
    assert attempts(delivery) == [("ambiguous", False), ("found", True)]
    assert len(held(platforms, "credly")) == 1
    assert platform.kind == "credly"


def test_temporary_fault_is_tried_again_later(campus, platforms):
    request = awarded(campus("cu_boulder"), 1)
    break_next(platforms, "429", method="POST", path="/badges")
    run_lane()
    delivery = request.deliveries.get()
    assert (delivery.state, delivery.ask_first, delivery.cause) == ("queued", False, "rate_limited")
    assert delivery.due_at > delivery.created_at


def test_refusal_waits_for_a_person_in_words(campus, platforms):
    request = awarded(campus("cu_boulder"), 1)
    PlatformTemplate.objects.create(
        account=PlatformAccount.objects.get(),
        version=request.version,
        remote_id="00000000-0000-4000-8000-000000000000",
        created_at=PAST,
    )
    run_lane()
    delivery = request.deliveries.get()
    assert (delivery.state, delivery.cause) == ("needs_person", "template")
    assert "Badge Template" in delivery.message
    assert attempts(delivery) == [("permanent", False)]


def test_missing_token_holds_up_every_row_and_names_the_variable(campus, platforms, settings):
    request = awarded(campus("cu_boulder"))
    settings.CREDLY_TOKEN = ""
    assert run_lane() == 0
    assert states(request) == {"needs_person": 3}
    assert set(request.deliveries.values_list("cause", "tries")) == {("configuration", 0)}
    assert "CREDLY_TOKEN" in request.deliveries.first().message
    assert not Attempt.objects.exists()


def test_refused_token_stops_the_lane_instead_of_burning_all_rows(campus, platforms, settings):
    settings.LANE_THREADS = 2
    request = awarded(campus("cu_boulder"), 20)
    settings.CREDLY_TOKEN = "a-wrong-token"
    before = platforms.state.arrivals["credly"].count()
    run_lane()
    assert states(request) == {"needs_person": 20}
    assert platforms.state.arrivals["credly"].count() - before <= 3
    assert set(request.deliveries.values_list("cause", flat=True)) == {"token_refused"}


def test_platform_away_stops_the_lane_and_nothing_is_lost(campus, platforms, settings):
    settings.CREDLY_BASE_URL = "http://127.0.0.1:9/v1"
    limiter.current().start(registry.connect("credly", "CU_BOULDER"), seconds_ago=3600)
    request = awarded(campus("cu_boulder"), 20)
    run_lane()
    assert states(request) == {"queued": 20}
    assert Attempt.objects.count() <= 1


def test_credential_with_two_skills_waits_for_a_person_without_an_attempt(campus, platforms):
    place = campus("cu_boulder")
    facts = {"skills": ["One", "Two"], "competencies": []}
    request = awarded(place, 3, credential(place, facts=facts))
    run_lane()
    assert states(request) == {"needs_person": 3}
    assert set(request.deliveries.values_list("cause", "tries")) == {("template", 0)}
    assert "three skills" in request.deliveries.first().message
    assert not Attempt.objects.exists()


def test_limit_is_kept_and_waiting_is_no_try(campus, platforms, settings):
    settings.CREDLY_RATE = "5/30"
    request = awarded(campus("cu_boulder"), 12)
    before = platforms.state.arrivals["credly"].count()
    run_lane()
    assert platforms.state.arrivals["credly"].count() - before <= 5
    waiting = request.deliveries.filter(state="queued")
    assert waiting.count() >= 7
    assert set(waiting.values_list("tries", flat=True)) == {0}
    assert set(waiting.values_list("attempts", flat=True)) == {None}


def test_redis_away_sends_nothing(campus, platforms, redis_away):
    request = awarded(campus("cu_boulder"))
    before = platforms.state.arrivals["credly"].count()
    assert run_lane() == 0
    assert platforms.state.arrivals["credly"].count() == before
    assert states(request) == {"queued": 3}


def test_long_request_does_not_hold_up_a_short_one(campus, platforms, settings):
    settings.LANE_THREADS = 2
    place = campus("cu_boulder")
    awarded(place, 30)
    short = awarded(place, 2)
    account = PlatformAccount.objects.get()
    claimed = leases.claim(registry.connect("credly", "CU_BOULDER"), account, 4)
    assert sum(h.delivery.request_id == short.pk for h in claimed) == 2


def test_badge_that_stands_for_another_award_needs_a_person(campus, platforms):
    """The platform answers with a badge that another delivery of ours already has."""
    place = campus("cu_boulder")
    request = awarded(place, 2)
    run_lane()
    first, second = request.deliveries.order_by("pk")
    remote, second.remote_id = first.remote_id, ""
    second.state, second.award.holder_id = "queued", first.award.holder_id
    second.save()
    Award.objects.filter(pk=second.award_id).update(
        holder=first.award.holder_id, definition=credential(place)
    )
    Delivery.objects.filter(pk=second.pk).update(ask_first=True)
    run_lane()
    second.refresh_from_db()
    assert (second.state, second.cause, second.remote_id) == ("needs_person", "duplicate", "")
    assert remote in second.message


def test_created_but_unpublished_is_published_not_created_again(campus, platforms):
    platforms.state.set_switches({"accredible_credits": 0})
    request = awarded(campus("model"), 1)
    run_lane()
    delivery = request.deliveries.get()
    assert (delivery.state, delivery.cause) == ("unpublished", "unpublished")
    platforms.state.set_switches({"accredible_credits": 10})
    Delivery.objects.update(state="queued", due_at=PAST)
    run_lane()
    delivery.refresh_from_db()
    assert delivery.state == "delivered"
    assert len(held(platforms, "accredible")) == 1


def test_lane_with_a_time_limit_gives_back_what_did_not_leave(campus, platforms, settings):
    settings.LANE_THREADS = 1
    request = awarded(campus("cu_boulder"), 6)
    account = PlatformAccount.objects.get()
    assert lanes.run(str(account.pk), seconds=0) == 0
    assert states(request) == {"queued": 6}
    assert leases.due(account).count() == 6


def test_bug_of_ours_in_a_call_leaves_the_row_to_a_person(campus, platforms, monkeypatch):
    request = awarded(campus("cu_boulder"), 2)

    def broken(self, outgoing, paid=False):
        raise KeyError("oops")

    monkeypatch.setattr(type(registry.connect("credly")), "send", broken)
    run_lane()
    assert states(request) == {"needs_person": 2}
    assert set(request.deliveries.values_list("cause", "ask_first")) == {("ours", True)}

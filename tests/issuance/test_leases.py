"""Leases under clocks that jump and workers that come too late: nothing is lost, nothing goes twice."""

import datetime as dt

import pytest
from django.db.models import F

from issuance import awarding
from issuance.models import Attempt, Delivery, Job, PlatformAccount, PlatformTemplate
from issuance.platforms import registry
from issuance.platforms.base import Outcome, PlatformError
from issuance.sending import lanes, leases, limiter, settling
from issuance.sending.polling import poll
from journal import clock
from tests.issuance import platform_fixtures
from tests.issuance.platform_fixtures import break_next, decide, held
from tests.issuance.support import approved, awarded, run_lane, states

pytestmark = pytest.mark.django_db
sandbox = platform_fixtures.sandbox

HOUR = dt.timedelta(hours=1)


def jump(by):
    """The clock jumps: what was written before is so much further away from now."""
    for rows, names in (
        (Delivery.objects.all(), ("due_at", "claimed_until", "created_at")),
        (Attempt.objects.all(), ("started_at", "ended_at")),
        (Job.objects.all(), ("claimed_until",)),
        (PlatformTemplate.objects.all(), ("polled_at",)),
    ):
        rows.update(**{name: F(name) - by for name in names})


def claimed(request, many=1):
    account = PlatformAccount.objects.get()
    return leases.claim(registry.connect("credly", "CU_BOULDER"), account, many)


def due(request):
    return leases.due(PlatformAccount.objects.get()).filter(request=request).count()


def test_clock_set_back_by_years_still_sends_what_was_due(campus, platforms):
    request = awarded(campus("cu_boulder"), 2)
    jump(-365 * 10 * dt.timedelta(days=1))
    assert due(request) == 2
    run_lane()
    assert states(request) == {"delivered": 2}


def test_clock_set_back_frees_the_rows_of_a_killed_worker(campus, platforms):
    request = awarded(campus("cu_boulder"), 2)
    claimed(request, 2)
    assert due(request) == 0
    jump(-3 * HOUR)
    assert due(request) == 2
    run_lane()
    assert set(request.deliveries.values_list("state", "ask_first")) == {("queued", True)}


def test_pause_that_the_platform_asked_for_is_no_clock_set_back(campus, platforms):
    request = awarded(campus("cu_boulder"), 1)
    request.deliveries.update(due_at=clock.now() + dt.timedelta(seconds=3600))
    assert due(request) == 0


def test_clock_set_forward_under_a_worker_asks_and_does_not_believe_an_empty_answer_yet(campus, platforms):
    """The first worker is alive and its call under way, when the clock says that its lease is over."""
    request = awarded(campus("cu_boulder"), 1)
    (first,) = claimed(request)
    jump(HOUR)
    run_lane()  # a second worker asks: the platform has nothing yet
    delivery = request.deliveries.get()
    assert (delivery.state, delivery.ask_first, held(platforms, "credly")) == ("queued", True, [])
    templates = lanes.Templates(registry.connect("credly", "CU_BOULDER"), delivery.account)
    call = lanes.calls.make(templates.platform, templates, [first], lanes.calls.Halt())
    (outcome,) = call()  # the first worker's call is only carried out now
    assert settling.settle([(first, outcome)]) == 0
    assert list(delivery.attempts.order_by("number").values_list("outcome", "asked")) == [
        ("late", False),
        ("temporary", True),
    ]
    jump(HOUR)
    run_lane()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.remote_id) == ("delivered", outcome.remote_id)
    assert len(held(platforms, "credly")) == 1


def test_what_a_late_worker_learned_is_believed_before_a_list_that_lags(campus, platforms):
    request = awarded(campus("cu_boulder"), 1)
    (first,) = claimed(request)
    jump(HOUR)
    claimed(request)
    settling.settle([(first, Outcome("delivered", "made-there"))])
    jump(HOUR)
    (second,) = claimed(request)
    platform = registry.connect("credly", "CU_BOULDER")
    assert leases.seconds_of_doubt(platform, second) > 0
    settling.settle([(second, lanes._believed(platform, second, None))])
    delivery = request.deliveries.get()
    assert (delivery.state, delivery.ask_first) == ("queued", True)


@pytest.mark.parametrize(
    "result",
    [PlatformError("Refused.", True), PlatformError("Broken.", False, ambiguous=True), None],
    ids=["refused", "ambiguous", "absent"],
)
def test_outcome_of_a_lost_lease_changes_no_delivery(campus, platforms, result):
    request = awarded(campus("cu_boulder"), 1)
    (first,) = claimed(request)
    jump(HOUR)
    (second,) = claimed(request)
    before = Delivery.objects.values().get()
    assert settling.settle([(first, result)]) == 0
    assert Delivery.objects.values().get() == before
    assert before["claim_token"] == second.delivery.claim_token


def test_cut_off_call_is_doubted_until_the_lease_of_its_worker_is_over(campus, platforms):
    awarded(campus("cu_boulder"), 1)
    platform = registry.connect("credly", "CU_BOULDER")
    claimed(None)
    jump(HOUR)
    (second,) = claimed(None)
    lease, lag = leases.lease_seconds(platform), platform.index_lag_seconds
    assert lease + lag - 1 < leases.seconds_of_doubt(platform, second) <= lease + lag
    jump(dt.timedelta(seconds=lease + lag))
    assert leases.seconds_of_doubt(platform, second) == 0


def test_job_held_by_a_clock_set_back_since_is_taken_again(campus):
    request = approved(campus("cu_boulder"), 1)
    assert awarding.claim(request.job.pk)
    assert awarding.open_jobs() == []
    jump(-HOUR)
    assert awarding.open_jobs() == [request.job.pk]


def test_polling_goes_on_when_the_clock_was_set_back(campus, platforms):
    request = awarded(campus("cu_boulder"), 1)
    run_lane()
    account = PlatformAccount.objects.get()
    poll(account)
    decide(platforms, request.deliveries.get().remote_id, "accepted")
    assert poll(account) == 0  # asked a moment ago
    jump(-HOUR)
    assert poll(account) == 1


def test_two_workers_never_claim_the_same_row(campus, platforms):
    awarded(campus("cu_boulder"), 6)
    first, second = claimed(None, 4), claimed(None, 4)
    assert {h.delivery.pk for h in first} & {h.delivery.pk for h in second} == set()
    assert len(first) + len(second) == 6


def test_token_expired_in_the_middle_waits_for_a_person_and_goes_on(campus, platforms, settings):
    settings.LANE_THREADS = 2
    request = awarded(campus("cu_boulder"), 12)
    break_next(platforms, "reset_after", method="POST", path="/badges", times=1)
    break_next(platforms, "401", method="POST", path="/badges", times=None)
    run_lane()
    counts = states(request)
    assert counts == {"needs_person": 11, "queued": 1} or counts == {"needs_person": 12}
    platforms.state.faults.clear()
    jump(HOUR)
    request.deliveries.filter(state="needs_person").update(state="queued", due_at=clock.now())
    run_lane()
    assert states(request) == {"delivered": 12}
    assert len(held(platforms, "credly")) == len(set(held(platforms, "credly"))) == 12


def test_batch_that_breaks_is_one_call_and_does_not_rest_the_account(campus, platforms, settings):
    settings.LANE_THREADS = 2
    request = awarded(campus("model"), 20)
    break_next(platforms, "502_after", method="POST", path="bulk_create")
    run_lane()
    assert states(request) == {"queued": 20}
    assert limiter.acquire(registry.connect("accredible")) is None
    jump(HOUR)
    run_lane()
    assert states(request) == {"delivered": 20}
    assert len(held(platforms, "accredible")) == 20

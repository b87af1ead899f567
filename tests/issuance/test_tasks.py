"""Wake-ups and the sweep: one message a thing at a time, and nothing is forgotten."""

import threading

import pytest
from celery import current_app
from django.db import connection

from issuance import limiter, tasks, wake
from issuance.actions import requests
from issuance.models import Delivery, Job, PlatformAccount
from issuance.platforms import registry
from policies.reasons import Refused
from tests.issuance import platform_fixtures
from tests.issuance.support import approved, awarded, states, submitted

sandbox = platform_fixtures.sandbox


@pytest.fixture
def sent(monkeypatch):
    """The messages that were sent, as (task, argument)."""
    found = []
    monkeypatch.setattr(current_app, "send_task", lambda name, args, **_: found.append((name, args[0])))
    return found


def test_one_message_waits_for_one_thing_at_a_time(sent):
    wake.lane("account-1")
    wake.lane("account-1")
    wake.lane("account-2")
    wake.arrived("issuance.run_lane", "account-1")
    wake.lane("account-1")
    assert sent == [("issuance.run_lane", name) for name in ("account-1", "account-2", "account-1")]


@pytest.mark.django_db(transaction=True)
def test_approval_wakes_its_job_once_it_stands(campus, sent):
    request = approved(campus("cu_boulder"), 1)
    assert sent == [("issuance.run_job", str(request.job.pk))]


@pytest.mark.django_db
def test_sweep_of_nothing_wakes_nobody(campus, sent):
    campus("cu_boulder")
    tasks.sweep()
    assert sent == []


@pytest.mark.django_db
def test_sweep_finds_jobs_deliveries_and_requests_that_are_done(campus, sent):
    place = campus("cu_boulder")
    waiting, done, job = awarded(place, 1), awarded(place, 1), approved(place, 1).job
    done.deliveries.update(state="delivered")
    sent.clear()
    tasks.wake.cache.clear()
    tasks.sweep()
    account = PlatformAccount.objects.get()
    assert sorted(sent) == [("issuance.run_job", str(job.pk)), ("issuance.run_lane", str(account.pk))]
    for request, state in ((waiting, "approved"), (done, "done")):
        request.refresh_from_db()
        assert request.state == state


@pytest.mark.django_db
def test_lane_that_is_not_through_wakes_itself(campus, platforms, sent, monkeypatch, settings):
    settings.LANE_THREADS = 1
    request = awarded(campus("cu_boulder"), 6)
    account = str(PlatformAccount.objects.get().pk)
    sent.clear()
    monkeypatch.setattr(tasks, "SLICE_SECONDS", 0.05)
    platforms.state.set_switches({"latency_ms": 40})
    tasks.run_lane(account)
    assert 0 < states(request)["queued"] < 6
    assert sent == [("issuance.run_lane", account)]
    monkeypatch.setattr(tasks, "SLICE_SECONDS", 60)
    tasks.run_lane(account)
    assert states(request) == {"delivered": 6}
    assert len(sent) == 1


@pytest.mark.django_db
def test_job_task_takes_the_id_as_text(campus, sent):
    request = approved(campus("cu_boulder"), 2)
    tasks.run_job(str(request.job.pk))
    assert Delivery.objects.filter(request=request).count() == 2


@pytest.mark.django_db
def test_worker_starts_the_limiters_of_accounts_that_are_set_up(campus, platforms, settings):
    awarded(campus("cu_boulder"), 1)
    settings.CREDLY_RATE = "3/4"
    platform = registry.connect("credly", "CU_BOULDER")
    client, name = limiter.current().storage.get_connection(), f"*start:{platform.account.limiter_key}*"
    client.delete(*client.keys(name))
    tasks.start_limiters()
    assert client.keys(name)
    settings.CREDLY_TOKEN = ""
    tasks.start_limiters()  # not set up: said in the log, and no error


@pytest.mark.django_db(transaction=True)
def test_two_certifiers_at_once_release_once(campus, sent):
    place = campus("cu_boulder")
    request, outcomes, together = submitted(place, 3), [], threading.Barrier(2)

    def release():
        together.wait()
        try:
            requests.approve(request=request, by=place.registrar)
            outcomes.append("released")
        except Refused as error:
            outcomes.append(error.reasons[0].text)
        finally:
            connection.close()

    threads = [threading.Thread(target=release) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["This request is not waiting: approved.", "released"]
    assert Job.objects.count() == 1

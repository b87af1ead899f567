"""The database is set back while the platform and Redis go on: nothing is sent twice, and what is there is adopted.

A savepoint is the backup: rolling back to it is what restoring does to the rows.
"""

import datetime as dt
from contextlib import contextmanager

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import transaction

from credentials.models import Award
from issuance import awarding
from issuance.actions import requests
from issuance.models import Comparison, Delivery, Difference, Ledger, PlatformAccount, PlatformTemplate
from issuance.reconciling import nights, restoring
from issuance.sending import leases
from tests.issuance import platform_fixtures
from tests.issuance.platform_fixtures import held
from tests.issuance.support import awarded, credential, learners, run_lane, states

pytestmark = pytest.mark.django_db
sandbox = platform_fixtures.sandbox

PACKS = pytest.mark.parametrize(
    "pack, platform", [("cu_boulder", "credly"), ("model", "accredible"), ("model@canvas", "canvas")]
)


@contextmanager
def restored():
    """What happens inside is forgotten by the database alone."""
    backup = transaction.savepoint()
    yield
    transaction.savepoint_rollback(backup)


def compared():
    """The wait after a restore is over, and a worker compares."""
    Ledger.objects.filter(doubted_at__isnull=False).update(doubted_at=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
    return nights.run(str(PlatformAccount.objects.get().pk), 60)


@PACKS
def test_what_was_sent_after_the_backup_is_adopted_and_not_sent_again(campus, platforms, pack, platform):
    request = awarded(campus(pack), 4)
    with restored():
        run_lane()
        assert states(request) == {"delivered": 4}
    assert states(request) == {"queued": 4}
    before = platforms.state.arrivals[platform].count()
    assert run_lane() == 0
    assert platforms.state.arrivals[platform].count() == before  # nothing left for the platform
    assert set(request.deliveries.values_list("cause", "ask_first")) == {("restored", True)}
    compared()
    assert states(request) == {"delivered": 4}
    assert len(held(platforms, platform)) == 4
    remote = {row["id"] for row in platforms.state.held(platform)}
    assert set(request.deliveries.values_list("remote_id", flat=True)) == remote
    assert not Ledger.objects.get().doubted_at
    request.refresh_from_db()
    assert request.state == "done"


@PACKS
def test_awards_lost_with_the_backup_find_their_badges_when_they_are_made_anew(
    campus, platforms, pack, platform
):
    place = campus(pack)
    first = awarded(place, 1)
    run_lane()
    lines = learners(first.definition, 3, start=50)
    with restored():
        request = requests.submit(definition=first.definition, lines=lines, by=place.issuer)
        request = requests.approve(request=request, by=place.registrar)
        awarding.run(request.job.pk)
        run_lane()
    assert len(held(platforms, platform)) == 4
    run_lane()
    compared()
    found = Difference.objects.open()
    assert sorted(found.values_list("kind", "email")) == [
        ("unknown", f"learner{n}@learners.example") for n in (50, 51, 52)
    ]
    again = requests.submit(definition=first.definition, lines=lines, by=place.issuer)
    again = requests.approve(request=again, by=place.registrar)
    awarding.run(again.job.pk)
    run_lane()
    assert states(again) == {"delivered": 3}
    assert len(held(platforms, platform)) == 4
    assert not found.all().exists()


def test_badge_template_lost_with_the_backup_is_found_before_anything_is_sent(campus, platforms):
    request = awarded(campus("cu_boulder"), 2)
    with restored():
        run_lane()
    assert not PlatformTemplate.objects.exists()
    run_lane()
    compared()
    assert states(request) == {"delivered": 2}
    assert len(held(platforms, "credly")) == 2
    assert len(platforms.state.templates("credly", platform_fixtures.CREDLY_ORGANIZATION)) == 1


def test_what_had_not_left_goes_on_after_the_comparison_and_is_asked_about_first(campus, platforms):
    request = awarded(campus("cu_boulder"), 2)
    account = PlatformAccount.objects.get()
    with restored():
        leases.claim(nights.registry.connect("credly", "CU_BOULDER"), account, 1)
    run_lane()
    compared()
    assert states(request) == {"queued": 2}
    assert set(request.deliveries.values_list("cause", "message", "ask_first")) == {("", "", True)}
    run_lane()
    run_lane()
    assert states(request) == {"delivered": 2}
    assert sorted(request.deliveries.first().attempts.values_list("asked", flat=True)) == [False, True]


def test_nothing_is_compared_before_all_that_may_be_under_way_shows(campus, platforms):
    awarded(campus("cu_boulder"), 1)
    run_lane()
    account = PlatformAccount.objects.get()
    restoring.doubt(account)
    nights.run(str(account.pk), 60)
    assert restoring.doubted(account)
    assert not Comparison.objects.filter(compared_at__isnull=False).exists()


def test_another_database_server_is_noticed_without_redis(campus, platforms):
    awarded(campus("cu_boulder"), 1)
    account = PlatformAccount.objects.get()
    assert not restoring.doubted(account)
    cache.clear()
    Ledger.objects.update(server="7000000000000000001/00000001/16384")
    assert restoring.doubted(account)
    assert Delivery.objects.get().ask_first
    assert restoring._server() == Ledger.objects.get().server


def test_redis_flushed_or_behind_is_no_restored_backup(campus, platforms):
    request = awarded(campus("cu_boulder"), 2)
    account = PlatformAccount.objects.get()
    run_lane()
    cache.clear()
    assert not restoring.doubted(account)
    restoring.note(account, 0)
    assert not restoring.doubted(account)
    assert states(request) == {"delivered": 2}


def test_backup_restored_twice_is_noticed_twice(campus, platforms):
    place = campus("cu_boulder")
    for _ in range(2):
        awarded(place, 2)
        with restored():
            run_lane()
        run_lane()
        assert Ledger.objects.get().doubted_at
        compared()
        assert not Ledger.objects.get().doubted_at
    assert len(held(platforms, "credly")) == 4


def test_operator_says_that_a_backup_was_restored(campus, platforms, capsys):
    awarded(campus("cu_boulder"), 1)
    call_command("restored")
    assert "nothing is sent until both sides are compared" in capsys.readouterr().out
    assert Ledger.objects.get().doubted_at
    assert run_lane() == 0
    assert held(platforms, "credly") == []


def test_platform_away_leaves_the_doubt(campus, platforms, settings):
    awarded(campus("cu_boulder"), 1)
    run_lane()
    restoring.doubt(PlatformAccount.objects.get())
    settings.CREDLY_BASE_URL = "http://127.0.0.1:9/v1"
    assert compared() is False
    assert Ledger.objects.get().doubted_at


def test_credential_that_the_platform_refuses_does_not_keep_the_others_waiting(campus, platforms):
    place = campus("cu_boulder")
    good = awarded(place, 1)
    awarded(place, 1, credential(place, facts={"skills": ["One", "Two"], "competencies": []}))
    restoring.doubt(PlatformAccount.objects.get())
    compared()
    assert not Ledger.objects.get().doubted_at
    run_lane()
    run_lane()
    assert states(good) == {"delivered": 1}
    assert Award.objects.count() == 2

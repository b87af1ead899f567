"""Accounts at platforms: what is warned of and whom, and what happens once there are credits again."""

import datetime as dt
import io

import pytest
from django.core.management import call_command

from issuance import health
from issuance.models import Delivery, PlatformAccount
from issuance.platforms import registry
from issuance.platforms.base import Health
from journal import clock
from journal.models import Mail, Notice
from tests.factories import PersonFactory
from tests.issuance import platform_fixtures
from tests.issuance.platform_fixtures import held
from tests.issuance.support import awarded, run_lane, states
from tests.support import site_for

pytestmark = pytest.mark.django_db
sandbox = platform_fixtures.sandbox


def account(place, kind="credly", name="CU_BOULDER"):
    return PlatformAccount.objects.create(institution=place.institution, platform=kind, name=name)


def says(monkeypatch, kind, **found):
    monkeypatch.setattr(registry.platform_class(kind), "health", lambda self: Health(**found))


def told(who):
    rows = Notice.objects.filter(person=who, kind="platform_warning")
    return list(rows.order_by("created_at", "pk").values_list("text", flat=True))


def front(person):
    return " ".join(site_for(person).get("/admin/").content.decode().split())


def test_token_that_ends_is_warned_of_once_at_each_step(campus, platforms, monkeypatch):
    place = campus("cu_boulder")
    operator = PersonFactory(is_superuser=True)
    row, today = account(place), place.institution.today()
    for days, number in ((31, 0), (30, 1), (29, 1), (14, 2), (1, 3), (0, 3), (-1, 4)):
        says(
            monkeypatch, "credly", ok=True, message="Fine.", token_expires_on=today + dt.timedelta(days=days)
        )
        health.look(row)
        assert len(told(place.programme_manager)) == number, days
    for person in (place.programme_manager, place.registrar, operator):
        assert "The access token for Credly ended on" in told(person)[-1]
    assert told(place.issuer) == []
    assert Mail.objects.filter(kind="platform_warning", recipient=operator).count() == 4
    assert "The access token for Credly ended on" in front(place.programme_manager)
    assert "The access token for Credly ended on" in front(place.registrar)
    assert "access token for Credly" not in front(place.issuer)
    assert "access token for Credly" not in front(place.stranger)


def test_token_whose_end_is_not_told_lives_as_long_as_such_tokens_from_when_it_was_first_seen(
    campus, platforms, monkeypatch, settings
):
    row = account(campus("cu_boulder"))
    says(monkeypatch, "credly", ok=True, message="Fine.")
    health.look(row)
    row.refresh_from_db()
    assert row.token_expires_on == row.token_since + dt.timedelta(days=180)
    PlatformAccount.objects.update(token_since=row.token_since - dt.timedelta(days=170))
    assert [warning.key for warning in health.look(row)] == ["token 14"]
    settings.CREDLY_TOKEN = "a-new-one"
    assert health.look(row) == []


def test_refused_token_is_told_and_a_platform_that_is_away_is_not(campus, platforms, settings):
    place = campus("cu_boulder")
    row = account(place)
    assert health.look(row) == []
    settings.CREDLY_BASE_URL = "http://127.0.0.1:9/v1"
    assert health.look(row) == []
    row.refresh_from_db()
    assert row.usable is True
    settings.CREDLY_BASE_URL, settings.CREDLY_TOKEN = f"{platforms.url}/credly/v1", "old"
    assert [warning.key for warning in health.look(row)] == ["unusable"]
    assert "CREDLY_TOKEN" in told(place.registrar)[0]
    settings.CREDLY_TOKEN = ""
    assert [warning.text for warning in health.look(row)] == [
        "The account at Credly (account CU_BOULDER) is not set up: CREDLY_TOKEN is not set."
    ]


def test_badges_without_credits_are_published_once_there_are_some(campus, platforms):
    place = campus("model")
    platforms.state.set_switches({"accredible_credits": 0})
    request = awarded(place, 3)
    run_lane()
    assert states(request) == {"unpublished": 3}
    row = PlatformAccount.objects.get()
    assert [warning.key for warning in health.look(row)] == ["no credits"]
    assert states(request) == {"unpublished": 3}
    platforms.state.set_switches({"accredible_credits": 2})
    health.look(row)
    assert states(request) == {"unpublished": 1, "queued": 2}
    run_lane()
    assert states(request) == {"unpublished": 1, "delivered": 2}
    assert len(held(platforms, "accredible")) == 3
    health.look(row)
    assert states(request) == {"unpublished": 1, "delivered": 2}


def test_few_credits_are_counted_against_what_waits(campus, platforms):
    place = campus("model")
    awarded(place, 3)
    row = PlatformAccount.objects.get()
    for credits, keys in ((200, []), (102, ["few credits"]), (103, [])):
        platforms.state.set_switches({"accredible_credits": credits})
        assert [warning.key for warning in health.look(row)] == keys, credits
    assert told(place.programme_manager) == [
        "Accredible has 102 credits left, and 3 badges wait to be sent. Buy more there."
    ]


def test_accounts_are_looked_at_once_an_hour(campus, platforms):
    row = account(campus("cu_boulder"))
    assert health.due() == [row]
    health.look(row)
    assert health.due() == []
    PlatformAccount.objects.update(checked_at=clock.now() - dt.timedelta(hours=1))
    assert health.due() == [row]
    PlatformAccount.objects.update(active=False)
    assert health.due() == []


def test_command_says_how_each_account_is(campus, platforms, settings):
    account(campus("cu_boulder"))
    out = io.StringIO()
    call_command("platforms", stdout=out)
    assert "Credly (account CU_BOULDER)\n  Credly knows us as Sandbox University." in out.getvalue()
    assert "The token ends on" in out.getvalue()
    settings.CREDLY_TOKEN = "old"
    with pytest.raises(SystemExit) as ended:
        call_command("platforms", stdout=out)
    assert ended.value.code == 1
    with pytest.raises(SystemExit):
        call_command("platforms", "--kept", stdout=out)
    assert "TO DO: The access token for Credly was refused." in out.getvalue()


def test_suspended_award_that_ended_is_not_published(campus, platforms):
    place = campus("model")
    platforms.state.set_switches({"accredible_credits": 0})
    request = awarded(place, 1)
    run_lane()
    Delivery.objects.update(state="queued")
    award = request.deliveries.get().award
    award.revoked_at, award.revoked_by, award.revocation_reason = clock.now(), place.registrar, "Wrong."
    award.save()
    platforms.state.set_switches({"accredible_credits": 5})
    run_lane()
    assert sorted(Delivery.objects.values_list("act", "state")) == [
        ("issue", "cancelled"),
        ("revoke", "queued"),
    ]
    (row,) = platforms.state.held("accredible")
    assert row["body"]["approve"] is False

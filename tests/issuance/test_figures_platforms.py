"""What each platform really offers is stored by day, once, whoever asks; what it does not offer has no row."""

import datetime as dt

import pytest
import requests

from issuance.figures import taking
from issuance.models import DayFigure, Delivery, FigureSource
from issuance.platforms import registry
from issuance.platforms.accredible_events import own_views
from issuance.platforms.base import PlatformError
from issuance.sending import lanes, limiter
from journal import clock
from tests.conftest import NOWHERE
from tests.credentials.support import texts
from tests.issuance import platform_fixtures
from tests.issuance.figures_support import stored
from tests.issuance.support import awarded, credential
from tests.support import site_for

sandbox = platform_fixtures.sandbox

DAY = dt.date(2026, 3, 4)


def delivered(campus, number):
    """So many badges at the campus's platform; their ids there."""
    request = awarded(campus, number, credential(campus))
    lanes.run(str(Delivery.objects.filter(request=request).values_list("account", flat=True).first()))
    rows = Delivery.objects.filter(request=request).order_by("award__recipient_email")
    return request.definition, list(rows.values_list("remote_id", flat=True))


def ask():
    """Everything that is due is asked; how many answered."""
    return sum(taking.take(one) for one in taking.due())


def today():
    return clock.now().date()


def test_credly_tells_who_accepted_and_nothing_of_mail(campus, platforms, sandbox):
    boulder = campus("cu_boulder")
    _definition, ids = delivered(boulder, 6)
    for remote in ids[:3]:
        platform_fixtures.decide(sandbox, remote, "accepted")
    platform_fixtures.decide(sandbox, ids[3], "rejected")
    assert ask() == 1
    assert stored(DayFigure, source="credly") == [
        ("held", "", today(), 6),
        ("pending", "", today(), 2),
        ("public", "", today(), DayFigure.objects.get(figure="public").value),
        ("refused", "", today(), 1),
        ("taken", "", today(), 3),
        ("unpublished", "", today(), 0),
    ]
    with clock.at(clock.now() + dt.timedelta(hours=5)):
        assert ask() == 0  # it has answered
    tomorrow = clock.now() + dt.timedelta(days=1)
    platform_fixtures.decide(sandbox, ids[4], "accepted")
    with clock.at(tomorrow):
        assert ask() == 1
    assert list(DayFigure.objects.filter(figure="taken").order_by("day").values_list("value", flat=True)) == [
        3,
        4,
    ]


def test_canvas_tells_who_accepted_and_nothing_of_views(campus, platforms, sandbox):
    _definition, ids = delivered(campus("model@canvas"), 4)
    platform_fixtures.decide(sandbox, ids[0], "accepted")
    platform_fixtures.decide(sandbox, ids[1], "rejected")
    assert ask() == 1
    assert stored(DayFigure, source="canvas") == [
        ("held", "", today(), 4),
        ("pending", "", today(), 2),
        ("refused", "", today(), 1),
        ("taken", "", today(), 1),
        ("unpublished", "", today(), 0),
    ]


def test_accredible_tells_what_was_opened_and_when_holders_looked(campus, platforms, sandbox):
    _definition, ids = delivered(campus("model"), 4)
    for remote in (*ids[:2], ids[0]):
        requests.post(f"{sandbox.url}/_control/opened/{remote}", timeout=10).raise_for_status()
    assert ask() == 1
    assert stored(DayFigure, source="accredible") == [
        ("engaged", "", today(), 2),
        ("held", "", today(), 4),
        ("opened", "", today(), 2),
        ("own_views", "", today(), 3),
        ("public", "", today(), 4),
        ("unpublished", "", today(), 0),
    ]
    requests.post(f"{sandbox.url}/_control/opened/{ids[2]}", timeout=10).raise_for_status()
    with clock.at(clock.now() + dt.timedelta(days=1)):
        assert ask() == 1  # reads the last days again and counts nothing twice
    assert list(DayFigure.objects.filter(figure="own_views").values_list("value", flat=True)) == [4]


def test_platform_that_does_not_answer_is_named_on_the_page(campus, platforms, settings):
    boulder = campus("cu_boulder")
    definition, _ids = delivered(boulder, 1)
    settings.CREDLY_BASE_URL = NOWHERE.replace("redis", "http")
    limiter.current().start(registry.connect("credly"), seconds_ago=3600)
    assert ask() == 0
    assert not DayFigure.objects.exists()
    source = FigureSource.objects.get(source="credly")
    assert "could not be reached" in source.problem
    page = texts(site_for(boulder.programme_manager).get(f"/admin/figures/{definition.pk}/"))
    assert f"Credly could not be asked: {source.problem}" in page
    assert taking.due() == []  # it rests for a while
    with clock.at(clock.now() + dt.timedelta(hours=1)):
        assert len(taking.due()) == 1


def test_of_two_that_find_it_due_one_asks(campus, platforms):
    delivered(campus("cu_boulder"), 1)
    (one,) = taking.due()
    assert taking._claimed(one)
    assert not taking._claimed(one)
    assert not taking.take(one)
    with clock.at(clock.now() + dt.timedelta(hours=1)):  # whoever had it died
        assert taking.take(one)


class Replies:
    """An account whose event list answers with these pages."""

    v1 = "https://platform.example/v1"
    label = "Accredible"

    def __init__(self, *pages):
        self.pages, self.asked, self.http = list(pages), [], self

    def ask(self, method, url, *, params):
        self.asked.append((method, url, params))
        return Page(self.pages.pop(0))

    def refusal(self, answer):
        return PlatformError("no", False)


class Page:
    """One answer."""

    ok = True

    def __init__(self, body):
        self.body = body

    def mapping(self):
        return self.body


def event(credential, day, name="recipient_view_certificate"):
    return {"credential": {"id": credential}, "event": name, "created_at": f"{day}T10:00:00.000Z"}


def test_events_of_other_groups_other_days_and_other_kinds_are_left_out():
    """A filter that is not known there may be ignored, and brings other people's rows."""
    pages = [
        {
            "events": [
                event(1, "2026-03-04"),
                event(9, "2026-03-04"),
                event(1, "2026-03-01"),
                event(1, "2026-03-04", "privacy_updated"),
                {"event": "recipient_view_certificate"},
                "nonsense",
            ],
            "meta": {"next_page": 2},
        },
        {"events": [event("2", "2026-03-05")], "meta": {"next_page": None}},
    ]
    account = Replies(*pages)
    found = list(own_views(account, "77", frozenset({"1", "2"}), dt.date(2026, 3, 2)))
    assert found == [DAY, dt.date(2026, 3, 5)]
    assert [params["page"] for _, _, params in account.asked] == ["1", "2"]
    assert account.asked[0][2] == {
        "start_date": "2026-03-02", "group_id": "77", "page_size": "100", "page": "1",
    }  # fmt: skip


def test_event_list_without_rows_is_not_taken_for_none():
    with pytest.raises(PlatformError, match="no rows"):
        list(own_views(Replies({"message": "no"}), "77", frozenset({"1"}), DAY))


def test_a_long_list_waits_for_room_and_not_for_ever(campus, platforms, monkeypatch):
    _definition, _ids = delivered(campus("cu_boulder"), 1)
    naps, full = [], [31.0, 7.0]
    monkeypatch.setattr(limiter.time, "sleep", lambda seconds: naps.append(seconds) if seconds else None)
    monkeypatch.setattr(limiter.Limiter, "take", lambda *_: full.pop(0) if full else None)
    assert ask() == 1
    assert naps == [31.0, 7.0]
    monkeypatch.setattr(limiter.Limiter, "take", lambda *_: 31.0)
    with clock.at(clock.now() + dt.timedelta(days=1)):
        assert ask() == 0
    assert naps == [31.0, 7.0, 31.0]  # a second wait would be longer than a minute
    assert FigureSource.objects.get(source="credly", definition__isnull=False).problem

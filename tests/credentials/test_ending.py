"""Reminders of what runs out: when, to whom, once; what the wallet says of the last day."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from credentials.actions import awards, ending, renewal, suspension
from credentials.models import Award
from journal import choosing, clock
from journal.actions import choices
from journal.models import Mail, Notice
from tests.credentials.support import award, definition, learner, set_standing, texts
from tests.factories import PersonFactory
from tests.support import site_for

MADE = dt.datetime(2026, 3, 2, 17, 0, tzinfo=dt.UTC)
LAST = dt.date(2027, 3, 2)  # twelve months later
YEAR = {"learning": {"valid_months": 12}}


@pytest.fixture
def denver(campus):
    return campus("cu_denver")


@pytest.fixture
def made(denver):
    return definition(denver, answers=YEAR)


def given(made, holder=None, **changes):
    """An award made on 2 March 2026."""
    with clock.at(MADE):
        return award(made, holder, **changes)


@pytest.fixture
def held(made):
    return given(made, PersonFactory(name="Test learner"))


def reminded(*day, hour=18):
    """How many reminders go out on that day, UTC."""
    with clock.at(dt.datetime(*day, hour, tzinfo=dt.UTC)):
        return ending.remind()


def subjects():
    return list(
        Mail.objects.filter(kind="badge_expires").order_by("created_at").values_list("subject", flat=True)
    )


def test_award_is_reminded_of_on_its_four_days_once_each(held, made):
    assert held.expires_on == LAST
    lines = {
        (2026, 12, 1): None,  # 91 days before
        (2026, 12, 2): "“Reading fire data” runs out on 2 March 2027, in 90 days",
        (2026, 12, 3): None,
        (2027, 1, 30): None,
        (2027, 1, 31): "“Reading fire data” runs out on 2 March 2027, in 30 days",
        (2027, 2, 22): None,
        (2027, 2, 23): "“Reading fire data” runs out on 2 March 2027, in 7 days",
        (2027, 3, 2): None,
        (2027, 3, 3): "“Reading fire data” ran out on 2 March 2027",
        (2027, 3, 4): None,
    }
    for day, line in lines.items():
        assert (day, reminded(*day)) == (day, int(line is not None))
        assert reminded(*day, hour=19) == 0  # the next beat
    assert subjects() == [line for line in lines.values() if line]
    notices = Notice.objects.filter(kind="badge_expires").order_by("created_at")
    assert [notice.text.rstrip(".") for notice in notices] == subjects()
    assert {(notice.person, notice.path) for notice in notices} == {(held.holder, f"/wallet/{held.pk}/")}
    text = " ".join(Mail.objects.filter(kind="badge_expires").earliest("created_at").text.split())
    unit = made.unit.name
    for words in (
        f"http://testserver/wallet/{held.pk}/",
        f"To have it renewed, ask {unit} at {made.institution.name}.",
        f"http://testserver/catalogue/{made.slug}/",
        "at midnight where University of Colorado Denver is (America/Denver)",
    ):
        assert words in text


def test_days_are_those_of_the_campus(held):
    assert reminded(2026, 12, 2, hour=6) == 0  # still 1 December in Denver
    assert reminded(2026, 12, 2, hour=8) == 1
    assert reminded(2027, 3, 3, hour=6) == 1  # the last day is not over there
    assert subjects()[-1] == "“Reading fire data” runs out on 2 March 2027, today"


def test_clock_that_stood_still_sends_the_nearest_alone_and_says_the_days_that_are_left(held):
    assert reminded(2027, 2, 10) == 1
    assert subjects() == ["“Reading fire data” runs out on 2 March 2027, in 20 days"]
    assert reminded(2027, 3, 10) == 0  # over for eight days: no news any more


def test_only_accepted_awards_in_force_are_reminded_of(denver, made):
    by, day = denver.programme_manager, dt.datetime(2026, 12, 1, 18, tzinfo=dt.UTC)
    rows = {
        how: given(made, accepted=how != "waiting")
        for how in ("waiting", "revoked", "renewed", "suspended", "closed", "erased", "well")
    }
    lasting = given(definition(denver, title="Without a term"))
    with clock.at(day):
        awards.revoke(award=rows["revoked"], reason="Why.", by=by)
        newer = renewal.renew(award=rows["renewed"], by=by)
        suspension.suspend(award=rows["suspended"], reason="Why.", by=by)
    rows["closed"].holder.is_active = False
    rows["closed"].holder.save()
    Award.objects.filter(pk=rows["erased"].pk).update(
        recipient_name="", recipient_email="", document="", visibility="private", erased_at=day
    )
    assert reminded(2026, 12, 2) == 1
    assert Mail.objects.get(kind="badge_expires").recipient == rows["well"].holder
    assert (lasting.expires_on, newer.expires_on) == (None, dt.date(2028, 3, 2))
    with clock.at(dt.datetime(2026, 12, 5, 18, tzinfo=dt.UTC)):
        suspension.reinstate(award=rows["suspended"], by=by)
    assert reminded(2026, 12, 5) == 1


def test_day_that_had_passed_when_it_was_accepted_is_left_out(made):
    held = given(made)
    Award.objects.filter(pk=held.pk).update(accepted_at=dt.datetime(2026, 12, 20, 18, tzinfo=dt.UTC))
    assert [reminded(2026, 12, 21), reminded(2027, 1, 31)] == [0, 1]


def test_one_learner_with_badges_of_two_campuses_is_told_of_each_as_its_days_are(made, campus):
    holder = learner(email="both@learner.example")
    given(made, holder)
    other = given(definition(campus("model"), title="Elsewhere"), holder)
    Award.objects.filter(pk=other.pk).update(expires_on=dt.date(2027, 1, 1))
    assert reminded(2026, 12, 2) == 2
    assert set(Mail.objects.filter(kind="badge_expires").values_list("to", "institution__slug")) == {
        (holder.email, made.institution.slug),
        (holder.email, other.institution.slug),
    }
    assert Notice.objects.filter(person=holder, kind="badge_expires").count() == 2


def test_more_awards_need_no_more_queries(made):
    given(made)
    reminded(2026, 11, 1)  # what is read once a process
    counts = []
    for more, day in ((0, (2026, 12, 2)), (2, (2027, 1, 31))):
        for _ in range(more):
            given(made)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert reminded(*day) == more + 1
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_reminder_that_somebody_does_not_want_is_kept_and_told_as_a_notice(held):
    how = {offer.kind: offer.usual.value for offer in choosing.offers()} | {"badge_expires": "none"}
    choices.choose(by=held.holder, choices=how)
    assert [reminded(2026, 12, 2), reminded(2026, 12, 3)] == [1, 0]
    assert Mail.objects.get(kind="badge_expires").state == "unwanted"
    assert Notice.objects.filter(person=held.holder, kind="badge_expires").count() == 1


@pytest.mark.parametrize(
    ("day", "line", "told"),
    [
        ((2026, 11, 1), "Expires on 2 March 2027", False),
        ((2027, 1, 31), "Expires on 2 March 2027 (30 days left)", True),
        ((2027, 3, 1), "Expires on 2 March 2027 (1 day left)", True),
        ((2027, 3, 2), "Expires on 2 March 2027 (today)", True),
        ((2027, 3, 9), "Ran out on 2 March 2027", True),
    ],
)
def test_wallet_says_when_it_runs_out_and_how_to_renew(held, made, day, line, told):
    site = site_for(held.holder)
    with clock.at(dt.datetime(*day, 18, tzinfo=dt.UTC)):
        assert line in site.get("/wallet/").context["cards"][0]["facts"]
        page = texts(site.get(f"/wallet/{held.pk}/"))
    assert line in page
    assert ("To have it renewed, ask" in page) is told


def test_what_is_not_awarded_any_more_says_so(held, made):
    set_standing(made, "retired")
    assert reminded(2026, 12, 2) == 1
    text = Mail.objects.get(kind="badge_expires").text
    assert "not awarded any more, so it cannot be renewed" in text
    assert "/catalogue/" not in text
    with clock.at(dt.datetime(2026, 12, 2, 18, tzinfo=dt.UTC)):
        assert "cannot be renewed" in texts(site_for(held.holder).get(f"/wallet/{held.pk}/"))

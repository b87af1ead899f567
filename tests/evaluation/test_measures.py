"""What goals are measured by, the periods, and the funnel: reckoned from live rows."""

import datetime as dt

import pytest

from evaluation.measures import Counted, Measure, measures, register
from evaluation.spans import Span, span_of, spans
from issuance.figures import ours
from issuance.models import DayFigure
from journal import clock
from learning.models import Enrolment, Offering
from tests.credentials.support import definition
from tests.factories import PersonFactory
from tests.issuance.figures_support import badges
from tests.support import site_for

NOON = dt.datetime(2026, 5, 15, 12, tzinfo=dt.UTC)


@pytest.fixture
def denver(campus):
    with clock.at(NOON):
        yield campus("cu_denver")


def figure(made, name, day, value, part=""):
    DayFigure.objects.create(definition=made, figure=name, day=day, value=value, part=part)


def test_measures_count_what_happened_in_the_period(denver):
    made, day = definition(denver), dt.date(2026, 5, 4)
    for name, value in (("enrolled", 40), ("issued", 30), ("accepted", 24), ("sharers", 12), ("views", 99)):
        figure(made, name, day, value)
        figure(made, name, dt.date(2026, 4, 30), 1000)  # another month
    figure(made, "sharers", day, 12, part="linkedin")
    run = Offering.objects.create(
        institution=denver.institution, definition=made, title="Run", starts_on=day, ends_on=dt.date(2026, 5, 29),
        capacity=20, created_by=denver.issuer, created_at=NOON,
    )  # fmt: skip
    for n in range(10):
        done = {"state": "finished", "finished_on": day} if n < 8 else {"state": "enrolled"}
        Enrolment.objects.create(
            offering=run, learner=PersonFactory(), learner_name="Test", turn=n, added_at=NOON, enrolled_at=NOON,
            added_by=denver.issuer, **done,
        )  # fmt: skip
    may = span_of("month", day)
    found = {one.key: one.reckon(denver.institution, may) for one in measures().values()}
    assert found == {
        "offered": Counted(1), "approved": Counted(0), "days_to_approval": Counted(None), "enrolled": Counted(40),
        "seats_taken": Counted(10, 20), "completed": Counted(8, 10), "awarded": Counted(30), "accepted": Counted(24, 30),
        "shared": Counted(12, 30), "views": Counted(99),
    } | {key: found[key] for key in found if key not in KNOWN}  # fmt: skip


KNOWN = {
    "offered", "approved", "days_to_approval", "enrolled", "seats_taken", "completed", "awarded", "accepted", "shared", "views",
}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "day", "first", "last", "label", "number"),
    [
        ("month", "2026-12-31", "2026-12-01", "2026-12-31", "December 2026", 12),
        ("month", "2028-02-29", "2028-02-01", "2028-02-29", "February 2028", 12),
        ("quarter", "2026-11-05", "2026-10-01", "2026-12-31", "4th quarter of 2026", 8),
        ("year", "2026-01-01", "2026-01-01", "2026-12-31", "2026", 5),
    ],
)
def test_periods_follow_the_calendar(kind, day, first, last, label, number):
    span = span_of(kind, dt.date.fromisoformat(day))
    assert (span.first.isoformat(), span.last.isoformat(), span.label) == (first, last, label)
    found = spans(kind, dt.date.fromisoformat(day))
    assert (len(found), found[-1]) == (number, span)
    assert all(one.next == after for one, after in zip(found, found[1:], strict=False))
    assert Span("month", dt.date(2026, 12, 1)).next.first == dt.date(2027, 1, 1)


def test_a_measure_is_registered_once():
    with pytest.raises(RuntimeError):
        register(Measure("views", "Again", "count", lambda campus, span: Counted(0)))


def test_funnel_counts_each_step_from_live_rows(denver):
    made = definition(denver)
    badges(made, 20, accepted=12)
    assert ours.roll_up()
    figure(made, "enrolled", dt.date(2026, 3, 1), 40)
    figure(made, "completed", dt.date(2026, 3, 2), 22)
    site = site_for(denver.programme_manager)
    text = site.get("/admin/figures/all/funnel.csv").content.decode("utf-8-sig")
    assert [line.split(",") for line in text.strip().splitlines()] == [
        ["Step", "Learners", "Of the step before"],
        ["Enrolled", "40", ""],
        ["Completed", "22", "55 %"],
        ["Awarded", "not told", "more than 77 %"],  # two went missing: too few to tell
        ["Accepted", "12", "60 %"],
        ["Shared by their holders", "0", "0 %"],
    ]

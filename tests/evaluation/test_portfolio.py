"""The portfolio and enrolment against capacity over time (CUD-11): who sees it, what it counts, how few are kept out."""

import datetime as dt

import pytest
from django.test import Client

from evaluation.portfolio import charts
from journal import clock
from learning.actions import enrolments, offerings
from learning.actions.enrolments import Named
from tests.credentials.support import definition
from tests.support import api_for, queries_of, site_for

pytestmark = pytest.mark.clause("CUD-11")
PAGE = "/admin/portfolio/"
NOVEMBER = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)


@pytest.fixture
def denver(campus):
    return campus("cu_denver")


@pytest.fixture
def now():
    with clock.at(NOVEMBER):
        yield


def cohort(denver, made, title, starts_on, capacity, learners):
    offering = offerings.open_offering(
        definition=made, title=title, starts_on=starts_on, capacity=capacity, assessors=[denver.assessor],
        by=denver.issuer,
    )  # fmt: skip
    named = [Named("L", f"{title}{n}@learner.example", n) for n in range(1, learners + 1)]
    enrolments.enrol(offering=offering, learners=named, by=denver.issuer)
    return offering


def table(denver, key):
    chart = next(one for one in charts(denver.institution) if one.key == key)
    return {line.label: [cell.shown for cell in line.cells] for line in chart.lines}


def test_seats_are_counted_by_quarter_and_by_offering(denver, now):
    made = definition(denver)
    cohort(denver, made, "summer", dt.date(2026, 8, 3), 20, 10)
    cohort(denver, made, "late", dt.date(2026, 9, 1), 10, 12)
    cohort(denver, made, "spring", dt.date(2027, 2, 1), 8, 6)
    cohort(denver, made, "open", dt.date(2026, 8, 4), None, 7)
    found = table(denver, "seats")
    assert found["3rd quarter of 2026"] == ["67 %", "20", "30", "2"]  # 10 of 20 and 10 of 10
    assert found["1st quarter of 2027"][1:] == ["6", "8", "1"]
    assert found["2nd quarter of 2026"] == ["no seats", "0", "0", "0"]
    each = table(denver, "offerings")
    assert [line.split(" (")[0] for line in each] == ["spring", "late", "summer"]
    assert list(each.values())[1][1:] == ["10", "10", "fewer than 5"]
    size = table(denver, "portfolio")
    assert len(size) == 8
    assert size["4th quarter of 2026"] == ["1"]


def test_few_learners_are_not_told(denver, now):
    cohort(denver, definition(denver), "small", dt.date(2026, 10, 5), 20, 3)
    ((share, learners, seats, _),) = table(denver, "offerings").values()
    assert (share, learners, seats) == ("less than 25 %", "fewer than 5", "20")


@pytest.mark.parametrize(
    ("who", "status"),
    [("programme_manager", 200), ("administrator", 200), ("proposer", 403), ("assessor", 403), ("learner", 302),
     ("nobody", 302)],
)  # fmt: skip
def test_office_and_leadership_see_it(denver, who, status):
    answer = site_for(getattr(denver, who)).get(PAGE)
    assert answer.status_code in ({status, 403} if status == 302 else {status})
    api = api_for(getattr(denver, who)).get("/api/v1/portfolio/")
    assert api.status_code == (200 if status == 200 else 403)


def test_strangers_sign_in_first_and_other_campuses_are_not_there(denver):
    assert Client().get(PAGE).status_code == 302
    site = site_for(denver.programme_manager)
    assert site.get(f"{PAGE}?campus=nowhere").status_code == 404
    assert site.get(f"{PAGE}?unit=nonsense").status_code == 404
    assert site.get("/admin/portfolio/nothing.csv").status_code == 404


def test_page_file_and_api_tell_the_same(denver):
    made = definition(denver)
    day = denver.institution.today()
    cohort(denver, made, "one", day, 20, 10)
    site = site_for(denver.programme_manager)
    body = site.get(PAGE).content.decode()
    assert "CUD-11" in body
    assert "50 %" in body
    text = site.get("/admin/portfolio/offerings.csv").content.decode("utf-8-sig").splitlines()
    assert text[0] == "Offering,Share taken,Learners,Seats,Waiting"
    assert text[1].endswith(",50 %,10,20,0")
    found = api_for(denver.programme_manager).get("/api/v1/portfolio/").json()
    assert [one["key"] for one in found] == ["portfolio", "seats", "offerings"]
    assert [cell["text"] for cell in found[2]["lines"][0]["cells"]] == ["50 %", "10", "20", "0"]
    other = site.get(f"{PAGE}?unit={denver.college.pk}").content.decode()
    assert "50 %" in other
    before = queries_of(site, PAGE)
    cohort(denver, made, "two", day, 20, 10)
    cohort(denver, made, "three", day, 20, 10)
    assert queries_of(site, PAGE) == before

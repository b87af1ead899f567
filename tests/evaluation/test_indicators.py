"""Measures before and after: who defines and records them, what is refused, what each role and each learner sees."""

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from evaluation import personal
from evaluation.actions import indicators
from evaluation.actions.indicators import Value
from evaluation.actions.merging import move
from evaluation.evidence import About, charts
from evaluation.learned import gains
from evaluation.models import Indicator, Reading
from evaluation.readings import comparison, own
from issuance.figures.small import Rule
from journal.models import Entry
from learning.actions import enrolments, offerings
from learning.actions.enrolments import Named
from policies.reasons import Refused
from tests.credentials.support import definition
from tests.learning.support import MAP, READ, STARTED
from tests.support import api_for, site_for

pytestmark = pytest.mark.clause("UM-22")
SIX = range(1, 7)


def offering_at(place):
    made = offerings.open_offering(
        definition=definition(place),
        title="Spring",
        starts_on=STARTED,
        assessors=[place.assessor],
        by=place.issuer,
    )
    named = [Named(f"Test learner {n}", f"learner{n}@learner.example", n) for n in SIX]
    enrolments.enrol(offering=made, learners=named, by=place.issuer)
    return made


@pytest.fixture
def montana(campus):
    return campus("montana")


@pytest.fixture
def offering(montana):
    return offering_at(montana)


def defined(offering, by, name="Test of 20", objective=READ, **changes):
    values = {"kind": "Knowledge", "form": "Written assignment", "highest": Decimal(20)}
    return indicators.define(offering=offering, objective=objective, name=name, by=by, **(values | changes))


def learners(offering):
    return [row.learner for row in offering.enrolments.order_by("turn")]


def put(offering, by, metric, when, *numbers):
    values = [
        Value(metric, person.pk, Decimal(n), when, line)
        for line, (person, n) in enumerate(zip(learners(offering), numbers, strict=False), 1)
    ]
    return indicators.record(offering=offering, values=values, by=by)


def why(act, *args, **kwargs):
    with pytest.raises(Refused) as refused:
        act(*args, **kwargs)
    return [(r.clause, r.text) for r in refused.value.reasons]


def test_pairs_are_compared_and_the_rest_is_left_out(montana, offering):
    metric = defined(offering, montana.programme_director)
    put(offering, montana.assessor, metric, "before", 8, 9, 10, 11, 12, 3)
    put(offering, montana.assessor, metric, "after", 10, 12, 14, 16, 18)  # differences 2, 3, 4, 5, 6
    (line,) = comparison(offering)
    found = line.found
    assert (found.n, found.before, found.after, found.difference) == (5, 10, 14, 4)
    assert round(found.effect, 4) == 2.5298  # 4 / sqrt(2.5)
    assert (round(found.low, 2), round(found.high, 2)) == (2.04, 5.96)  # 4 -+ 2.776 x 1.5811 / sqrt(5)
    assert line.note == "Left out, with one of the two values only: fewer than 5."
    entry = Entry.objects.filter(act="measures recorded").latest("number")
    assert set(entry.detail) == {"offering", "when", "metrics", "learners"}  # no value
    assert put(offering, montana.assessor, metric, "after", 10) == 0  # the same again changes nothing


def test_the_policy_says_how_many_of_which_kind(montana, offering):
    by = montana.programme_director
    assert why(defined, offering, by, kind="Ability")[0][0] == "UM-22"
    assert why(defined, offering, by, form="Dance")[0][0] == "UM-22"
    assert why(defined, offering, by, objective="Something else")[0][1].startswith("This is not one of")
    assert len(why(defined, offering, by, lowest=Decimal(20))) == 1
    for name in "abc":
        defined(offering, by, name)
    assert why(defined, offering, by, "d") == [
        ("UM-22", "There are 3 measures of this objective already; no more are asked.")
    ]
    assert why(defined, offering, by, "A", objective=MAP) == [
        ("", "There is a measure of this name already.")
    ]
    indicators.retire(metric=Indicator.objects.get(name="a"), offering=offering, by=by)
    defined(offering, by, "a")


@pytest.mark.parametrize("pack", ["florida_international", "uc_riverside", "model"])
def test_every_pack_with_metrics_works_as_it_says(campus, pack):
    place = campus(pack)
    rules = place.pack.evaluation.metrics
    offering = offering_at(place)
    for number, kind in enumerate(rules.kinds):
        form = rules.forms[number % len(rules.forms)]
        defined(offering, place.programme_manager, f"Measure {number}", kind=kind, form=form)
    assert why(defined, offering, place.programme_manager, "One more", kind=rules.kinds[0])
    body = site_for(place.assessor).get(f"/offerings/{offering.pk}/measures/").content.decode()
    assert f"asks for {rules.minimum} to {rules.maximum} measures of each" in body
    assert "2 more measures" in body  # of the other objective


def test_a_pack_without_metrics_has_no_such_page(campus):
    place = campus("cu_boulder")
    offering = offering_at(place)
    assert why(defined, offering, place.programme_manager) == [("", indicators.NONE_ASKED)]
    assert site_for(place.assessor).get(f"/offerings/{offering.pk}/measures/").status_code == 404
    assert (
        "Before and after" not in site_for(place.assessor).get(f"/offerings/{offering.pk}/").content.decode()
    )


def test_values_that_cannot_be(montana, offering):
    metric = defined(offering, montana.programme_director)
    assert why(put, offering, montana.assessor, metric, "before", 21)[0][1].endswith(
        "write a number from 0 to 20."
    )
    stranger = Value(metric, montana.learner.pk, Decimal(3), "after")
    assert why(indicators.record, offering=offering, values=[stranger], by=montana.assessor) == [
        ("", "This learner is not in the offering.")
    ]
    enrolments.enrol(offering=offering, learners=[Named("Me", montana.assessor.email)], by=montana.issuer)
    mine = Value(metric, montana.assessor.pk, Decimal(3), "after")
    assert why(indicators.record, offering=offering, values=[mine], by=montana.assessor)[0][1].startswith(
        "Someone else"
    )
    assert not Reading.objects.exists()


# --- who ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "sees", "records", "defines"),
    [
        ("programme_director", 200, 200, True), ("programme_manager", 200, 200, True), ("assessor", 200, 200, False),
        ("issuer", 200, 403, False), ("proposer", 403, 403, False), ("learner", 404, 404, False),
        ("stranger", 404, 404, False),
    ],
)  # fmt: skip
def test_each_role_does_what_is_its_business(montana, offering, who, sees, records, defines):
    person, path = getattr(montana, who), f"/offerings/{offering.pk}/measures"
    defined(offering, montana.programme_director)
    site = site_for(person)
    assert [site.get(f"{path}{end}").status_code for end in ("/", ".csv")] == [sees, sees]
    assert [site.get(f"{path}{end}").status_code for end in ("/before/", "/list.csv")] == [records, records]
    if not defines:
        with pytest.raises(PermissionDenied):
            defined(offering, person, "Mine")
        with pytest.raises(PermissionDenied):
            indicators.retire(metric=Indicator.objects.get(), offering=offering, by=person)
    if records != 200:
        with pytest.raises(PermissionDenied):
            put(offering, person, Indicator.objects.get(), "before", 4)
    assert api_for(person).get(f"/api/v1/offerings/{offering.pk}/measures/").status_code == sees


def test_pages_need_a_sign_in(offering):
    for path in ("/learning/measures/", f"/offerings/{offering.pk}/measures/"):
        assert Client().get(path)["Location"].startswith("/accounts/login/")


def test_each_learner_sees_their_own_and_nobody_elses(montana, offering):
    metric = defined(offering, montana.programme_director)
    put(offering, montana.assessor, metric, "before", 8, 17)
    put(offering, montana.assessor, metric, "after", "10.5")
    one, two = learners(offering)[:2]
    body = site_for(one).get("/learning/measures/").content.decode()
    assert "2.5 more than before." in body
    assert "17" not in body
    assert "What was measured of you" in site_for(one).get("/learning/").content.decode()
    assert "No value from after is recorded yet." in site_for(two).get("/learning/measures/").content.decode()
    (mine,) = api_for(two).get("/api/v1/my-measures/").json()
    assert (mine["before"], mine["after"]) == ("17.00", None)
    assert "Nothing yet" in site_for(learners(offering)[2]).get("/learning/measures/").content.decode()
    page = site_for(montana.assessor).get(f"/offerings/{offering.pk}/measures/").content.decode()
    assert "Not told: fewer than 5 learners have both values." in page


# --- the browser, lists, the API ------------------------------------------------------------------


def test_director_defines_and_the_assessor_fills_the_grid(montana, offering):
    site, path = site_for(montana.programme_director), f"/offerings/{offering.pk}/measures/"
    sent = {"objective": READ, "name": "Test of 20", "kind": "Skill", "form": "Oral assignment"}
    sent |= {"lowest": "0", "highest": "20"}
    assert site.post(path, sent | {"highest": "-1"}).status_code == 409
    assert site.post(path, sent | {"kind": "Ability"}).status_code == 409
    page = site.post(path, sent, follow=True)
    assert "“Test of 20” is measured from now on." in page.content.decode()
    assert "1 more measure." in page.content.decode()
    site = site_for(montana.assessor)
    bad = site.post(f"{path}before/", {"v_0_0": "many", "v_1_0": "21", "v_2_0": "7"})
    assert bad.status_code == 409
    assert bad.content.decode().count("Write a number from 0 to 20, or nothing.") >= 2
    assert 'value="many"' in bad.content.decode()
    assert not Reading.objects.exists()
    page = site.post(f"{path}before/", {"v_0_0": "7,5", "v_1_0": "8"}, follow=True)
    assert "2 values are new or changed." in page.content.decode()
    assert sorted(Reading.objects.values_list("before", flat=True)) == [Decimal("7.5"), Decimal(8)]
    assert site.get(f"{path}between/").status_code == 404


def test_list_records_and_names_bad_cells(montana, offering):
    defined(offering, montana.programme_director)
    site = site_for(montana.assessor)
    heads = site.get(f"/offerings/{offering.pk}/measures/list.csv").content.decode().splitlines()[0]
    assert heads == 'name,email,"Test of 20, before","Test of 20, after"'
    lines = [
        "L,learner1@learner.example,8,12",
        "L,learner2@learner.example,x,3",
        "L,nobody@learner.example,1,2",
    ]
    text = "\n".join([heads, *lines])
    page = site.post(f"/offerings/{offering.pk}/measures/list/", {"text": text}, follow=True)
    body = page.content.decode()
    assert "“x” is no number from 0 to 20." in body
    assert "This learner is not in the offering." in body
    page = site.post(f"{page.redirect_chain[-1][0]}file/", {"leave_out": "on"}, follow=True)
    assert "2 values are new or changed." in page.content.decode()
    (row,) = Reading.objects.all()
    assert (row.before, row.after) == (8, 12)


def test_file_and_api_tell_the_same(montana, offering):
    api, path = api_for(montana.programme_director), f"/api/v1/offerings/{offering.pk}/"
    body = {"objective": READ, "name": "Test", "kind": "Attitude", "form": "Oral assignment", "highest": "10"}
    metric = api.post(f"{path}metrics/", body, format="json").json()
    assert api.post(f"{path}metrics/", body, format="json").status_code == 409
    values = [
        {"metric": metric["id"], "email": f"learner{n}@learner.example", "value": n + k, "when": when}
        for n in SIX
        for k, when in ((0, "before"), (2 + n % 2, "after"))
    ]
    assert api_for(montana.assessor).post(f"{path}measures/", {"values": values}, format="json").json() == {
        "changed": 12
    }
    (row,) = api.get(f"{path}measures/").json()
    assert (row["n"], row["mean_before"], row["difference"]) == (6, 3.5, 2.5)
    text = (
        site_for(montana.assessor).get(f"/offerings/{offering.pk}/measures.csv").content.decode("utf-8-sig")
    )
    assert ",6,3.50,6.00,2.50," in text
    wrong = [{**values[0], "email": "x@learner.example"}]
    assert (
        api_for(montana.assessor).post(f"{path}measures/", {"values": wrong}, format="json").status_code
        == 409
    )


def test_values_come_along_and_lose_their_name(montana, offering):
    metric = defined(offering, montana.programme_director)
    put(offering, montana.assessor, metric, "before", 8)
    one, two = learners(offering)[:2]
    value = Value(metric, two.pk, Decimal(12), "after")
    indicators.record(offering=offering, values=[value], by=montana.assessor)
    move(two, one)
    ((mine,),) = own(two).values()
    assert (mine.before, mine.after) == (8, 12)
    assert any(told.key == "measures" and told.rows for told in personal.told(two))
    personal.erase(two, montana.learner)
    assert not own(two)


def test_reviews_and_full_proposals_tell_what_was_learned(montana, offering):
    until = dt.date(2026, 12, 31)
    about = About(offering.definition, STARTED, until, ZoneInfo("America/Denver"), Rule(5))
    assert list(gains(about)) == []
    metric = defined(offering, montana.programme_director)
    put(offering, montana.assessor, metric, "before", 8, 9, 10, 11, 12)
    (chart,) = gains(about)
    assert chart.lines[0].cells[0].shown == "No value from after is recorded yet."
    put(offering, montana.assessor, metric, "after", 10, 12, 14, 16, 18)
    (chart,) = gains(about)
    assert [cell.shown for cell in chart.lines[0].cells] == [
        "70 %", "5", "10.00", "14.00", "4.00", "2.04 to 5.96", "2.53",
    ]  # fmt: skip
    assert "gains" in [chart.key for chart in charts(about)]

"""The register of pilots: who sees it, what stands in it, as a page and as a file."""

import csv
import datetime as dt
import io

import pytest
from axe_playwright_python.sync_playwright import Axe

from accounts.models import Role, RoleGrant
from journal import clock
from proposals.models import Proposal
from proposals.register import plain
from reviews.models import Condition
from tests.factories import LONG_AGO
from tests.proposals import walking
from tests.support import queries_of, site_for

pytestmark = pytest.mark.django_db


def on(*day):
    return clock.at(dt.datetime(*day, 18, tzinfo=dt.UTC))


@pytest.fixture
def montana(campus):
    """A pilot since 5 October 2026: its first review is due on 10 August 2027."""
    at = campus("montana")
    with on(2026, 10, 5):
        at.pilot = walking.montana_pilot(at)
    return at


def page(person, address="/pilots/"):
    return " ".join(site_for(person).get(address).content.decode().split())


def cells(person, address="/pilots/pilots.csv"):
    answer = site_for(person).get(address)
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


@pytest.mark.clause("UM-24")
@pytest.mark.parametrize("office", ["senate_office", "um_online"])
def test_the_offices_see_every_pilot_its_year_what_is_due_and_what_is_late(montana, office):
    with on(2027, 9, 1):
        said = page(montana.offices[office])
    assert "Wildfire data analysis" in said
    assert "2 of 3" in said
    assert "10 August 2029, 709 days left" in said
    assert "Review of the pilot year, year 2, 10 August 2028, 344 days left" in said
    assert "Review of the pilot year, year 1, 10 August 2027, 22 days late" in said
    assert "/policies/montana/#UM-15" in said


@pytest.mark.clause("UM-24")
@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("programme_manager", 200),
        ("administrator", 200),
        ("stranger", 200),
        ("proposer", 403),
        ("section_head", 403),
        ("registrar", 403),
        ("learner", 403),
        ("nobody", 403),
    ],
)
def test_who_sees_the_register(montana, who, status):
    site = site_for(getattr(montana, who))
    for address in ("/pilots/", "/pilots/pilots.csv"):
        assert site.get(address).status_code == status


def test_the_register_keeps_to_its_campus(montana):
    assert "Wildfire" not in page(montana.stranger)
    assert cells(montana.stranger) == []


def test_a_stranger_is_asked_to_sign_in(client, db):
    for address in ("/pilots/", "/pilots/pilots.csv"):
        assert client.get(address).status_code == 302


def test_a_manager_of_one_college_sees_its_pilots_alone(montana):
    elsewhere = montana.institution.units.create(name="Another college")
    for unit, person in ((montana.college, montana.nobody), (elsewhere, montana.learner)):
        RoleGrant.objects.create(
            institution=montana.institution,
            person=person,
            unit=unit,
            role=Role.PROGRAMME_MANAGER,
            starts_on=LONG_AGO,
        )
    assert [row["Credential"] for row in cells(montana.nobody)] == ["Wildfire data analysis"]
    assert cells(montana.learner) == []


@pytest.mark.clause("UM-24")
def test_the_file_says_the_same_as_the_page(montana):
    with on(2027, 9, 1):
        found = cells(montana.offices["senate_office"])
    assert found == [
        {
            "Credential": "Wildfire data analysis",
            "Unit": "Department of Trials",
            "Institution": "University of Montana",
            "Where it is": "Pilot",
            "Pilot year": "2",
            "Of years": "3",
            "Began": "2026-10-05",
            "Ends": "2029-08-10",
            "Next due": "Review of the pilot year, year 2",
            "Due by": "2028-08-10",
            "Late": "Review of the pilot year, year 1",
            "Late since": "2027-08-10",
            "Conditions open": "0",
            "First condition due": "",
            "Address": f"http://testserver/proposals/{montana.pilot.pk}/",
        }
    ]


def test_open_conditions_stand_in_the_register_and_the_file_with_the_earliest_day(montana):
    senate, step = montana.offices["senate_office"], montana.pilot.steps.filter(status="complete").first()
    with on(2026, 12, 1):
        for place, day in enumerate((dt.date(2027, 3, 1), dt.date(2027, 1, 15), None), start=1):
            Condition.objects.create(
                proposal=montana.pilot,
                step=step,
                place=place,
                text="Fewer hours.",
                due_on=day,
                entered_by=montana.proposer,
                entered_at=clock.now(),
            )
        said = page(senate)
        assert "3 open</a>, the first due 15 January 2027" in said
        assert [(row["Conditions open"], row["First condition due"]) for row in cells(senate)] == [
            ("3", "2027-01-15")
        ]
    first = Condition.objects.get(place=2)
    first.state, first.reason, first.settled_at = "void", "No longer asked.", clock.now()
    first.save()
    with on(2027, 3, 2):
        said = page(senate).partition("the first due 1 March 2027")[2].partition("</td>")[0]
        assert "state--heed" in said
        assert cells(senate)[0]["Conditions open"] == "2"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_of_the_file_is_a_formula(montana, text):
    montana.unit.name = text
    montana.unit.save()
    assert [row["Unit"] for row in cells(montana.programme_manager)] == [f"'{text}"]
    assert plain("2 = 1 + 1") == "2 = 1 + 1"


def test_only_the_late_ones(montana):
    manager = montana.programme_manager
    with on(2027, 8, 10):
        assert "Nothing is late" in page(manager, "/pilots/?late=1")
        assert cells(manager, "/pilots/pilots.csv?late=1") == []
    with on(2027, 8, 12):
        assert "Wildfire" in page(manager, "/pilots/?late=1")


def test_an_empty_register_says_what_will_stand_in_it(campus):
    assert "A pilot appears here on the day it is approved" in page(campus("model").programme_manager)


def test_a_pilot_that_ended_is_not_in_it(montana):
    with on(2028, 1, 10):
        walking.move(montana.pilot, "withdraw", montana.proposer)
        assert cells(montana.programme_manager) == []


@pytest.mark.parametrize("address", ["/pilots/", "/pilots/pilots.csv", "/api/v1/deadlines/"])
def test_three_pilots_cost_as_many_queries_as_one(montana, address):
    site = site_for(montana.programme_manager)
    one = queries_of(site, address)
    walking.montana_pilot(montana)
    walking.montana_pilot(montana)
    assert queries_of(site, address) == one


@pytest.mark.parametrize("width", [1280, 320])
def test_axe_finds_nothing_and_the_page_fits(page, live_server, campus, width):
    at = campus("montana")
    with on(2024, 10, 5):
        walking.montana_pilot(at)
    Proposal.objects.update(title="Wildfire data analysis for those who live with smoke")
    session = site_for(at.offices["senate_office"]).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page.set_viewport_size({"width": width, "height": 900})
    for address in ("/pilots/", Proposal.objects.get().get_absolute_url()):
        page.goto(live_server.url + address)
        assert page.locator("h1").count() == 1
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") == width

"""Figures by day from our own pages, and the pages, files and API that show them to those whose roles cover the badge."""

import csv
import datetime as dt

import pytest

from accounts.models import Role
from credentials.models import Award
from issuance.models import DayFigure, PlatformAccount, PlatformTemplate
from journal import clock
from tests.credentials.support import nothing_written, texts
from tests.factories import RoleGrantFactory, UnitFactory
from tests.issuance.figures_support import DAY, badges, count, mailed, moment, shared, stored
from tests.issuance.support import credential
from tests.support import api_for, queries_of, site_for

NEXT = DAY + dt.timedelta(days=1)


@pytest.fixture
def boulder(campus):
    return campus("cu_boulder")


@pytest.fixture
def definition(boulder):
    return credential(boulder)


@pytest.fixture
def used(definition):
    """Forty badges of which twenty were accepted and ten declined, with mail, shares and views."""
    made = badges(definition, 40, accepted=20, declined=10)
    mailed(made, followed=30, counted=20, opened=10)
    shared(made[:8], "linkedin", 2, views=5)
    shared(made[5:15], "x", 1, views=3, day=NEXT)
    shared(made[:1], "other", 0, views=7)
    count()
    return made


def test_our_own_figures_stand_by_day(used):
    assert stored(DayFigure, source="") == [
        ("accepted", "", NEXT, 20),
        ("declined", "", NEXT, 10),
        ("followed", "", NEXT, 30),
        ("issued", "", DAY, 40),
        ("mail_counted", "", DAY, 20),
        ("mail_opened", "", NEXT, 10),
        ("mailed", "", DAY, 40),
        ("sharers", "", DAY, 8),
        ("sharers", "", NEXT, 7),  # three of the ten had shared before
        ("sharers", "linkedin", DAY, 8),
        ("sharers", "x", NEXT, 10),
        ("shares", "linkedin", DAY, 16),
        ("shares", "x", NEXT, 10),
        ("views", "linkedin", DAY, 40),
        ("views", "other", DAY, 7),
        ("views", "x", NEXT, 30),
    ]


def test_figures_follow_what_changes_and_leave_the_rest_alone(used, definition, boulder):
    before = dict(DayFigure.objects.values_list("pk", "value"))
    count()
    assert dict(DayFigure.objects.values_list("pk", "value")) == before
    Award.objects.filter(pk=used[0].pk).update(
        revoked_at=clock.now(), revoked_by=boulder.programme_manager, revocation_reason="A mistake."
    )
    count()
    found = {(figure, part, day): value for figure, part, day, value in stored(DayFigure)}
    assert found["issued", "", DAY] == 39
    assert found["shares", "linkedin", DAY] == 14
    assert ("views", "other", DAY) not in found


@pytest.mark.clause("CUB-14")
def test_page_tells_how_a_badge_is_taken_and_used(used, definition, boulder):
    mine = site_for(boulder.programme_manager)
    with clock.at(moment(NEXT)), nothing_written():
        words = texts(mine.get(f"/admin/figures/{definition.pk}/"))
    for said in (
        "Badges issued 40",
        "Accepted 50 %",
        "Mail link followed 75 %",
        "Shared by their holders 38 %",  # 15 of 40
        "Views 77",
        "Here 50 % 40 20 10 10",
        "Our mail: opened, of learners who agreed to its counting 50 % 10 20",
        "LinkedIn post 16 8 20 % 40 2.5",
        "X 10 10 25 % 30 3.0",
        "March 2026 77 26",
        "A group of fewer than 5 learners",
    ):
        assert said in words, said


def test_weeks_are_told_as_well_as_months(used, definition, boulder):
    mine = site_for(boulder.programme_manager)
    with clock.at(moment(NEXT)):
        assert "Week of 2 March 2026 40 20" in texts(mine.get(f"/admin/figures/{definition.pk}/?by=week"))
        assert "March 2026 40 20" in texts(mine.get(f"/admin/figures/{definition.pk}/?by=century"))


def test_what_no_platform_offers_is_said_and_not_drawn_as_zero(definition, boulder):
    account = PlatformAccount.objects.create(institution=boulder.institution, platform="credly")
    PlatformTemplate.objects.create(
        account=account, version=definition.current, remote_id="t", created_at=moment(DAY)
    )
    badges(definition, 6)
    count()
    found = api_for(boulder.programme_manager).get(f"/api/v1/figures/{definition.pk}/").json()
    charts = {chart["key"]: chart for chart in found["charts"] + found["labour_market"]}
    absent = {"value": None, "text": "not offered by Credly", "offered": False, "withheld": False}
    there = {
        (key, line["label"]): line["cells"][0]
        for key, chart in charts.items()
        for line in chart["lines"]
        if "Credly" in line["label"]
    }
    assert {key for key, cell in there.items() if cell == absent} == {
        ("mail", "Credly: opened"),
        ("mail", "Credly: link followed"),
        ("shares", "Shares at Credly"),
        ("seen", "At Credly, by others"),
        ("countries", "At Credly"),
        ("postings", "At Credly"),
        ("postings_by_place", "At Credly"),
        ("postings_by_employer", "At Credly"),
        ("salary", "At Credly"),
    }
    assert there["acceptance", "At Credly"]["text"] == "not asked yet"
    page = texts(site_for(boulder.programme_manager).get(f"/admin/figures/{definition.pk}/"))
    assert page.count("not offered by Credly") >= 9


def test_few_holders_are_not_told_of(definition, boulder):
    made = badges(definition, 4, accepted=4)
    shared(made, "x", 2, views=9)
    count()
    mine, api = site_for(boulder.programme_manager), api_for(boulder.programme_manager)
    page = texts(mine.get(f"/admin/figures/{definition.pk}/"))
    assert "Too few to tell" in page
    assert "LinkedIn" not in page
    found = api.get(f"/api/v1/figures/{definition.pk}/").json()
    assert (found["withheld"], found["charts"], found["smallest_group"]) == (True, [], 5)
    assert mine.get(f"/admin/figures/{definition.pk}/shares.csv").status_code == 404
    (line,) = api.get("/api/v1/figures/").json()["results"]
    assert line["issued"] == {"value": None, "text": "fewer than 5", "offered": True, "withheld": True}
    assert line["views"]["value"] is None
    overview = texts(mine.get("/admin/figures/"))
    assert "Too few to tell" in overview
    assert "fewer than 5" in overview


def test_a_badge_of_few_cannot_be_reckoned_from_the_others(boulder):
    for title, number in (("Many", 30), ("Some", 8), ("Few", 2)):
        badges(credential(boulder, facts={"title": title}), number)
    count()
    rows = api_for(boulder.programme_manager).get("/api/v1/figures/").json()["results"]
    assert [(row["title"], row["issued"]["value"]) for row in rows] == [
        ("Many", 30),
        ("Some", None),
        ("Few", None),
    ]


def test_a_destination_of_few_cannot_be_reckoned_from_the_others(used, definition, boulder):
    """Two shares by mail; X is withheld with them, also by how many learners shared there."""
    shared(used[20:22], "mail", 1, views=1)
    count()
    found = api_for(boulder.programme_manager).get(f"/api/v1/figures/{definition.pk}/").json()
    lines = next(chart for chart in found["charts"] if chart["key"] == "shares")["lines"]
    told = {line["label"]: [cell["text"] for cell in line["cells"]] for line in lines}
    assert told == {
        "LinkedIn post": ["16", "8", "20 %", "40", "2.5"],
        "X": ["not told", "not told", "not told", "30", "not told"],
        "Mail": ["fewer than 5", "fewer than 5", "fewer than 5", "2", "not told"],
        "Any other way": ["0", "0", "0 %", "7", ""],
    }


def test_files_say_what_the_page_says(used, definition, boulder):
    mine = site_for(boulder.programme_manager)
    answer = mine.get(f"/admin/figures/{definition.pk}/shares.csv")
    assert answer["Content-Disposition"] == 'attachment; filename="shares.csv"'
    lines = list(csv.reader(answer.content.decode("utf-8-sig").splitlines()))
    assert lines[:3] == [
        ["Destination", "Shares", "Learners", "Share of holders", "Views", "Views a share"],
        ["LinkedIn post", "16", "8", "20 %", "40", "2.5"],
        ["X", "10", "10", "25 %", "30", "3.0"],
    ]
    table = list(
        csv.reader(mine.get("/admin/figures/all/badges.csv").content.decode("utf-8-sig").splitlines())
    )
    assert table[1] == ["Data Literacy", "Department of Trials", "40", "50 %", "75 %", "38 %", "77"]
    assert "holder" not in mine.get("/admin/figures/all/badges.csv").content.decode()
    for wrong in ("nothing", "shares2", "labour"):
        assert mine.get(f"/admin/figures/{definition.pk}/{wrong}.csv").status_code == 404
        assert mine.get(f"/admin/figures/all/{wrong}.csv").status_code == 404


def test_each_sees_the_badges_that_their_roles_cover(used, definition, boulder):
    """The campus is a wall, and so is the unit: above and within it one sees the badge, beside it not."""
    beside = UnitFactory(institution=boulder.institution, name="Department beside")
    neighbour = RoleGrantFactory(institution=boulder.institution, unit=beside, role=Role.ISSUER).person
    seen = {
        boulder.programme_manager: True,
        boulder.administrator: True,
        boulder.registrar: True,
        boulder.issuer: True,
        boulder.section_head: True,
        neighbour: False,
        boulder.stranger: False,
    }
    for person, sees in seen.items():
        site, api = site_for(person), api_for(person)
        expected = 200 if sees else 404
        for path in ("", "shares.csv"):
            assert site.get(f"/admin/figures/{definition.pk}/{path}").status_code == expected, person
        assert api.get(f"/api/v1/figures/{definition.pk}/").status_code == expected
        assert api.get("/api/v1/figures/").json()["count"] == (1 if sees else 0)
        overview = texts(site.get("/admin/figures/"))
        assert ("Data Literacy" in overview) is sees
        assert ("No figures yet" in overview) is not sees
    for person in (boulder.learner, boulder.nobody):
        assert site_for(person).get("/admin/figures/").status_code == 403
        assert api_for(person).get("/api/v1/figures/").json()["count"] == 0


def test_a_unit_is_chosen_and_others_are_nowhere(used, boulder, definition):
    mine = site_for(boulder.programme_manager)
    other = credential(boulder, facts={"title": "Elsewhere"})
    other.unit = boulder.college
    other.save()
    badges(other, 7, prefix="other")
    count()
    both = texts(mine.get("/admin/figures/"))
    assert "Badges issued 47" in both
    one = texts(mine.get(f"/admin/figures/?unit={boulder.unit.pk}"))
    assert "Badges issued 40" in one
    assert "in Department of Trials" in one
    elsewhere = UnitFactory(institution=boulder.elsewhere)
    for wrong in (
        f"unit={elsewhere.pk}",
        "unit=x",
        "unit=%00",
        "campus=nowhere",
        f"campus={boulder.elsewhere.slug}",
    ):
        assert mine.get(f"/admin/figures/?{wrong}").status_code == 404
        assert api_for(boulder.programme_manager).get(f"/api/v1/figures/?{wrong}").status_code == 404


def test_pages_take_as_many_queries_for_three_badges_as_for_one(boulder):
    mine = site_for(boulder.programme_manager)
    badges(credential(boulder, facts={"title": "First"}), 6)
    count()
    one = queries_of(mine, "/admin/figures/")
    for title in ("Second", "Third"):
        badges(credential(boulder, facts={"title": title}), 6)
    count()
    assert queries_of(mine, "/admin/figures/") == one

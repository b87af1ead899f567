"""Reports that exist only as downloads: looked through line by line, brought in once, corrected day by day."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from issuance.figures import lists
from issuance.models import DayFigure, FigureReport
from journal.models import Entry
from tests.credentials.support import texts
from tests.issuance.figures_support import badges, count, stored
from tests.issuance.support import credential
from tests.support import api_for, site_for

HEAD = "badge,source,day,figure,part,value,to\n"
MARKET = HEAD + (
    "Data Literacy,Lightcast,2026-03-01,postings,,412,\n"
    "data literacy,Lightcast,2026-03-01,postings by place,Denver,120,\n"
    "Data Literacy,Lightcast,2026-03-01,postings by place,Boulder,70,\n"
    "Data Literacy,Lightcast,2026-03-01,postings by employer,A hospital,31,\n"
    "Data Literacy,Lightcast,2026-03-01,salary,Data analyst,58000,91000\n"
)
PLATFORM = HEAD + (
    "Data Literacy,Credly,2026-03-31,shares,LinkedIn,64,\n"
    "Data Literacy,CREDLY,2026-03-31,shares,Facebook,3,\n"
    "Data Literacy,Credly,2026-03-31,views,,900,\n"
    "Data Literacy,Credly,2026-03-31,mail sent,,40,\n"
    "Data Literacy,Credly,2026-03-31,mail opened,,30,\n"
    "Data Literacy,Credly,2026-03-31,mail clicked,,20,\n"
    "Data Literacy,Credly,2026-03-31,holders,United States,30,\n"
    "Data Literacy,Credly,2026-03-31,holders,Canada,10,\n"
)


@pytest.fixture
def boulder(campus):
    return campus("cu_boulder")


@pytest.fixture
def definition(boulder):
    return credential(boulder)


@pytest.fixture
def desk(boulder):
    """The programme manager's browser and the page's address."""
    return site_for(boulder.programme_manager), f"/admin/figures/reports/{boulder.institution.slug}/"


def send(desk, text, **more):
    site, page = desk
    return site.post(f"{page}check/", {"text": text, **more})


@pytest.mark.clause("CUB-15")
def test_labour_market_is_told_by_the_last_report(definition, boulder, desk):
    looked = send(desk, MARKET)
    assert looked.status_code == 200
    assert "Nothing is written yet. 5 lines are in order" in texts(looked)
    assert not DayFigure.objects.exists()
    assert send(desk, MARKET, send="1").status_code == 302
    later = HEAD + "Data Literacy,Lightcast,2026-04-01,postings,,430,\n"
    assert send(desk, later, send="1").status_code == 302
    page = texts(desk[0].get(f"/admin/figures/{definition.pk}/"))
    for said in (
        "Its skills: Reading data, Questioning data, Explaining data.",
        "Lightcast 430",
        "Lightcast, 1 April 2026",
        "Denver 120",
        "Boulder 70",
        "A hospital 31",
        "Data analyst 58,000 91,000",
        "58,000 to 91,000",
        "Lightcast, 1 March 2026",
    ):
        assert said in page, said
    assert "Lightcast 412" not in page


def test_same_list_twice_changes_nothing(definition, boulder, desk):
    send(desk, MARKET, send="1")
    before = list(DayFigure.objects.order_by("pk").values())
    again = send(desk, MARKET)
    assert "That are here already 4" in texts(again)  # the two places are one figure of the day
    site, page = desk
    said = site.post(f"{page}check/", {"text": MARKET, "send": "1"}, follow=True)
    assert "All of it was here already. Nothing changed." in texts(said)
    assert list(DayFigure.objects.order_by("pk").values()) == before
    assert FigureReport.objects.count() == 1
    assert Entry.objects.filter(act="figures brought in").count() == 1


def test_correction_of_a_day_takes_its_place_in_all_its_parts(definition, boulder, desk):
    send(desk, MARKET, send="1")
    corrected = HEAD + (
        "Data Literacy,Lightcast,2026-03-01,postings by place,Denver,110,\n"
        "Data Literacy,Lightcast,2026-03-01,postings by place,Aurora,5,\n"
        "Data Literacy,Lightcast,2026-03-01,postings,,412,\n"
    )
    looked = texts(send(desk, corrected))
    assert "Figures of a day that are new 0" in looked
    assert "That take the place of others 1" in looked
    assert "That are here already 1" in looked
    send(desk, corrected, send="1")
    day = dt.date(2026, 3, 1)
    assert stored(DayFigure) == [
        ("postings", "", day, 412),
        ("postings_by_employer", "A hospital", day, 31),
        ("postings_by_place", "Aurora", day, 5),
        ("postings_by_place", "Denver", day, 110),
        ("salary", "Data analyst", day, 58000),
    ]
    latest, first = FigureReport.objects.all()
    assert (first.new, first.replaced, first.sources) == (4, 0, ["Lightcast"])
    assert (latest.new, latest.replaced, latest.lines) == (0, 1, 2)


def test_what_a_platform_reports_stands_beside_what_it_does_not_offer(definition, boulder, desk):
    badges(definition, 50, accepted=50)
    count()
    upload = SimpleUploadedFile("march.csv", PLATFORM.encode())
    site, page = desk
    looked = site.post(f"{page}check/", {"file": upload})
    name = looked.context["form"].initial["name"]
    assert name == "march.csv"
    sent = site.post(
        f"{page}check/", {"text": looked.context["found"].text, "name": name, "send": "1"}, follow=True
    )
    assert "Brought in: 6 figures of a day are new, 0 took the place of others." in texts(sent)
    assert "march.csv" in texts(sent)
    from_credly = {line["label"]: line for line in chart(boulder, definition, "countries")["lines"]}
    assert from_credly["United States (Credly)"]["cells"][0]["value"] == 30


def chart(boulder, definition, key):
    found = api_for(boulder.programme_manager).get(f"/api/v1/figures/{definition.pk}/").json()
    return next(one for one in found["charts"] + found["labour_market"] if one["key"] == key)


def test_every_bad_line_is_named_by_number_and_column(definition, boulder, desk):
    credential(boulder, facts={"title": "Twin"})
    credential(boulder, facts={"title": "Twin"})
    bad = [
        (
            "Unknown,Lightcast,2026-03-01,postings,,1,",
            "badge",
            "No badge of this campus is called “Unknown”.",
        ),
        ("Twin,Lightcast,2026-03-01,postings,,1,", "badge", "Several badges are called so."),
        ("Data Literacy,,2026-03-01,postings,,1,", "source", "Write something here."),
        ("Data Literacy,Lightcast,1.3.2026,postings,,1,", "day", "is not a date"),
        ("Data Literacy,Lightcast,2999-01-01,postings,,1,", "day", "This day is still to come."),
        ("Data Literacy,Lightcast,2026-03-01,wealth,,1,", "figure", "is not known here"),
        ("Data Literacy,Lightcast,2026-03-01,salary,,1,2", "part", "Write which job title."),
        ("Data Literacy,Lightcast,2026-03-01,postings,Denver,1,", "part", "has no parts"),
        ("Data Literacy,Lightcast,2026-03-01,postings,,-1,", "value", "from 0 on"),
        ("Data Literacy,Lightcast,2026-03-01,postings,,many,", "value", "is not a whole number"),
        ("Data Literacy,Lightcast,2026-03-01,postings,,1,5", "to", "Only a salary"),
        ("Data Literacy,Lightcast,2026-03-01,salary,Clerk,5,1", "to", "less than"),
        ("Data Literacy,Lightcast,2026-03-01,views,,5,", "source", "only a platform tells"),
        ("Data Literacy,Accredible,2026-03-01,mail opened,,5,", "figure", "tells this by itself each day"),
        ("Data Literacy,=cmd,2026-03-01,postings,,5,", "source", "looks like a formula"),
        ("Data Literacy,Lightcast,2026-02-01,postings,,1,", "", ""),
        ("Data Literacy,Lightcast,2026-02-01,postings,,1,", "badge", "An earlier line tells this already."),
    ]
    answer = send(desk, HEAD + "\n".join(line for line, _, _ in bad), send="1")
    assert answer.status_code == 409
    found = [(doubt.line, doubt.column) for doubt in answer.context["found"].doubts]
    assert found == [(n, column) for n, (_, column, _) in enumerate(bad, 2) if column]
    for doubt, (_, _, said) in zip(
        answer.context["found"].doubts, [one for one in bad if one[1]], strict=True
    ):
        assert said in doubt.text
    assert not DayFigure.objects.exists()
    assert "Unknown,Lightcast" in answer.context["form"].initial["text"]  # to be mended where it stands


@pytest.mark.parametrize(
    ("text", "status"), [("", 409), ("nonsense", 409), (HEAD, 409), ("\x00", 409), (f"{HEAD}\x00,a", 409)]
)
def test_lists_that_are_none_are_refused_in_words(definition, desk, text, status):
    answer = send(desk, text, send="1")
    assert answer.status_code == status
    assert not DayFigure.objects.exists()


def test_a_badge_goes_by_its_short_name_its_id_and_its_template(definition, boulder):
    for name in (definition.slug, str(definition.pk), "DATA  literacy"):
        text = f"{HEAD}{name},Lightcast,2026-03-01,postings,,1,\n"
        found = lists.preview(SimpleUploadedFile("x.csv", text.encode()), boulder.institution)
        assert (found.ok, found.new) == (True, 1)
    assert lists.preview(SimpleUploadedFile("x.csv", lists.template().encode()), boulder.institution).ok


def test_only_those_who_manage_the_campus_bring_reports(definition, boulder, desk):
    page, api = desk[1], f"/api/v1/figure-reports/?campus={boulder.institution.slug}"
    assert Client().get(page).status_code == 302
    for person, status in ((boulder.issuer, 403), (boulder.registrar, 403), (boulder.stranger, 404)):
        site = site_for(person)
        assert site.get(page).status_code == status
        assert site.post(f"{page}check/", {"text": MARKET, "send": "1"}).status_code == status
        sent = api_for(person).post(api, MARKET.encode(), content_type="text/csv")
        assert sent.status_code == status
        assert api_for(person).get("/api/v1/figure-reports/").json()["count"] == 0
    assert not DayFigure.objects.exists()
    assert site_for(boulder.administrator).get(page).status_code == 200
    assert "badge,source,day" in desk[0].get("/admin/figures/list.csv").content.decode()


def test_programs_bring_reports_too(definition, boulder):
    api = api_for(boulder.programme_manager)
    address = f"/api/v1/figure-reports/?campus={boulder.institution.slug}"
    made = api.post(address, MARKET.encode(), content_type="text/csv")
    assert (made.status_code, made.json()["new"]) == (201, 4)
    again = api.post(address, MARKET.encode(), content_type="text/csv")
    assert (again.status_code, again.json()) == (200, {"changed": False})
    wrong = api.post(address, (HEAD + "Nothing,L,2026-03-01,postings,,1,").encode(), content_type="text/csv")
    assert wrong.status_code == 409
    assert wrong.json()["reasons"][0]["text"].startswith("Line 2, badge: No badge")
    assert api.post(address, b"", content_type="text/csv").status_code == 409
    for elsewhere in ("", "nowhere", "%00"):
        sent = api.post(
            f"/api/v1/figure-reports/?campus={elsewhere}", MARKET.encode(), content_type="text/csv"
        )
        assert sent.status_code == 404
    assert api.get("/api/v1/figure-reports/").json()["count"] == 1

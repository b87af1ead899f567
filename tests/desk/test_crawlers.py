"""What search engines are told: the catalogue and nothing that is somebody's own."""

import datetime as dt
import xml.etree.ElementTree as ET
from urllib.robotparser import RobotFileParser

import pytest
from django.test import Client
from django.urls import reverse

from credentials.models import Standing
from tests.credentials.support import definition, nothing_written
from tests.test_public_addresses import PUBLIC_PAGES, patterns

NAMESPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
READ = ["/catalogue/", "/catalogue/a-badge/", "/issuers/model", "/policies/model/", "/verify/", "/people/a/"]
CLOSED = [
    "/wallet/", "/wallet/00000000-0000-0000-0000-000000000001/", "/claim/token/", "/s/token/", "/admin/", "/proposals/",
    "/profile/data/", "/accounts/login/", "/api/v1/awards/", "/search/", "/demo/", "/files/1/", "/mail/stop/x/",
]  # fmt: skip


def rules():
    """Longest match first, since the standard library's reader takes the first that fits."""
    answer = Client().get("/robots.txt")
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/plain; charset=utf-8")
    agent, *lines = [line for line in answer.content.decode().splitlines() if line]
    reader = RobotFileParser()
    reader.parse([agent, *sorted(lines, key=lambda line: -len(line.partition(":")[2]))])
    return reader


def test_robots_read_what_is_public_and_nothing_else():
    found = rules()
    assert {path: found.can_fetch("*", path) for path in READ} == dict.fromkeys(READ, True)
    assert {path: found.can_fetch("*", path) for path in CLOSED} == dict.fromkeys(CLOSED, False)
    assert found.site_maps() == ["http://testserver/sitemap.xml"]


def test_no_page_that_asks_for_a_sign_in_is_open_to_robots():
    found = rules()
    private = {
        f"/{route}"
        for route, item in patterns()
        if item.name not in PUBLIC_PAGES | {"robots", "sitemap", "sitemap_part"}
    }
    opened = {path for path in private if found.can_fetch("*", path.replace("<", "").replace(">", ""))}
    assert opened == {  # beside public ones; strangers are sent to sign in, and the pages say noindex
        "/people/",
        "/catalogue/<slug:slug>/image/",
        "/catalogue/<slug:slug>/image/preview/",
        "/catalogue/<slug:slug>/image/upload/",
    }


@pytest.mark.django_db
def test_sitemap_is_the_catalogue(campus):
    model = campus("model")
    for title, standing in (
        ("Offered & known", Standing.ESTABLISHED),
        ("In pilot", Standing.PILOT),
        ("Not yet", Standing.DRAFT),
        ("Ended", Standing.RETIRED),
    ):
        definition(model, standing, title=title)
    with nothing_written():
        answer = Client().get("/sitemap.xml")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/xml")
    found = {
        one.find(f"{NAMESPACE}loc").text: getattr(one.find(f"{NAMESPACE}lastmod"), "text", None)
        for one in ET.fromstring(answer.content)
    }
    today = dt.date.today().isoformat()
    paths = [
        "/",
        "/catalogue/",
        "/office/",
        "/office/model/",
        "/policies/",
        "/verify/",
        reverse("issuer", args=["model"]),
        "/policies/model/",
    ]
    assert found == {f"http://testserver{path}": None for path in paths} | {
        f"http://testserver/catalogue/model-{slug}/": today for slug in ("offered-known", "in-pilot")
    }


@pytest.mark.django_db
def test_a_sitemap_that_is_too_long_is_split(campus, monkeypatch):
    model = campus("model")
    for number in range(4):
        definition(model, title=f"Number {number}")
    whole = ET.fromstring(Client().get("/sitemap.xml").content)
    addresses = [one.find(f"{NAMESPACE}loc").text for one in whole]
    monkeypatch.setattr("desk.views.crawlers.MOST", 5)
    index = ET.fromstring(Client().get("/sitemap.xml").content)
    assert index.tag == f"{NAMESPACE}sitemapindex"
    files = [one.find(f"{NAMESPACE}loc").text for one in index]
    assert files == [f"http://testserver/sitemap-{n}.xml" for n in range(1, -(-len(addresses) // 5) + 1)]
    parts = [ET.fromstring(Client().get(path.removeprefix("http://testserver")).content) for path in files]
    # the fixed ones fill the first file here; nothing is told twice and nothing left out
    assert sorted(one.find(f"{NAMESPACE}loc").text for part in parts for one in part) == sorted(addresses)
    for path in ("/sitemap-0.xml", "/sitemap-99.xml"):
        assert Client().get(path).status_code == 404


def test_sitemap_of_nothing_is_one(db):
    answer = Client().get("/sitemap.xml")
    assert len(ET.fromstring(answer.content)) == 5

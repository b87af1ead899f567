"""What other sites read of a credential: structured data, the picture of a posted link, feeds; nothing before its approval."""

import datetime as dt
import io
import json
import re
import xml.etree.ElementTree as ET

import pytest
from django.test import Client
from PIL import Image

from credentials.actions import indexing
from credentials.models import Standing
from journal import clock
from tests.credentials.support import definition, nothing_written, set_standing, texts, with_image
from tests.support import site_for

ATOM = "{http://www.w3.org/2005/Atom}"
NASTY = 'Ends </script><script>alert("1")</script> & more'


@pytest.fixture
def model(campus):
    return campus("model")


def structured(page):
    (found,) = re.findall(
        r'<script type="application/ld\+json" nonce="([^"]+)">(.*?)</script>', page.content.decode(), re.S
    )
    assert f"'nonce-{found[0]}'" in page.headers["Content-Security-Policy"]
    return json.loads(found[1])


def test_structured_data_says_what_the_page_says(model):
    with clock.at(dt.datetime(2026, 3, 4, 12, tzinfo=dt.UTC)):
        made = with_image(definition(model, title=NASTY), model)
    page = Client().get(f"/catalogue/{made.slug}/")
    address = f"http://testserver/catalogue/{made.slug}/"
    assert structured(page) == {
        "@context": "https://schema.org",
        "@type": "EducationalOccupationalCredential",
        "@id": address,
        "url": address,
        "name": NASTY,
        "description": "You can read, map and explain data of wildland fires.",
        "credentialCategory": model.pack.types[0].name,
        "educationalLevel": "Undergraduate",
        "competencyRequired": ["Read a fire weather table", "Map the perimeter of a fire"],
        "keywords": ["Mapping", "Statistics"],
        "inLanguage": "en",
        "version": "1",
        "datePublished": "2026-03-04",
        "image": f"{address}badge.png",
        "recognizedBy": {
            "@type": "CollegeOrUniversity",
            "name": "Model University",
            "url": "http://testserver/issuers/model",
        },
    }
    assert "alert(" not in re.sub(r"<script.*?</script>", "", page.content.decode(), flags=re.S).replace(
        "&lt;script&gt;alert(", ""
    )


def test_posted_links_show_the_badge(model):
    made = with_image(definition(model), model)
    body = Client().get(f"/catalogue/{made.slug}/").content.decode()
    assert f'<meta property="og:image" content="http://testserver/catalogue/{made.slug}/card.png">' in body
    assert '<meta property="og:image:alt" content="A ring on blue">' in body
    with nothing_written():
        answer = Client().get(f"/catalogue/{made.slug}/card.png")
    image = Image.open(io.BytesIO(answer.content))
    assert (answer["Content-Type"], image.size) == ("image/png", (1200, 630))
    blue, paper = image.getpixel((600, 110)), image.getpixel((20, 600))
    assert paper == (0xFB, 0xF8, 0xF1)
    assert blue == (0x20, 0x45, 0x6B)  # the badge's own ground


def test_without_an_image_no_picture_is_named(model):
    made = definition(model)
    assert "og:image" not in Client().get(f"/catalogue/{made.slug}/").content.decode()
    assert Client().get(f"/catalogue/{made.slug}/card.png").status_code == 404


def entries(path):
    answer = Client().get(path)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/atom+xml; charset=utf-8")
    return [
        (one.find(f"{ATOM}title").text, one.find(f"{ATOM}link").get("href"), one.find(f"{ATOM}updated").text)
        for one in ET.fromstring(answer.content).iter(f"{ATOM}entry")
    ]


def test_feeds_tell_of_new_credentials_newest_first_for_all_and_each_campus(model, campus):
    for number, title in enumerate(("Old & known", "New")):
        with clock.at(dt.datetime(2026, 3, 4 + number, 12, tzinfo=dt.UTC)):
            definition(model, title=title)
    here = [
        ("New", "http://testserver/catalogue/model-new/", "2026-03-05T00:00:00+00:00"),
        ("Old & known", "http://testserver/catalogue/model-old-known/", "2026-03-04T00:00:00+00:00"),
    ]
    assert entries("/catalogue/feed.atom") == here
    assert entries("/catalogue/feed/model.atom") == here
    campus("montana")
    assert entries("/catalogue/feed/montana.atom") == []
    assert Client().get("/catalogue/feed/nowhere.atom").status_code == 404
    assert "/catalogue/feed/model.atom" in Client().get("/catalogue/?institution=model").content.decode()
    for odd in ("?institution=a+b", "?institution=%2F%2F"):
        assert "/catalogue/feed.atom" in Client().get(f"/catalogue/{odd}").content.decode()


@pytest.mark.clause("UM-14")
@pytest.mark.parametrize("standing", ["draft", "suspended", "lapsed", "retired", "teach_out"])
def test_nothing_is_told_to_others_before_approval_or_after_its_end(model, standing):
    made = with_image(definition(model, Standing.DRAFT, title="Secret"), model)
    if standing != "draft":
        set_standing(made, Standing(standing))
    for path in ("/catalogue/feed.atom", "/catalogue/feed/model.atom", "/sitemap.xml", "/catalogue/"):
        body = Client().get(path).content.decode()
        assert "Secret" not in body, path
        assert made.slug not in body, path
    for site in (Client(), site_for(model.programme_manager)):
        assert site.get(f"/catalogue/{made.slug}/card.png").status_code == 404
    body = site_for(model.programme_manager).get(f"/catalogue/{made.slug}/").content.decode()
    assert 'ld+json" nonce' not in body
    assert "og:" not in body


def test_page_says_how_it_is_earned_and_until_when_it_is_approved(model):
    made = definition(model, Standing.PILOT)
    words = texts(Client().get(f"/catalogue/{made.slug}/"))
    assert "No cohort is planned yet. Ask Department of Trials when the next one begins." in words
    assert "It is assessed by: Oral examination and Project." in words
    assert "It is in its pilot: badges are awarded until 30 June 2099" in words
    set_standing(made, Standing.ESTABLISHED)
    assert "It is established; its approval has no last day." in texts(
        Client().get(f"/catalogue/{made.slug}/")
    )


@pytest.mark.clause("UM-14")
def test_the_api_searches_what_is_offered_for_anyone(model):
    definition(model, title="Water sampling", level="Graduate")
    definition(model, Standing.DRAFT, title="Water secrets")
    indexing.tend()
    found = Client().get("/api/v1/catalogue/?q=watr&level=Graduate").json()
    assert [(row["title"], row["level"], row["awarded"], row["url"]) for row in found["results"]] == [
        ("Water sampling", "Graduate", 0, "http://testserver/catalogue/model-water-sampling/")
    ]
    told = Client().get("/api/v1/catalogue/filters/?q=watr").json()
    assert told["instead"] == "water"
    level = next(one for one in told["filters"] if one["name"] == "level")
    assert level["choices"] == [{"value": "Graduate", "label": "Graduate", "number": 1, "chosen": False}]

"""A badge's card on other pages, and oEmbed 1.0."""

import datetime as dt
from xml.etree import ElementTree

import pytest
from django.test import Client

from credentials.actions import awards, shares, wallet
from credentials.models import Award
from credentials.sharing import counting
from credentials.sharing.embedding import Card, response
from journal import clock
from tests.credentials.support import award, definition, texts, with_image
from tests.credentials.test_sharing import BROWSER
from tests.factories import PersonFactory
from tests.support import site_for

NAME = "Test learner <b>of fires</b>"
CARD = Card(
    title="Fire & data",
    issuer="Model University",
    issuer_page="https://badges.example/issuers/model",
    frame="https://badges.example/embed/7/",
    site="https://badges.example",
    image="https://badges.example/badge.png",
    image_side=400,
)
FRAME = (
    '<iframe src="https://badges.example/embed/7/" title="Badge: Fire &amp; data, Model University" width="{}" height="230"'
    ' loading="lazy" style="border:0;max-width:100%"></iframe>'
)
LINK = {
    "version": "1.0",
    "type": "link",
    "title": "Fire & data",
    "author_name": "Model University",
    "author_url": "https://badges.example/issuers/model",
    "provider_name": "Model University",
    "provider_url": "https://badges.example",
    "cache_age": 60,
}
THUMBNAIL = {
    "thumbnail_url": "https://badges.example/badge.png",
    "thumbnail_width": 400,
    "thumbnail_height": 400,
}


@pytest.mark.parametrize(
    ("wide", "high", "expected"),
    [
        (
            None,
            None,
            LINK | THUMBNAIL | {"type": "rich", "html": FRAME.format(440), "width": 440, "height": 230},
        ),
        (
            1000,
            1000,
            LINK | THUMBNAIL | {"type": "rich", "html": FRAME.format(440), "width": 440, "height": 230},
        ),
        (300, None, LINK | {"type": "rich", "html": FRAME.format(300), "width": 300, "height": 230}),
        (239, None, LINK),
        (None, 229, LINK),
        (None, 230, LINK | {"type": "rich", "html": FRAME.format(440), "width": 440, "height": 230}),
    ],
)
def test_oembed_never_exceeds_what_was_asked_for(wide, high, expected):
    assert response(CARD, wide, high) == expected


@pytest.fixture
def model(campus):
    return campus("model")


@pytest.fixture
def held(model):
    return award(with_image(definition(model), model), PersonFactory(name=NAME))


def ask(address, **more):
    return Client().get("/oembed", {"url": address, **more})


def test_card_may_be_framed_by_anyone_and_nothing_else_may(held):
    card = Client().get(f"/embed/{held.pk}/")
    assert card.status_code == 200
    assert "frame-ancestors *" in card["Content-Security-Policy"]
    assert "X-Frame-Options" not in card
    assert card["Cache-Control"] == "public, max-age=60"
    assert not card.cookies
    assert "<script" not in card.content.decode()
    for path in (f"/verify/{held.pk}/", "/catalogue/", f"/oembed?url=http://testserver/verify/{held.pk}/"):
        other = Client().get(path)
        assert other["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in other["Content-Security-Policy"]


def test_card_says_what_strangers_see_also_to_its_holder(held):
    day = f"{held.awarded_on:%-d %B %Y}"
    for site in (Client(), site_for(held.holder)):
        words = texts(site.get(f"/embed/{held.pk}/"))
        assert words.endswith(
            f"Reading fire data Model University, to {NAME} {day} In force Check it , in a new window"
        )
    assert texts(Client().get(f"/embed/{held.code}/")) == texts(Client().get(f"/embed/{held.pk}/"))
    wallet.show(award=held, visibility="link", hidden=["name"], by=held.holder)
    for site in (Client(), site_for(held.holder)):
        assert "fires" not in site.get(f"/embed/{held.pk}/").content.decode().replace("fire data", "")
    wallet.show(award=held, visibility="private", by=held.holder)
    for site in (Client(), site_for(held.holder)):
        card = site.get(f"/embed/{held.pk}/")
        assert card.status_code == 403
        assert texts(card) == "Badge The holder of this badge keeps it private."


def test_card_tells_what_became_of_the_badge(model, held):
    Award.objects.filter(pk=held.pk).update(expires_on=held.awarded_on)
    with clock.at(clock.now() + dt.timedelta(days=3)):
        assert "Its time has run out" in texts(Client().get(f"/embed/{held.pk}/"))
    awards.revoke(award=held, reason="A mistake.", by=model.programme_manager)
    words = texts(Client().get(f"/embed/{held.pk}/"))
    assert "Revoked: do not rely on it" in words
    assert "A mistake" not in words


@pytest.mark.parametrize(
    ("key", "status"),
    [
        ("abc", 400),
        ("%00", 400),
        ("é" * 40, 400),
        ("0123456789", 404),
        ("00000000-0000-0000-0000-000000000007", 404),
    ],
)
def test_card_of_nothing_says_so(db, key, status):
    card = Client().get(f"/embed/{key}/")
    assert card.status_code == status
    assert texts(card) == "Badge There is no badge here at this address."


def test_views_of_the_card_are_counted(held):
    for name in counting.put_aside():
        counting.drop(name)
    for headers in (BROWSER, BROWSER, {"user-agent": "Googlebot/2.1"}):
        Client().get(f"/embed/{held.pk}/", headers=headers)
    site_for(held.holder).get(f"/embed/{held.pk}/", headers=BROWSER)
    assert shares.roll_up() == 2
    assert list(held.shares.values_list("destination", "views")) == [("embed", 2)]


def test_oembed_answers_for_every_address_of_a_badge(held):
    for host in ("http://testserver", "https://badges.example.org"):
        for path in (
            f"/verify/{held.pk}/",
            f"/verify/{held.pk}/?via=x",
            f"/awards/{held.pk}",
            f"/awards/{held.pk}.json",
            f"/b/{held.code}",
            f"/embed/{held.pk}/",
        ):
            told = ask(host + path)
            assert told.status_code == 200, path
            assert told["Access-Control-Allow-Origin"] == "*"
            values = told.json()
            assert (values["type"], values["version"], values["title"]) == (
                "rich",
                "1.0",
                "Reading fire data",
            )
            assert f'src="http://testserver/embed/{held.pk}/"' in values["html"]
            assert (values["thumbnail_width"], values["thumbnail_height"]) == (400, 400)
            assert "fires" not in told.content.decode().replace("fire data", "")


def test_oembed_as_xml_says_the_same(held):
    address = f"http://testserver/verify/{held.pk}/"
    told = ask(address, format="xml", maxwidth="300")
    assert told["Content-Type"] == "text/xml; charset=utf-8"
    assert told.content.startswith(b"<?xml version='1.0' encoding='utf-8'?>")
    found = {item.tag: item.text for item in ElementTree.fromstring(told.content)}
    assert found == {name: str(value) for name, value in ask(address, maxwidth="300").json().items()}
    assert found["width"] == "300"


def test_oembed_refuses_as_the_specification_says(held):
    ours = f"http://testserver/verify/{held.pk}/"
    wrong = [
        ({}, 400),
        ({"url": ""}, 400),
        ({"url": ours, "format": "yaml"}, 501),
        ({"url": "https://elsewhere.example/verify/7/"}, 404),
        ({"url": "http://testserver/catalogue/"}, 404),
        ({"url": "http://testserver/verify/00000000-0000-0000-0000-000000000007/"}, 404),
        ({"url": "http://testserver/verify/nonsense/"}, 404),
        ({"url": "http://[half"}, 404),
        ({"url": "\x00"}, 404),
        ({"url": ours + "x" * 10000}, 404),
        *(({"url": ours, "maxwidth": size}, 400) for size in ("0", "-1", "abc", "1e3", "", "9" * 50, "²")),
    ]
    for query, status in wrong:
        told = Client().get("/oembed", query)
        assert told.status_code == status, query
        assert set(told.json()) == {"detail", "reasons"}
    wallet.show(award=held, visibility="private", by=held.holder)
    assert ask(ours).status_code == 401
    assert site_for(held.holder).get("/oembed", {"url": ours}).status_code == 401
    assert Client().post("/oembed").status_code == 405


def test_badge_without_a_picture_has_a_drawn_card(model):
    plain = award(definition(model, title="Plain"))
    assert "<svg" in Client().get(f"/embed/{plain.pk}/").content.decode()
    assert "thumbnail_url" not in ask(f"http://testserver/verify/{plain.pk}/").json()


def test_verification_page_leads_to_oembed_unless_private(held):
    page = Client().get(f"/verify/{held.pk}/").content.decode()
    for form, kind in (("json", "application/json+oembed"), ("xml", "text/xml+oembed")):
        address = f"http%3A%2F%2Ftestserver%2Fverify%2F{held.pk}%2F"
        assert f'type="{kind}" href="http://testserver/oembed?url={address}&amp;format={form}"' in " ".join(
            page.split()
        )
    wallet.show(award=held, visibility="private", by=held.holder)
    assert "oembed" not in Client().get(f"/verify/{held.pk}/").content.decode()


def test_wallet_gives_what_to_copy(held):
    page = site_for(held.holder).get(f"/wallet/{held.pk}/share/embed/")
    assert f"&lt;iframe src=&quot;http://testserver/embed/{held.pk}/&quot;" in page.content.decode()
    assert "frame-src 'self'" in page["Content-Security-Policy"]

"""Short addresses of awards, and their QR codes."""

import re
from xml.etree import ElementTree

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from credentials.codes import new_code, read_code
from credentials.files import qr
from credentials.models import Award
from tests.credentials.support import award, definition, learner, nothing_written, texts
from tests.support import site_for


@pytest.fixture
def model(campus):
    return campus("model")


@pytest.fixture
def held(model):
    return award(definition(model))


def test_code_is_ten_characters_that_nobody_confuses():
    codes = {new_code() for _ in range(500)}
    assert len(codes) == 500
    assert all(re.fullmatch("[0-9ABCDEFGHJKMNPQRSTVWXYZ]{10}", code) for code in codes)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("7ZK4M9QW2H", "7ZK4M9QW2H"),
        ("7zk4m-9qw2h", "7ZK4M9QW2H"),
        (" 7zk4 m9qw 2h ", "7ZK4M9QW2H"),
        ("OoIiLl7777", "0011117777"),
        ("UUUUUUUUUU", ""),
        ("7ZK4M9QW2", ""),
        ("7ZK4M9QW2HH", ""),
        ("7ZK4M9QW2\x00", ""),
        ("٧ZK4M9QW2H", ""),
        ("", ""),
        ("-" * 10_000_000, ""),
    ],
)
def test_code_is_read_however_it_is_typed(typed, code):
    assert read_code(typed) == code


@pytest.mark.parametrize("change", [str, str.lower, lambda code: f"{code[:5]}-{code[5:]}/"])
def test_short_address_leads_to_the_verification_page(held, change):
    with nothing_written():
        found = Client().get(f"/b/{change(held.code)}")
    assert (found.status_code, found["Location"]) == (302, f"/verify/{held.pk}/?via=qr")


def test_confused_letters_lead_there_too(held):
    Award.objects.filter(pk=held.pk).update(code="0123456789")
    assert Client().get("/b/OL23456789")["Location"] == f"/verify/{held.pk}/?via=qr"


@pytest.mark.parametrize(
    ("code", "status", "words"),
    [
        ("ZZZZZZZZZZ", 404, "No badge has this short address."),
        ("abc", 400, "A short address ends in ten letters and digits."),
        ("%00", 400, "A short address ends in ten letters and digits."),
        ("x" * 3000, 400, "A short address ends in ten letters and digits."),
        ("../../etc", 400, "A short address ends in ten letters and digits."),
    ],
)
def test_wrong_short_address_is_told_in_words(db, code, status, words):
    found = Client().get(f"/b/{code}")
    assert found.status_code == status
    assert words in texts(found)


def test_address_is_looked_at_never_posted_to(held):
    assert Client().post(f"/b/{held.code}").status_code == 405
    assert Client().post(f"/b/{held.code}.svg").status_code == 405


def test_qr_code_says_the_short_address(held):
    found = Client().get(f"/b/{held.code}.svg")
    assert (found.status_code, found["Content-Type"]) == (200, "image/svg+xml")
    assert found.content.decode() == qr.svg(f"http://testserver/b/{held.code}")
    assert Client().get("/b/nonsense.svg").status_code == 400


def test_qr_code_is_sound_svg_that_names_itself():
    root = ElementTree.fromstring(qr.svg("https://x.example/?a=1&b=<2>"))
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert root.get("role") == "img"
    assert root.find("{http://www.w3.org/2000/svg}title").text == "QR code: https://x.example/?a=1&b=<2>"
    assert root.get("viewBox").split()[2] == root.get("viewBox").split()[3]
    with pytest.raises(ValueError, match="too large"):
        qr.svg("x" * 3000)


def test_pages_show_the_short_address_and_its_qr_code(held):
    mine = site_for(held.holder)
    for page in (Client().get(f"/verify/{held.pk}/?via=qr"), mine.get(f"/wallet/{held.pk}/")):
        assert f"http://testserver/b/{held.code}" in texts(page)
        assert f'src="/b/{held.code}.svg"' in page.content.decode()


def test_two_pages_kept_for_strangers_have_each_its_own_code(model, held):
    other = award(held.definition, learner())
    for one in (held, other):
        page = Client().get(f"/verify/{one.pk}/").content.decode()
        assert set(re.findall(r"/b/([0-9A-Z]{10})", page)) == {one.code}


def test_no_two_awards_share_a_code(model, held):
    other = award(held.definition, learner())
    with pytest.raises(IntegrityError), transaction.atomic():
        Award.objects.filter(pk=other.pk).update(code=held.code)

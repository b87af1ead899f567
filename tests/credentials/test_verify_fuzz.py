"""Whatever is brought to the page gets an answer in words: damaged files, bombs, and every change of a badge of ours."""

import gzip
import io
import json
import random
import zipfile
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from credentials.checking.anyone import check_any
from credentials.checking.fetching import Fetcher, NotFetched
from credentials.openbadges.bake import bake_png, bake_svg
from credentials.views.reports import overall
from journal import clock
from tests.credentials.openbadges_examples import SVG, chunk, png
from tests.credentials.openbadges_mutations import changed_documents
from tests.credentials.support import award, definition
from tests.factories import PersonFactory


@pytest.fixture
def held(campus):
    return award(definition(campus("model")), PersonFactory(email="fires@learner.example"))


def post(content, name="badge"):
    return Client().post("/verify/", {"file": SimpleUploadedFile(name, content), "email": "a@b.example"})


def asks_nobody():
    raise NotFetched("nobody is asked")


def test_every_member_of_our_badge_changed_or_removed_is_rejected_by_our_page(held):
    accepted, count = [], 0
    for name, other in changed_documents(held.credential):
        report = check_any(json.dumps(other), clock.now(), fetcher=Fetcher(permit=asks_nobody))
        accepted += [name] if overall(report.checks) == "yes" else []
        count += 1
    assert (accepted, count > 100) == ([], True)


def test_every_form_of_our_badge_flipped_anywhere_gets_an_answer(held):
    """A byte of a compact token or document changed: never a yes to the signature."""
    token = Client().get(f"/awards/{held.pk}.jwt").content
    dice = random.Random(7)
    for whole in (token, held.document.encode()):
        for place in dice.sample(range(len(whole)), 25):
            other = whole[:place] + bytes([whole[place] ^ dice.choice([1, 2, 4, 32])]) + whole[place + 1 :]
            report = check_any(other, clock.now(), fetcher=Fetcher(permit=asks_nobody))
            assert str(report.answer("signature")) != "yes" or json.loads(other) == held.credential


def zip_bomb():
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("badge.json", b"0" * 20_000_000)
    return made.getvalue()


def picture(kind):
    made = io.BytesIO()
    Image.new("RGB", (40, 40)).save(made, kind)
    return made.getvalue()


BOMB = zlib.compress(b"0" * 20_000_000)
FILES = {
    "empty": b"",
    "zip bomb": zip_bomb(),
    "gzip bomb": gzip.compress(b"0" * 20_000_000),
    "png bomb of pixels": png(width=100_000, height=100_000),
    "png bomb of text": png(chunk(b"iTXt", b"openbadgecredential\0\1\0\0\0" + BOMB)),
    "png bomb of old text": png(chunk(b"zTXt", b"openbadges\0\0" + BOMB)),
    "png of a million parts": png(*[chunk(b"tEXt", b"a\0b")] * 30_000),
    "png that is cut": bake_png(png(), '{"a": 1}')[:-20],
    "png twice": png() + png(),
    "gif": picture("GIF"),
    "jpeg": picture("JPEG"),
    "webp": picture("WEBP"),
    "svg with a script": SVG.replace(b"<path", b"<script>alert(1)</script><path"),
    "svg with entities": b'<!DOCTYPE s [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg xmlns="http://www.w3.org/2000/svg">&x;</svg>',
    "svg laughing": b'<!DOCTYPE l [<!ENTITY a "l"><!ENTITY b "&a;&a;&a;">]><svg>&b;</svg>',
    "svg that is deep": b'<svg xmlns="http://www.w3.org/2000/svg">' + b"<g>" * 50_000,
    "svg in UTF-16": SVG.decode().replace("?>", ' encoding="utf-16"?>').encode("utf-16"),
    "svg with nonsense": bake_svg(SVG, '{"a": 1}'),
    "deep json": b'{"a":' * 100_000,
    "json with NUL": b'{"a": "\x00"}',
    "json of numbers": b'{"a": 1' + b"0" * 4_000_000 + b"}",
    "token of bombs": b"e30." + b"A" * 3_000_000 + b".AA",
    "pdf": b"%PDF-1.7\n" + b"\x00" * 100,
}


@pytest.mark.parametrize("content", FILES.values(), ids=FILES)
def test_file_that_is_no_badge_gets_an_answer_in_words(db, content):
    found = post(content)
    assert found.status_code in (200, 400)
    if found.status_code == 200:
        assert "yes" not in [item["answer"] for item in found.context["answers"]]
        assert all(item["meaning"].endswith(".") for item in found.context["answers"])
    assert "Traceback" not in found.content.decode()


def test_fifty_megabytes_are_refused_unread(db):
    found = post(b"x" * 50_000_000)
    assert found.status_code == 413


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_damage_in_any_place_gets_an_answer_in_words(held, data):
    text = held.document
    whole = data.draw(st.sampled_from([text.encode(), bake_png(png(), text), bake_svg(SVG, text)]))
    start = data.draw(st.integers(0, len(whole)))
    length = data.draw(st.integers(0, 40))
    damaged = whole[:start] + data.draw(st.binary(max_size=40)) + whole[start + length :]
    found = post(damaged)
    assert found.status_code in (200, 400)

"""All of a learner's badges in one ZIP: what is in it, who gets it, and that it never lies in memory whole."""

import datetime as dt
import io
import json
import re
import tracemalloc
import zipfile
from html import unescape

import pytest
from django.core.cache import cache
from django.test import Client

from credentials.actions import awards, wallet
from credentials.checking.anyone import check_any
from credentials.files import bundle, certificate
from journal import clock
from journal.papers import PaperError
from tests.credentials.support import award, definition, nothing_written, texts, with_image
from tests.factories import PersonFactory
from tests.support import site_for

FILES = ["credential.json", "certificate.pdf", "badge.png", "badge.svg", "credential.jwt"]


@pytest.fixture
def model(campus):
    return campus("model")


@pytest.fixture
def holder(db):
    return PersonFactory(name="Test learner")


def opened(response):
    """The ZIP of an answer, taken as a browser takes it."""
    assert (response.status_code, response["Content-Type"]) == (200, "application/zip")
    return zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content)))


def download(person):
    return opened(site_for(person).get("/wallet/files.zip"))


def words(index):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", index.read("index.html").decode())).split())


def test_zip_holds_every_form_of_every_badge_and_an_index_of_them(model, holder):
    with clock.at(clock.now() - dt.timedelta(days=1)):  # the oldest comes first
        first = award(with_image(definition(model), model), holder)
    award(definition(model, title="Without <image>"), holder)
    award(definition(model, title="Somebody else's"))
    mine = site_for(holder)
    with nothing_written():
        found = opened(mine.get("/wallet/files.zip"))
    assert found.testzip() is None
    assert found.namelist() == [
        *(f"001-{first.definition.slug}/{name}" for name in FILES),
        *(f"002-model-without-image/{name}" for name in FILES if name != "badge.png"),
        "index.html",
    ]
    for name in found.namelist():
        if name.endswith((".json", ".jwt", ".png", ".svg")):
            assert {str(check.answer) for check in check_any(found.read(name), clock.now()).checks} == {"yes"}
    assert json.loads(found.read(f"001-{first.definition.slug}/credential.json")) == first.credential
    said = words(found)
    assert said.startswith("My badges My badges 2 badges, as they stood on")
    assert "Without <image> Model University, awarded on" in said
    assert f"/b/{first.code}" in said and "Somebody else" not in said
    linked = re.findall(r'<li><a href="([^"]+)"', found.read("index.html").decode())
    assert [*linked, "index.html"] == found.namelist()


def test_what_has_no_files_is_named_with_its_reason(model, holder, monkeypatch):
    award(definition(model, title="Noted", badge=False), holder)
    revoked = award(definition(model, title="Revoked"), holder)
    awards.revoke(award=revoked, reason="A mistake.", by=model.programme_manager)
    award(definition(model, title="Waiting"), holder, accepted=False)
    award(definition(model, title="No sheet"), holder)

    def refuse(*_given, **_named):
        raise PaperError("This is too much for one paper: it took too long to set.")

    monkeypatch.setattr(certificate.papers, "render", refuse)
    found = download(holder)
    assert [name.split("/")[-1] for name in found.namelist()] == [
        "credential.json",
        "badge.svg",
        "credential.jwt",
        "index.html",
    ]
    said = words(found)
    assert "It is a notation on your record, which has no file." in said
    assert "It is not in force any more, so there are no files of it." in said and "A mistake" not in said
    assert "Certificate: This is too much for one paper" in said
    assert "Waiting" not in said


def test_zip_is_its_owners_alone(model, holder):
    held = award(with_image(definition(model), model), holder)
    wallet.show(award=held, visibility="private", by=holder)
    assert Client().get("/wallet/files.zip")["Location"].startswith("/accounts/login/")
    assert site_for(holder).post("/wallet/files.zip").status_code == 405
    answer = site_for(holder).get("/wallet/files.zip")
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Content-Disposition"] == 'attachment; filename="my-badges.zip"'
    assert len(opened(answer).namelist()) == 6  # also of what nobody else sees
    for person in (model.programme_manager, model.registrar):
        page = site_for(person).get("/wallet/files.zip", follow=True)
        assert "You hold no badge yet" in texts(page)


def test_one_download_at_a_time(model, holder):
    award(definition(model), holder)
    mine = site_for(holder)
    first = mine.get("/wallet/files.zip")
    next(first.streaming_content)
    assert "Your download is under way." in texts(mine.get("/wallet/files.zip", follow=True))
    assert mine.head("/wallet/files.zip")["Content-Type"] == "application/zip"
    first._iterator.close()  # as when somebody breaks it off
    assert opened(mine.get("/wallet/files.zip")).testzip() is None
    assert cache.get(f"wallet-files:{holder.pk}") is None


def test_many_badges_take_no_more_memory_than_few(model, holder, monkeypatch):
    monkeypatch.setattr(bundle, "FORMS", {name: bundle.FORMS[name] for name in ("json", "png", "jwt")})
    keys = [award(with_image(definition(model), model), holder).pk]

    def peak(times):
        tracemalloc.start()
        size = sum(len(piece) for piece in bundle.streamed(keys * times))
        used = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return size, used

    peak(2)
    (small, few), (large, many) = peak(5), peak(200)
    assert large > 35 * small
    assert (
        many - few
    ) / 195 < 6_000  # of each badge more there stay its lines of the index, and none of its files


def test_wallet_leads_to_the_zip_once_there_is_something_in_it(model, holder):
    mine = site_for(holder)
    assert "files.zip" not in mine.get("/wallet/").content.decode()
    held = award(definition(model), holder)
    for path in ("/wallet/", f"/wallet/{held.pk}/"):
        assert 'href="/wallet/files.zip"' in mine.get(path).content.decode()

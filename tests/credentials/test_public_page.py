"""A learner's public page: there while it is wanted, with what they chose to show."""

import pytest
from django.test import Client

from credentials.actions import profiles, wallet
from credentials.actions.profiles import Wanted
from credentials.models import Profile
from tests.credentials.support import award, definition, learner, texts
from tests.factories import PersonFactory
from tests.support import site_for

SCRIPT = "<script>alert(1)</script> {{ x }} 🔥 שלום"
ESCAPED = "&lt;script&gt;alert(1)&lt;/script&gt; {{ x }} 🔥 שלום"


@pytest.fixture
def model(campus):
    return campus("model")


@pytest.fixture
def me(db):
    return PersonFactory(name="Test learner of fires")


def wanted(**changes):
    facts = {"name": "fire-reader", "title": "Fire reader", "words": "", "links": (), "shown": True}
    return Wanted(**(facts | {"findable": False} | changes))


def form(**changes):
    return {"shown": "on", "name": "fire-reader", "title": "Fire reader", "words": "", "links": ""} | changes


@pytest.mark.clause("UM-28")
def test_public_page_is_there_only_while_it_is_wanted(model, me):
    shown = award(definition(model, title="Badge two"), me)
    award(definition(model, title="Badge one"), me)
    wallet.show(award=shown, visibility="public", by=me)
    site = site_for(me)
    offered = site.get("/wallet/public/").context["form"].initial
    assert set(offered) == {"name", "title"}
    assert me.name.split()[0].lower() not in offered["name"]
    assert not Profile.objects.exists()
    lines = "My maps https://maps.example/a?b=1\n\nhttps://words.example"
    site.post("/wallet/public/", form(links=lines, words="I read fires."))
    page = Client().get("/people/fire-reader/")
    assert [card["title"] for card in page.context["cards"]] == ["Badge two"]
    assert "I read fires." in texts(page)
    assert me.email not in page.content.decode()
    assert 'href="https://maps.example/a?b=1"' in page.content.decode()
    assert page.context["profile"].links == [
        {"label": "My maps", "url": "https://maps.example/a?b=1"},
        {"label": "words.example", "url": "https://words.example"},
    ]
    assert 'content="noindex"' in page.content.decode()
    site.post("/wallet/public/", form(findable="on"))
    assert 'content="noindex"' not in Client().get("/people/fire-reader/").content.decode()
    said = site.post("/wallet/public/", {**form(name="other-name"), "shown": ""}, follow=True)
    assert "There is no public page of yours now." in texts(said)
    for name in ("fire-reader", "other-name"):
        for visitor in (Client(), site):
            assert visitor.get(f"/people/{name}/").status_code == 404
    assert Profile.objects.get().findable is False


def test_bad_public_pages_are_refused_and_keep_what_was_typed(model, me):
    other = learner()
    profiles.save(wanted=wanted(name="taken-name"), by=other)
    site = site_for(me)
    wrong = [
        (form(name="taken-name"), "This name is taken."),
        (form(name="model"), "This name is taken."),
        *(
            (form(name=name), "3 to 60 small letters")
            for name in ("", "ab", "-abc", "abc-", "A B", "é" * 5, "a/b")
        ),
        (form(name="x" * 61), "at most 60 characters"),
        (form(title=""), "Say what you want to be called there."),
        (form(title="x" * 10_000), "at most 120 characters"),
        (form(words="x" * 10_000), "at most 2000 characters"),
        (form(links="javascript:alert(1)"), "does not end in an address that begins with https://"),
        (form(links="Mine data:text/html,x"), "does not end in an address"),
        (form(links="https://[half"), "does not end in an address"),
        (form(links="\n".join(["https://a.example"] * 9)), "at most 8 links"),
        (form(title="a\x00b"), "Null characters are not allowed."),
    ]
    for values, sentence in wrong:
        answer = site.post("/wallet/public/", values)
        assert answer.status_code == 409, values
        assert sentence in texts(answer), values
    assert "kept words" in texts(site.post("/wallet/public/", form(name="", words="kept words")))
    assert not Profile.objects.filter(person=me).exists()
    assert site.post("/wallet/public/", form(title=SCRIPT, words=SCRIPT)).status_code == 302
    body = Client().get("/people/fire-reader/").content.decode()
    assert body.count(ESCAPED) >= 3
    assert "<script>alert" not in body


@pytest.mark.parametrize("name", ["nobody", "x" * 500, "fire_reader"])
def test_unknown_public_page_is_not_found(db, name):
    assert Client().get(f"/people/{name}/").status_code == 404

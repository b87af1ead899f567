"""A learner's collections and public page: made, filled, ordered; what others see of them, and when they see nothing."""

import datetime as dt
import uuid
from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from credentials.actions import accepting, awards, collections, profiles, renewal, wallet
from credentials.models import Award, Collection, Placed
from journal import clock
from policies.reasons import Refused
from tests.credentials.support import award, definition, learner, nothing_written, texts
from tests.credentials.test_public_page import ESCAPED, SCRIPT, wanted
from tests.factories import PersonFactory
from tests.support import site_for


@pytest.fixture
def model(campus):
    return campus("model")


@pytest.fixture
def me(db):
    return PersonFactory(name="Test learner of fires")


@pytest.fixture
def held(model, me):
    """Badge one for people with the link, two for everybody, three for nobody else."""
    made = [award(definition(model, title=f"Badge {word}"), me) for word in ("one", "two", "three")]
    for row, visibility in zip(made, ("link", "public", "private"), strict=True):
        wallet.show(award=row, visibility=visibility, by=me)
    return made


@pytest.fixture
def made(me, held):
    found = collections.make(title="Fires", words="All about fires.", visibility="link", by=me)
    for row in held:
        collections.add(collection=found, badge=row, by=me)
    return found


def titles(page):
    return [card["title"] for card in page.context["cards"]]


def order(found):
    return list(found.placed.values_list("award__version__title", flat=True))


def sent(**changes):
    return {"title": "Fires", "words": "", "visibility": "link"} | changes


def test_collection_is_made_filled_ordered_and_deleted_in_the_wallet(me, held):
    site = site_for(me)
    assert "None yet." in texts(site.get("/wallet/collections/"))
    page = site.post("/wallet/collections/", sent(words="About fires."), follow=True)
    found = Collection.objects.get()
    assert page.redirect_chain[-1][0] == f"/wallet/collections/{found.pk}/"
    one, two, _three = held
    act = f"/wallet/collections/{found.pk}/badge/"
    for row in (one, two, one):  # twice is once
        site.post(act, {"act": "add", "award": str(row.pk)})
    assert order(found) == ["Badge one", "Badge two"]
    for name, expected in (("up", ["Badge two", "Badge one"]), ("up", ["Badge two", "Badge one"])):
        site.post(act, {"act": name, "award": str(two.pk)})
        assert order(found) == expected
    site.post(act, {"act": "down", "award": str(two.pk)})
    assert order(found) == ["Badge one", "Badge two"]
    for _ in range(2):
        site.post(act, {"act": "out", "award": str(one.pk)})
        assert order(found) == ["Badge two"]
    site.post(f"/wallet/collections/{found.pk}/", sent(title="Other", visibility="public"))
    found.refresh_from_db()
    assert (found.title, found.words, found.visibility) == ("Other", "", "public")
    assert "cannot be undone" in texts(site.get(f"/wallet/collections/{found.pk}/delete/"))
    assert Collection.objects.exists()
    assert "Your badges are where they were." in texts(
        site.post(f"/wallet/collections/{found.pk}/delete/", follow=True)
    )
    assert (Collection.objects.count(), Placed.objects.count(), Award.objects.count()) == (0, 0, 3)


def test_others_see_no_more_of_it_than_of_its_badges(me, made):
    path = f"/collections/{made.pk}/"
    for visibility, expected in (("link", ["Badge one", "Badge two"]), ("public", ["Badge two"])):
        collections.change(collection=made, title="Fires", words="Words.", visibility=visibility, by=me)
        for site in (Client(), site_for(learner()), site_for(me)):
            with nothing_written():
                page = site.get(path)
            assert titles(page) == expected
            assert (b'content="noindex"' in page.content) is (visibility == "link")
    collections.change(collection=made, title="Fires", words="", visibility="private", by=me)
    assert [site.get(path).status_code for site in (Client(), site_for(learner()), site_for(me))] == [
        404,
        404,
        200,
    ]


def test_page_of_a_collection_names_nobody_without_a_public_page(me, made):
    collections.change(collection=made, title="Fires", words="", visibility="public", by=me)
    page = f"/collections/{made.pk}/"
    assert me.name not in texts(Client().get(page))
    profiles.save(wanted=wanted(), by=me)
    assert "A collection of badges by Fire reader" in texts(Client().get(page))
    collections.change(collection=made, title="Fires", words="", visibility="link", by=me)
    assert "Fire reader" not in texts(Client().get(page))


def test_what_is_not_in_force_leaves_the_pages_and_says_so_to_its_owner(model, me, held, made):
    profiles.save(wanted=wanted(), by=me)
    awards.revoke(award=held[1], reason="A mistake.", by=model.programme_manager)
    assert titles(Client().get(f"/collections/{made.pk}/")) == ["Badge one"]
    assert titles(Client().get("/people/fire-reader/")) == []
    said = texts(site_for(me).get(f"/wallet/collections/{made.pk}/"))
    assert "It is not in force, so others do not see it here." in said
    assert "You keep it private, so others do not see it here." in said
    Award.objects.filter(pk=held[0].pk).update(expires_on=held[0].awarded_on)
    with clock.at(clock.now() + dt.timedelta(days=3)):
        (card,) = Client().get(f"/collections/{made.pk}/").context["cards"]
    assert card["state"] == "expired"


def test_declined_badge_leaves_every_page(me, held, made):
    collections.change(collection=made, title="Fires", words="", visibility="public", by=me)
    profiles.save(wanted=wanted(), by=me)
    accepting.decline(award=held[1], by=me)
    assert (
        titles(Client().get(f"/collections/{made.pk}/")) == titles(Client().get("/people/fire-reader/")) == []
    )


def test_badge_without_its_holders_name_stands_beside_no_name(me, held, made):
    profiles.save(wanted=wanted(), by=me)
    wallet.show(award=held[1], visibility="public", hidden=["name"], by=me)
    assert titles(Client().get("/people/fire-reader/")) == []
    assert titles(Client().get(f"/collections/{made.pk}/")) == ["Badge one", "Badge two"]
    collections.change(collection=made, title="Fires", words="", visibility="public", by=me)
    assert titles(Client().get(f"/collections/{made.pk}/")) == []


def test_badge_that_is_replaced_leaves_its_places_to_the_newer_one(model, me, held, made):
    newer = award(definition(model, title="Badge four"), me)
    both = collections.make(title="Both", words="", visibility="link", by=me)
    for row in (newer, held[0]):
        collections.add(collection=both, badge=row, by=me)
    collections.follow(older=held[0], newer=newer)
    assert order(made) == ["Badge four", "Badge two", "Badge three"]
    assert order(both) == ["Badge four", "Badge one"]
    said = replace(renewal.said_by(held[2]), name="Right name")
    right = renewal.correct(award=held[2], said=said, reason="Misspelt.", by=model.programme_manager)
    assert made.placed.last().award_id == right.pk
    collections.follow(older=held[1], newer=award(definition(model, title="Somebody else's")))
    assert order(made) == ["Badge four", "Badge two", "Badge three"]


def test_bad_collections_are_refused_and_keep_what_was_typed(me, made):
    site = site_for(me)
    wrong = [
        (sent(title=""), "Give it a title."),
        (sent(title="  \n "), "Give it a title."),
        (sent(title="x" * 10_000), "at most 120 characters"),
        (sent(words="x" * 10_000), "at most 2000 characters"),
        (sent(title="a\x00b"), "Null characters are not allowed."),
        (sent(visibility="everyone"), "Choose one of the three."),
        ({}, "Choose one of the three."),
    ]
    for path in ("/wallet/collections/", f"/wallet/collections/{made.pk}/"):
        for values, sentence in wrong:
            answer = site.post(path, values)
            assert answer.status_code == 409
            assert sentence in texts(answer), values
    assert "kept words" in texts(site.post("/wallet/collections/", sent(title="", words="kept words")))
    assert Collection.objects.count() == 1
    for values in (sent(title="🔥" * 120), sent(title=SCRIPT, words=SCRIPT)):
        assert site.post(f"/wallet/collections/{made.pk}/", values).status_code == 302
    body = Client().get(f"/collections/{made.pk}/").content.decode()
    assert body.count(ESCAPED) >= 3
    assert "<script>alert" not in body


def test_badges_put_in_are_ones_own_and_accepted(model, me, held, made):
    site, act = site_for(me), f"/wallet/collections/{made.pk}/badge/"
    other = award(definition(model, title="Somebody else's"))
    waiting = award(definition(model, title="Not accepted"), me, accepted=False)
    assert site.post(act, {"act": "add", "award": str(other.pk)}).status_code == 404
    for value in ("", "nonsense", "\x00"):
        assert "Choose a badge." in texts(site.post(act, {"act": "add", "award": value}, follow=True))
    assert "Choose a badge that you accepted" in texts(
        site.post(act, {"act": "add", "award": str(waiting.pk)}, follow=True)
    )
    assert order(made) == ["Badge one", "Badge two", "Badge three"]
    with pytest.raises(PermissionDenied):
        collections.add(collection=made, badge=other, by=me)


def test_nobody_elses_collection_is_theirs(model, held, made):
    paths = [f"/wallet/collections/{made.pk}/{end}" for end in ("", "badge/", "delete/")]
    for person in (model.programme_manager, model.registrar, learner()):
        for path in paths:
            assert site_for(person).post(path, sent(act="out", award=str(held[0].pk))).status_code == 404
        for act in (
            lambda by: collections.change(collection=made, title="x", words="", visibility="link", by=by),
            lambda by: collections.add(collection=made, badge=held[0], by=by),
            lambda by: collections.take_out(collection=made, badge=held[0], by=by),
            lambda by: collections.move(collection=made, badge=held[0], up=True, by=by),
            lambda by: collections.delete(collection=made, by=by),
        ):
            with pytest.raises(PermissionDenied):
                act(person)
    for path in [*paths, "/wallet/collections/", "/wallet/public/"]:
        assert Client().post(path)["Location"].startswith("/accounts/login/")
    assert site_for(learner()).get(f"/wallet/collections/{uuid.UUID(int=4)}/").status_code == 404


def test_there_is_an_end_to_collections_and_to_what_they_hold(me, held, monkeypatch):
    monkeypatch.setattr(collections, "MOST", 1)
    monkeypatch.setattr(collections, "MOST_BADGES", 1)
    found = collections.make(title="One", words="", visibility="link", by=me)
    with pytest.raises(Refused, match="You have 1 collections"):
        collections.make(title="Two", words="", visibility="link", by=me)
    collections.add(collection=found, badge=held[0], by=me)
    with pytest.raises(Refused, match="holds 1 badges"):
        collections.add(collection=found, badge=held[1], by=me)


def test_collections_of_a_public_page_are_those_anyone_may_find(me, held, made):
    profiles.save(wanted=wanted(), by=me)
    assert list(Client().get("/people/fire-reader/").context["collections"]) == []
    collections.change(collection=made, title="Fires", words="", visibility="public", by=me)
    with nothing_written():
        page = Client().get("/people/fire-reader/")
    assert f'href="/collections/{made.pk}/"' in page.content.decode()


def test_pages_ask_no_more_of_the_database_for_more_badges(model, me, held, django_assert_num_queries):
    profiles.save(wanted=wanted(), by=me)
    found = collections.make(title="Fires", words="", visibility="public", by=me)
    pages = (f"/collections/{found.pk}/", "/people/fire-reader/")
    counts = []
    for rows in ([held[1]], held):
        for row in rows:
            wallet.show(award=row, visibility="public", by=me)
            collections.add(collection=found, badge=row, by=me)
        with django_assert_num_queries(7) as asked:
            sizes = [len(titles(Client().get(path))) for path in pages]
        counts.append((sizes, len(asked)))
    assert [sizes for sizes, _n in counts] == [[1, 1], [3, 3]]

"""The wallet: one's own badges, who may see them, links to share, and how they are used elsewhere."""

import uuid

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from credentials.actions import awards, wallet
from credentials.models import Award, ShareLink
from policies.reasons import Refused
from tests.credentials.support import award, definition, texts, with_image
from tests.factories import PersonFactory
from tests.support import site_for


@pytest.fixture
def model(campus):
    return campus("model")


@pytest.fixture
def held(model):
    return award(with_image(definition(model), model), PersonFactory(name="Test learner"))


@pytest.fixture
def mine(held):
    return site_for(held.holder)


def test_wallet_shows_what_i_hold_and_nothing_else(model, held, mine):
    other = award(definition(model, title="Somebody else's"))
    cards = mine.get("/wallet/").context["cards"]
    assert [(card["title"], card["state"], card["facts"]) for card in cards] == [
        (
            "Reading fire data",
            "valid",
            [f"Awarded on {held.awarded_on:%-d %B %Y}", "People with my link can see it"],
        )
    ]
    for path in (f"/wallet/{other.pk}/", f"/wallet/{uuid.UUID(int=3)}/"):
        assert mine.get(path).status_code == 404


def test_wallet_needs_a_sign_in(held):
    for path in ("/wallet/", f"/wallet/{held.pk}/"):
        answer = Client().get(path)
        assert answer["Location"].startswith("/accounts/login/")


def test_empty_wallet_says_how_to_begin(db):
    page = site_for(PersonFactory()).get("/wallet/")
    assert "A badge appears here once a programme has recorded" in texts(page)
    assert 'href="/catalogue/"' in page.content.decode()


def test_staff_of_the_campus_do_not_see_a_learners_wallet(model, held):
    for person in (model.programme_manager, model.registrar, model.issuer, model.stranger):
        assert site_for(person).get(f"/wallet/{held.pk}/").status_code == 404


def test_badge_page_offers_files_ways_to_share_and_the_page_for_others(held, mine):
    page = mine.get(f"/wallet/{held.pk}/")
    body = page.content.decode()
    for path in (f"/awards/{held.pk}.json", f"/awards/{held.pk}.png", f"http://testserver/verify/{held.pk}/"):
        assert f'href="{path}"' in body
    assert "That Test learner completed “Reading fire data” at Model University" in texts(page)
    assert [way["label"] for way in page.context["ways"]][:2] == [
        "Add it to your LinkedIn profile",
        "Post it on LinkedIn",
    ]


def test_badge_page_of_a_revoked_badge_says_why_and_offers_nothing(model, held, mine):
    awards.revoke(award=held, reason="Recorded for the wrong person.", by=model.programme_manager)
    page = mine.get(f"/wallet/{held.pk}/")
    assert "Recorded for the wrong person." in texts(page)
    assert f"/awards/{held.pk}" not in page.content.decode()
    assert "Make a link" not in texts(page)


def test_notation_has_a_page_without_files(model):
    held = award(definition(model, badge=False))
    page = site_for(held.holder).get(f"/wallet/{held.pk}/")
    assert "it has no file" in texts(page)
    assert "/awards/" not in page.content.decode()


@pytest.mark.parametrize("visibility", ["private", "link", "public"])
def test_holder_chooses_who_may_see_it(held, mine, visibility):
    answer = mine.post(f"/wallet/{held.pk}/visibility/", {"visibility": visibility}, follow=True)
    assert "Saved." in texts(answer)
    held.refresh_from_db()
    assert held.visibility == visibility


def test_unknown_visibility_changes_nothing(held, mine):
    for sent in ({}, {"visibility": "everyone"}, {"visibility": "\x00"}):
        answer = mine.post(f"/wallet/{held.pk}/visibility/", sent)
        assert answer.status_code == 409
        assert "Choose one of the three." in texts(answer)
    held.refresh_from_db()
    assert held.visibility == "link"


def test_link_is_made_shown_and_withdrawn(held, mine):
    page = mine.post(f"/wallet/{held.pk}/share/", {"label": " application "}, follow=True)
    link = ShareLink.objects.get(award=held)
    assert link.label == "application"
    assert f"http://testserver/s/{link.token}/" in texts(page)
    assert Client().get(f"/s/{link.token}/")["Location"] == f"/verify/{held.pk}/?link={link.token}"
    page = mine.post(f"/wallet/links/{link.pk}/withdraw/", follow=True)
    assert "The link no longer works." in texts(page)
    assert link.token not in page.content.decode()
    gone = Client().get(f"/s/{link.token}/")
    assert gone.status_code == 410
    assert "has withdrawn it" in texts(gone)


@pytest.mark.parametrize("token", ["unknown", "%00", "é", "x" * 500])
def test_unknown_link_has_its_own_page(db, token):
    page = Client().get(f"/s/{token}/")
    assert page.status_code == 404
    assert "This link is not known" in texts(page)


def test_shared_link_leads_to_a_revoked_badges_page(model, held):
    link = wallet.share(award=held, label="", by=held.holder)
    awards.revoke(award=held, reason="A mistake.", by=model.programme_manager)
    assert Client().get(f"/s/{link.token}/", follow=True).status_code == 410


def test_nobody_else_changes_what_is_shown(model, held):
    link = wallet.share(award=held, label="", by=held.holder)
    other = site_for(model.programme_manager)
    for path in (
        f"/wallet/{held.pk}/visibility/",
        f"/wallet/{held.pk}/share/",
        f"/wallet/links/{link.pk}/withdraw/",
    ):
        assert other.post(path, {"visibility": "public"}).status_code == 404
        assert Client().post(path)["Location"].startswith("/accounts/login/")
    for act in (
        lambda by: wallet.show(award=held, visibility="public", by=by),
        lambda by: wallet.share(award=held, label="", by=by),
        lambda by: wallet.withdraw(link_id=link.pk, by=by),
    ):
        with pytest.raises(PermissionDenied):
            act(model.programme_manager)


def test_acts_are_posts_only(held, mine):
    for path in (f"/wallet/{held.pk}/visibility/", f"/wallet/{held.pk}/share/"):
        assert mine.get(path).status_code == 405


def test_revoked_badge_cannot_be_shared(model, held, mine):
    awards.revoke(award=held, reason="A mistake.", by=model.programme_manager)
    page = mine.post(f"/wallet/{held.pk}/share/", follow=True)
    assert "it cannot be shared any more" in texts(page)
    assert not ShareLink.objects.exists()


def test_twenty_links_are_enough(held):
    for _ in range(20):
        wallet.share(award=held, label="", by=held.holder)
    with pytest.raises(Refused) as refused:
        wallet.share(award=held, label="", by=held.holder)
    assert refused.value.reasons[0].text == "You have 20 links for this badge. Withdraw one first."
    wallet.withdraw(link_id=held.share_links.first().pk, by=held.holder)
    wallet.share(award=held, label="", by=held.holder)


def test_withdrawing_twice_keeps_the_first_time(held):
    link = wallet.share(award=held, label="", by=held.holder)
    first = wallet.withdraw(link_id=link.pk, by=held.holder).withdrawn_at
    assert wallet.withdraw(link_id=link.pk, by=held.holder).withdrawn_at == first


def test_badges_of_several_campuses_stand_in_one_wallet(model, campus, held, mine):
    award(definition(campus("montana"), title="Trails"), held.holder)
    assert {card["issuer"] for card in mine.get("/wallet/").context["cards"]} == {
        "Model University",
        "University of Montana",
    }
    assert Award.objects.held_by(held.holder).count() == 2

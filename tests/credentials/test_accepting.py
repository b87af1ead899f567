"""An award waits, private, until its holder accepts it; declining hides it and can be taken back."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.test import Client

from credentials.actions import accepting, awards, claims, wallet
from credentials.models import Award
from journal.models import Entry
from policies.reasons import Refused
from tests.credentials.support import award, definition, learner, texts, with_image
from tests.credentials.test_claims import mailed
from tests.factories import PersonFactory
from tests.support import api_for, site_for

REASON = "It is somebody else's course."


@pytest.fixture
def model(campus):
    return campus("model")


@pytest.fixture
def waiting(model):
    return award(with_image(definition(model), model), PersonFactory(name="Test learner"), accepted=False)


def answers(site, held):
    """What an award's page and files answer this visitor."""
    paths = [f"/verify/{held.pk}/", *(f"/awards/{held.pk}.{form}" for form in ("json", "jwt", "png"))]
    return [site.get(path).status_code for path in paths]


def test_only_holder_and_staff_see_what_is_not_accepted(model, campus, waiting):
    seen, refused = [200] * 4, [403] * 4
    assert (waiting.visibility, waiting.accepted_at) == ("private", None)
    for person in (waiting.holder, model.programme_manager, model.registrar, model.administrator):
        assert answers(site_for(person), waiting) == seen
    stranger = campus("montana").programme_manager
    for site in (Client(), site_for(PersonFactory()), site_for(stranger), site_for(model.proposer)):
        assert answers(site, waiting) == refused
    page = Client().get(f"/verify/{waiting.pk}/")
    assert "This badge is not accepted yet" in texts(page)
    assert page["Cache-Control"] == "private, no-store"
    for secret in ("Test learner", "Reading fire data"):
        assert secret not in texts(page)
    assert "has not accepted it" in Client().get(f"/awards/{waiting.pk}.json").json()["detail"]


def test_accepting_shows_it_to_those_chosen_and_is_recorded(waiting):
    site = site_for(waiting.holder)
    page = site.get(f"/wallet/{waiting.pk}/")
    assert 'value="link"' in page.content.decode()
    assert page.context["accept"]["visibility"].value() == "link"
    answer = site.post(f"/wallet/{waiting.pk}/accept/", {"visibility": "link"}, follow=True)
    assert "It is yours." in texts(answer)
    assert answers(Client(), waiting) == [200] * 4
    entry = Entry.objects.get(act="award accepted")
    assert (entry.by, entry.detail) == (waiting.holder, {"award": str(waiting.pk)})
    site.post(f"/wallet/{waiting.pk}/accept/", {"visibility": "private"})  # pressed again in another window
    waiting.refresh_from_db()
    assert waiting.visibility == "private"
    assert Entry.objects.filter(act="award accepted").count() == 1


def test_declining_hides_it_everywhere_and_can_be_taken_back(model, waiting):
    accepting.accept(award=waiting, visibility="public", by=waiting.holder)
    link = wallet.share(award=waiting, label="", by=waiting.holder)
    site = site_for(waiting.holder)
    answer = site.post(f"/wallet/{waiting.pk}/decline/", {"reason": REASON}, follow=True)
    assert "You declined it" in texts(answer)
    waiting.refresh_from_db()
    assert (waiting.accepted_at, waiting.visibility, waiting.decline_reason) == (None, "private", REASON)
    assert answers(Client(), waiting) == [403] * 4
    assert Client().get(f"/s/{link.token}/").status_code == 410
    assert Client().get(f"/verify/{waiting.pk}/?link={link.token}").status_code == 403
    entry = Entry.objects.get(act="award declined")
    assert (entry.by, entry.detail) == (waiting.holder, {"award": str(waiting.pk)})
    assert Award.objects.live().get() == waiting  # the institution's record stays
    staff = site_for(model.programme_manager)
    assert REASON in texts(staff.get(f"/admin/credentials/award/{waiting.pk}/change/"))
    when = waiting.declined_at
    site.post(f"/wallet/{waiting.pk}/decline/", {"reason": "Twice"})
    waiting.refresh_from_db()
    assert (waiting.declined_at, waiting.decline_reason) == (when, REASON)
    site.post(f"/wallet/{waiting.pk}/accept/", {"visibility": "link"})
    waiting.refresh_from_db()
    assert (waiting.declined_at, waiting.decline_reason, waiting.visibility) == (None, "", "link")


def test_wallet_shows_what_waits_what_is_held_and_what_was_declined(model, waiting):
    held = award(definition(model, title="Held"), waiting.holder)
    declined = award(definition(model, title="Declined"), waiting.holder)
    accepting.decline(award=declined, by=waiting.holder)
    page = site_for(waiting.holder).get("/wallet/")
    shown = {name: [card["url"] for card in page.context[name]] for name in ("waiting", "cards", "declined")}
    assert shown == {
        "waiting": [f"/wallet/{waiting.pk}/"],
        "cards": [f"/wallet/{held.pk}/"],
        "declined": [f"/wallet/{declined.pk}/"],
    }
    assert "1 badge waits for your answer." in texts(page)


def test_buttons_are_the_holders_alone_and_bad_input_is_told(model, waiting):
    mine = site_for(waiting.holder)
    for act in ("accept", "decline"):
        path = f"/wallet/{waiting.pk}/{act}/"
        assert mine.get(path).status_code == 405
        for person in (PersonFactory(), model.programme_manager, model.registrar):
            assert site_for(person).post(path, {"visibility": "link"}).status_code == 404
        assert Client().post(path)["Location"].startswith("/accounts/login/")
    for wrong in ({}, {"visibility": "all"}, {"visibility": "\x00"}, {"visibility": "x" * 10_000}):
        assert mine.post(f"/wallet/{waiting.pk}/accept/", wrong).status_code == 409
    page = mine.post(f"/wallet/{waiting.pk}/decline/", {"reason": "x" * 301})
    assert (page.status_code, page.context["decline"]["reason"].value()) == (409, "x" * 301)
    assert mine.post(f"/wallet/{waiting.pk}/decline/", {"reason": "a\x00b"}).status_code == 409
    waiting.refresh_from_db()
    assert (waiting.accepted_at, waiting.declined_at) == (None, None)
    for act in (accepting.accept, wallet.show):
        with pytest.raises(PermissionDenied):
            act(award=waiting, visibility="link", by=model.registrar)
    with pytest.raises(PermissionDenied):
        accepting.decline(award=waiting, by=model.registrar)


def test_nothing_is_shared_before_it_is_accepted(waiting):
    for act in (
        lambda: wallet.show(award=waiting, visibility="link", by=waiting.holder),
        lambda: wallet.share(award=waiting, label="", by=waiting.holder),
    ):
        with pytest.raises(Refused, match="Accept this badge first"):
            act()
    site = site_for(waiting.holder)
    for asked in (site.get, site.post):
        page = asked(f"/wallet/{waiting.pk}/share/x/", follow=True)
        assert "Accept this badge first." in texts(page)
    with pytest.raises(IntegrityError), transaction.atomic():
        Award.objects.filter(pk=waiting.pk).update(visibility="link")


def test_what_was_revoked_is_neither_accepted_nor_declined(model, waiting):
    awards.revoke(award=waiting, reason="Recorded for the wrong person.", by=model.programme_manager)
    site = site_for(waiting.holder)
    for act, sent in (("accept", {"visibility": "link"}), ("decline", {})):
        answer = site.post(f"/wallet/{waiting.pk}/{act}/", sent, follow=True)
        assert "nothing to accept any more" in texts(answer)
    assert "Recorded for the wrong person." in texts(site.get(f"/wallet/{waiting.pk}/"))


def test_declining_by_the_mailed_link_needs_no_account(model):
    newcomer = learner(name="Test newcomer", email="newcomer@learner.example")
    held, path = mailed(model, newcomer)
    site = Client()
    page = site.post(path, {"act": "decline", "reason": "x" * 301})
    assert page.status_code == 409
    assert "x" * 301 in page.content.decode()
    page = site.post(path, {"act": "decline", "reason": REASON}, follow=True)
    assert "You declined it" in texts(page)
    held.refresh_from_db()
    assert (held.accepted_at, held.decline_reason) == (None, REASON)
    assert Client().post(path, {"act": "accept", "visibility": "link"}).status_code == 410


def test_link_of_an_award_that_is_answered_just_opens_the_wallet(model):
    newcomer = learner(name="Test newcomer", email="newcomer@learner.example")
    held, path = mailed(model, newcomer)
    accepting.accept(award=held, visibility="private", by=newcomer)
    page = Client().get(path)
    assert "You accepted this badge already." in texts(page)
    site = Client()
    site.post(path, {"act": "accept", "visibility": "public"})
    assert site.session["_auth_user_id"] == str(newcomer.pk)
    held.refresh_from_db()
    assert held.visibility == "private"
    for wrong in (lambda: claims.accept(token="none"), lambda: claims.decline(token="\x00" * 9)):
        with pytest.raises(Refused, match="not known"):
            wrong()


def test_api_accepts_and_declines_ones_own(model, waiting):
    mine, path = api_for(waiting.holder), f"/api/v1/awards/{waiting.pk}"
    assert mine.post(f"{path}/decline/", {"reason": REASON}, format="json").json()["accepted_at"] is None
    accepted = mine.post(f"{path}/accept/", {"visibility": "public"}, format="json")
    assert (accepted.status_code, accepted.json()["declined_at"]) == (200, None)
    assert accepted.json()["accepted_at"] is not None
    assert mine.post(f"{path}/accept/", {"visibility": "all"}, format="json").status_code == 400
    for person in (PersonFactory(), model.programme_manager):
        assert api_for(person).post(f"{path}/accept/", {}, format="json").status_code == 404
    awards.revoke(award=waiting, reason="Wrong person", by=model.programme_manager)
    assert mine.post(f"{path}/accept/", {}, format="json").status_code == 409

"""The verification page of an award of ours: three answers, whose it is, what was learned, how it was approved."""

import datetime as dt
import re
import uuid
from dataclasses import replace

import pgtrigger
import pytest
from django.test import Client

from credentials.actions import awards, wallet
from credentials.actions.renewal import correct, said_by
from credentials.models import Award
from journal import clock
from tests.credentials.support import award, definition, learner, texts, with_image
from tests.factories import PersonFactory
from tests.support import site_for

NAME = "Test learner of fires"
EMAIL = "fires@learner.example"
APPROVED = "Did others approve it, as it says?"


@pytest.fixture
def model(campus):
    return campus("model")


@pytest.fixture
def held(model):
    return award(definition(model), PersonFactory(name=NAME, email=EMAIL))


def page(key, site=None, query="", **post):
    path = f"/verify/{key}/{query}"
    return (site or Client()).post(path, post) if post else (site or Client()).get(path)


def answers(response):
    return {item["question"]: item["answer"] for item in response.context["answers"]}


def test_award_in_force_is_genuine_and_in_force(held):
    found = page(held.pk)
    assert found.status_code == 200
    words = texts(found)
    assert "This badge is genuine and in force." in words
    assert f"Model University awarded it to {NAME} on {held.awarded_on:%-d %B %Y}." in words
    assert "Model University signed it, and nothing in it has changed since." in words
    assert "Map the perimeter of a fire Assessed by: Project" in words
    assert "Micro-credentials, revision 2026-01" in words
    assert f'href="/awards/{held.pk}.json"' in found.content.decode()


def test_each_check_is_shown_by_itself(held):
    site = site_for(held.holder)  # not a kept page, so that its context can be read
    found = page(held.pk, site)
    assert answers(found) == {"Is it genuine?": "yes", "Is it in force?": "yes", APPROVED: "yes"}
    assert [item["answer"] for item in found.context["details"]] == ["yes"] * 6


def test_day_is_told_by_the_campus_calendar(held):
    with clock.at(held.awarded_at):
        day = held.institution.today()
    assert f"It is in force since {day:%-d %B %Y}." in texts(page(held.pk))


def test_address_that_matches_is_this_persons(held):
    found = page(held.pk, email=f"  {EMAIL.upper()} ")
    assert found.status_code == 200
    assert answers(found)["Is it this person’s?"] == "yes"


def test_address_that_does_not_match_is_not_this_persons(held):
    found = page(held.pk, email="other@learner.example")
    assert answers(found)["Is it this person’s?"] == "no"
    assert "This badge is genuine and in force." in texts(found)


@pytest.mark.parametrize("email", ["nonsense", "", "a@b", "x" * 400])
def test_address_that_is_none_is_told_at_its_field_and_kept(held, email):
    found = page(held.pk, email=email)
    assert found.status_code == 200
    assert 'aria-invalid="true"' in found.content.decode()
    assert f'value="{email}"' in found.content.decode()
    assert "Is it this person’s?" not in answers(found)


def test_typed_address_is_asked_by_post_alone_and_never_kept(held, caplog):
    asked = page(held.pk, site_for(held.holder), query=f"?email={EMAIL}")
    assert "Is it this person’s?" not in answers(asked)
    found = page(held.pk, email="typed@stranger.example")
    assert found["Cache-Control"] == "private, no-store"
    assert not found.cookies
    assert "typed@stranger" not in caplog.text


def test_comparing_needs_no_cookie(held):
    strict = Client(enforce_csrf_checks=True)
    assert page(held.pk, strict, email=EMAIL).status_code == 200


@pytest.mark.parametrize("key", ["abc", "1", "0" * 31, f"{uuid.UUID(int=1)}x", "%00", "..", "é" * 36])
def test_malformed_address_has_its_own_page(db, key):
    found = page(key)
    assert found.status_code == 400
    assert "This is not the address of a badge" in texts(found)


def test_unknown_award_has_its_own_page(db):
    found = page(uuid.UUID(int=7))
    assert found.status_code == 404
    assert "No badge was ever issued here under this address." in texts(found)


def test_revoked_award_has_its_own_page_without_the_person(model, held):
    awards.revoke(award=held, reason="Recorded for the wrong person.", by=model.programme_manager)
    found = page(held.pk)
    assert found.status_code == 410
    words = texts(found)
    assert "This badge was revoked on" in words
    assert "Do not rely on it." in words
    assert NAME not in words
    assert "Recorded for the wrong person" not in words
    assert f"/awards/{held.pk}" not in found.content.decode()


def test_superseded_award_has_its_own_page_and_leads_to_the_newer(model, held):
    said = replace(said_by(held), name="Right name")
    newer = correct(award=held, said=said, reason="The name.", by=model.programme_manager)
    found = page(held.pk)
    assert found.status_code == 410
    assert "A newer award has taken the place of this one." in texts(found)
    assert f'href="/verify/{newer.pk}/"' in found.content.decode()
    assert NAME not in texts(found)


def test_expired_award_is_genuine_but_not_in_force(held):
    Award.objects.filter(pk=held.pk).update(expires_on=held.awarded_on)
    assert "genuine and in force" in texts(page(held.pk))
    with clock.at(clock.now() + dt.timedelta(days=3)):
        found = page(held.pk, site_for(held.holder))
    assert found.status_code == 200
    assert found.context["lead"] == "This badge is genuine, but its time has run out."
    assert answers(found) == {"Is it genuine?": "yes", "Is it in force?": "no", APPROVED: "yes"}


def test_tampered_award_fails_a_check(held):
    document = held.document.replace("Reading fire data", "Reading minds")
    with pgtrigger.ignore("credentials.Award:document_is_final"):
        Award.objects.filter(pk=held.pk).update(document=document)
    found = page(held.pk, site_for(held.holder))
    assert found.context["lead"] == "This badge failed a check. Do not rely on it."
    assert answers(found)["Is it genuine?"] == "no"


def test_private_award_shows_that_it_is_genuine_but_neither_name_nor_file(held):
    wallet.show(award=held, visibility="private", by=held.holder)
    found = page(held.pk)
    assert found.status_code == 200
    words = texts(found)
    day = f"{held.awarded_on:%-d %B %Y}"
    assert f"Model University awarded it on {day}; its holder keeps the name private." in words
    assert NAME not in words
    assert f"/awards/{held.pk}" not in found.content.decode()
    assert answers(page(held.pk, email=EMAIL))["Is it this person’s?"] == "yes"


def test_private_award_is_whole_for_its_holder_and_by_a_shared_link(held):
    wallet.show(award=held, visibility="private", by=held.holder)
    link = wallet.share(award=held, label="", by=held.holder)
    assert NAME in texts(page(held.pk, site_for(held.holder)))
    assert NAME not in texts(page(held.pk, site_for(learner())))
    shared = page(held.pk, query=f"?link={link.token}")
    assert NAME in texts(shared)
    assert f'href="/awards/{held.pk}.json?link={link.token}"' in shared.content.decode()
    wallet.withdraw(link_id=link.pk, by=held.holder)
    assert NAME not in texts(page(held.pk, query=f"?link={link.token}"))


@pytest.mark.parametrize("token", ["wrong", "", "%00", "a" * 3000])
def test_private_award_stays_private_for_a_wrong_link(held, token):
    wallet.show(award=held, visibility="private", by=held.holder)
    assert NAME not in texts(page(held.pk, query=f"?link={token}"))


def test_link_of_another_award_opens_nothing(model, held):
    other = award(definition(model, title="Other"), held.holder)
    wallet.show(award=held, visibility="private", by=held.holder)
    link = wallet.share(award=other, label="", by=held.holder)
    assert NAME not in texts(page(held.pk, query=f"?link={link.token}"))


def test_award_without_a_file_is_confirmed_by_its_page(model):
    held = award(definition(model, badge=False), PersonFactory(name=NAME))
    words = texts(page(held.pk))
    assert "This award stands on the learner’s record and is in force." in words
    assert "It has no file; this page is its confirmation." in words
    assert NAME in words


@pytest.mark.parametrize(("visibility", "indexed"), [("private", False), ("link", False), ("public", True)])
def test_only_what_its_holder_made_public_may_be_found(held, visibility, indexed):
    wallet.show(award=held, visibility=visibility, by=held.holder)
    assert ('name="robots" content="noindex"' not in page(held.pk).content.decode()) is indexed


def test_what_is_typed_into_names_stays_text(model):
    held = award(definition(model), PersonFactory(name="<script>alert(1)</script> {{ x }}"))
    for _ in range(2):  # rendered, then filled
        body = page(held.pk).content.decode()
        assert "&lt;script&gt;alert(1)&lt;/script&gt; {{ x }}" in body
        assert "<script>alert" not in body


def test_strangers_share_a_page_that_is_filled_for_each_award(model):
    made = definition(model)
    first, second = award(made, PersonFactory(name="First")), award(made, PersonFactory(name="Second"))
    bodies = {held: page(held.pk).content.decode() for held in (first, second)}
    for held, other in ((first, second), (second, first)):
        assert held.recipient_name in bodies[held]
        assert str(held.pk) in bodies[held]
        assert other.recipient_name not in bodies[held]
        assert str(other.pk) not in bodies[held]


def test_every_filled_page_has_a_nonce_of_its_own(held):
    seen = set()
    for _ in range(3):
        found = page(held.pk)
        (nonce,) = set(re.findall(r'nonce="([^"]+)"', found.content.decode()))
        assert f"'nonce-{nonce}'" in found["Content-Security-Policy"]
        seen.add(nonce)
    assert len(seen) == 3


def test_filled_page_follows_every_change(model, held):
    assert NAME in texts(page(held.pk))
    with_image(held.definition, model)
    assert 'alt="A ring on blue"' in page(held.pk).content.decode()
    wallet.show(award=held, visibility="private", by=held.holder)
    assert NAME not in texts(page(held.pk))
    held.institution.name = "University with a new name"
    held.institution.save()
    assert "University with a new name signed it" in texts(page(held.pk))


def test_page_for_someone_signed_in_is_never_filled_from_a_strangers(held):
    stranger, holder = page(held.pk).content.decode(), page(held.pk, site_for(held.holder)).content.decode()
    assert "Sign in" in stranger
    assert "Sign out" in holder
    assert "Sign out" not in page(held.pk).content.decode()


def test_page_is_asked_for_anew_each_time(held):
    assert page(held.pk)["Cache-Control"] == "private, no-cache"

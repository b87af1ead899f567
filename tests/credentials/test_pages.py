"""All pages of credentials: reading writes nothing, and more rows take no more queries."""

import datetime as dt

import pytest
from django.db import InternalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from credentials.actions import awards, claims, wallet
from credentials.models import Award
from journal import clock
from tests.credentials.support import award, definition, learner, nothing_written, with_image
from tests.factories import PersonFactory
from tests.support import site_for


@pytest.fixture
def model(campus):
    return campus("model")


@pytest.fixture
def addresses(model):
    """Every address that is read, with who asks (None: a stranger) and the answer."""
    made = with_image(definition(model), model)
    held = award(made, PersonFactory())
    link = wallet.share(award=held, label="", by=held.holder)
    return [*_of_strangers(model, made, held, link), *_of_people(model, made, held)]


def _of_strangers(model, made, held, link):
    claim = f"/claim/{_token(model, award(definition(model, title='To be claimed'), learner()))}/"
    gone, private = award(made), award(made)
    awards.revoke(award=gone, reason="A mistake.", by=model.programme_manager)
    wallet.show(award=private, visibility="private", by=private.holder)
    found = [
        *("/catalogue/", "/catalogue/?q=fire&institution=model", f"/catalogue/{made.slug}/"),
        *(f"/catalogue/{made.slug}/badge.png", "/verify/", f"/verify/{held.pk}/", f"/verify/{private.pk}/"),
        *(f"/verify/{held.pk}/?link={link.token}", claim, "/policies/model/2026-01/"),
        *(f"/awards/{held.pk}.{form}" for form in ("json", "jwt", "png")),
        *(f"/issuers/model{rest}" for rest in ("", "/did.json", "/jwks.json", "/keys/rsa-1.json")),
        "/issuers/model/status/1.json",
    ]
    led_on = [f"/awards/{held.pk}", f"/achievements/{made.current_id}", f"/s/{link.token}/"]
    return [
        *((None, address, 200) for address in found),
        *((None, address, 302) for address in led_on),
        (None, f"/verify/{gone.pk}/", 410),
        (None, "/verify/nonsense/", 400),
        (None, "/verify/00000000-0000-4000-8000-000000000000/", 404),
    ]


def _of_people(model, made, held):
    manager, holder = model.programme_manager, held.holder
    managers = [f"/catalogue/{made.slug}/", f"/catalogue/{made.slug}/image/", "/api/v1/definitions/"]
    managers += [f"/api/v1/definitions/{made.pk}/", "/api/v1/awards/", "/admin/credentials/award/"]
    holders = [f"/verify/{held.pk}/", "/wallet/", f"/wallet/{held.pk}/"]
    return [
        *((manager, address, 200) for address in managers),
        *((holder, address, 200) for address in holders),
    ]


def _token(model, held):
    token = "a-token-of-this-test"
    claims.invite([held], model.institution, "http://testserver")
    held.claim_links.update(token_hash=claims.token_hash(token))
    return token


def test_reading_writes_nothing(addresses):
    for person, address, status in addresses:
        site = site_for(person) if person else Client()
        with nothing_written():
            assert site.get(address).status_code == status, address


def test_comparing_and_checking_write_nothing(model):
    held = award(definition(model))
    text = Client().get(f"/awards/{held.pk}.json").content.decode()
    with nothing_written():
        assert Client().post(f"/verify/{held.pk}/", {"email": "a@b.example"}).status_code == 200
        assert Client().post("/verify/", {"text": text}).status_code == 200


def test_the_block_really_refuses_writes(model):
    with pytest.raises(InternalError), nothing_written():
        Award.objects.update(recipient_name="x")


def queries(site, address):
    """How many queries the address takes, once what never changes has been read."""
    site.get(address)
    with CaptureQueriesContext(connection) as found:
        assert site.get(address).status_code == 200
    return len(found)


def test_one_query_shows_a_badge_and_gives_its_file(model):
    held = award(with_image(definition(model), model))
    for address in (f"/verify/{held.pk}/", *(f"/awards/{held.pk}.{form}" for form in ("json", "jwt", "png"))):
        assert queries(Client(), address) == 1, address


def grows(model, add, site, address):
    """Queries with one row, and with three."""
    add(1)
    one = queries(site, address)
    add(2)
    add(3)
    return one, queries(site, address)


def test_catalogue_takes_as_many_queries_for_three_as_for_one(model):
    one, three = grows(model, lambda n: definition(model, title=f"T{n}"), Client(), "/catalogue/")
    assert one == three


def test_issuer_page_takes_as_many_queries_for_three_as_for_one(model):
    one, three = grows(model, lambda n: definition(model, title=f"T{n}"), Client(), "/issuers/model")
    assert one == three


def test_credential_page_takes_as_many_queries_for_three_holders_as_for_one(model):
    made = definition(model)
    one, three = grows(model, lambda n: award(made), Client(), f"/catalogue/{made.slug}/")
    assert one == three


def test_wallet_takes_as_many_queries_for_three_as_for_one(model):
    person = PersonFactory()
    one, three = grows(
        model, lambda n: award(definition(model, title=f"T{n}"), person), site_for(person), "/wallet/"
    )
    assert one == three


def test_badge_page_takes_as_many_queries_for_three_links_as_for_one(model):
    held = award(definition(model))
    site = site_for(held.holder)
    one, three = grows(
        model, lambda n: wallet.share(award=held, label="", by=held.holder), site, f"/wallet/{held.pk}/"
    )
    assert one == three


def test_every_public_page_is_html_that_names_its_language(addresses):
    for person, address, status in addresses:
        if person is None and status == 200:
            answer = Client().get(address)
            if answer["Content-Type"].startswith("text/html"):
                assert '<html lang="en">' in answer.content.decode(), address


def test_pages_work_without_redis(addresses, redis_away):
    for person, address, status in addresses:
        if person is None:
            assert Client().get(address).status_code == status, address


def test_badge_is_seen_as_it_stands_at_another_moment(model):
    held = award(definition(model))
    with clock.at(held.awarded_at - dt.timedelta(days=1)):
        page = site_for(held.holder).get(f"/verify/{held.pk}/")
    assert page.context["lead"] == "This badge is genuine, but not in force at this time."

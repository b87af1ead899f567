"""Places on status lists: each given out once, by however many workers, and nobody waits for somebody else's chunk."""

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, transaction

from credentials.actions import status_lists
from credentials.actions.awards import Maker, Recipient
from credentials.models import Award, StatusList
from credentials.openbadges import status_list
from tests.credentials.support import award, definition
from tests.factories import PersonFactory

SIZE = 131072


@pytest.fixture
def model(campus):
    return campus("model")


def given(places):
    return [(place.list_id, place.index) for place in places]


def test_places_are_cut_in_turn_from_the_order_that_the_list_stores(model):
    first, second = (status_lists.take(model.institution, 20) for _ in range(2))
    (places,) = StatusList.objects.all()
    order = status_list.places(StatusList.objects.values_list("order", flat=True).get())
    assert tuple(place.index for place in first + second) == order[:40]
    assert places.used == 40
    assert {place.url for place in first} == {"https://badges.example.org/issuers/model/status/1.json"}


def test_reading_a_list_leaves_its_order_where_it_is(model):
    held = award(definition(model))
    assert StatusList.objects.get().get_deferred_fields() == {"order"}
    assert held.status_list.get_deferred_fields() == {"order"}


def test_next_list_stands_before_the_last_is_full(model):
    status_lists.take(model.institution, 1)
    StatusList.objects.update(used=SIZE - 2010)
    status_lists.take(model.institution, 10)
    assert StatusList.objects.count() == 1
    status_lists.take(model.institution, 1)
    status_lists.take(model.institution, 1)
    assert list(StatusList.objects.order_by("number").values_list("number", "used")) == [
        (1, SIZE - 1998),
        (2, 0),
    ]
    published = json.loads(StatusList.objects.get(number=2).document)
    assert published["id"] == "https://badges.example.org/issuers/model/status/2.json"
    assert not any(status_list.decode(published["credentialSubject"]["encodedList"]))


def test_places_are_taken_from_one_list_while_postgresql_still_believes_that_there_is_one(model):
    """It then looks for the list anew for each row, and passes over the one that it has just changed."""
    status_lists.take(model.institution, 1)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE credentials_statuslist")
    StatusList.objects.update(used=SIZE - 100)
    status_lists.take(model.institution, 1)  # makes the next one
    assert len(set(given(status_lists.take(model.institution, 5)))) == 5
    assert list(StatusList.objects.order_by("number").values_list("number", "used")) == [
        (1, SIZE - 94),
        (2, 0),
    ]


def test_places_of_work_that_is_undone_are_lost_and_never_given_again(model):
    maker = Maker(definition(model).current, None)
    maker.reserve(3)
    one, two, three = (PersonFactory() for _ in range(3))
    with transaction.atomic():
        maker.make([Recipient(holder=p, name=p.name, email=p.email) for p in (one, two)])
        transaction.set_rollback(True)
    (kept,) = maker.make([Recipient(holder=three, name=three.name, email=three.email)])
    assert StatusList.objects.get().used == 3
    order = status_list.places(StatusList.objects.values_list("order", flat=True).get())
    assert kept.status_index in order[:3]


def together(count, act):
    """So many threads that begin at the same moment, each on a connection of its own."""
    start = Barrier(count)

    def one(number):
        try:
            start.wait(10)
            return act(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


@pytest.mark.django_db(transaction=True)
def test_workers_at_the_end_of_a_list_get_a_place_each_and_make_one_list_together(model):
    found = together(4, lambda _: given(status_lists.take(model.institution, 3)))  # none is there yet
    StatusList.objects.update(used=SIZE - 100)
    found += together(8, lambda _: given(status_lists.take(model.institution, 50)))
    places = [place for block in found for place in block]
    assert len(places) == len(set(places)) == 12 + 400
    assert list(StatusList.objects.order_by("number").values_list("number", "used")) == [(1, SIZE), (2, 300)]


@pytest.mark.django_db(transaction=True)
def test_nobody_waits_for_the_end_of_a_chunk_that_took_its_places_before(model):
    made = definition(model)
    maker, person = Maker(made.current, None), PersonFactory()
    maker.reserve(1)

    def take(_):
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '2s'")
        return given(status_lists.take(model.institution, 1))

    with transaction.atomic():
        (row,) = maker.make([Recipient(holder=person, name=person.name, email=person.email)])
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # the award's list is looked up and held
        ((other,),) = together(1, take)
    assert other != (row.status_list_id, row.status_index)


def test_a_list_is_signed_by_its_issuer(model):
    held = award(definition(model))
    published = json.loads(held.status_list.document)
    (proof,) = published["proof"]
    assert proof["verificationMethod"] == "did:web:badges.example.org:issuers:model#ed-1"
    assert Award.objects.bits(held.status_list) == []
    assert published["credentialSubject"]["ttl"] == 60_000

"""Counts on their way from Redis to the rows: whoever dies in between, nothing is lost and nothing counted twice."""

import datetime as dt
import uuid

import pytest
from django.db import DatabaseError

from credentials.actions import shares
from credentials.models import CountedBatch, Share
from credentials.sharing import counting
from credentials.sharing.counting import Counted
from journal import clock
from tests.conftest import NOWHERE
from tests.credentials.support import award, definition


@pytest.fixture(autouse=True)
def counts():
    """Redis without counts of other tests."""
    counting._redis.cache_clear()
    counting._rests_until = 0.0
    _forget()
    yield
    counting._redis.cache_clear()
    _forget()


def _forget():
    for name in counting.put_aside():
        counting.drop(name)


@pytest.fixture
def held(campus):
    return award(definition(campus("model")))


def seen(held, times, way="x"):
    counting.add(Counted("views", held.pk, way, clock.now().date()), times)


def views():
    return sum(Share.objects.values_list("views", flat=True))


class Killed(BaseException):
    """The process ends here."""


def killed(*_given):
    raise Killed


@pytest.mark.parametrize("where", ["read", "drop"])
def test_counts_survive_a_process_that_dies_between_taking_and_storing(held, monkeypatch, where):
    """Killed before it reads the batch, and after it stored it but before Redis forgot it."""
    seen(held, 3)
    with monkeypatch.context() as patch:
        patch.setattr(counting, where, killed)
        with pytest.raises(Killed):
            shares.roll_up()
    seen(held, 2)  # while it is dead
    assert shares.roll_up() == (5 if where == "read" else 2)
    assert views() == 5
    assert shares.roll_up() == 0
    assert views() == 5


def test_counts_survive_a_database_that_fails_half_way(held, monkeypatch):
    seen(held, 3, "linkedin")
    seen(held, 4, "x")
    real, calls = shares._add, []

    def breaks(cursor, one, count):
        calls.append(one)
        if len(calls) == 2:
            raise DatabaseError("gone")
        real(cursor, one, count)

    monkeypatch.setattr(shares, "_add", breaks)
    with pytest.raises(DatabaseError):
        shares.roll_up()
    assert views() == 0
    assert not CountedBatch.objects.exists()
    assert shares.roll_up() == 7
    assert views() == 7


def test_two_that_hold_the_same_batch_store_it_once(held):
    seen(held, 3)
    (name,) = counting.put_aside()
    assert shares._store(name) == 3
    counting._redis().hset(
        f"{counting.KEY}:{name}", Counted("views", held.pk, "x", dt.date.today()).field(), 3
    )
    assert shares._store(name) == 0  # as if Redis came back with what it had forgotten
    assert views() == 3


def test_names_of_stored_batches_are_kept_for_a_week(held):
    seen(held, 1)
    shares.roll_up()
    with clock.at(clock.now() + dt.timedelta(days=6)):
        shares.roll_up()
        assert CountedBatch.objects.count() == 1
    with clock.at(clock.now() + dt.timedelta(days=8)):
        shares.roll_up()
        assert not CountedBatch.objects.exists()


def test_nothing_to_count_makes_no_batch(db):
    assert counting.put_aside() == []
    assert shares.roll_up() == 0
    assert not CountedBatch.objects.exists()


def test_what_is_no_count_is_not_in_the_way(held):
    counting._redis().hset(counting.KEY, "nonsense|1", 5)
    seen(held, 2)
    assert shares.roll_up() == 2
    assert counting.put_aside() == []


def test_with_redis_away_what_was_put_aside_waits(held, settings):
    seen(held, 2)
    (name,) = counting.put_aside()
    here, settings.REDIS_URL = settings.REDIS_URL, NOWHERE
    counting._redis.cache_clear()
    assert (counting.put_aside(), counting.read(name)) == ([], None)
    assert shares._store(name) == 0
    counting.drop(uuid.uuid4())
    settings.REDIS_URL = here
    counting._redis.cache_clear()
    assert shares.roll_up() == 2
    assert views() == 2

"""The cache when Redis is there and when it is away."""

import pytest
from django.core.cache import caches

from config.cache import ForgivingRedisCache


@pytest.fixture
def away():
    return ForgivingRedisCache("redis://127.0.0.1:1/0", {"OPTIONS": {"socket_connect_timeout": 1}})


def test_cache_when_redis_answers():
    cache = caches["default"]
    cache.set("here", 1)
    assert (cache.get("here"), cache.incr("here"), cache.get_many(["here"])) == (1, 2, {"here": 2})


def test_cache_when_redis_is_away(away):
    assert away.get("x", "default") == "default"
    assert away.get_many(["x"]) == {}
    assert away.add("x", 1) is True
    assert away.set("x", 1) is None
    assert away.incr("x", 3) == 3
    assert away.delete("x") is False
    assert away.get_or_set("x", 7) == 7
    assert "x" not in away

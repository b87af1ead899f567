"""A Redis cache whose failures count as misses: pages go on when Redis is away."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import structlog
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)


def _forgiving(name: str, answer: Callable[..., Any]) -> Callable[..., Any]:
    """The cache method `name`, answering `answer(*args)` when Redis cannot be reached."""
    method = getattr(RedisCache, name)

    @wraps(method)
    def wrapper(self: RedisCache, *args: Any, **kwargs: Any) -> Any:
        try:
            return method(self, *args, **kwargs)
        except (RedisError, OSError) as error:
            log.warning("cache_away", operation=name, error=type(error).__name__)
            return answer(*args, **kwargs)

    return wrapper


def _default(_key: Any, default: Any = None, version: int | None = None) -> Any:
    return default


def _said(value: Any) -> Callable[..., Any]:
    return lambda *_args, **_kwargs: value


class ForgivingRedisCache(RedisCache):
    """Django's Redis cache; reads miss and writes do nothing while Redis is away.

    `add` answers True then (the caller goes on as the first one), `incr` the amount added.
    """

    get = _forgiving("get", _default)
    get_many = _forgiving("get_many", lambda *_args, **_kwargs: {})
    has_key = _forgiving("has_key", _said(False))
    add = _forgiving("add", _said(True))
    set = _forgiving("set", _said(None))
    set_many = _forgiving("set_many", lambda data, *_args, **_kwargs: list(data))
    touch = _forgiving("touch", _said(False))
    delete = _forgiving("delete", _said(False))
    delete_many = _forgiving("delete_many", _said(None))
    incr = _forgiving("incr", lambda _key, delta=1, version=None: delta)
    clear = _forgiving("clear", _said(False))

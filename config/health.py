"""Is the process alive, and can it serve? For load balancers and supervisors."""

from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from redis import Redis
from redis.exceptions import RedisError

Handler = Callable[[HttpRequest], HttpResponse]


class HealthMiddleware:
    """Answers `/healthz` and `/readyz` before anything else.

    Probes call by address instead of name and without https, so they are answered before those are checked.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """A probe's answer, never cached; everything else passes."""
        view = PROBES.get(request.path)
        if view is None or request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        response = view()
        response["Cache-Control"] = "no-store"
        return response


def healthz() -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


def readyz() -> JsonResponse:
    """200 when PostgreSQL answers, else 503.

    Redis is named but does not decide: people sign in, file, vote and verify without it.
    """
    database, redis = _database_answers(), _redis_answers()
    body = {"status": "ok" if database else "unavailable", "database": database, "redis": redis}
    return JsonResponse(body, status=200 if database else 503)


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        connection.close()
        return False
    return True


def _redis_answers() -> bool:
    client = Redis.from_url(settings.REDIS_URL, socket_connect_timeout=1, socket_timeout=1)
    try:
        return bool(client.ping())
    except (RedisError, OSError):
        return False
    finally:
        client.close()


PROBES: dict[str, Callable[[], JsonResponse]] = {"/healthz": healthz, "/readyz": readyz}

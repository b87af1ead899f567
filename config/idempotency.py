"""`Idempotency-Key`: a POST to the API that is sent twice is done once and answered twice.

The key, the act and its answer are committed together, so a process that dies half-way leaves none of them.
Only successes are kept: a refusal changed nothing and may be tried again under the same key.
"""

import hashlib
import json
from collections.abc import Callable

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from rest_framework.exceptions import APIException
from rest_framework.views import APIView

from accounts.models import Person
from journal.clock import now
from journal.models import IdempotencyKey

API = "/api/"
LONGEST_KEY = 200
TOO_LONG = f"The Idempotency-Key is longer than {LONGEST_KEY} characters."
OTHER_BODY = "This Idempotency-Key was used for another request. Use a new key for a new request."
STILL_WORKING = "The first request with this Idempotency-Key is still being worked on. Ask again in a moment."

Handler = Callable[[HttpRequest], HttpResponse]


class IdempotencyMiddleware:
    """Serves POSTs under /api/ that carry the header; everything else passes through."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer from the stored row, refuse, or do it and store the answer."""
        key = request.headers.get("Idempotency-Key", "")
        if not key or request.method != "POST" or not request.path.startswith(API):
            return self.get_response(request)
        if len(key) > LONGEST_KEY:
            return _refuse(400, TOO_LONG)
        person = _caller(request)
        if person is None:  # the view refuses strangers in its own words
            return self.get_response(request)
        with transaction.atomic():
            return self._once(request, person, key)

    def _once(self, request: HttpRequest, person: Person, key: str) -> HttpResponse:
        if not lock(person, key):
            return _refuse(409, STILL_WORKING)
        fingerprint = body_hash(request)
        earlier = IdempotencyKey.objects.filter(person=person, key=key).first()
        if earlier is not None:
            same = (earlier.path, earlier.body_hash) == (request.path, fingerprint)
            return _again(earlier) if same else _refuse(422, OTHER_BODY)
        response = self.get_response(request)
        if response.status_code >= 500:
            transaction.set_rollback(True)
        if response.status_code < 400:
            IdempotencyKey.objects.create(
                person=person,
                key=key,
                path=request.path,
                body_hash=fingerprint,
                status=response.status_code,
                response=json.loads(response.content) if response.content else None,
                created_at=now(),
            )
        return response


def body_hash(request: HttpRequest) -> str:
    """SHA-256 of the body; a multipart boundary, which differs at each sending, is left out."""
    body = request.body
    boundary = (request.content_params or {}).get("boundary")
    if boundary:
        body = body.replace(boundary.encode(), b"")
    return hashlib.sha256(body).hexdigest()


def _caller(request: HttpRequest) -> Person | None:
    """Who calls, by the API's own means of signing in; None for a stranger."""
    try:
        user = APIView().initialize_request(request).user
    except APIException:
        return None
    return user if isinstance(user, Person) else None


def lock(person: Person, key: str, wait: bool = False) -> bool:
    """Take the key for this transaction; False when another request holds it, unless one waits for that."""
    digest = hashlib.sha256(f"{person.pk}:{key}".encode()).digest()
    number = int.from_bytes(digest[:8], "big", signed=True)
    with connection.cursor() as cursor:
        if wait:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])
            return True
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [number])
        return bool(cursor.fetchone()[0])


def _again(earlier: IdempotencyKey) -> HttpResponse:
    """The first answer once more, marked as such."""
    headers = {"Idempotent-Replayed": "true"}
    status = earlier.status or 200
    if earlier.response is None:
        return HttpResponse(status=status, headers=headers)
    return JsonResponse(earlier.response, safe=False, status=status, headers=headers)


def _refuse(status: int, sentence: str) -> JsonResponse:
    reasons = [{"clause": "", "text": sentence, "field": ""}]
    return JsonResponse({"detail": sentence, "reasons": reasons}, status=status)

"""The one-time key of a form: pressed twice, it is done once, and both times the person arrives at what it made.

The key is drawn by `{% one_time_key %}`. Key, act and address are committed together; only a success is kept, so a
form that came back with errors may be sent again. A page that the browser's Back button brought back has its old key:
the same words sent again are the same press, other words are another.
"""

import hashlib
from collections.abc import Iterator

from django.core.handlers.wsgi import WSGIRequest
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from accounts.models import Person
from config.idempotency import API, LONGEST_KEY, Handler, lock
from journal.clock import now
from journal.models import IdempotencyKey

FIELD = "one_time_key"


class OneTimeKeyMiddleware:
    """Serves POSTs of signed-in people's forms that carry the key; everything else passes through."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Lead to where the first press led, or do it and keep the address; a second press waits for the first."""
        person, key = _sender(request)
        if person is None or not key or len(key) > LONGEST_KEY:
            return self.get_response(request)
        key = _press(request, key)
        with transaction.atomic():
            lock(person, key, wait=True)
            earlier = IdempotencyKey.objects.filter(person=person, key=key).first()
            if earlier is not None:
                return HttpResponseRedirect(str(earlier.response))
            response = self.get_response(request)
            if response.status_code >= 500:
                transaction.set_rollback(True)
            if isinstance(response, HttpResponseRedirect):
                IdempotencyKey.objects.create(
                    person=person,
                    key=key,
                    path=request.path[:300],
                    body_hash="",
                    status=response.status_code,
                    response=response.url,
                    created_at=now(),
                )
            return response


def _sender(request: HttpRequest) -> tuple[Person | None, str]:
    """Who sends a form with which key; nobody for the API, strangers and whatever is not a form."""
    if request.method != "POST" or request.path.startswith(API) or not isinstance(request, WSGIRequest):
        return None, ""
    person = request.user if isinstance(request.user, Person) else None
    return (person, request.POST.get(FIELD, "")) if person else (None, "")


def _press(request: HttpRequest, key: str) -> str:
    """The SHA-256 of the key, the address and what was filled in."""
    digest = hashlib.sha256(f"{key} {request.path}".encode())
    for part in _filled_in(request):
        digest.update(hashlib.sha256(part).digest())
    return digest.hexdigest()


def _filled_in(request: HttpRequest) -> Iterator[bytes]:
    for name, values in sorted(request.POST.lists()):
        if name != "csrfmiddlewaretoken":
            yield repr((name, values)).encode(errors="surrogatepass")
    for name, files in sorted(request.FILES.lists()):
        for file in files:
            yield repr((name, file.name)).encode(errors="surrogatepass")
            yield from file.chunks()
            file.seek(0)

"""`/wallet/files.zip`: all of one's badges in one file, sent while it is made."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from accounts.staff import person_of
from credentials.files.bundle import keys_of_all, streamed

if TYPE_CHECKING:
    import uuid

LONGEST = 300  # seconds after which a download that broke off without a word stands in nobody's way
NONE_YET = "You hold no badge yet, so there is nothing to download."
UNDER_WAY = "Your download is under way. Wait until it has ended, then begin another one."


@require_safe
def wallet_files(request: HttpRequest) -> HttpResponseBase:
    """The ZIP, one at a time for each person; back to the wallet, with the reason, when there is none."""
    person = person_of(request)
    keys = keys_of_all(person)
    if not keys:
        messages.info(request, NONE_YET)
        return redirect("wallet")
    busy = f"wallet-files:{person.pk}"
    if request.method == "HEAD":
        return _headed(HttpResponse(content_type="application/zip"))
    if not cache.add(busy, True, LONGEST):
        messages.info(request, UNDER_WAY)
        return redirect("wallet")
    return _headed(StreamingHttpResponse(_freed(busy, keys), content_type="application/zip"))


def _freed(busy: str, keys: list[uuid.UUID]) -> Iterator[bytes]:
    """The pieces; when they end or nobody takes them any more, the next download may begin."""
    try:
        yield from streamed(keys)
    finally:
        cache.delete(busy)


def _headed(response: HttpResponseBase) -> HttpResponseBase:
    response["Content-Disposition"] = 'attachment; filename="my-badges.zip"'
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response

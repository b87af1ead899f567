"""Where platforms tell us of themselves. A stranger's door: whatever comes is answered alike, and little is read."""

from __future__ import annotations

from contextlib import suppress

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from issuance.sending import webhooks


@csrf_exempt
@login_not_required
@require_POST
def credly(request: HttpRequest) -> HttpResponse:
    """Credly's messages: exactly 200 at once, since anything else is repeated for 25 days."""
    length = request.headers.get("Content-Length", "")
    if length.isascii() and length.isdigit() and len(length) < 10 and int(length) <= webhooks.LARGEST:
        with suppress(UnreadablePostError):  # the sender went away in the middle
            webhooks.received("credly", request.body)
    return HttpResponse(status=200)

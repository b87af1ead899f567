"""While a request is checked: lines left out, comments, and the whole list looked at again. POSTs from its page."""

from __future__ import annotations

import uuid
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.staff import dashboard, person_of
from issuance.actions import marking
from issuance.actions.marking import Mark
from issuance.forms_deciding import seen_in
from issuance.models import IssuanceRequest
from issuance.views.following import found_of
from policies.reasons import Refused

KEPT = ("show", "q", "page")


@dashboard
@require_POST
def mark(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Note what was ticked and written at the lines of one page."""
    found = found_of(request, key)
    try:
        seen = seen_in(request.POST.get("seen", ""))
        count = marking.mark(request=found, marks=_marks(request), by=person_of(request), seen=seen)
    except Refused as error:
        messages.error(request, " ".join(reason.text for reason in error.reasons[:5]))
    else:
        messages.success(request, f"Noted at {count:,} {'line' if count == 1 else 'lines'}.")
    return _back(request, found)


def _marks(request: HttpRequest) -> dict[int, Mark]:
    """By number, what stands at each line of the page that was sent."""
    numbers = [int(text) for text in request.POST.getlist("line") if text.isascii() and text.isdigit()]
    held = set(request.POST.getlist("held"))
    return {
        number: Mark(str(number) in held, request.POST.get(f"comment-{number}", ""))
        for number in numbers
        if number < 2**31
    }


@dashboard
@require_POST
def leave_out(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Leave out, or take in again, all lines of one kind."""
    found, kind = found_of(request, key), request.POST.get("kind", "")
    held = request.POST.get("held") == "1"
    try:
        count = marking.leave_out(request=found, kind=kind, by=person_of(request), held=held)
    except Refused as error:
        messages.error(request, error.reasons[0].text)
    else:
        word = "line is" if count == 1 else "lines are"
        messages.success(request, f"{count:,} {word} {'left out' if held else 'taken in again'}.")
    return _back(request, found)


@dashboard
@require_POST
def look(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Look at all lines again. Asked by the page itself (htmx), it is drawn anew only where something changed."""
    found = found_of(request, key)
    changed = marking.look_again(request=found, by=person_of(request))
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Refresh": "true"} if changed else {})
    word = "line stands" if changed == 1 else "lines stand"
    messages.success(request, f"Looked at again: {changed:,} {word} otherwise now.")
    return _back(request, found)


def _back(request: HttpRequest, found: IssuanceRequest) -> HttpResponse:
    """The request's page as it was left."""
    kept = {name: request.POST[name] for name in KEPT if request.POST.get(name)}
    return redirect(f"{reverse('request_check', args=[found.pk])}?{urlencode(kept)}#lines")

"""Who presides over a meeting where neither its chair nor its vice chair can."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.clauses import marked as in_words
from accounts.staff import dashboard, person_of
from policies.reasons import Refused
from reviews.actions import presiding as actions
from reviews.meetings import presiding
from reviews.meetings import rules as meetings
from reviews.meetings.forms import PresideForm
from reviews.views.frame import posted, put_refusal
from reviews.views.meetings import find, page


@dashboard
def preside(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Record which member the body named to preside."""
    found, person = find(request, key), person_of(request)
    meetings.require_keeper(found, person)
    form = PresideForm(presiding.offered(found), posted(request))
    stopped = meetings.session_reasons(found) or presiding.not_now(found)
    refusals: list[dict[str, Any]] = in_words(found.policy, stopped) if request.method == "GET" else []
    if request.method == "POST" and form.is_valid():
        try:
            actions.name(meeting=found, line=int(form.cleaned_data["line"]), by=person)
        except Refused as error:
            refusals = put_refusal(form, error, found.policy)
        else:
            return redirect(found)
    context = {"heading": "Name who presides", "says": presiding.now(found), "form": form}
    context |= {"refusals": refusals, "submit": "This member presides"}
    return page(request, "reviews/meetings/form.html", found, context, refused=request.method == "POST")

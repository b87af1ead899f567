"""For the certifying office, inside the dashboard: requests to check, release, send back."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.staff import dashboard, person_of
from issuance import checks
from issuance.actions import requests
from issuance.forms import NoteForm
from issuance.models import IssuanceRequest, RequestState
from issuance.views.frame import clause, in_words, inside, put_refusal
from issuance.views.progress import batch
from policies.reasons import Refused

A_PAGE = 100


@dashboard
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """Requests of my office: those that wait first, then those under way and done."""
    person = person_of(request)
    rows = (
        IssuanceRequest.objects.to_certify(person)
        .counted()
        .select_related("definition__current", "requested_by", "institution")
    )
    page = Paginator(rows.order_by("-submitted_at", "pk"), 50).get_page(request.GET.get("page"))
    waiting = [row for row in rows.waiting().order_by("submitted_at")]
    institution = (
        page.object_list[0].institution if page.object_list else person.grants.in_force()[0].institution
    )
    return inside(
        request, "issuance/queue.html", institution, {"waiting": waiting, "page": page, "title": "Requests"}
    )


def _found(request: HttpRequest, key: uuid.UUID) -> IssuanceRequest:
    rows = IssuanceRequest.objects.visible_to(person_of(request)).counted()
    related = ("institution", "definition__institution", "definition__unit", "definition__current__policy")
    return get_object_or_404(
        rows.select_related(*related, "version__policy", "requested_by", "decided_by"), pk=key
    )


@dashboard
def check(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """What to check, doubtful lines first; release or send back by the two buttons below."""
    found = _found(request, key)
    form = NoteForm(request.POST or None, initial={"seen": _moment(found)})
    if request.method == "POST" and form.is_valid():
        done = _decided(request, found, form)
        if done:
            return done
    return inside(
        request,
        "issuance/check.html",
        found.institution,
        _context(request, found, form),
        409 if form.errors else 200,
    )


def _moment(found: IssuanceRequest) -> str:
    return found.submitted_at.isoformat() if found.submitted_at else ""


def _decided(request: HttpRequest, found: IssuanceRequest, form: NoteForm) -> HttpResponse | None:
    act = requests.approve if "approve" in request.POST else requests.send_back
    seen = form.cleaned_data["seen"]
    try:
        act(
            request=found,
            by=person_of(request),
            note=form.cleaned_data["note"],
            seen=dt.datetime.fromisoformat(seen) if seen else None,
        )
    except Refused as error:
        put_refusal(form, error)
        return None
    except ValueError:
        form.add_error(None, "This page is out of date. Open the request again.")
        return None
    word = (
        "Released. A worker makes the awards now." if act is requests.approve else "Sent back with your note."
    )
    messages.success(request, word)
    return redirect("request_check", found.pk)


def _context(request: HttpRequest, found: IssuanceRequest, form: NoteForm) -> dict[str, Any]:
    person, pack = person_of(request), found.version.policy.pack
    mine = requests.certifying(found, person) is not None
    waiting = found.state == RequestState.SUBMITTED
    verdict = checks.check(found.definition, requests.lines_of(found), None) if waiting else checks.Verdict()
    page = Paginator(found.lines.order_by("number"), A_PAGE).get_page(request.GET.get("page"))
    return {
        "title": "Badge issuance request",
        "found": found,
        "office": pack.actor_name(f"office:{found.certifier}"),
        "form": form if mine and waiting else None,
        "reasons": in_words(
            pack, [*requests.standing_reasons(found, person), *verdict.reasons] if waiting else []
        ),
        "doubtful": [
            {"number": number, "reasons": [{"text": r.text, "clause": clause(pack, r.clause)} for r in why]}
            for number, why in sorted(verdict.lines.items())[:A_PAGE]
        ],
        "page": page,
        "batch": batch(found, reverse("request_progress", args=[found.pk]))
        if found.state in (RequestState.APPROVED, RequestState.DONE)
        else None,
    }

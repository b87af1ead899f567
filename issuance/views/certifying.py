"""For the certifying office, inside the dashboard: requests to check, release, send back, and batches under way."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.staff import dashboard, person_of
from issuance import doubts
from issuance.actions import requests
from issuance.checks import pack_of
from issuance.forms import DecisionForm, ReleaseForm, ReturnForm
from issuance.models import IssuanceRequest, RequestState
from issuance.platforms import registry
from issuance.recorded import entries
from issuance.views.following import found_of, released, who_has_it
from issuance.views.frame import clause, in_words, inside, put_refusal
from issuance.views.progress import batch
from policies.reasons import Reason, Refused
from policies.schema import Pack

A_PAGE = 100
TABS = (
    ("waiting", "To check", (RequestState.SUBMITTED,)),
    ("under_way", "Under way", (RequestState.APPROVED,)),
    ("returned", "Sent back", (RequestState.RETURNED,)),
    ("over", "Over", (RequestState.DONE, RequestState.CANCELLED)),
)


@dashboard
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """Requests that I may see, in tabs; those of my own office are marked."""
    person = person_of(request)
    rows = IssuanceRequest.objects.visible_to(person)
    chosen = request.GET.get("state", "waiting")
    states = next((of for key, _, of in TABS if key == chosen), TABS[0][2])
    order = F("submitted_at").asc() if chosen == "waiting" else F("submitted_at").desc()
    listed = rows.filter(state__in=states).counted().order_by(order, "pk")
    related = listed.select_related("definition__current", "requested_by", "institution", "version__policy")
    page = Paginator(related, 50).get_page(request.GET.get("page"))
    mine = set(
        IssuanceRequest.objects.to_certify(person)
        .filter(pk__in=[r.pk for r in page])
        .values_list("pk", flat=True)
    )
    context = {
        "title": "Badge issuance requests",
        "tabs": _tabs(rows, chosen),
        "page": page,
        "rows": [
            {
                "request": row,
                "mine": row.pk in mine,
                "office": row.version.policy.pack.actor_name(f"office:{row.certifier}"),
            }
            for row in page
        ],
    }
    return inside(request, "issuance/queue.html", None, context)


def _tabs(rows: QuerySet[IssuanceRequest], chosen: str) -> list[dict[str, Any]]:
    known = dict(rows.order_by().values_list("state").annotate(number=Count("pk")))
    here = reverse("requests_queue")
    return [
        {
            "label": label,
            "url": f"{here}?state={key}",
            "current": key == chosen,
            "count": sum(known.get(state, 0) for state in states),
        }
        for key, label, states in TABS
    ]


@dashboard
@require_safe
def check(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """What to check, clause by clause, and the lines with the doubtful ones first; later how far the batch is."""
    found, person = found_of(request, key), person_of(request)
    certifies = requests.certifying(found, person) is not None
    context: dict[str, Any] = {
        "found": found,
        "who": who_has_it(found),
        "certifies": certifies,
        "entries": entries(found),
        "kicker_url": reverse("requests_queue"),
    }
    if found.state == RequestState.SUBMITTED:
        context |= _to_check(request, found, certifies)
    else:
        lines = found.lines.order_by(F("problem").desc(), "number")
        context["page"] = Paginator(lines, A_PAGE).get_page(request.GET.get("page"))
        context["batch"] = batch(found, tends=certifies) if released(found) else None
        context["job_error"] = getattr(getattr(found, "job", None), "error", "")
    return inside(request, "issuance/check.html", found.institution, context)


def _to_check(request: HttpRequest, found: IssuanceRequest, certifies: bool) -> dict[str, Any]:
    picture, pack = doubts.picture(found), pack_of(found.definition)
    against = requests.standing_reasons(found, person_of(request)) if certifies else []
    against += picture.verdict.reasons
    if picture.verdict.lines:
        against.append(Reason(_lines_against(len(picture.verdict.lines))))
    page = Paginator(picture.looks, A_PAGE).get_page(request.GET.get("page"))
    return {
        "reasons": in_words(pack, against),
        "may_release": certifies and not against,
        "points": [_point(pack, point) for point in picture.points],
        "met": sum(point.met for point in picture.points),
        "doubtful": picture.doubtful,
        "looks": [
            {"line": look.line, "reasons": in_words(pack, look.reasons), "hints": look.hints} for look in page
        ],
        "looked": page,
    }


def _point(pack: Pack, point: doubts.Point) -> dict[str, Any]:
    state = "met" if point.met else "not_met"
    return {
        "text": point.text,
        "state": state,
        "reason": point.reason,
        "clause": clause(pack, point.clause),
    }


def _lines_against(count: int) -> str:
    if count == 1:
        return "One line cannot be awarded as it stands; it is shown first below."
    return f"{count:,} lines cannot be awarded as they stand; they are shown first below."


@dashboard
def release(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The page before a release: what will happen, who is told; and the release."""
    found = found_of(request, key)
    word = "Released. The badges are being made; this page shows how far it is."
    return _decide(request, found, ReleaseForm, requests.approve, _released(found), word)


@dashboard
def send_back(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Send it back with a note."""
    found = found_of(request, key)
    word = f"Sent back to {found.requested_by} with your note."
    return _decide(request, found, ReturnForm, requests.send_back, _sent_back(found), word)


def _decide(
    request: HttpRequest,
    found: IssuanceRequest,
    form_class: type[DecisionForm],
    act: Callable[..., IssuanceRequest],
    context: dict[str, Any],
    word: str,
) -> HttpResponse:
    """One decision of the certifier by one action; refusals stay on the page with what was typed."""
    person = person_of(request)
    requests.require_certifier(found, person)
    seen = found.submitted_at.isoformat() if found.submitted_at else ""
    form = form_class(request.POST if request.method == "POST" else None, initial={"seen": seen})
    reasons = requests.standing_reasons(found, person) if request.method != "POST" else []
    if request.method == "POST" and form.is_valid():
        try:
            act(request=found, by=person, **form.cleaned_data)
        except Refused as error:
            put_refusal(form, error)
        else:
            messages.success(request, word)
            return redirect("request_check", found.pk)
    whole = {"found": found, "form": form, "reasons": in_words(pack_of(found.definition), reasons), **context}
    status = 409 if reasons or form.errors else 200
    return inside(request, "issuance/decide.html", found.institution, whole, status=status)


def _released(found: IssuanceRequest) -> dict[str, Any]:
    number, platform = f"{found.recipients:,}", found.version.policy.pack.platform.kind  # type: ignore[attr-defined]
    changes = [f"{number} awards of “{found.definition}” are made and signed, each under the lines’ names."]
    if found.version.badge and platform in registry.KINDS:
        changes.append(f"Each badge is sent to {registry.label(platform)}.")
    return {
        "title": f"Release {number} {'award' if found.recipients == 1 else 'awards'}",  # type: ignore[attr-defined]
        "submit": "Release them",
        "changes": changes,
        "told": [
            f"Each of the {number} learners, by mail with a link.",
            f"{found.requested_by}, once it is done.",
        ],
        "final": ["An award can be revoked one by one, with a reason, but not unmade."],
    }


def _sent_back(found: IssuanceRequest) -> dict[str, Any]:
    return {
        "title": "Send the request back",
        "submit": "Send it back",
        "changes": ["Nothing is awarded. The requester can mend the list and send it again."],
        "told": [f"{found.requested_by}, with your note."],
        "final": [],
        "no": True,
    }

"""For the certifying office, inside the dashboard: requests to check, release, send back, and batches under way."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.clauses import mark, marked
from accounts.models import AdoptedPolicy
from accounts.staff import dashboard, person_of
from credentials.actions import transcripts
from credentials.answers import ways_for
from issuance import doubts
from issuance.actions import requests
from issuance.checks import policy_of
from issuance.forms import DecisionForm, ReleaseForm, ReturnForm
from issuance.models import IssuanceRequest, RequestState
from issuance.models.request import RequestQuerySet
from issuance.offices import offices_of, requests_of
from issuance.platforms import registry
from issuance.recorded import entries
from issuance.views.following import found_of, released, who_has_it
from issuance.views.frame import inside, put_refusal
from issuance.views.progress import batch
from policies.reasons import Reason, Refused

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
    """Requests that I may see, in tabs; those of my own offices are marked, and each office has a queue of its own."""
    person = person_of(request)
    context = {
        "title": "Badge issuance requests",
        "offices": offices_of(person),
        **_listed(request, IssuanceRequest.objects.visible_to(person), reverse("requests_queue")),
    }
    return inside(request, "issuance/queue.html", None, context)


@dashboard
@require_safe
def office_queue(request: HttpRequest, slug: str, office: str) -> HttpResponse:
    """The release queue of one office: its own requests and no others. For who holds it and their designees."""
    person = person_of(request)
    offices = offices_of(person)
    mine = next((one for one in offices if (one.institution.slug, one.id) == (slug, office)), None)
    if mine is None:
        raise Http404("No such office of yours")
    context = {
        "title": f"{mine.name}: requests to release",
        "office": mine,
        "offices": [one for one in offices if one is not mine],
        **_listed(request, requests_of(person, mine), mine.url),
    }
    return inside(request, "issuance/queue.html", mine.institution, context)


def _listed(request: HttpRequest, rows: RequestQuerySet, here: str) -> dict[str, Any]:
    """The tabs and the page of requests in the tab chosen."""
    chosen = request.GET.get("state", "waiting")
    states = next((of for key, _, of in TABS if key == chosen), TABS[0][2])
    order = F("submitted_at").asc() if chosen == "waiting" else F("submitted_at").desc()
    listed = rows.filter(state__in=states).counted().order_by(order, "pk")
    related = listed.select_related("definition__current", "requested_by", "institution", "version__policy")
    page = Paginator(related, 50).get_page(request.GET.get("page"))
    own = IssuanceRequest.objects.to_certify(person_of(request)).filter(pk__in=[r.pk for r in page])
    mine = set(own.values_list("pk", flat=True))
    shown = [
        {
            "request": row,
            "mine": row.pk in mine,
            "office": row.version.policy.pack.actor_name(f"office:{row.certifier}"),
        }
        for row in page
    ]
    return {"tabs": _tabs(rows, chosen, here), "page": page, "rows": shown}


def _tabs(rows: RequestQuerySet, chosen: str, here: str) -> list[dict[str, Any]]:
    known = dict(rows.order_by().values_list("state").annotate(number=Count("pk")))
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
        "records_code": requests.wants_code(found, person),
    }
    if found.state == RequestState.SUBMITTED:
        context |= _to_check(request, found, certifies)
    else:
        lines = found.lines.order_by(F("problem").desc(), "number")
        page = Paginator(lines, A_PAGE).get_page(request.GET.get("page"))
        context["page"], context["ways"] = page, ways_for(person, [line.award_id for line in page])
        context["batch"] = batch(found, tends=certifies) if released(found) else None
        context["job_error"] = getattr(getattr(found, "job", None), "error", "")
    return inside(request, "issuance/check.html", found.institution, context)


def _to_check(request: HttpRequest, found: IssuanceRequest, certifies: bool) -> dict[str, Any]:
    picture, policy = doubts.picture(found), policy_of(found.definition)
    against = requests.standing_reasons(found, person_of(request)) if certifies else []
    against += picture.verdict.reasons
    if picture.verdict.lines and (found.requested_by_id or len(picture.verdict.lines) == len(picture.looks)):
        against.append(Reason(_lines_against(len(picture.verdict.lines))))
    page = Paginator(picture.looks, A_PAGE).get_page(request.GET.get("page"))
    return {
        "reasons": marked(policy, against),
        "may_release": certifies and not against,
        "may_return": not requests.return_reasons(found),
        "points": [_point(policy, point) for point in picture.points],
        "met": sum(point.met for point in picture.points),
        "doubtful": picture.doubtful,
        "looks": [
            {"line": look.line, "reasons": marked(policy, look.reasons), "hints": look.hints} for look in page
        ],
        "looked": page,
    }


def _point(policy: AdoptedPolicy, point: doubts.Point) -> dict[str, Any]:
    state = "met" if point.met else "not_met"
    return {
        "text": point.text,
        "state": state,
        "reason": point.reason,
        "clause": mark(policy, point.clause),
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
    standing = requests.require_certifier(found, person)
    seen = found.submitted_at.isoformat() if found.submitted_at else ""
    form = form_class(request.POST if request.method == "POST" else None, initial={"seen": seen})
    against = requests.return_reasons(found) if act is requests.send_back else []
    reasons = (requests.standing_reasons(found, person) or against) if request.method != "POST" else []
    if request.method == "POST" and form.is_valid():
        try:
            act(request=found, by=person, **form.cleaned_data)
        except Refused as error:
            put_refusal(form, error)
        else:
            messages.success(request, word)
            return redirect("request_check", found.pk)
    if standing.on_behalf_of:
        context["changes"] = [
            f"You act for {standing.on_behalf_of}; the record says so.",
            *context["changes"],
        ]
    whole = {"found": found, "form": form, "reasons": marked(policy_of(found.definition), reasons), **context}
    status = 409 if reasons or form.errors else 200
    return inside(request, "issuance/decide.html", found.institution, whole, status=status)


def _released(found: IssuanceRequest) -> dict[str, Any]:
    number, platform = f"{found.recipients:,}", found.version.policy.pack.platform.kind  # type: ignore[attr-defined]
    how = "made and signed" if found.version.badge else "made, without a badge"
    changes = [f"{number} awards of “{found.definition}” are {how}, each under the lines’ names."]
    if found.version.notation:
        changes.append(
            f"{transcripts.keeper_of(found.version)} is asked to note each on the learner’s transcript."
        )
    if found.version.badge and platform in registry.KINDS:
        changes.append(f"Each badge is sent to {registry.label(platform)}.")
    return {
        "title": f"Release {number} {'award' if found.recipients == 1 else 'awards'}",  # type: ignore[attr-defined]
        "submit": "Release them",
        "changes": changes,
        "told": [
            f"Each of the {number} learners, by mail with a link.",
            *([f"{found.requested_by}, once it is done."] if found.requested_by else []),
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

"""For the certifying office, inside the dashboard: the queues of requests, and one request with what to check."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, F, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.clauses import mark, marked
from accounts.models import AdoptedPolicy
from accounts.staff import dashboard, person_of
from credentials.answers import ways_for
from issuance.actions import marking
from issuance.checking import checks, decisions, doubts, looking
from issuance.checking.checks import policy_of
from issuance.checking.looking import Tally
from issuance.checking.points import Point, of_credit, points
from issuance.models import IssuanceRequest, RequestState
from issuance.models.request import LineQuerySet, RequestQuerySet
from issuance.offices import offices_of, requests_of
from issuance.recorded import entries
from issuance.views.following import found_of, released, who_has_it
from issuance.views.frame import inside, words_of
from issuance.views.progress import batch
from journal import clock
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
    words, rows = words_of(request), _about(rows, words_of(request))
    states = next((of for key, _, of in TABS if key == chosen), TABS[0][2])
    order = F("submitted_at").asc() if chosen == "waiting" else F("submitted_at").desc()
    listed = rows.filter(state__in=states).counted().order_by(order, "pk")
    related = listed.select_related("definition__current", "requested_by", "institution", "version__policy")
    page = Paginator(related, 50).get_page(request.GET.get("page"))
    own = IssuanceRequest.objects.to_certify(person_of(request)).filter(pk__in=[r.pk for r in page])
    mine, tallies = set(own.values_list("pk", flat=True)), looking.tallies(list(page))
    shown = [
        {
            "request": row,
            "tally": tallies[row.pk],
            "mine": row.pk in mine,
            "office": row.version.policy.pack.actor_name(f"office:{row.certifier}"),
        }
        for row in page
    ]
    return {
        "tabs": _tabs(rows, chosen, here),
        "page": page,
        "rows": shown,
        "q": words,
        "state": chosen,
        "chooses": chosen == "waiting" and bool(mine),
    }


def _about(rows: RequestQuerySet, words: str) -> RequestQuerySet:
    """Those whose credential, unit or requester is called so."""
    if not words:
        return rows
    titled = Q(definition__current__title__icontains=words) | Q(definition__unit__name__icontains=words)
    asked = Q(requested_by__name__icontains=words) | Q(requested_by__email__icontains=words)
    return rows.filter(titled | asked)


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
    certifies = decisions.certifying(found, person) is not None
    context: dict[str, Any] = {
        "found": found,
        "who": who_has_it(found),
        "certifies": certifies,
        "entries": entries(found),
        "kicker_url": reverse("requests_queue"),
        "records_code": decisions.wants_code(found, person),
        "others": _others(request, found),
    }
    if found.state == RequestState.SUBMITTED:
        context |= _to_check(request, found, certifies)
    else:
        lines = found.lines.order_by(F("problem").desc(), "number")
        page = Paginator(lines, A_PAGE).get_page(request.GET.get("page"))
        context["page"], context["ways"] = page, ways_for(person, [line.award_id for line in page])
        context["batch"] = batch(found, tends=certifies) if released(found) else None
        context["awarded"] = found.lines.filter(award__isnull=False).exists()
        context["job_error"] = getattr(getattr(found, "job", None), "error", "")
        context["planned"] = certifies and not decisions.planned_reasons(found)
        context["stops"] = certifies and not decisions.stop_reasons(found) and not context["planned"]
    return inside(request, "issuance/check.html", found.institution, context)


def _others(request: HttpRequest, found: IssuanceRequest) -> list[IssuanceRequest]:
    """What was left out of it, or what it was left out of, as far as this person sees it."""
    rows = IssuanceRequest.objects.visible_to(person_of(request)).counted()
    return list(rows.filter(Q(parted_from=found) | Q(parted=found)).order_by("created_at", "pk"))


def _to_check(request: HttpRequest, found: IssuanceRequest, certifies: bool) -> dict[str, Any]:
    tally, policy, words = looking.tally(found), policy_of(found.definition), words_of(request)
    against = decisions.standing_reasons(found, person_of(request)) if certifies else []
    against += checks.request_reasons(found.definition, None) + _lines_against(found, tally)
    asked, (credit, clause) = points(found, tally), of_credit(found.definition)
    lines = _shown(request, found.lines.about(words)).order_by("-weight", "number")
    page = Paginator(lines, A_PAGE).get_page(request.GET.get("page"))
    return {
        "reasons": marked(policy, against),
        "may_release": certifies and not against and tally.released > 0,
        "may_return": not decisions.return_reasons(found),
        "points": [_point(policy, point) for point in asked],
        "met": sum(point.met for point in asked),
        "credit": credit,
        "credit_clause": mark(policy, clause),
        "tally": tally,
        "doubtful": tally.doubtful,
        "tabs": _views(request, tally),
        "kinds": [
            (kind, word, tally.kinds[kind]) for kind, word in doubts.KINDS.items() if kind in tally.kinds
        ],
        "show": request.GET.get("show", ""),
        "q": words,
        "rows": [_row(policy, row) for row in doubts.rows(found, list(page))],
        "looked": page,
        "old": found.looked_at is None or clock.now() - found.looked_at > doubts.FRESH,
    }


def _shown(request: HttpRequest, lines: LineQuerySet) -> LineQuerySet:
    """The lines of the filter chosen; all where it is not known."""
    try:
        return marking.of_kind(lines, request.GET.get("show", ""))
    except Refused:
        return lines


def _views(request: HttpRequest, tally: Tally) -> list[dict[str, Any]]:
    """The filters that are offered as tabs, each with its number."""
    chosen = request.GET.get("show", "")
    offered = (
        ("", "All", tally.lines),
        ("doubtful", "To look at", tally.doubtful),
        ("against", "Cannot be awarded", tally.all_against),
        ("held", "Left out", tally.held),
        ("commented", "With a comment", tally.commented),
    )
    return [
        {"label": label, "url": f"?show={key}", "count": count, "current": key == chosen}
        for key, label, count in offered
        if count or key in ("", chosen)
    ]


def _row(policy: AdoptedPolicy, row: doubts.Row) -> dict[str, Any]:
    return {
        "line": row.look.line,
        "reasons": marked(policy, row.reasons),
        "hints": list(row.look.unusual.values()),
        "identity": row.identity,
        "matches": row.matches,
        "facts": [
            {"text": fact.text, "met": fact.met, "clause": mark(policy, fact.clause)} for fact in row.facts
        ],
    }


def _point(policy: AdoptedPolicy, point: Point) -> dict[str, Any]:
    state = "met" if point.met else "not_met"
    return {
        "text": point.text,
        "state": state,
        "reason": point.reason,
        "clause": mark(policy, point.clause),
        "url": f"?show={point.kind}" if point.kind and not point.met else "",
        "link": "Show them",
    }


def _lines_against(found: IssuanceRequest, tally: Tally) -> list[Reason]:
    """Whether lines that are to be released cannot be; of what prepared itself they are left out by themselves."""
    if not tally.against or (not found.requested_by_id and tally.against < tally.released):
        return []
    if tally.against == 1:
        return [Reason("One line cannot be awarded as it stands; it is shown first below.")]
    return [Reason(f"{tally.against:,} lines cannot be awarded as they stand; they are shown first below.")]

"""Several requesters' lists side by side: how each stands, who is in more than one, all their lines; and their release."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.db.models.functions import Lower
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.models import Qualification
from accounts.staff import dashboard, person_of
from issuance.actions import many
from issuance.actions.many import MOST
from issuance.checking import doubts, looking
from issuance.forms_deciding import ManyForm
from issuance.models import IssuanceRequest, RequestLine
from issuance.models.request import LineQuerySet
from issuance.views.following import RELATED
from issuance.views.frame import inside, words_of
from policies.reasons import Reason, Refused

A_PAGE = 100
TOO_MANY = f"At most {MOST} requests are put side by side."
NONE = "Choose requests that wait for your office."


def chosen_of(request: HttpRequest) -> list[IssuanceRequest]:
    """The requests of `?r=` that wait for an office of this person, the oldest first; too many are refused."""
    keys = set()
    for text in request.GET.getlist("r"):
        try:
            keys.add(uuid.UUID(text))
        except ValueError:
            continue
    if len(keys) > MOST:
        raise Refused(TOO_MANY)
    rows = IssuanceRequest.objects.to_certify(person_of(request)).waiting().filter(pk__in=keys)
    return list(rows.counted().select_related(*RELATED).order_by("submitted_at", "pk"))


def _chosen(request: HttpRequest) -> list[IssuanceRequest]:
    """The requests that were chosen; none after a message that says what is wrong with the choice."""
    try:
        chosen = chosen_of(request)
    except Refused as error:
        messages.error(request, error.reasons[0].text)
        return []
    if not chosen:
        messages.error(request, NONE)
    return chosen


@dashboard
@require_safe
def side_by_side(request: HttpRequest) -> HttpResponse:
    """The lists of several requesters next to each other, a column each; then who stands in several, and every line."""
    chosen = _chosen(request)
    if not chosen:
        return redirect("requests_queue")
    lines, words, show = (
        RequestLine.objects.filter(request__in=chosen),
        words_of(request),
        request.GET.get("show", ""),
    )
    context = {
        "title": "Lists side by side",
        "lists": _columns(chosen),
        "kinds": list(doubts.KINDS.items()),
        "several": _several(lines),
        "page": Paginator(_lines(lines, words, show), A_PAGE).get_page(request.GET.get("page")),
        "words": doubts.KINDS,
        "q": words,
        "show": show,
        "query": urlencode([("r", one.pk) for one in chosen]),
    }
    return inside(request, "issuance/side_by_side.html", chosen[0].institution, context)


def _lines(lines: LineQuerySet, words: str, show: str) -> LineQuerySet:
    """All lines by name, so that the same name of two lists stands next to itself."""
    found = lines.about(words)
    if show == "doubtful":
        found = found.filter(weight__gt=0)
    elif show == "several":
        found = found.annotate(called=Lower("name")).filter(called__in=_names(lines))
    related = found.select_related("request__requested_by", "request__definition__current")
    return related.order_by(Lower("name"), "email", "pk")


def _names(lines: LineQuerySet) -> Any:
    """The names that stand in more than one of the lists, in small letters."""
    named = lines.order_by().annotate(called=Lower("name")).values("called")
    return named.annotate(lists=Count("request", distinct=True)).filter(lists__gt=1).values("called")


def _several(lines: LineQuerySet) -> int:
    return int(_names(lines).count())


def _columns(chosen: Sequence[IssuanceRequest]) -> list[dict[str, Any]]:
    """Each request with its numbers, and whether its requester is trained; a few queries for all of them."""
    tallies = looking.tallies(chosen)
    askers = [one.requested_by_id for one in chosen]
    trained = Qualification.objects.in_force().filter(person__in=askers, kind=Qualification.TRAINED_ISSUER)
    known = set(trained.values_list("person", "institution"))
    return [
        {
            "request": one,
            "tally": tallies[one.pk],
            "kinds": [tallies[one.pk].kinds.get(kind, 0) for kind in doubts.KINDS],
            "asks_training": one.version.policy.pack.issuance.training_required,
            "trained": (one.requested_by_id, one.institution_id) in known,
            "ready": not tallies[one.pk].against and not tallies[one.pk].held,
        }
        for one in chosen
    ]


@dashboard
def release_many(request: HttpRequest) -> HttpResponse:
    """The page before several requests are released at once, and the act: each by itself."""
    chosen = _chosen(request)
    if not chosen:
        return redirect("requests_queue")
    form = ManyForm(chosen, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        _tell(request, chosen, many.approve(chosen=chosen, by=person_of(request), **form.cleaned_data))
        return redirect("requests_queue")
    context = {"form": form, "reasons": [], **_frame(chosen)}
    status = 409 if form.errors else 200
    return inside(request, "issuance/decide.html", chosen[0].institution, context, status=status)


def _tell(
    request: HttpRequest, chosen: Sequence[IssuanceRequest], refused: dict[uuid.UUID, list[Reason]]
) -> None:
    """How many were released, and of each other one why not."""
    count = sum(not reasons for reasons in refused.values())
    if count:
        messages.success(request, f"{count:,} {'request is' if count == 1 else 'requests are'} released.")
    for one in chosen:
        if reasons := refused[one.pk]:
            words = " ".join(reason.text for reason in reasons[:3])
            messages.error(request, f"{one.definition}, {one.origin}: {words}")


def _frame(chosen: Sequence[IssuanceRequest]) -> dict[str, Any]:
    numbers = [(one, one.recipients) for one in chosen]  # type: ignore[attr-defined]
    learners = sum(number for _, number in numbers)
    return {
        "title": f"Release {len(chosen)} {'request' if len(chosen) == 1 else 'requests'}",
        "kicker": "Badge issuance requests",
        "submit": "Release them",
        "changes": [
            *(f"{number:,} awards of “{one.definition}”, {one.origin}." for one, number in numbers),
            "Each request is released by itself; one that cannot be stays in the queue and says why.",
        ],
        "told": [f"Each of the {learners:,} learners, by mail with a link; the requesters once it is done."],
        "final": ["Awards can be revoked, with a reason, but not unmade."],
        "back": f"{reverse('requests_compare')}?{urlencode([('r', one.pk) for one in chosen])}",
    }

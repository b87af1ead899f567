"""The public catalogue: search it, filter it, in an order, by pages. Nothing shows here before it was approved."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.models import Institution
from credentials.catalogue.facets import GROUPS
from credentials.catalogue.searching import ORDERS, Asked, filters, found, ordered
from credentials.catalogue.spelling import meant
from credentials.models import Definition
from credentials.views.catalogue import UNREAD, card

if TYPE_CHECKING:
    from django.http import QueryDict

A_PAGE = 24
MOST_VALUES = 20  # of one filter at once
LONGEST = 200


def asked_of(given: QueryDict) -> Asked:
    """What the address asks for; what cannot be meant is left out."""
    chosen = {
        group: tuple(filter(None, map(_plain, given.getlist(group)[:MOST_VALUES])))
        for group in GROUPS
        if group in given
    }
    words, campus, order = (_plain(given.get(name, "")) for name in ("q", "institution", "sort"))
    return Asked(words, campus, {group: values for group, values in chosen.items() if values}, order)


def _plain(text: str) -> str:
    return text.replace("\x00", "").strip()[:LONGEST]


def searched(asked: Asked) -> tuple[Asked, str]:
    """The question as it is answered, and the words that stand in the place of mistyped ones ("" for none)."""
    if not asked.words or found(asked).exists():
        return asked, ""
    instead = meant(asked.words)
    return (replace(asked, words=instead), instead) if instead else (asked, "")


@login_not_required
@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """What can be earned, by words, campus and filters; with words that were mistyped it shows what was probably meant."""
    given = asked_of(request.GET)
    asked, instead = searched(given)
    page = _page(asked, request.GET.get("page"))
    groups, campuses = filters(asked), _campuses()
    mine = next((one for one in campuses if one.slug == asked.campus), None)
    context = {
        "page": page,
        "cards": [card(definition, awarded=True) for definition in page],
        "words": given.words,
        "instead": instead,
        "chosen": asked.campus,
        "searched": bool(asked.words or asked.campus or asked.chosen),
        "institutions": campuses,
        "feed_url": reverse("campus_feed", args=[mine.slug]) if mine else reverse("catalogue_feed"),
        "groups": groups,
        "narrowed": _narrowed(request.GET, groups),
        "orders": _orders(asked),
        "offered_most": asked.sorted_by == "offered",
    }
    return render(request, "credentials/catalogue.html", context)


def _page(asked: Asked, number: str | None) -> Page[Definition]:
    rows = ordered(found(asked), asked).select_related("institution", "unit", "current", "entry")
    return Paginator(rows.defer(*UNREAD, "entry__words", "entry__plain"), A_PAGE).get_page(number)


def _campuses() -> list[Institution]:
    """Those that offer something."""
    return list(
        Institution.objects.filter(pk__in=Definition.objects.public().order_by().values("institution"))
    )


def _orders(asked: Asked) -> list[dict[str, Any]]:
    fitting = {key: label for key, label in ORDERS.items() if asked.words or key != "fitting"}
    return [{"key": key, "label": label, "current": key == asked.sorted_by} for key, label in fitting.items()]


def _narrowed(given: QueryDict, groups: list[Any]) -> list[dict[str, str]]:
    """The filters in force, each with the address without it."""
    narrowed = []
    for group, _title, choices in groups:
        for choice in (one for one in choices if one.chosen):
            query = given.copy()
            query.setlist(group, [value for value in given.getlist(group) if value != choice.value])
            query.pop("page", None)
            narrowed.append({"label": choice.label, "url": f"?{query.urlencode()}"})
    return narrowed

"""A list of the home page or the dashboard whole, page by page."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.staff import person_of
from desk.work import coming, due, meetings, signing, talk, votes
from desk.work.item import Item, Items
from desk.work.standing import Standing

NONE = {
    "overseen": "Nothing is late, and nothing is due within two months.",
    "late-coming": "Nothing that is on its way to you is late.",
}
A_PAGE = 100
FARTHEST = 1_000  # pages
Lists = Callable[[Standing], list[Item]]


def _overseen(standing: Standing) -> list[Item]:
    return due.overseen(standing) if standing.oversees_pilots else []


def _late_coming(standing: Standing) -> list[Item]:
    here = coming.where(standing)
    return coming.late(standing, here) if here is not None else []


def _conditions(standing: Standing) -> list[Item]:
    return talk.conditions(standing)[0]


def _elsewhere(standing: Standing) -> list[Item]:
    return talk.asked_of_others(standing, talk.conditions(standing)[1])


LISTS: dict[str, tuple[str, Lists]] = {
    "due": (due.DUE, due.mine),
    "overseen": (due.DUE, _overseen),
    "late-coming": (due.HELD_UP, _late_coming),
    "votes": ("Ballots that wait for you", votes.to_vote),
    "chairing": ("Ballots you chair", votes.to_chair),
    "votes-to-hold": ("Votes to hold", votes.to_hold_again),
    "for-meetings": ("Proposals for a meeting", meetings.to_plan),
    "bodies": ("Bodies to put together", signing.to_form),
    "signatures": ("To sign or to answer", signing.to_sign),
    "to-open": ("Proposals to open", signing.to_move_on),
    "concerns": ("Concerns to answer", talk.concerns),
    "views": ("Views asked of your unit", talk.views_asked),
    "conditions": ("Conditions to meet or to accept", _conditions),
    "elsewhere": ("What you wait for", _elsewhere),
}


@require_safe
@vary_on_headers("HX-Request")
def waiting(request: HttpRequest, what: str) -> HttpResponse:
    """One of my lists, so many lines a page; its beginning for a front page that fetches it."""
    if what not in LISTS:
        raise Http404("There is no such list.")
    title, make = LISTS[what]
    if request.headers.get("HX-Request"):
        return _beginning(request, what, make)
    asked = request.GET.get("page", "1")
    number = min(int(asked), FARTHEST) if asked.isdecimal() and asked != "0" else 1
    standing = Standing(person_of(request), start=(number - 1) * A_PAGE, size=A_PAGE)
    found = make(standing)
    more = found.more if isinstance(found, Items) else 0
    context = {
        "title": title,
        "items": list(found),  # without the way to this page
        "zone": standing.zone,
        "number": number,
        "earlier": number - 1,
        "later": number + 1 if more else 0,
    }
    return render(request, "desk/waiting.html", context)


def _beginning(request: HttpRequest, what: str, make: Lists) -> HttpResponse:
    standing = Standing(person_of(request))
    part = {"items": make(standing), "none": NONE.get(what, "Nothing stands here.")}
    return render(request, "desk/queue/fetched.html", {"part": part, "zone": standing.zone})

"""The front door, and each person's own home page."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from credentials.models import Award, Definition
from credentials.views import catalogue as catalogue_cards
from credentials.views import wallet as wallet_cards
from desk.demo.cast import PASSWORD
from desk.models import DemoLoad
from desk.navigation import standing_of
from desk.work import due, issuing, mine, records, signing, talk, votes
from desk.work.standing import Standing
from journal import clock
from journal.models import Notice
from outreach.models import Session
from outreach.wording import when

A_FEW = 3
LATEST = 5


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """For strangers: what a micro-credential is here. For people: what waits for them and for others."""
    standing = standing_of(request)
    if standing is None:
        return render(
            request,
            "home/signed_out.html",
            {"badges": _lately_approved(), "most": _most_offered(), "sessions": _next_sessions()},
        )
    return render(request, "desk/home.html", own_page(standing))


def _lately_approved() -> list[dict[str, Any]]:
    rows = Definition.objects.public().select_related("institution", "unit", "current")
    latest = rows.defer(*catalogue_cards.UNREAD).order_by("-current__approved_on", "pk")[:A_FEW]
    return [catalogue_cards.card(row) for row in latest]


def _next_sessions() -> list[dict[str, Any]]:
    """The next sessions of all campuses, each told in its campus's own time."""
    rows = Session.objects.select_related("institution").ahead(clock.now())[:LATEST]
    return [
        {
            "title": row.title,
            "starts_at": row.starts_at,
            "when": when(row),
            "url": row.get_absolute_url(),
            "where": f"{row.institution}{f', {row.place}' if row.place else ''}",
        }
        for row in rows
    ]


def _most_offered() -> list[dict[str, Any]]:
    """Those that most people hold, as last counted; none before anybody holds one."""
    rows = Definition.objects.public().filter(entry__awarded__gt=0)
    related = rows.select_related("institution", "unit", "current", "entry")
    unread = (*catalogue_cards.UNREAD, "entry__words", "entry__plain")
    most = related.defer(*unread).order_by("-entry__awarded", "current__title", "pk")[:A_FEW]
    return [catalogue_cards.card(row, awarded=True) for row in most]


def own_page(standing: Standing) -> dict[str, Any]:
    """What waits for the person, what they wait for, what they were told, what they can begin, what they hold."""
    person = standing.person
    to_write, elsewhere = mine.proposals(person)
    came_back, asked = issuing.own_requests(standing)
    conditions, conditions_elsewhere = talk.conditions(standing)
    others = talk.asked_of_others(standing, conditions_elsewhere)
    waiting = [
        ("Late or due soon", due.mine(standing)),
        ("To vote on", votes.to_vote(standing)),
        ("Ballots you chair", votes.to_chair(standing)),
        ("Votes to hold", votes.to_hold_again(standing)),
        ("To sign or answer", signing.to_sign(standing)),
        ("Concerns to answer", talk.concerns(standing)),
        ("Views asked of your unit", talk.views_asked(standing)),
        ("Conditions to meet or to accept", conditions),
        ("To put together", signing.to_form(standing)),
        ("To open", signing.to_move_on(standing)),
        ("Badges to release", issuing.to_check(standing)),
        ("Notations to record", records.notations(person)),
        ("Texts that wait for your choice", mine.kept_texts(standing)),
        ("To write", to_write),
        ("Requests that came back", came_back),
        ("Just recorded", signing.to_undo(standing)),
    ]
    awards = Award.objects.held_by(person).select_related("institution", "definition", "version")
    related = awards.defer(*wallet_cards.UNREAD).order_by("-awarded_at", "pk")
    return {
        "zone": standing.zone,
        "waiting": [group for group in waiting if group[1]],
        "elsewhere": [part for part in (elsewhere, asked, others) if part],
        "notices": Notice.objects.visible_to(person).unread().order_by("-created_at", "pk")[:LATEST],
        "start": mine.start_links(standing),
        "badges": [wallet_cards.card(award) for award in related[:A_FEW]],
        "learner": person.learner_since is not None,
    }


@login_not_required
@require_safe
def demo_signins(request: HttpRequest) -> HttpResponse:
    """In the demo: who can sign in. Elsewhere there is no such page."""
    loaded = DemoLoad.objects.first() if settings.DEMO else None
    if loaded is None:
        raise Http404
    groups: dict[str, list[dict[str, str]]] = {}
    for row in loaded.signins:
        groups.setdefault(row["campus"], []).append(row)
    context = {"groups": list(groups.items()), "password": PASSWORD}
    return render(request, "desk/demo_signins.html", context)

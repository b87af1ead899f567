"""Campus conversations on the site: the draft with its film, a word of one's own, what came of it, whom the office met."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_safe

from accounts.clauses import mark
from accounts.forms import add_refusal
from accounts.models import Person
from journal import clock
from outreach import allowance
from outreach.actions import conversations as actions
from outreach.forms_conversations import FeedbackForm
from outreach.met import groups_of
from outreach.models import Conversation, SessionKind
from outreach.ranges import respond
from outreach.views.frame import campus_of, public, sent
from outreach.views.sessions import METHODS
from policies.reasons import Refused

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase

THANKS = "Thank you. It is kept, and the summary will stand here."


@login_not_required
@require_safe
def conversations(request: HttpRequest, slug: str) -> HttpResponse:
    """Drafts that are open, what became of earlier ones, sessions held, groups met and to be met."""
    campus = campus_of(slug)
    today = campus.today()
    seen = Conversation.objects.filter(institution=campus).select_related("institution")
    rows = list(seen.begun(today))
    held = campus.sessions.filter(kind=SessionKind.CONVERSATION).select_related("institution").counted()
    groups = groups_of(campus)
    context: dict[str, Any] = {
        "open": [row for row in rows if row.is_open(today)],
        "over": [row for row in rows if not row.is_open(today)],
        "ahead": held.ahead(clock.now()),
        "held": held.past(clock.now())[:50],
        "met": [one for one in groups if one["met"]],
        "to_meet": [one for one in groups if not one["met"]],
        "clause": mark(campus.policy, campus.policy.pack.outreach.groups_clause),
    }
    return public(request, "outreach/conversations.html", campus, "conversations", **context)


def find(slug: str, key: uuid.UUID) -> Conversation:
    """A conversation that has begun; before that it is nobody else's."""
    campus = campus_of(slug)
    rows = Conversation.objects.begun(campus.today()).select_related("institution__in_force__written")
    return get_object_or_404(rows, institution=campus, pk=key)


@login_not_required
@require_http_methods(METHODS)
def conversation(request: HttpRequest, slug: str, key: uuid.UUID) -> HttpResponse:
    """The draft; POST says something of it."""
    found = find(slug, key)
    person = request.user if isinstance(request.user, Person) else None
    form = FeedbackForm(sent(request), initial={"name": person.name, "email": person.email} if person else {})
    if request.method == "POST" and form.is_valid():
        if not allowance.within(request):
            form.add_error(None, allowance.TOO_OFTEN)
            return _page(request, found, form, 429)
        try:
            actions.say(conversation=found, by=person, **form.cleaned_data)
        except Refused as error:
            add_refusal(form, error)
        else:
            messages.success(request, THANKS)
            return redirect("conversation", slug, key)
    return _page(request, found, form, 409 if form.errors else 200)


def _page(request: HttpRequest, found: Conversation, form: FeedbackForm, status: int) -> HttpResponse:
    campus = found.institution
    context: dict[str, Any] = {
        "conversation": found,
        "open": found.is_open(campus.today()),
        "said": found.feedback.count(),
        "form": form,
        "planned_film": campus.policy.pack.outreach.video,
        "clause": mark(campus.policy, campus.policy.pack.outreach.video_clause),
    }
    return public(request, "outreach/conversation.html", campus, "conversations", status, **context)


@login_not_required
@require_safe
def conversation_file(request: HttpRequest, slug: str, key: uuid.UUID, part: str) -> HttpResponseBase:
    """The film, its captions or its picture, from this server."""
    found = find(slug, key)
    types = {"film": found.film_type, "captions": "text/vtt; charset=utf-8", "poster": found.poster_type}
    stored = getattr(found, part) if part in types else None
    if not stored:
        raise Http404
    return respond(request, stored, types[part])

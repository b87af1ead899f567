"""The office's acts on conversations, in the dashboard."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.staff import dashboard, person_of
from outreach.actions import conversations as actions
from outreach.actions import films
from outreach.forms_conversations import ConversationForm, FilmForm, GroupForm, SummaryForm
from outreach.met import groups_of
from outreach.models import Conversation, Edition
from outreach.views.frame import act, done, inside, office_of, sent
from outreach.views.sessions import METHODS

PAGE = 50
TAB = "office_conversations"


@dashboard
@require_safe
def office_conversations(request: HttpRequest, slug: str) -> HttpResponse:
    """All conversations, and the groups."""
    campus = office_of(request, slug)
    rows = Conversation.objects.filter(institution=campus).order_by("-opens_on", "pk")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {"title": "Conversations", "page": page, "groups": groups_of(campus)}
    return inside(request, "outreach/office/conversations.html", campus, TAB, **context)


@dashboard
@require_http_methods(METHODS)
def conversation_plan(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask about a draft; the draft of the definition is filled in where there is one."""
    campus, by = office_of(request, slug), person_of(request)
    drafted = Edition.objects.filter(institution=campus, settled_at__isnull=True).order_by("subject").first()
    initial = {"title": drafted.title, "draft": drafted.text} if drafted else {}
    form, to = ConversationForm(sent(request), initial=initial), reverse(TAB, args=[slug])

    def do() -> object:
        return actions.plan(institution=campus, by=by, **form.cleaned_data)

    answer = done(request, form, do, "It stands on the office’s page from its first day on.", to)
    words = {"title": "Ask the campus about a draft", "submit": "Put it on the page", "cancel_url": to}
    return answer or act(request, campus, TAB, form, **words)


def find(request: HttpRequest, key: uuid.UUID) -> Conversation:
    """One of an office that I run; 404 for everyone else."""
    rows = Conversation.objects.visible_to(person_of(request))
    return get_object_or_404(rows.select_related("institution__in_force__written"), pk=key)


@dashboard
@require_safe
def office_conversation(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """What people said, and what can be done."""
    found = find(request, key)
    page = Paginator(found.feedback.order_by("-said_at", "pk"), PAGE).get_page(request.GET.get("page"))
    today = found.institution.today()
    context: dict[str, Any] = {
        "title": found.title,
        "conversation": found,
        "page": page,
        "begun": found.opens_on <= today,
        "over": found.closes_on < today,
    }
    return inside(request, "outreach/office/conversation.html", found.institution, TAB, **context)


@dashboard
@require_http_methods(METHODS)
def conversation_change(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Other words or days."""
    found, by = find(request, key), person_of(request)
    initial = {name: getattr(found, name) for name in ConversationForm.base_fields}
    form, to = ConversationForm(sent(request), initial=initial), reverse("office_conversation", args=[key])

    def do() -> object:
        return actions.change(conversation=found, by=by, **form.cleaned_data)

    words = {"title": "Change the conversation", "submit": "Change it", "cancel_url": to}
    return done(request, form, do, "Changed.", to) or act(request, found.institution, TAB, form, **words)


@dashboard
@require_http_methods(METHODS)
def conversation_publish(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Publish the summary."""
    found, by = find(request, key), person_of(request)
    form, to = SummaryForm(sent(request)), reverse("office_conversation", args=[key])

    def do() -> object:
        return actions.publish(conversation=found, by=by, **form.cleaned_data)

    words = {
        "title": "Publish the summary",
        "submit": "Publish it",
        "cancel_url": to,
        "changes": [
            "The summary stands on the page of the draft. What each person wrote stays with the office."
        ],
        "final": ["A published summary is not changed."],
    }
    answer = done(request, form, do, "The summary is published.", to)
    return answer or act(request, found.institution, TAB, form, **words)


@dashboard
@require_http_methods(METHODS)
def conversation_film(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Put the introductory film in its place."""
    found, by = find(request, key), person_of(request)
    files = request.FILES if request.method == "POST" else None
    title = found.film_title or found.institution.policy.pack.outreach.video
    form, to = (
        FilmForm(sent(request), files, initial={"title": title}),
        reverse("office_conversation", args=[key]),
    )

    def do() -> object:
        return films.put(conversation=found, by=by, **form.cleaned_data)

    words = {"title": "The introductory film", "submit": "Put it up", "cancel_url": to}
    answer = done(request, form, do, "The film stands on the page of the draft.", to)
    return answer or act(request, found.institution, TAB, form, **words)


@dashboard
@require_http_methods(METHODS)
def group_keep(request: HttpRequest, slug: str) -> HttpResponse:
    """Write down a group that was met, or is to be."""
    campus, by = office_of(request, slug), person_of(request)
    initial = {"name": request.GET.get("name", "").replace("\x00", "")[:200]}
    form, to = GroupForm(sent(request), initial=initial), reverse(TAB, args=[slug])

    def do() -> object:
        return actions.keep_group(institution=campus, by=by, **form.cleaned_data)

    words = {"title": "A group of the campus", "submit": "Write it down", "cancel_url": to}
    return done(request, form, do, "Written down.", to) or act(request, campus, TAB, form, **words)

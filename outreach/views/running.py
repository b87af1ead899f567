"""The office's acts on sessions, in the dashboard."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Institution
from accounts.staff import dashboard, person_of
from journal import clock
from outreach.actions import attending, registering
from outreach.actions import sessions as actions
from outreach.forms import AddForm, AttendanceForm, ReasonForm, SessionForm
from outreach.models import Place, Session, SessionKind
from outreach.office import offices_of
from outreach.views.frame import act, done, inside, office_of, sent
from outreach.views.sessions import METHODS
from outreach.wording import when

PAGE = 25
TAB = "office_sessions"


@dashboard
@require_safe
def outreach_home(request: HttpRequest) -> HttpResponse:
    """The first of the offices that I run; for members of bodies what is kept to think with. Else 404."""
    person = person_of(request)
    first = offices_of(person).order_by("name").first()
    if first is not None:
        return redirect("office_sessions", first.slug)
    seats = person.holdings.in_force().values("institution")
    campus = get_object_or_404(Institution.objects.filter(pk__in=seats).order_by("name")[:1])
    return redirect("office_studies", campus.slug)


@dashboard
@require_safe
def office_sessions(request: HttpRequest, slug: str) -> HttpResponse:
    """What is coming, what waits for its attendance, what was."""
    campus, now = office_of(request, slug), clock.now()
    rows = campus.sessions.select_related("institution").counted()
    page = Paginator(rows.past(now), PAGE).get_page(request.GET.get("page"))
    others = offices_of(person_of(request)).exclude(pk=campus.pk).order_by("name")
    context: dict[str, Any] = {
        "ahead": rows.ahead(now),
        "to_mark": rows.to_mark(now),
        "page": page,
        "others": others,
    }
    return inside(request, "outreach/office/sessions.html", campus, TAB, title="Sessions", **context)


@dashboard
@require_http_methods(METHODS)
def session_plan(request: HttpRequest, slug: str) -> HttpResponse:
    """Plan one."""
    campus = office_of(request, slug)
    form = SessionForm(Session(institution=campus).zone, sent(request))
    by, made = person_of(request), []

    def do() -> None:
        made.append(actions.plan(institution=campus, by=by, **form.cleaned_data))

    to = reverse("office_sessions", args=[slug])
    answer = done(request, form, do, "It stands on the office’s page.", to)
    if answer:
        return redirect("office_session", made[0].pk)
    words = {"title": "Plan a session", "submit": "Put it on the page", "cancel_url": to}
    return act(request, campus, TAB, form, **words)


def find(request: HttpRequest, key: uuid.UUID) -> Session:
    """A session of an office that I run; others are 404."""
    rows = Session.objects.visible_to(person_of(request)).select_related(
        "institution__in_force__written", "cancelled_by"
    )
    return get_object_or_404(rows.counted(), pk=key)


@dashboard
@require_http_methods(METHODS)
def office_session(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """One session: who comes; from its beginning on, who came. POST marks attendance."""
    found = find(request, key)
    rows = list(found.registrations.select_related("marked_by"))
    coming = [row for row in rows if row.state == Place.REGISTERED]
    trains = found.kind == SessionKind.ISSUER_TRAINING
    form = AttendanceForm(coming, trains, sent(request))
    to = reverse("office_session", args=[key])
    by = person_of(request)

    def do() -> object:
        marks = {uuid.UUID(name): said for name, said in form.marks().items()}
        return attending.mark(session=found, marks=marks, by=by)

    answer = done(request, form, do, "Marked.", to)
    return answer or _page(request, found, rows, form)


def _page(request: HttpRequest, found: Session, rows: list[Any], form: forms.Form) -> HttpResponse:
    context = {
        "title": found.title,
        "session": found,
        "when": when(found),
        "begun": found.starts_at <= clock.now() and not found.cancelled_at,
        "fixed": actions.ahead_reasons(found),
        "lines": [{"is": row, "field": form[str(row.pk)]} for row in rows if row.state == Place.REGISTERED],
        "waiting": [row for row in rows if row.state == Place.WAITING],
        "left": [row for row in rows if row.state == Place.LEFT],
        "unconfirmed": sum(row.state == Place.ASKED for row in rows),
        "form": form,
    }
    status = 409 if form.errors else 200
    return inside(request, "outreach/office/session.html", found.institution, TAB, status, **context)


@dashboard
@require_http_methods(METHODS)
def session_change(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Other words, time, place or seats."""
    found = find(request, key)
    form = SessionForm(found.zone, sent(request), found)
    to, by = reverse("office_session", args=[key]), person_of(request)
    answer = done(
        request, form, lambda: actions.change(session=found, by=by, **form.cleaned_data), "Changed.", to
    )
    words = {
        "title": "Change the session",
        "lead": "Those who are registered are told when the time, the place or the address of the call changes.",
        "submit": "Change it",
        "cancel_url": to,
    }
    return answer or act(request, found.institution, TAB, form, **words)


@dashboard
@require_http_methods(METHODS)
def session_cancel(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Call it off."""
    found = find(request, key)
    form, by = ReasonForm(sent(request)), person_of(request)
    to = reverse("office_session", args=[key])

    def do() -> object:
        return actions.cancel(session=found, reason=form.cleaned_data["reason"], by=by)

    answer = done(request, form, do, "It is called off.", to)
    number = found.registrations.filter(state__in=(Place.REGISTERED, Place.WAITING)).count()
    people = "1 person who registered or waits" if number == 1 else f"{number} people who registered or wait"
    words = {
        "title": f"Call off “{found.title}”",
        "submit": "Call it off",
        "cancel_url": to,
        "no": True,
        "changes": ["It stays on the page, marked as called off, with your reason."],
        "told": [f"{people}, by mail, with your reason."] if number else [],
        "final": ["A session that was called off is not held. You can plan another."],
    }
    return answer or act(request, found.institution, TAB, form, **words)


@dashboard
@require_http_methods(METHODS)
def registration_add(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Add somebody, also who came unannounced."""
    found = find(request, key)
    form, by = AddForm(sent(request)), person_of(request)
    to = reverse("office_session", args=[key])
    answer = done(
        request, form, lambda: registering.add(session=found, by=by, **form.cleaned_data), "Added.", to
    )
    words = {
        "title": "Add somebody",
        "lead": "Also beyond the seats, and who came unannounced.",
        "submit": "Add them",
        "cancel_url": to,
    }
    return answer or act(request, found.institution, TAB, form, **words)

"""What the office's pages share: finding the campus, the tabs, refusals at their fields, the campus's own time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.forms import add_refusal
from accounts.models import Institution
from accounts.staff import person_of
from outreach.office import offices_of
from policies.reasons import Refused

UNDONE = "Not done yet: please look at this"
PUBLIC_TABS: tuple[tuple[str, str], ...] = (
    ("office", "Overview"),
    ("sessions", "Sessions"),
    ("roadmap", "Roadmap"),
    ("conversations", "Conversations"),
    ("definitions", "Definitions"),
    ("resources", "Resources and questions"),
)
STAFF_TABS: tuple[tuple[str, str], ...] = (
    ("office_sessions", "Sessions"),
    ("office_enquiries", "Questions and requests"),
    ("office_roadmap", "Roadmap"),
    ("office_conversations", "Conversations"),
    ("office_texts", "Definitions and procedures"),
    ("office_inventory", "Inventory"),
    ("office_studies", "Reviews and market"),
)


def campus_of(slug: str) -> Institution:
    """Any campus: its office's pages are public. 404 for a made-up one."""
    rows = Institution.objects.filter(in_force__isnull=False).select_related("in_force__written")
    return get_object_or_404(rows, slug=slug)


def office_of(request: HttpRequest, slug: str) -> Institution:
    """A campus whose office the person runs; 404 for everyone else."""
    rows = offices_of(person_of(request)).select_related("in_force__written")
    return get_object_or_404(rows, slug=slug)


def _tabs(names: tuple[tuple[str, str], ...], campus: Institution, tab: str) -> list[dict[str, Any]]:
    return [
        {"label": label, "url": reverse(name, args=[campus.slug]), "current": name == tab}
        for name, label in names
    ]


def _mine(request: HttpRequest, campus: Institution) -> tuple[tuple[str, str], ...]:
    """The tabs of who looks: members of bodies, who do not run the office, have what is kept to think with."""
    if offices_of(person_of(request)).filter(pk=campus.pk).exists():
        return STAFF_TABS
    return tuple(tab for tab in STAFF_TABS if tab[0] == "office_studies")


def public(
    request: HttpRequest, template: str, campus: Institution, tab: str, status: int = 200, **context: Any
) -> HttpResponse:
    """A page of the office on the site, in the campus's own time."""
    runs = request.user.is_authenticated and offices_of(person_of(request)).filter(pk=campus.pk).exists()
    shared = {"institution": campus, "campus": campus, "errors_title": UNDONE, "runs": runs}
    with timezone.override(ZoneInfo(campus.timezone)):
        tabs = _tabs(PUBLIC_TABS, campus, tab)
        return render(request, template, {**shared, "tabs": tabs, **context}, status=status)


def inside(
    request: HttpRequest, template: str, campus: Institution, tab: str, status: int = 200, **context: Any
) -> HttpResponse:
    """A page of the office inside the dashboard, in the campus's own time."""
    shared = {**admin.site.each_context(request), "institution": campus, "campus": campus}
    with timezone.override(ZoneInfo(campus.timezone)):
        whole = {
            **shared,
            "errors_title": UNDONE,
            "tabs": _tabs(_mine(request, campus), campus, tab),
            **context,
        }
        return render(request, template, whole, status=status)


def act(
    request: HttpRequest, campus: Institution, tab: str, form: forms.Form, **context: Any
) -> HttpResponse:
    """A page with one form for one act: `title`, `submit`, `cancel_url`, and what will change, who is told, what is final."""
    status = 409 if form.errors else 200
    return inside(request, "outreach/office/act.html", campus, tab, status, form=form, **context)


def sent(request: HttpRequest) -> Any:
    """The data of a form that was sent; None when it is only shown."""
    return request.POST if request.method == "POST" else None


def done(
    request: HttpRequest, form: forms.Form, do: Callable[[], object], said: str, to: str
) -> HttpResponse | None:
    """Act when the form was sent and is in shape, and go on to `to`; None when the page is to be shown (again)."""
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        do()
    except Refused as error:
        add_refusal(form, error)
        return None
    messages.success(request, said)
    return redirect(to)

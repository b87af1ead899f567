"""What these pages share: loading the campus for this person, and doing one act from one form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.authority import require_administrator
from accounts.forms import add_refusal
from accounts.hooks import campus_tabs
from accounts.models import Institution, Person
from accounts.staff import person_of
from policies.reasons import Refused

require_form = require_http_methods(["GET", "HEAD", "POST"])

TABS = (("people", "People"), ("seats", "Seats"), ("units", "Units"), ("calendar", "Calendar"))


def managed_campus(request: HttpRequest, slug: str) -> Institution:
    """A campus that the person manages; 404 for everyone else."""
    return get_object_or_404(person_of(request).managed(), slug=slug)


def administered_campus(request: HttpRequest, slug: str) -> Institution:
    """A campus that the person administers; 403 for its programme managers, 404 for everyone else."""
    campus = managed_campus(request, slug)
    require_administrator(person_of(request), campus)
    return campus


def person_at(campus: Institution, pk: object) -> Person:
    """Someone who belongs to the campus, or did; 404 for all others."""
    return get_object_or_404(Person.objects.filter(affiliations__institution=campus).distinct(), pk=pk)


def campus_page(
    request: HttpRequest, template: str, campus: Institution, tab: str, status: int = 200, **context: Any
) -> HttpResponse:
    """A page of the campus, with its tabs."""
    tabs = [
        {"label": label, "url": reverse(name, args=[campus.slug]), "current": name == tab}
        for name, label in (*TABS, *campus_tabs())
    ]
    administers = person_of(request).administered().filter(pk=campus.pk).exists()
    shared = {"institution": campus, "campus": campus, "tabs": tabs, "administers": administers}
    return render(request, template, {**shared, **context}, status=status)


def act_page(
    request: HttpRequest,
    campus: Institution,
    form: forms.Form,
    *,
    title: str,
    submit: str,
    back: str,
    **more: Any,
) -> HttpResponse:
    """A page with one form for one act; `more` may hold what will change, who is told, what is final."""
    context = {"form": form, "title": title, "submit": submit, "cancel_url": back, **more}
    status = 409 if form.errors else 200
    return campus_page(request, "accounts/act.html", campus, "", status=status, **context)


def sent(request: HttpRequest) -> Any:
    """The data of a form that was sent, also of one without a field; None when it is only shown."""
    return request.POST if request.method == "POST" else None


def done(
    request: HttpRequest, form: forms.Form, act: Callable[[], object], said: str, to: str
) -> HttpResponse | None:
    """Act when the form was sent and is in shape, and go on to `to`; None when the page is to be shown (again)."""
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        act()
    except Refused as error:
        add_refusal(form, error)
        return None
    messages.success(request, said)
    return redirect(to)

"""Everyone's own page: name, roles, and who acts for whom."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from accounts.actions import people, roles
from accounts.forms import DelegateForm, NameForm
from accounts.models import Delegation, Institution, Person
from accounts.models.role import DatedQuerySet
from accounts.staff import person_of
from accounts.views.common import done, require_form, sent


@require_form
def profile(request: HttpRequest) -> HttpResponse:
    """My name, my roles and seats, my designees, and for whom I act."""
    me = person_of(request)
    form = NameForm(sent(request), initial={"name": me.name})
    answer = done(
        request,
        form,
        lambda: people.rename(person=me, by=me, **form.cleaned_data),
        "Your name is changed.",
        reverse("profile"),
    )
    context = {"form": form, "institution": Institution.objects.of(me).first(), **_held_by(me)}
    return answer or render(request, "accounts/profile.html", context, status=409 if form.errors else 200)


def _held_by(me: Person) -> dict[str, Any]:
    """Roles, seats and designations in force, in the words of each campus's policy."""
    grants = me.grants.in_force().select_related("unit", "institution").order_by("institution__name", "role")
    seats = me.holdings.in_force().select_related("institution").order_by("institution__name", "body")
    rows = (
        _designations(me)
        .in_force()
        .select_related("principal", "delegate", "grant__institution", "grant__unit")
    )
    packs = {campus.pk: campus.policy.pack for campus in {row.campus for row in (*grants, *seats, *rows)}}
    return {
        "grants": [(row, packs[row.institution_id].actor_name(row.actor)) for row in grants],
        "seats": [(row, _seat_name(packs[row.institution_id], row.body, row.seat)) for row in seats],
        "designations": [(row, packs[row.campus.pk].actor_name(row.grant.actor)) for row in rows],
    }


def _designations(me: Person) -> DatedQuerySet:
    """Those that I gave or hold."""
    return Delegation.objects.filter(Q(principal=me) | Q(delegate=me))


def _seat_name(pack: Any, body_id: str, seat_id: str) -> str:
    body = next((body for body in pack.bodies if body.id == body_id), None)
    seat = next((seat.title for seat in body.seats if seat.id == seat_id), seat_id) if body else seat_id
    return f"{seat}, {body.name}" if body else seat


@require_form
def designee_name(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Name a designee for one of my roles."""
    me = person_of(request)
    grant = get_object_or_404(me.grants.in_force().select_related("institution", "unit", "person"), pk=pk)
    form = DelegateForm(grant.institution, sent(request))
    answer = done(
        request,
        form,
        lambda: roles.delegate(grant=grant, by=me, **form.cleaned_data),
        "Your designee is named and gets a mail.",
        reverse("profile"),
    )
    role = grant.institution.policy.pack.actor_name(grant.actor)
    context = {
        "form": form,
        "institution": grant.institution,
        "title": f"Name a designee as {role}",
        "submit": "Name the designee",
        "cancel_url": reverse("profile"),
    }
    return answer or render(request, "accounts/act.html", context, status=409 if form.errors else 200)


@require_form
def designee_end(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """End a designation that I gave or hold."""
    me = person_of(request)
    row = get_object_or_404(
        _designations(me).select_related("principal", "delegate", "grant__institution"), pk=pk
    )
    form = forms.Form(sent(request))
    answer = done(
        request,
        form,
        lambda: roles.end_delegation(delegation=row, by=me),
        "The designation has ended.",
        reverse("profile"),
    )
    context = {
        "form": form,
        "institution": row.grant.institution,
        "title": "End the designation",
        "changes": [f"{row.delegate} no longer acts for {row.principal}."],
        "submit": "End it",
        "cancel_url": reverse("profile"),
        "no": True,
    }
    return answer or render(request, "accounts/act.html", context, status=409 if form.errors else 200)

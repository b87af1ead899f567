"""The people of a campus: who holds what, invite, import, leave."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.actions import imports, people
from accounts.forms import ImportForm, InviteForm
from accounts.models import Institution, PeopleImport, Person, Role, RoleGrant, SeatHolding
from accounts.staff import person_of
from accounts.views.common import (
    act_page,
    administered_campus,
    campus_page,
    done,
    managed_campus,
    person_at,
    require_form,
    sent,
)

PAGE = 50


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """To the people of the campus that the person manages."""
    campus = person_of(request).managed().order_by("name").first()
    if campus is None:
        raise Http404
    return redirect("people", campus.slug)


@require_safe
def listing(request: HttpRequest, slug: str) -> HttpResponse:
    """Everyone at the campus, by `?q=` and `?role=`."""
    campus = managed_campus(request, slug)
    query, role = request.GET.get("q", "").strip(), request.GET.get("role", "")
    rows = Person.objects.of(campus).matching(query)
    grants = RoleGrant.objects.in_force().filter(institution=campus).select_related("unit")
    if role in Role.values:
        rows = rows.filter(pk__in=grants.filter(role=role).values("person"))
    seats = SeatHolding.objects.in_force().filter(institution=campus)
    held = (Prefetch("grants", grants, to_attr="held"), Prefetch("holdings", seats, to_attr="seated"))
    page = Paginator(rows.prefetch_related(*held).order_by("name", "pk"), PAGE).get_page(
        request.GET.get("page")
    )
    pack = campus.policy.pack
    bodies = {body.id: body.name for body in pack.bodies}
    for person in page:
        person.roles = [(pack.actor_name(grant.actor), grant.unit) for grant in person.held]
        person.roles += [("seat", bodies.get(seat.body, seat.body)) for seat in person.seated]
    context: dict[str, Any] = {"page": page, "q": query, "role": role, "roles": Role.choices}
    return campus_page(request, "accounts/people.html", campus, "people", **context)


@require_safe
def person(request: HttpRequest, slug: str, pk: uuid.UUID) -> HttpResponse:
    """One person: roles, seats, designees, trainings."""
    campus = managed_campus(request, slug)
    shown = person_at(campus, pk)
    pack = campus.policy.pack
    grants = (
        shown.grants.filter(institution=campus).select_related("unit", "institution").order_by("-starts_on")
    )
    context: dict[str, Any] = {
        "person": shown,
        "here": shown.affiliations.filter(institution=campus, left_at__isnull=True).first(),
        "grants": [(grant, pack.actor_name(grant.actor)) for grant in grants],
        "holdings": _seats(shown, campus),
        "delegations": _delegations(shown, campus),
        "trainings": shown.qualifications.in_force().filter(institution=campus),
    }
    return campus_page(request, "accounts/person.html", campus, "people", **context)


def _seats(shown: Person, campus: Institution) -> list[tuple[Any, str, str]]:
    bodies = {body.id: body for body in campus.policy.pack.bodies}
    found = []
    for row in shown.holdings.filter(institution=campus).select_related("institution").order_by("-starts_on"):
        body = bodies.get(row.body)
        seat = (
            next((seat.title for seat in body.seats if seat.id == row.seat), row.seat) if body else row.seat
        )
        found.append((row, seat, body.name if body else row.body))
    return found


def _delegations(shown: Person, campus: Institution) -> list[tuple[Any, str]]:
    rows = (shown.delegations_given.all() | shown.delegations_held.all()).filter(grant__institution=campus)
    rows = rows.in_force().select_related("principal", "delegate", "grant__unit")
    return [(row, campus.policy.pack.actor_name(row.grant.actor)) for row in rows.order_by("-starts_on")]


@require_form
def invite(request: HttpRequest, slug: str) -> HttpResponse:
    """Invite one person."""
    campus = administered_campus(request, slug)
    form = InviteForm(sent(request))
    answer = done(
        request,
        form,
        lambda: people.invite(institution=campus, by=person_of(request), **form.cleaned_data),
        "The invitation is on its way.",
        reverse("people", args=[slug]),
    )
    title, back = "Invite someone", reverse("people", args=[slug])
    return answer or act_page(request, campus, form, title=title, submit="Send the invitation", back=back)


@require_form
def invite_again(request: HttpRequest, slug: str, pk: uuid.UUID) -> HttpResponse:
    """Send the invitation again, with a new link."""
    campus, form = administered_campus(request, slug), forms.Form(sent(request))
    shown, back = person_at(campus, pk), reverse("person", args=[slug, pk])
    answer = done(
        request,
        form,
        lambda: people.invite_again(institution=campus, person=shown, by=person_of(request)),
        "A new invitation is on its way.",
        back,
    )
    told = [f"{shown} gets a mail with a new link."]
    more = {"changes": ["Nothing else."], "told": told}
    title = f"Send the invitation to {shown} again"
    return answer or act_page(request, campus, form, title=title, submit="Send it", back=back, **more)


@require_form
def leave(request: HttpRequest, slug: str, pk: uuid.UUID) -> HttpResponse:
    """End everything that a person has at the campus."""
    campus, form = administered_campus(request, slug), forms.Form(sent(request))
    shown, back = person_at(campus, pk), reverse("person", args=[slug, pk])
    answer = done(
        request,
        form,
        lambda: people.leave(institution=campus, person=shown, by=person_of(request)),
        f"{shown} has left {campus}.",
        reverse("people", args=[slug]),
    )
    changes = [
        f"All roles, seats, designations and trainings of {shown} at {campus} end now.",
        "The account is closed, unless the person belongs to another campus or holds badges.",
    ]
    more = {
        "changes": changes,
        "final": ["What was ended must be given anew if the person comes back."],
        "no": True,
    }
    title = f"{shown} leaves {campus}"
    return answer or act_page(request, campus, form, title=title, submit="End everything", back=back, **more)


@require_form
def import_upload(request: HttpRequest, slug: str) -> HttpResponse:
    """Upload a list of people for a dry run."""
    campus = administered_campus(request, slug)
    form = ImportForm(sent(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        row = imports.upload(institution=campus, upload=form.cleaned_data["upload"], by=person_of(request))
        return redirect("people_import_check", slug, row.pk)
    back, offices = reverse("people", args=[slug]), campus.policy.pack.offices
    context: dict[str, Any] = {
        "form": form,
        "cancel_url": back,
        "role_names": Role.choices,
        "offices": offices,
    }
    return campus_page(request, "accounts/import.html", campus, "people", **context)


@require_form
def import_check(request: HttpRequest, slug: str, pk: uuid.UUID) -> HttpResponse:
    """What a list would do; confirm it."""
    campus = administered_campus(request, slug)
    row = get_object_or_404(PeopleImport.objects.filter(institution=campus), pk=pk)
    form = forms.Form(sent(request))
    answer = done(
        request,
        form,
        lambda: imports.write(people_import=row, by=person_of(request)),
        "Done. The newcomers get their invitations within minutes.",
        reverse("people", args=[slug]),
    )
    status = 409 if form.errors else 200
    context: dict[str, Any] = {"form": form, "row": row, "counts": row.counts}
    return answer or campus_page(
        request, "accounts/import_check.html", campus, "people", status=status, **context
    )

"""Give and end roles, seats, designations and trainings."""

from __future__ import annotations

import uuid

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.actions import qualifications, roles
from accounts.authority import seat_holdings
from accounts.forms import DelegateForm, EndForm, RoleForm, SeatForm
from accounts.models import Delegation, Qualification, SeatHolding
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


@require_form
def role_give(request: HttpRequest, slug: str, pk: uuid.UUID) -> HttpResponse:
    """Give a person a role."""
    campus = administered_campus(request, slug)
    person, form = person_at(campus, pk), RoleForm(campus, sent(request))
    back = reverse("person", args=[slug, pk])
    answer = done(
        request,
        form,
        lambda: roles.grant(institution=campus, person=person, by=person_of(request), **form.cleaned_data),
        f"{person} has the role now.",
        back,
    )
    return answer or act_page(
        request, campus, form, title=f"Give {person} a role", submit="Give the role", back=back
    )


@require_form
def role_end(request: HttpRequest, slug: str, pk: uuid.UUID) -> HttpResponse:
    """End a role."""
    campus = administered_campus(request, slug)
    grant = get_object_or_404(campus.grants.select_related("person", "unit", "institution"), pk=pk)
    form, back = EndForm(sent(request)), reverse("person", args=[slug, grant.person_id])
    answer = done(
        request,
        form,
        lambda: roles.end(grant=grant, by=person_of(request), **form.cleaned_data),
        "The role ends.",
        back,
    )
    name = campus.policy.pack.actor_name(grant.actor)
    changes = [
        f"{grant.person} is no longer {name} of {grant.unit or campus}.",
        "Designees in this role end too.",
    ]
    title = f"End the role of {grant.person}"
    return answer or act_page(
        request, campus, form, title=title, submit="End the role", back=back, changes=changes, no=True
    )


@require_form
def delegation_give(request: HttpRequest, slug: str, pk: uuid.UUID) -> HttpResponse:
    """Name a designee for a role."""
    campus = administered_campus(request, slug)
    grant = get_object_or_404(campus.grants.select_related("person", "unit", "institution"), pk=pk)
    form, back = DelegateForm(campus, sent(request)), reverse("person", args=[slug, grant.person_id])
    answer = done(
        request,
        form,
        lambda: roles.delegate(grant=grant, by=person_of(request), **form.cleaned_data),
        "The designee is named and gets a mail.",
        back,
    )
    title = f"Name a designee for {grant.person}"
    return answer or act_page(request, campus, form, title=title, submit="Name the designee", back=back)


@require_form
def delegation_end(request: HttpRequest, slug: str, pk: uuid.UUID) -> HttpResponse:
    """End a designation."""
    campus = administered_campus(request, slug)
    rows = Delegation.objects.filter(grant__institution=campus)
    row = get_object_or_404(rows.select_related("principal", "delegate", "grant__institution"), pk=pk)
    form, back = forms.Form(sent(request)), reverse("person", args=[slug, row.principal_id])
    answer = done(
        request,
        form,
        lambda: roles.end_delegation(delegation=row, by=person_of(request)),
        "The designation has ended.",
        back,
    )
    changes = [f"{row.delegate} no longer acts for {row.principal}."]
    return answer or act_page(
        request,
        campus,
        form,
        title="End the designation",
        submit="End it",
        back=back,
        changes=changes,
        no=True,
    )


@require_safe
def seats(request: HttpRequest, slug: str) -> HttpResponse:
    """The standing bodies: each seat and who holds it."""
    campus = managed_campus(request, slug)
    bodies = []
    for body in campus.policy.pack.bodies:
        if body.formed != "standing":
            continue
        held = seat_holdings(campus, body)
        lines = [(seat, [row for row in held if row.seat == seat.id]) for seat in body.seats]
        bodies.append({"body": body, "lines": lines, "holders": held})
    return campus_page(request, "accounts/seats.html", campus, "seats", bodies=bodies)


@require_form
def seat_give(request: HttpRequest, slug: str, body: str, seat: str) -> HttpResponse:
    """Seat a person on a body."""
    campus, back = administered_campus(request, slug), reverse("seats", args=[slug])
    found = next((b for b in campus.policy.pack.bodies if b.id == body), None)
    place = next((s for s in found.seats if s.id == seat), None) if found else None
    if found is None or place is None:
        raise Http404
    form = SeatForm(campus, found.experience, sent(request))
    answer = done(
        request,
        form,
        lambda: roles.give_seat(
            institution=campus, body=body, seat=seat, by=person_of(request), **form.cleaned_data
        ),
        "The seat is taken.",
        back,
    )
    title = f"{place.title}, {found.name}"
    return answer or act_page(request, campus, form, title=title, submit="Give the seat", back=back)


@require_form
def seat_end(request: HttpRequest, slug: str, pk: uuid.UUID) -> HttpResponse:
    """Vacate a seat."""
    campus, back = administered_campus(request, slug), reverse("seats", args=[slug])
    row = get_object_or_404(SeatHolding.objects.select_related("person").filter(institution=campus), pk=pk)
    form = EndForm(sent(request))
    answer = done(
        request,
        form,
        lambda: roles.end_seat(holding=row, by=person_of(request), **form.cleaned_data),
        "The seat will be vacant.",
        back,
    )
    changes = [f"{row.person} leaves the seat. Ballots that are open keep the roll they were opened with."]
    title = f"Vacate the seat of {row.person}"
    return answer or act_page(
        request, campus, form, title=title, submit="Vacate it", back=back, changes=changes, no=True
    )


@require_form
def training_give(request: HttpRequest, slug: str, pk: uuid.UUID) -> HttpResponse:
    """Mark a person as trained to issue badges."""
    campus, form = managed_campus(request, slug), forms.Form(sent(request))
    person, back = person_at(campus, pk), reverse("person", args=[slug, pk])
    answer = done(
        request,
        form,
        lambda: qualifications.give(person=person, institution=campus, by=person_of(request)),
        f"{person} is marked as trained.",
        back,
    )
    changes = [f"{person} may request badges where the role of issuer was given."]
    title = f"{person} is trained to issue badges"
    return answer or act_page(
        request, campus, form, title=title, submit="Record it", back=back, changes=changes
    )


@require_form
def training_withdraw(request: HttpRequest, slug: str, pk: uuid.UUID) -> HttpResponse:
    """Withdraw a training."""
    campus, form = managed_campus(request, slug), forms.Form(sent(request))
    row = get_object_or_404(Qualification.objects.filter(institution=campus).select_related("person"), pk=pk)
    back = reverse("person", args=[slug, row.person_id])
    answer = done(
        request,
        form,
        lambda: qualifications.withdraw(qualification=row, by=person_of(request)),
        "The training no longer counts.",
        back,
    )
    changes = [f"{row.person} may no longer request badges."]
    return answer or act_page(
        request,
        campus,
        form,
        title="Withdraw the training",
        submit="Withdraw it",
        back=back,
        changes=changes,
        no=True,
    )

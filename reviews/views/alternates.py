"""My seats that allow an alternate: who votes for me and until when, name one, end it."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from accounts.forms import add_refusal
from accounts.models import Institution, Person
from accounts.staff import person_of
from policies.reasons import Refused
from reviews import alternates as rules
from reviews.actions import alternates as actions
from reviews.forms_members import AlternateForm
from reviews.models import Alternate


def alternates(request: HttpRequest) -> HttpResponse:
    """Who votes for me, for whom I vote; name somebody for a seat of mine."""
    person = person_of(request)
    seats = rules.seats_of(person)
    form = AlternateForm(seats, request.POST if request.method == "POST" else None)
    if request.method == "POST" and not seats:
        raise PermissionDenied("Only a member whose seat allows it names an alternate.")
    if request.method == "POST" and form.is_valid():
        try:
            _name(form, person)
        except Refused as error:
            add_refusal(form, error)
        else:
            messages.success(request, "Your alternate is named and told.")
            return redirect("alternates")
    mine = Alternate.objects.filter(Q(principal=person) | Q(delegate=person)).order_by("-starts_on")
    rows = mine.select_related("institution__in_force", "principal", "delegate")
    context: dict[str, Any] = {
        "rows": [rules.shown(row) for row in rows[:100]],
        "form": form if seats else None,
        "errors_title": "Not done yet: please look at this",
    }
    return render(request, "reviews/alternates.html", context, status=409 if form.errors else 200)


def _name(form: AlternateForm, person: Person) -> None:
    institution, body, _seat = form.chosen()
    given = form.cleaned_data
    actions.name(
        institution=Institution.objects.get(pk=institution.pk),
        body=body.id,
        delegate=given["email"],
        by=person,
        starts_on=given["starts_on"],
        ends_on=given["ends_on"],
    )


@require_POST
def alternate_end(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """End it now."""
    row = get_object_or_404(Alternate.objects.visible_to(person_of(request)), pk=key)
    try:
        actions.end(alternate=row, by=person_of(request))
    except Refused as error:
        messages.error(request, error.reasons[0].text)
    else:
        messages.success(request, "It is over from now on. Votes already cast stand.")
    return redirect("alternates")

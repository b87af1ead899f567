"""After approval the programme manager creates the badge and marks who has been trained to issue it."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from accounts.actions import qualifications
from accounts.authority import is_qualified
from accounts.models import Person
from accounts.staff import person_of
from credentials.actions import images
from credentials.models import Definition
from issuance import checks
from issuance.forms import ImageForm
from issuance.views.frame import clause, put_refusal
from issuance.views.requesting import definition_of
from policies.reasons import Refused


def setup(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The badge's image, and the people who may request it."""
    definition = definition_of(request, key)
    if not images.may_set(person_of(request), definition):
        raise PermissionDenied("Only the programme manager sets up a badge.")
    form = ImageForm(initial={"alt": definition.image_alt})
    if request.method == "POST" and "train" in request.POST:
        return _train(request, definition)
    if request.method == "POST":
        form = ImageForm(request.POST, request.FILES)
        if form.is_valid() and _set(request, definition, form):
            return redirect("definition_setup", definition.pk)
    pack = checks.pack_of(definition)
    context = {
        "definition": definition,
        "institution": definition.institution,
        "form": form,
        "people": _issuers(definition),
        "badge_clause": clause(pack, pack.issuance.badge_clause),
        "training_clause": clause(pack, pack.issuance.training_clause),
    }
    return render(request, "issuance/setup.html", context, status=409 if form.errors else 200)


def _set(request: HttpRequest, definition: Definition, form: ImageForm) -> bool:
    given = form.cleaned_data
    try:
        images.set_image(definition=definition, upload=given["file"], alt=given["alt"], by=person_of(request))
    except Refused as error:
        put_refusal(form, error)
        return False
    messages.success(request, "The badge has its image.")
    return True


def _issuers(definition: Definition) -> list[tuple[Person, bool]]:
    """People who hold the issuer's role on the campus, and whether each is trained."""
    rows = Person.objects.filter(
        grants__role="issuer", grants__institution=definition.institution, is_active=True
    )
    return [(p, is_qualified(p, definition.institution)) for p in rows.distinct().order_by("name")]


def _train(request: HttpRequest, definition: Definition) -> HttpResponse:
    person = get_object_or_404(Person.objects.visible_to(person_of(request)), pk=request.POST["train"])
    try:
        qualifications.give(person=person, institution=definition.institution, by=person_of(request))
    except Refused as error:
        messages.error(request, error.reasons[0].text)
    else:
        messages.success(request, f"{person} is marked as trained.")
    return redirect("definition_setup", definition.pk)

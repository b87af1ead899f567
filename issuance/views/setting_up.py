"""After approval: whoever makes the badges gives it its image and sees who may request it; trainings are marked here."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from accounts.actions import qualifications
from accounts.clauses import mark
from accounts.models import Person, Qualification, RoleGrant
from accounts.staff import person_of
from credentials.actions import images, stacks
from credentials.models import Definition, Part
from credentials.models.stack import rules_of
from credentials.reach import grants_of
from credentials.stacks.paths import unwalked
from credentials.views.images import ImageForm
from credentials.views.paths import path_of
from issuance.checking import checks
from issuance.forms import PartsForm
from issuance.models import StackCandidate, StackLook
from issuance.requesters import covers
from issuance.views import at_platform
from issuance.views.frame import on_site, put_refusal
from policies.reasons import Refused

AWARDING = {
    "requested": "Somebody requests it for a learner who fulfils it.",
    "prepared": "When a learner fulfils it, a request is prepared and waits for the certifying office.",
    "automatic": "When a learner fulfils it, it is awarded by itself.",
}


def manageable(person: Person) -> list[Definition]:
    """Approved credentials whose badge this person makes, those that lack something first; three queries."""
    grants = grants_of(person)
    campuses = {grant.institution_id for grant in grants}
    rows = Definition.objects.filter(institution__in=campuses, current__badge=True)
    found = [
        definition
        for definition in rows.select_related("institution", "unit", "current__policy").order_by(
            "current__title"
        )
        if any(covers(grant, checks.pack_of(definition).issuance.badge_by, definition) for grant in grants)
    ]
    return sorted(found, key=lambda definition: bool(definition.image))


def setup(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The badge's image, and the people who may request it, each trained or not."""
    definition, person = _found(request, key), person_of(request)
    if not images.may_set(person, definition):
        raise PermissionDenied(images.NOT_YOURS)
    if request.method == "POST" and "train" in request.POST:
        return _train(request, definition)
    parts = _parts_form(request, definition)
    if parts and parts.is_bound and parts.is_valid() and _link(request, definition, parts):
        return redirect("definition_setup", definition.pk)
    asked = request.method == "POST" and not (parts and parts.is_bound)
    form = ImageForm(
        request.POST if asked else None,
        request.FILES if asked else None,
        initial={"alt": definition.image_alt},
    )
    if asked and form.is_valid() and _set(request, definition, form):
        return redirect("definition_setup", definition.pk)
    policy = checks.policy_of(definition)
    pack = policy.pack
    context = {
        "definition": definition,
        "form": form,
        "people": _requesters(definition),
        "training": pack.issuance.training_required,
        "trains": qualifications.may_give(person, definition.institution),
        "who": " or ".join(pack.actor_name(actor) for actor in pack.issuance.requesters),
        "badge_clause": mark(policy, pack.issuance.badge_clause),
        "training_clause": mark(policy, pack.issuance.training_clause),
    }
    context |= at_platform.summary(definition)
    if parts:
        context |= _of_stack(definition)
        context |= {"parts": parts, "collection_clause": mark(policy, pack.issuance.collection_clause)}
    status = 409 if form.errors or (parts and parts.errors) else 200
    return on_site(request, "issuance/setup.html", definition.institution, context, status=status)


def _found(request: HttpRequest, key: uuid.UUID) -> Definition:
    rows = Definition.objects.visible_to(person_of(request)).filter(current__isnull=False)
    return get_object_or_404(rows.select_related("institution", "unit", "current__policy"), pk=key)


def _set(request: HttpRequest, definition: Definition, form: ImageForm) -> bool:
    given = form.cleaned_data
    try:
        images.set_image(definition=definition, upload=given["file"], alt=given["alt"], by=person_of(request))
    except Refused as error:
        put_refusal(form, error)
        return False
    messages.success(request, "The badge has its image.")
    return True


def _parts_form(request: HttpRequest, definition: Definition) -> PartsForm | None:
    """For a stack: what it is made of, as it is linked now."""
    version = definition.current
    if version is None or not stacks.is_stack(definition):
        return None
    now = [part.part for part in Part.objects.of(version)]
    sent = request.POST if request.method == "POST" and "link" in request.POST else None
    return PartsForm(definition, stacks.lines_of(version), sent, initial={"parts": now})


def _of_stack(definition: Definition) -> dict[str, Any]:
    """The approved rules as a path, what happens when it is fulfilled, how far the look through its holders is."""
    version = definition.current
    assert version is not None  # noqa: S101  (what has none is no stack)
    rules = rules_of(version)
    found = unwalked(version)
    look = StackLook.objects.filter(definition=definition).first()
    left = StackCandidate.objects.filter(definition=definition).count() if look and not look.done_at else 0
    return {
        "lines": rules.lines,
        "path": path_of(found, rules.within_years, Definition.objects.known(), starts=False),
        "awarding": AWARDING[checks.pack_of(definition).issuance.stack_awards],
        "look": look,
        "looked": max(look.total - left, 0) if look else 0,
        "against": [one.text for one in checks.request_reasons(definition, None)] if left else [],
    }


def _link(request: HttpRequest, definition: Definition, form: PartsForm) -> bool:
    try:
        stacks.set_parts(definition=definition, parts=form.parts(), by=person_of(request))
    except Refused as error:
        put_refusal(form, error)
        return False
    messages.success(request, "It is settled what the stack is made of.")
    return True


def _requesters(definition: Definition) -> list[dict[str, Any]]:
    """Who may request it by the pack, and whether each has been trained; two queries."""
    actors = checks.pack_of(definition).issuance.requesters
    grants = RoleGrant.objects.in_force().filter(institution=definition.institution, person__is_active=True)
    people = {
        grant.person
        for grant in grants.select_related("person")
        if any(covers(grant, actor, definition) for actor in actors)
    }
    held = Qualification.objects.in_force().filter(
        institution=definition.institution, kind=Qualification.TRAINED_ISSUER, person__in=people
    )
    trained = set(held.values_list("person_id", flat=True))
    rows = [{"person": person, "trained": person.pk in trained} for person in people]
    return sorted(rows, key=lambda row: (row["trained"], str(row["person"])))


def _train(request: HttpRequest, definition: Definition) -> HttpResponse:
    """Mark one of those people as trained."""
    wanted = request.POST["train"]
    person = next((r["person"] for r in _requesters(definition) if str(r["person"].pk) == wanted), None)
    if person is None:
        raise Http404
    try:
        qualifications.give(person=person, institution=definition.institution, by=person_of(request))
    except Refused as error:
        messages.error(request, error.reasons[0].text)
    else:
        messages.success(request, f"{person} is marked as trained.")
    return redirect("definition_setup", definition.pk)

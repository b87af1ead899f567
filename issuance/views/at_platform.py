"""What stands for a credential at its platform, for whoever makes the badges: make it there, or link one that is there."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from accounts.staff import person_of
from credentials.actions import images
from credentials.models import Definition
from issuance.actions import templates
from issuance.forms import NothingForm
from issuance.platforms import registry
from issuance.views.frame import on_site, put_refusal
from policies.reasons import Refused

if TYPE_CHECKING:
    from issuance.models import PlatformTemplate


class LinkForm(forms.Form):
    """One that is there already."""

    remote_id = forms.CharField(
        label="Its number there",
        max_length=templates.LONGEST,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text="As it stands in its address at the platform. It is looked up before it is linked.",
        error_messages={"required": "Give the number that it has there."},
    )


class DesignForm(forms.Form):
    """The platform's own picture of a badge."""

    design = forms.CharField(
        label="Number of the design",
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
        error_messages={"required": "Give the design’s number, digits alone."},
    )


DONE = {
    "make": "It is there now.",
    "link": "It is linked. Badges are sent by it from now on.",
    "design": "The platform shows that design from now on.",
    "confirm": "Noted: it shows the same picture as here.",
}


def at_platform(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """How it stands there, and what can be done; each form names its act."""
    definition, person = _found(request, key), person_of(request)
    if not images.may_set(person, definition):
        raise PermissionDenied(images.NOT_YOURS)
    act = request.POST.get("act", "") if request.method == "POST" else ""
    shown: dict[str, forms.Form] = {
        name: kind(request.POST if name == act else None)
        for name, kind in (
            ("make", NothingForm),
            ("link", LinkForm),
            ("design", DesignForm),
            ("confirm", NothingForm),
        )
    }
    if act and act not in shown:
        raise Http404
    if act and shown[act].is_valid() and _done(definition, act, shown[act], request):
        messages.success(request, DONE[act])
        return redirect("definition_platform", definition.pk)
    context = {**summary(definition), "definition": definition, "forms": shown}
    bad = next((one for one in shown.values() if one.errors), None)
    return on_site(
        request,
        "issuance/at_platform.html",
        definition.institution,
        context | {"form": bad},
        status=409 if bad else 200,
    )


def summary(definition: Definition) -> dict[str, Any]:
    """How it stands there, as pages show it; nothing where its badges go to no platform."""
    version = definition.current
    if version is None or not templates.goes_somewhere(version):
        return {}
    platform = registry.platform_class(version.policy.pack.platform.kind)
    template = templates.template_of(version)
    return {
        "platform": {
            "label": platform.label,
            "template_word": platform.template_word,
            "takes_image": platform.takes_image,
        },
        "template": template,
        "behind": bool(template) and templates.behind(_with(template, definition)),
        "in_use": bool(template) and templates.in_use(_with(template, definition)),
    }


def _with(template: PlatformTemplate | None, definition: Definition) -> PlatformTemplate:
    """The template with its version and definition, which are at hand."""
    assert template is not None and definition.current is not None  # noqa: S101, PT018
    template.version = definition.current
    template.version.definition = definition
    return template


def _found(request: HttpRequest, key: uuid.UUID) -> Definition:
    rows = Definition.objects.visible_to(person_of(request)).filter(current__isnull=False)
    found = get_object_or_404(rows.select_related("institution", "unit", "current__policy"), pk=key)
    if found.current is None or not templates.goes_somewhere(found.current):
        raise Http404
    return found


def _done(definition: Definition, act: str, form: forms.Form, request: HttpRequest) -> bool:
    person, given = person_of(request), form.cleaned_data
    try:
        if act == "make":
            templates.make(definition=definition, by=person)
        elif act == "link":
            templates.link(definition=definition, remote_id=given["remote_id"], by=person)
        elif act == "design":
            templates.set_design(definition=definition, design=given["design"], by=person)
        else:
            templates.confirm_image(definition=definition, by=person)
    except Refused as error:
        put_refusal(form, error)
        return False
    return True

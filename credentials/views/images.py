"""The page where whoever makes the badges uploads the badge's image."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.forms import add_refusal
from accounts.models import Person
from accounts.staff import person_of
from credentials.actions import images
from credentials.looks import look_of
from credentials.models import Definition
from credentials.views.catalogue import image_address
from policies.reasons import Refused


class ImageForm(forms.Form):
    """The picture and its words."""

    file = forms.FileField(
        label="Image",
        help_text=(
            "PNG, JPEG or WebP, at least 200 by 200 pixels and up to 5 MB; or SVG, up to 1.5 MB, with its letters as "
            "outlines. It is shown as a square."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": "image/png,image/jpeg,image/webp,image/svg+xml"}),
    )
    alt = forms.CharField(
        label="In words",
        max_length=200,
        help_text="What it shows and what is written on it, for people who cannot see it.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def credential_image_upload(request: HttpRequest, slug: str) -> HttpResponse:
    """Set or change the image by a file; for whoever the campus lets make the badge."""
    person = person_of(request)
    definition = own(person, slug)
    sent = request.method == "POST"
    form = ImageForm(
        request.POST if sent else None, request.FILES if sent else None, initial={"alt": definition.image_alt}
    )
    if sent and form.is_valid():
        try:
            images.set_image(
                definition=definition,
                by=person,
                upload=form.cleaned_data["file"],
                alt=form.cleaned_data["alt"],
            )
        except Refused as error:
            add_refusal(form, error)
        else:
            messages.success(request, "The badge has its image.")
            return redirect("credential", definition.slug)
    context = frame(definition, "credential_image_upload") | {"form": form}
    return render(request, "credentials/image.html", context, status=409 if form.errors else 200)


def own(person: Person, slug: str) -> Definition:
    """The credential whose badge this person makes. 404 where they may not see it, 403 where it is not theirs to make."""
    rows = Definition.objects.visible_to(person).filter(current__isnull=False)
    definition = get_object_or_404(rows.select_related("institution", "unit", "current"), slug=slug)
    if not images.may_set(person, definition):
        raise PermissionDenied(images.NOT_YOURS)
    return definition


def frame(definition: Definition, here: str) -> dict[str, Any]:
    """What both ways to an image show around their form: the ways, the image now, and who has it already."""
    version = definition.current
    ways = {"credential_image": "Design it here", "credential_image_upload": "Upload a file"}
    return {
        "definition": definition,
        "institution": look_of(definition.institution, version.policy_id if version else None),
        "image_url": image_address(definition),
        "image_alt": definition.image_alt,
        "tabs": [
            {"label": label, "url": reverse(name, args=[definition.slug]), "current": name == here}
            for name, label in ways.items()
        ],
        "holders": definition.awards.live().count(),
    }

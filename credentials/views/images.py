"""The page where the programme manager sets the badge's image."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

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
        help_text="What it shows, for people who cannot see it.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def credential_image(request: HttpRequest, slug: str) -> HttpResponse:
    """Set or change the image; for whoever the campus lets make the badge."""
    person = person_of(request)
    rows = Definition.objects.visible_to(person).filter(current__isnull=False)
    definition = get_object_or_404(rows.select_related("institution", "unit", "current"), slug=slug)
    if not images.may_set(person, definition):
        raise PermissionDenied(images.NOT_YOURS)
    sent = request.method == "POST"
    form = ImageForm(
        request.POST if sent else None, request.FILES if sent else None, initial={"alt": definition.image_alt}
    )
    if request.method == "POST" and form.is_valid():
        try:
            images.set_image(
                definition=definition,
                by=person,
                upload=form.cleaned_data["file"],
                alt=form.cleaned_data["alt"],
            )
        except Refused as error:
            for reason in error.reasons:
                form.add_error(reason.field if reason.field in form.fields else None, reason.text)
        else:
            messages.success(request, "The badge has its image.")
            return redirect("credential", definition.slug)
    context = {
        "form": form,
        "definition": definition,
        "institution": look_of(
            definition.institution, definition.current.policy_id if definition.current else None
        ),
        "image_url": image_address(definition),
        "image_alt": definition.image_alt,
    }
    return render(request, "credentials/image.html", context, status=409 if form.errors else 200)

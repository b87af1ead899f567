"""The badge's picture as files: PNG pixels, and the drawing where there is one. For `<img>` alone."""

from __future__ import annotations

import hashlib

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db.models.fields.files import FieldFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from credentials.files.card import card_of
from credentials.looks import look_of
from credentials.models import Definition
from credentials.views.catalogue import seen

DAY = 24 * 60 * 60
# Even opened by itself the drawing may do nothing and fetch nothing; what it is made of is in it.
ALONE = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"


@login_not_required
@require_safe
def badge_image(request: HttpRequest, slug: str) -> HttpResponse:
    """The badge's picture, of what the visitor may look up."""
    definition = get_object_or_404(seen(request), slug=slug)
    return _file(definition, definition.image, "image/png")


@login_not_required
@require_safe
def badge_drawing(request: HttpRequest, slug: str) -> HttpResponse:
    """The same as SVG; a browser that is led to it saves the file and does not open it."""
    definition = get_object_or_404(seen(request), slug=slug)
    response = _file(definition, definition.drawing, "image/svg+xml")
    response["Content-Security-Policy"] = ALONE
    response["Content-Disposition"] = f'attachment; filename="{definition.slug}.svg"'
    return response


@login_not_required
@require_safe
def badge_card(request: HttpRequest, slug: str) -> HttpResponse:
    """The wide picture that other sites show of a credential's page; of what is offered alone."""
    definition = get_object_or_404(
        Definition.objects.public().select_related("institution", "current"), slug=slug
    )
    if not definition.image:
        raise Http404("No image")
    key = f"card:{hashlib.sha256(str(definition.image.name).encode()).hexdigest()}"
    card = cache.get(key)
    if card is None:
        with definition.image.open("rb") as file:
            look = look_of(
                definition.institution, definition.current.policy_id if definition.current else None
            )
            card = card_of(file.read(), look.colour)
        cache.set(key, card, DAY)
    response = HttpResponse(card, content_type="image/png")
    response["Cache-Control"] = "public, max-age=3600"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _file(definition: Definition, stored: FieldFile, kind: str) -> HttpResponse:
    if not stored:
        raise Http404("No image")
    with stored.open("rb") as file:
        response = HttpResponse(file.read(), content_type=kind)
    known = Definition.objects.known().filter(pk=definition.pk).exists()
    response["Access-Control-Allow-Origin"] = "*"
    response["Cache-Control"] = "public, max-age=300" if known else "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response

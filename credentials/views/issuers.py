"""What programs fetch: the issuer, its DID document and keys, status lists, achievements. Signed things are served as stored."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from accounts.models import Institution
from credentials.facts import achievement_of, criteria_text, keys_of
from credentials.models import Definition, DefinitionVersion, StatusList
from credentials.openbadges import did


def _answer(data: Any, content_type: str) -> HttpResponse:
    response = JsonResponse(data, content_type=content_type)
    response["Access-Control-Allow-Origin"] = "*"
    response["Cache-Control"] = "public, max-age=60"
    return response


@login_not_required
@require_safe
def issuer(request: HttpRequest, slug: str) -> HttpResponse:
    """Who issues: for people a page, for programs the profile."""
    institution = get_object_or_404(Institution, slug=slug)
    if "json" in request.headers.get("Accept", ""):
        name = did.issuer_did(settings.ISSUER_ORIGIN, slug)
        profile = {"id": name, "type": ["Profile"], "name": institution.name, "url": did.issuer_url(settings.ISSUER_ORIGIN, slug)}
        return _answer(profile, "application/json")
    offered = Definition.objects.public().filter(institution=institution).select_related("current")
    context = {"institution": institution, "definitions": offered, "did": did.issuer_did(settings.ISSUER_ORIGIN, slug)}
    return render(request, "credentials/issuer.html", context)


@login_not_required
@require_safe
def did_document(request: HttpRequest, slug: str) -> HttpResponse:
    institution = get_object_or_404(Institution, slug=slug)
    return _answer(did.did_document(settings.ISSUER_ORIGIN, keys_of(institution)), "application/did+json")


@login_not_required
@require_safe
def jwks(request: HttpRequest, slug: str) -> HttpResponse:
    institution = get_object_or_404(Institution, slug=slug)
    return _answer(did.jwks(settings.ISSUER_ORIGIN, keys_of(institution)), "application/jwk-set+json")


@login_not_required
@require_safe
def jwk(request: HttpRequest, slug: str, kid: str) -> HttpResponse:
    institution = get_object_or_404(Institution, slug=slug)
    found = did.jwk(settings.ISSUER_ORIGIN, keys_of(institution), kid)
    if found is None:
        raise Http404("No such key")
    return _answer(found, "application/jwk+json")


@login_not_required
@require_safe
def status_list(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The published list, as it was signed."""
    found = get_object_or_404(StatusList, institution__slug=slug, number=number)
    return _answer(found.document, "application/vc+ld+json")


@login_not_required
@require_safe
def achievement(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """What was approved, at a stable address; people are sent to the credential's page."""
    version = get_object_or_404(DefinitionVersion.objects.select_related("definition__institution", "policy"), pk=key)
    if not version.awards.exists() and not Definition.objects.public().filter(pk=version.definition_id).exists():
        raise Http404("Not public")
    if "text/html" in request.headers.get("Accept", ""):
        return redirect("credential", version.definition.slug)
    facts = achievement_of(version)
    return _answer(
        {
            "id": facts.id,
            "type": ["Achievement"],
            "name": facts.name,
            "description": facts.description,
            "criteria": {"narrative": criteria_text(version)},
            "version": facts.version,
        },
        "application/json",
    )


@login_not_required
@require_safe
def badge_image(request: HttpRequest, slug: str) -> HttpResponse:
    """The badge's picture, for what is public and for what has been awarded."""
    definition = get_object_or_404(Definition, slug=slug)
    public = Definition.objects.public().filter(pk=definition.pk).exists() or definition.awards.exists()
    if not definition.image or not (public or request.user.is_authenticated):
        raise Http404("No image")
    with definition.image.open("rb") as file:
        response = HttpResponse(file.read(), content_type="image/png")
    response["Cache-Control"] = "public, max-age=300"
    return response

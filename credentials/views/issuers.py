"""What programs fetch: the issuer, its DID document and keys, status lists, achievements. Signed things as stored."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from accounts.models import Institution
from credentials.bodies import of_campus
from credentials.facts import achievement_of, issuer_of, keys_of
from credentials.looks import Look, look_of
from credentials.models import Definition, DefinitionVersion, StatusList
from credentials.openbadges import did
from credentials.openbadges.achievement import achievement_object
from credentials.openbadges.document import CONTEXTS, issuer_object
from credentials.publishing import listed
from credentials.views.machines import LD_JSON, answer, refusal

if TYPE_CHECKING:
    from credentials.openbadges.keys import KeySet

A_PAGE = 100
NO_ISSUER = "There is no such issuer here."


def wants_page(request: HttpRequest) -> bool:
    """Browsers ask for HTML by name; programs that take anything get JSON."""
    return "text/html" in request.headers.get("Accept", "text/html")


def _keys(slug: str) -> KeySet | None:
    institution = Institution.objects.filter(slug=slug).first()
    return keys_of(institution) if institution else None


@login_not_required
@require_safe
def issuer(request: HttpRequest, slug: str) -> HttpResponse:
    """Who issues: for people a page, for programs the profile."""
    institution = get_object_or_404(Institution, slug=slug)
    if wants_page(request):
        response = render(request, "credentials/issuer.html", _issuer_context(institution))
    else:
        response = answer({"@context": CONTEXTS, **issuer_object(issuer_of(institution))}, LD_JSON)
    patch_vary_headers(response, ["Accept"])
    return response


def _issuer_context(institution: Institution) -> dict[str, object]:
    offered = Definition.objects.public().filter(institution=institution).select_related("current", "unit")
    adopted = institution.policies.order_by("-adopted_at").values_list("pk", "revision")
    return {
        "institution": look_of(institution, adopted[0][0])
        if adopted
        else Look(institution.name, slug="", colour=""),
        "slug": institution.slug,
        "definitions": offered.order_by("current__title", "pk"),
        "bodies": of_campus(institution),
        "policies": [revision for _, revision in adopted],
        "did": did.issuer_did(settings.ISSUER_ORIGIN, institution.slug),
    }


@login_not_required
@require_safe
def achievements(request: HttpRequest, slug: str) -> HttpResponse:
    """Every public credential of the issuer, a page at a time, each with its addresses."""
    if not Institution.objects.filter(slug=slug).exists():
        return refusal(NO_ISSUER, 404)
    rows = Definition.objects.public().filter(institution__slug=slug).select_related("current")
    pages = Paginator(rows.defer("current__answers").order_by("slug"), A_PAGE)
    page = pages.get_page(request.GET.get("page"))
    here = f"{settings.ISSUER_ORIGIN}/issuers/{slug}/achievements.json?page="
    return answer(
        {
            "count": pages.count,
            "next": f"{here}{page.next_page_number()}" if page.has_next() else None,
            "previous": f"{here}{page.previous_page_number()}" if page.has_previous() else None,
            "results": [listed(definition) for definition in page],
        }
    )


@login_not_required
@require_safe
def did_document(request: HttpRequest, slug: str) -> HttpResponse:
    """The DID document with every key that the issuer ever signed with."""
    keys = _keys(slug)
    if keys is None:
        return refusal(NO_ISSUER, 404)
    return answer(did.did_document(settings.ISSUER_ORIGIN, keys), "application/did+json")


@login_not_required
@require_safe
def jwks(request: HttpRequest, slug: str) -> HttpResponse:
    """The same keys as a JWK Set."""
    keys = _keys(slug)
    if keys is None:
        return refusal(NO_ISSUER, 404)
    return answer(did.jwks(settings.ISSUER_ORIGIN, keys), "application/jwk-set+json")


@login_not_required
@require_safe
def jwk(request: HttpRequest, slug: str, kid: str) -> HttpResponse:
    """One key, at the address that a token names."""
    keys = _keys(slug)
    found = did.jwk(settings.ISSUER_ORIGIN, keys, kid) if keys else None
    return answer(found, "application/jwk+json") if found else refusal("This issuer has no such key.", 404)


@login_not_required
@require_safe
def status_list(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """The published list, as it was signed."""
    known = number.isdecimal() and number.isascii() and len(number) < 9
    rows = StatusList.objects.filter(institution__slug=slug, number=int(number) if known else 0)
    document = rows.values_list("document", flat=True).first()
    if document is None:
        return refusal("This issuer has no such list.", 404)
    return answer(document, "application/vc+ld+json")


@login_not_required
@require_safe
def achievement(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """What was approved, at a stable address; people are sent to the credential's page.

    Only of what is public, and of what people hold.
    """
    rows = DefinitionVersion.objects.filter(definition__in=Definition.objects.known())
    version = rows.select_related("definition__institution", "policy").filter(pk=key).first()
    if version is None:
        response = refusal("There is no such achievement here.", 404)
    elif wants_page(request):
        response = redirect("credential", version.definition.slug)
    else:
        response = answer({"@context": CONTEXTS, **achievement_object(achievement_of(version))}, LD_JSON)
    patch_vary_headers(response, ["Accept"])
    return response

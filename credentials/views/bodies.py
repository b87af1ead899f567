"""The bodies that approve, as the world knows them, and each decision as they signed it."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from accounts.models import Institution
from credentials import bodies
from credentials.checking.ours import resolver
from credentials.facts import issuer_of
from credentials.looks import look_of
from credentials.models import Definition, Endorsement
from credentials.openbadges.document import CONTEXTS
from credentials.openbadges.endorsement import BodyFacts, check_one, profile
from credentials.views.issuers import wants_page
from credentials.views.machines import LD_JSON, answer, refusal

if TYPE_CHECKING:
    from credentials.models.endorsement import EndorsementQuerySet

A_PAGE = 50
SIGNED = "application/vc+ld+json"


@login_not_required
@require_safe
def body(request: HttpRequest, slug: str, body: str) -> HttpResponse:
    """Who approves: for people a page with its decisions, for programs the profile."""
    institution = get_object_or_404(Institution, slug=slug)
    name = bodies.found(institution, body)
    if name is None:
        raise Http404
    facts = BodyFacts(campus=issuer_of(institution), slug=body, name=name)
    if wants_page(request):
        response = render(request, "credentials/body.html", _body_context(request, institution, facts))
    else:
        response = answer({"@context": CONTEXTS, **profile(facts), "url": facts.page}, LD_JSON)
    patch_vary_headers(response, ["Accept"])
    return response


def _body_context(request: HttpRequest, institution: Institution, facts: BodyFacts) -> dict[str, object]:
    rows = Endorsement.objects.known().by_body(institution, facts.slug)
    decisions = rows.select_related("version__definition").defer("version__answers", "text")
    return {
        "institution": look_of(institution, institution.in_force_id),
        "facts": facts,
        "page": Paginator(decisions, A_PAGE).get_page(request.GET.get("page")),
    }


@login_not_required
@require_safe
def body_did(request: HttpRequest, slug: str, body: str) -> HttpResponse:
    """The DID document of a body: the campus's keys, under the body's own name."""
    institution = Institution.objects.filter(slug=slug).first()
    found = bodies.did_document(institution, body) if institution else None
    return answer(found, "application/did+json") if found else refusal("There is no such body here.", 404)


def _seen(request: HttpRequest) -> EndorsementQuerySet:
    """What this visitor may look up: strangers what is or was public, people of a campus also its others."""
    if not request.user.is_authenticated:
        return Endorsement.objects.known()
    own = Definition.objects.visible_to(request.user).values("pk")
    return Endorsement.objects.filter(
        Q(version__definition__in=Definition.objects.known().values("pk")) | Q(version__definition__in=own)
    )


@login_not_required
@require_safe
def endorsement(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """One decision at its stable address: for people a page, for programs the signed statement."""
    if not wants_page(request):
        response = endorsement_json(request, key)
    else:
        rows = _seen(request).select_related("version__definition__institution")
        response = _page(request, get_object_or_404(rows, pk=key))
    patch_vary_headers(response, ["Accept"])
    return response


@login_not_required
@require_safe
def endorsement_json(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The statement, byte for byte as it was signed."""
    text = Endorsement.objects.known().filter(pk=key).values_list("text", flat=True).first()
    return answer(text, SIGNED) if text else refusal("There is no such decision here.", 404)


def _page(request: HttpRequest, row: Endorsement) -> HttpResponse:
    version, document = row.version, json.loads(row.text)
    about = f"{settings.ISSUER_ORIGIN}/achievements/{version.pk}"
    found, sentence = check_one(document, about, resolver())
    check = {"question": f"Is it the word of {row.body_name}?", "answer": found.value, "meaning": sentence}
    context = {
        "row": row,
        "version": version,
        "institution": look_of(version.definition.institution, version.policy_id),
        "decisions": [version.approvals_shown[row.place] | {"statement": ""}],
        "name": document["name"],
        "says": document["credentialSubject"]["endorsementComment"],
        "answers": [check],
    }
    return render(request, "credentials/endorsement.html", context)

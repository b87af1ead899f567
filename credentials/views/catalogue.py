"""The public catalogue and a credential's page. Nothing shows here before it was approved."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.contrib.postgres.search import SearchQuery, SearchVector
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.models import Institution
from credentials.models import Definition, DefinitionVersion

A_PAGE = 20


@login_not_required
@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """What can be earned, by words and campus."""
    words = request.GET.get("q", "").strip()[:200]
    slug = request.GET.get("institution", "")[:50]
    found = _search(Definition.objects.public(), words)
    if slug:
        found = found.filter(institution__slug=slug)
    found = found.select_related("institution", "unit", "current__policy").order_by("current__title", "pk")
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "cards": [card(definition) for definition in page],
        "words": words,
        "chosen": slug,
        "institutions": Institution.objects.filter(definitions__in=Definition.objects.public()).distinct(),
    }
    return render(request, "credentials/catalogue.html", context)


def _search(rows: QuerySet[Definition], words: str) -> QuerySet[Definition]:
    if not words:
        return rows
    text = SearchVector("current__title", "current__description", "current__criteria", config="english")
    query = SearchQuery(words, search_type="websearch", config="english")
    return rows.annotate(text=text).filter(Q(text=query) | Q(current__title__icontains=words))


def card(definition: Definition) -> dict[str, Any]:
    """A definition as the badge card shows it."""
    version = definition.current
    facts = [definition.unit.name]
    if version:
        facts += [fact for fact in (_size(version), version.modality, version.level) if fact]
    return {
        "title": str(definition),
        "url": f"/catalogue/{definition.slug}/",
        "issuer": definition.institution.name,
        "image_url": f"/catalogue/{definition.slug}/badge.png" if definition.image else "",
        "colour": version.policy.pack.look.colour if version else "",
        "state": definition.standing,
        "facts": facts,
    }


def _size(version: DefinitionVersion) -> str:
    if version.for_credit and version.credits:
        return f"{version.credits.normalize():f} credits"
    return version.workload or "Without credit"


@login_not_required
@require_safe
def credential(request: HttpRequest, slug: str) -> HttpResponse:
    """What will I be able to do, how long, what must I show, who approved it until when, how many hold it."""
    rows = Definition.objects.select_related("institution", "unit", "current__policy")
    shown = Definition.objects.visible_to(request.user) if request.user.is_authenticated else Definition.objects.public()
    definition = get_object_or_404(rows.filter(pk__in=shown.values("pk"), current__isnull=False), slug=slug)
    version = definition.current
    assert version is not None  # noqa: S101
    awards = definition.awards.live().aggregate(n=Count("pk"))["n"]
    context = {
        "definition": definition,
        "version": version,
        "institution": definition.institution,
        "public": definition.standing in ("pilot", "established"),
        "facts": _facts(definition, version, awards),
        "image_url": f"/catalogue/{definition.slug}/badge.png" if definition.image else "",
        "colour": version.policy.pack.look.colour,
    }
    return render(request, "credentials/credential.html", context)


def _facts(definition: Definition, version: DefinitionVersion, awards: int) -> list[dict[str, Any]]:
    policy = version.policy
    facts = [
        ("Offered by", f"{definition.unit}, {definition.institution}"),
        ("Size", _size(version)),
        ("Level", version.level),
        ("How it is taught", version.modality),
        ("For whom", ", ".join(str(a) for a in version.audience)),
        ("Leads to", version.stacks_into),
        ("Held by", f"{awards} people" if awards != 1 else "1 person"),
        ("Under", f"{policy.pack.policy.title}, revision {policy.revision}"),
    ]
    return [{"term": term, "value": value} for term, value in facts if value]

"""A credential's page, and how it stands on a card. Nothing shows here before it was approved."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from credentials import ctdl
from credentials.actions import images
from credentials.hooks import next_start, open_conditions
from credentials.learned import stated
from credentials.looks import look_of, pack_of
from credentials.models import Definition, DefinitionVersion, Standing
from credentials.models.definition import ADVERTISED, DefinitionQuerySet
from credentials.models.stack import rules_of
from credentials.publishing import published_of
from credentials.stacks.paths import counts_towards, unwalked, walked
from credentials.structured import as_script, described
from credentials.views.machines import LD_JSON, answer, refusal
from credentials.views.paths import path_of

UNREAD = ("current__answers", "current__approvals")


def image_address(definition: Definition) -> str:
    """Where the badge's picture is; "" when it has none and one is drawn."""
    return reverse("badge_image", args=[definition.slug]) if definition.image else ""


def card(definition: Definition, *, awarded: bool = False) -> dict[str, Any]:
    """A definition as the badge card shows it; with `awarded` also how often, as last counted (it needs `entry`)."""
    version = definition.current
    facts = [definition.unit.name]
    if version:
        facts += [fact for fact in (size(version), version.modality, version.level) if fact]
    entry = getattr(definition, "entry", None) if awarded else None
    if entry is not None and entry.awarded:
        facts.append(f"Held by {holders(entry.awarded)}")
    look = look_of(definition.institution, version.policy_id if version else None)
    return {
        "title": str(definition),
        "url": reverse("credential", args=[definition.slug]),
        "issuer": look.name,
        "image_url": image_address(definition),
        "colour": look.colour,
        "badge_shape": look.badge_shape,
        "state": "" if definition.standing == Standing.ESTABLISHED else definition.standing,
        "facts": facts,
    }


def holders(number: int) -> str:
    """How many hold it, in words."""
    return "1 person" if number == 1 else f"{number:,} people" if number else "nobody yet"


def size(version: DefinitionVersion) -> str:
    """How much it is, in credits or in the words of the proposal."""
    if version.for_credit and version.credits:
        credits = f"{version.credits.normalize():f}"
        return "1 credit" if credits == "1" else f"{credits} credits"
    return version.workload or "Without credit"


def seen(request: HttpRequest) -> DefinitionQuerySet:
    """What this visitor may look up: strangers what is or was public, people of a campus also its others."""
    known = Definition.objects.known()
    if not request.user.is_authenticated:
        return known
    return Definition.objects.filter(
        Q(pk__in=known.values("pk")) | Q(pk__in=Definition.objects.visible_to(request.user).values("pk"))
    )


@login_not_required
@require_safe
def credential(request: HttpRequest, slug: str) -> HttpResponse:
    """What will I be able to do, how long, what must I show, who approved it until when, how many hold it."""
    rows = seen(request).filter(current__isnull=False).select_related("institution", "unit", "current")
    definition = get_object_or_404(rows, slug=slug)
    version = definition.current
    assert version is not None  # noqa: S101
    person, policy = request.user, pack_of(version.policy_id).policy
    context = {
        "definition": definition,
        "version": version,
        "institution": look_of(definition.institution, version.policy_id),
        "offered": definition.standing in ADVERTISED,
        "facts": _facts(definition, version),
        "policy": policy,
        "conditions": open_conditions(definition) if policy.public_conditions else [],
        "path": _path(request, definition, version),
        "towards": [
            {"title": str(stack), "url": reverse("credential", args=[stack.slug])}
            for stack in counts_towards([definition.pk]).filter(pk__in=seen(request).values("pk"))
        ],
        "ways": _ways(definition, version),
        "site": settings.SITE_URL,
        "structured": as_script(described(definition, version, settings.SITE_URL)),
        "card_url": reverse("badge_card", args=[definition.slug]) if definition.image else "",
        "image_url": image_address(definition),
        "image_alt": definition.image_alt,
        "may_set_image": person.is_authenticated and images.may_set(person, definition),
    }
    return render(request, "credentials/credential.html", context)


def _ways(definition: Definition, version: DefinitionVersion) -> dict[str, Any]:
    """How it is earned: what one needs before, and what else the approved answers say of it."""
    said = stated(version)
    return {
        "prerequisites": said.prerequisites,
        "further": said.further_information,
        "assessments": list(
            dict.fromkeys(c["assessment"] for c in version.competencies if c.get("assessment"))
        ),
        "months": said.validity_months,
        "start": next_start(definition),
    }


def _path(request: HttpRequest, definition: Definition, version: DefinitionVersion) -> dict[str, Any] | None:
    """The stops of a stack, with the reader's own progress where they hold a part; None where it is no stack."""
    found = unwalked(version)
    if not found.total:
        return None
    if request.user.is_authenticated:
        found = walked([definition], request.user)[0][1]
    return path_of(found, rules_of(version).within_years, seen(request))


@login_not_required
@require_safe
def credential_ctdl(request: HttpRequest, slug: str) -> HttpResponse:
    """The same for other systems: CTDL as JSON-LD, of what strangers may look up."""
    rows = Definition.objects.known().select_related("institution", "current")
    definition = rows.filter(slug=slug).first()
    if definition is None or definition.current is None:
        return refusal("There is no such credential here.", 404)
    return answer(ctdl.document(published_of(definition, definition.current)), LD_JSON)


def _facts(definition: Definition, version: DefinitionVersion) -> list[dict[str, Any]]:
    held = definition.awards.live().count()
    start = next_start(definition)
    facts = [
        ("Offered by", f"{definition.unit}, {definition.institution}"),
        ("Next start", f"{start:%-d %B %Y}" if start else ""),
        ("Size", size(version)),
        ("Level", version.level),
        ("Taught", version.modality),
        ("For", ", ".join(str(a) for a in version.audience)),
        ("Leads to", version.stacks_into),
        ("Together with", "; ".join(stated(version).partners)),
        ("Held by", holders(held)),
    ]
    return [{"term": term, "value": value} for term, value in facts if value]

"""What readers of Open Badges 2.0 fetch beside an assertion: its badge class and its issuer, at stable addresses."""

from __future__ import annotations

import uuid
from email.utils import parseaddr

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.models import Institution
from credentials.facts import achievement_of, issuer_of
from credentials.models import Definition, DefinitionVersion
from credentials.openbadges import ob2
from credentials.openbadges.achievement import achievement_object
from credentials.views.machines import LD_JSON, answer, refusal


@login_not_required
@require_safe
def badge_class(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """`/achievements/<id>/ob2.json`: what was approved, of what is public and of what people hold."""
    rows = DefinitionVersion.objects.filter(definition__in=Definition.objects.known())
    version = rows.select_related("definition__institution", "policy").filter(pk=key).first()
    if version is None:
        return refusal("There is no such achievement here.", 404)
    try:
        found = ob2.badge_class(
            achievement_object(achievement_of(version)), issuer_of(version.definition.institution)
        )
    except ValueError as error:
        return refusal(str(error), 404)
    return answer(found, LD_JSON)


@login_not_required
@require_safe
def profile(request: HttpRequest, slug: str) -> HttpResponse:
    """`/issuers/<slug>/ob2.json`: the campus, with the address from which it writes, since 2.0 demands one."""
    institution = Institution.objects.filter(slug=slug).first()
    if institution is None:
        return refusal("There is no such issuer here.", 404)
    _name, email = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return answer(ob2.profile(issuer_of(institution), email), LD_JSON)

"""What our own addresses publish for readers of Open Badges 2.0, without the network: for checking what is ours."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable, Mapping
from email.utils import parseaddr
from typing import Any

from django.conf import settings

from accounts.models import Institution
from credentials.facts import achievement_of, issuer_of
from credentials.models import Award, DefinitionVersion
from credentials.openbadges import ob2
from credentials.openbadges.achievement import achievement_object
from credentials.openbadges.resolving import NotHad

Json = Mapping[str, Any]
PLACE = re.compile(r"/(awards|achievements|issuers)/([\w-]{1,100})/ob2\.json")


def document(url: str) -> Json | None:
    """The assertion, badge class or issuer at this address of ours; None, or NotHad, when there is none."""
    found = PLACE.fullmatch(url.removeprefix(settings.ISSUER_ORIGIN))
    try:
        return KINDS[found[1]](found[2]) if found else None
    except ValueError as error:
        raise NotHad(str(error).rstrip(".")) from error


def _assertion(name: str) -> Json | None:
    award = Award.objects.shown(uuid.UUID(name))
    return ob2.assertion(json.loads(award.text)) if award and award.text else None


def _badge_class(name: str) -> Json | None:
    rows = DefinitionVersion.objects.select_related("definition__institution", "policy")
    version = rows.filter(pk=uuid.UUID(name)).first()
    if version is None:
        return None
    achievement = achievement_object(achievement_of(version))
    return ob2.badge_class(achievement, issuer_of(version.definition.institution))


def _profile(slug: str) -> Json | None:
    institution = Institution.objects.filter(slug=slug).first()
    return (
        ob2.profile(issuer_of(institution), parseaddr(settings.DEFAULT_FROM_EMAIL)[1])
        if institution
        else None
    )


KINDS: dict[str, Callable[[str], Json | None]] = {
    "awards": _assertion,
    "achievements": _badge_class,
    "issuers": _profile,
}

"""A credential for search engines: schema.org as JSON-LD, from what its page says. Pure but for `stated`.

Source: schema.org 28, EducationalOccupationalCredential (a CreativeWork).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.utils.safestring import SafeString, mark_safe

from credentials.learned import language, stated
from credentials.looks import pack_of

if TYPE_CHECKING:
    from credentials.models import Definition, DefinitionVersion

# As in Django's json_script: nothing in it can end the element.
ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


def described(definition: Definition, version: DefinitionVersion, site: str) -> dict[str, Any]:
    """What it is, who recognises it, what has to be shown; members that are not known are left out. `site`: our address."""
    said, address = stated(version), f"{site}/catalogue/{definition.slug}/"
    found = {
        "@context": "https://schema.org",
        "@type": "EducationalOccupationalCredential",
        "@id": address,
        "url": address,
        "name": version.title,
        "description": version.description,
        "credentialCategory": pack_of(version.policy_id).kind(definition.type).name,
        "educationalLevel": version.level,
        "competencyRequired": [one["name"] for one in version.competencies],
        "keywords": list(version.skills),
        "inLanguage": language(version, said),
        "timeRequired": f"PT{said.hours}H" if said.hours else "",
        "validFor": f"P{said.validity_months}M" if said.validity_months else "",
        "version": str(version.number),
        "datePublished": version.approved_on.isoformat(),
        "image": f"{site}/catalogue/{definition.slug}/badge.png" if definition.image else "",
        "recognizedBy": {
            "@type": "CollegeOrUniversity",
            "name": definition.institution.name,
            "url": f"{site}/issuers/{definition.institution.slug}",
        },
    }
    return {name: value for name, value in found.items() if value}


def as_script(data: dict[str, Any]) -> SafeString:
    """The same as the text of a script element of data."""
    return mark_safe(json.dumps(data, ensure_ascii=False).translate(ESCAPES))  # noqa: S308

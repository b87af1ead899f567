"""What a platform is told: the badge template of a definition version, and one award."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import IntegrityError, transaction

from credentials.facts import criteria_text
from credentials.models import Award, DefinitionVersion
from issuance.models import Delivery, PlatformAccount, PlatformTemplate
from issuance.platforms.base import Evidence, Outgoing, Platform, TemplateFacts
from journal import clock


def template_id(platform: Platform, account: PlatformAccount, version: DefinitionVersion) -> str:
    """The platform's template for this version: known, or made there now (slow, several requests)."""
    known = PlatformTemplate.objects.filter(account=account, version=version).first()
    if known:
        return known.remote_id
    remote_id = platform.ensure_template(template_facts(version))
    try:
        with transaction.atomic():
            PlatformTemplate.objects.create(
                account=account, version=version, remote_id=remote_id, created_at=clock.now()
            )
    except IntegrityError:  # another worker was faster; both found or made the same one by our key
        return PlatformTemplate.objects.get(account=account, version=version).remote_id
    return remote_id


def template_facts(version: DefinitionVersion) -> TemplateFacts:
    definition = version.definition
    image = b""
    if definition.image:
        with definition.image.open("rb") as file:
            image = file.read()
    return TemplateFacts(
        definition_key=str(version.pk),
        name=version.title,
        description=version.description,
        criteria_url=f"{settings.ISSUER_ORIGIN}/catalogue/{definition.slug}/",
        activity_title=criteria_text(version)[:100],
        skills=skills_of(version),
        learning_outcomes=tuple(c["name"] for c in version.competencies),
        image=image,
        image_url=f"{settings.ISSUER_ORIGIN}/catalogue/{definition.slug}/badge.png",
    )


def skills_of(version: DefinitionVersion) -> tuple[str, ...]:
    """The skills named, then the competencies, then the title: Credly asks for at least three."""
    named = [*version.skills, *(c["name"] for c in version.competencies), version.title]
    return tuple(dict.fromkeys(skill.strip() for skill in named if skill.strip()))


def outgoing(delivery: Delivery, template: str) -> Outgoing:
    """One award as values; the key is the award's id, the same in every attempt."""
    award: Award = delivery.award
    zone = ZoneInfo(award.version.policy.pack.calendar.timezone)
    return Outgoing(
        key=str(award.pk),
        template_id=template,
        recipient_name=award.recipient_name,
        recipient_email=award.recipient_email,
        issued_at=award.awarded_at.astimezone(zone),
        expires_on=award.expires_on,
        evidence=evidence_of(award),
        issuer_earner_id=str(award.holder_id),
        award_id=str(award.pk),
        award_url=f"{settings.ISSUER_ORIGIN}/awards/{award.pk}",
    )


def evidence_of(award: Award) -> tuple[Evidence, ...]:
    """The evidence links of the signed document."""
    items = award.document.get("evidence", [])
    return tuple(Evidence(name=e.get("name", ""), url=e["id"], description="") for e in items if e.get("id", "").startswith("http"))



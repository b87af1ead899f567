"""What a platform is told: the badge template of a definition version, and one award."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.conf import settings

from credentials.learned import alignments, criteria, stated
from credentials.models import Award, DefinitionVersion
from issuance.models import PlatformAccount, PlatformTemplate
from issuance.platforms.base import (
    Alignment,
    Evidence,
    Facet,
    Outgoing,
    Platform,
    PlatformError,
    TemplateFacts,
)
from journal import clock

if TYPE_CHECKING:
    from issuance.sending.leases import Held


class Templates:
    """The badge templates of one account that a lane needs, each looked up, or made there, once a run."""

    def __init__(self, platform: Platform, account: PlatformAccount) -> None:
        self.platform, self.account = platform, account
        self.zone = ZoneInfo(account.institution.timezone)
        self._found: dict[uuid.UUID, str | PlatformError] = {}

    def problem(self, version_id: uuid.UUID) -> PlatformError | None:
        """Why there is no template for this version; None when there is one."""
        found = self._get(version_id)
        return found if isinstance(found, PlatformError) else None

    def remote_id(self, version_id: uuid.UUID) -> str:
        """The template's id at the platform; raises what `problem` would say."""
        found = self._get(version_id)
        if isinstance(found, PlatformError):
            raise found
        return found

    def _get(self, version_id: uuid.UUID) -> str | PlatformError:
        if version_id not in self._found:
            self._found[version_id] = self._known(version_id) or self._made(version_id)
        return self._found[version_id]

    def _known(self, version_id: uuid.UUID) -> str:
        ids = PlatformTemplate.objects.filter(account=self.account, version=version_id)
        return ids.values_list("remote_id", flat=True).first() or ""

    def _made(self, version_id: uuid.UUID) -> str | PlatformError:
        version = DefinitionVersion.objects.select_related("definition").get(pk=version_id)
        try:
            return template_id(self.platform, self.account, version)
        except PlatformError as error:
            return error


def template_id(platform: Platform, account: PlatformAccount, version: DefinitionVersion) -> str:
    """The platform's template for this version: known, or made there now (slow, several requests)."""
    known = PlatformTemplate.objects.filter(account=account, version=version).first()
    if known:
        return known.remote_id
    remote_id = platform.ensure_template(template_facts(version))
    # Two workers who make it at once find or make the same one by our key; the first to write it down wins.
    shown = version.definition.image.name or "" if version.definition.image else ""
    template, _ = PlatformTemplate.objects.get_or_create(
        account=account,
        version=version,
        defaults={"remote_id": remote_id, "created_at": clock.now(), "image": shown},
    )
    return template.remote_id


def template_facts(version: DefinitionVersion, design: str = "") -> TemplateFacts:
    """What the template is made from. The image goes as bytes: the platform need not reach our pages."""
    definition = version.definition
    image = b""
    if definition.image:
        with definition.image.open("rb") as file:
            image = file.read()
    competencies = tuple(c["name"] for c in version.competencies)
    said = stated(version)
    asked = criteria(version, said)
    return TemplateFacts(
        definition_key=str(version.pk),
        name=version.title,
        description=version.description,
        criteria_url=f"{settings.ISSUER_ORIGIN}/catalogue/{definition.slug}/",
        activity_title=asked[:100],
        criteria=asked,
        skills=tuple(version.skills) or competencies,
        learning_outcomes=competencies,
        image=image,
        design=design,
        alignments=tuple(
            Alignment(one.name, one.url, framework=one.framework, code=one.code)
            for one in alignments(version, said)
        ),
    )


def outgoing(held: Held, template: str, zone: ZoneInfo) -> Outgoing:
    """What a claimed row sends, and when an earlier attempt of it left."""
    return replace(told(held.delivery.award, template, zone), last_sent_at=held.last_sent_at)


def told(award: Award, template: str, zone: ZoneInfo) -> Outgoing:
    """One award as values; the key is the award's id, the same in every attempt."""
    return Outgoing(
        key=str(award.pk),
        template_id=template,
        recipient_name=award.recipient_name,
        recipient_email=award.recipient_email,
        issued_at=award.awarded_at.astimezone(zone),
        expires_on=award.expires_on,
        evidence=evidence_of(award),
        narrative=narrative_of(award),
        issuer_earner_id=str(award.holder_id),
        award_id=str(award.pk),
        award_url=f"{settings.ISSUER_ORIGIN}/awards/{award.pk}",
    )


def evidence_of(award: Award) -> tuple[Evidence, ...]:
    """The evidence of the signed document: links, and what was written."""
    items = award.credential.get("evidence", [])
    found = (
        Evidence(
            item.get("name", ""),
            item.get("id", "") if item.get("id", "").startswith("http") else "",
            item.get("narrative", ""),
        )
        for item in items
    )
    return tuple(one for one in found if one.url or one.description)


def narrative_of(award: Award) -> str:
    """What the signed document says of the work."""
    return str(award.credential.get("credentialSubject", {}).get("narrative", ""))


def facets(older: Award, newer: Award) -> frozenset[Facet]:
    """What a platform would have to say differently of the newer award."""
    found: dict[Facet, bool] = {
        "address": (older.recipient_email, older.holder_id) != (newer.recipient_email, newer.holder_id),
        "name": older.recipient_name != newer.recipient_name,
        "evidence": evidence_of(older) != evidence_of(newer),
        "narrative": narrative_of(older) != narrative_of(newer),
        "issued": older.awarded_at != newer.awarded_at,
        "expiry": older.expires_on != newer.expires_on,
    }
    return frozenset(facet for facet, other in found.items() if other)

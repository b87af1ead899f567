"""Sign what the bodies decided, each decision for the body that made it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import structlog
from django.conf import settings
from django.db import transaction

from accounts.locking import locked
from credentials.bodies import deciding, published_counts
from credentials.facts import issuer_of, keys_of
from credentials.looks import pack_of
from credentials.models import Definition, DefinitionVersion, Endorsement
from credentials.openbadges import endorsement
from credentials.openbadges.document import to_bytes
from credentials.openbadges.endorsement import BodyFacts, DecisionFacts
from credentials.openbadges.keys import KeyFileError
from journal import clock
from journal.actions import record

if TYPE_CHECKING:
    from policies.schema import Pack

log = structlog.get_logger(__name__)


def sign_when_frozen(version: DefinitionVersion) -> None:
    """Sign a version's decisions as it is frozen, in the caller's transaction.

    Where the keys cannot be read the approval stands all the same, and the first batch of awards signs what is missing.
    """
    try:
        sign_missing(version)
    except KeyFileError as error:
        log.error("decisions are not signed yet", version=str(version.pk), error=str(error))


def sign_all_missing() -> int:
    """Sign whatever decision has no statement: those of versions that were frozen before decisions were signed, or while
    the keys could not be read. Each version in a transaction of its own; returns how many were signed.
    """
    return sum(len(sign_missing(version)) for version in DefinitionVersion.objects.unsigned())


def ensure(version: DefinitionVersion) -> None:
    """Sign what is not signed yet of a version, such as one that was frozen before decisions were signed."""
    if version.endorsements.count() < len(version.approvals):
        sign_missing(version)


@transaction.atomic
def sign_missing(version: DefinitionVersion) -> list[Endorsement]:
    """An Endorsement for each decision of the version's chain that has none. Repeating it changes nothing.

    Effects: the rows, and one entry in the definition's record with their ids. KeyFileError without readable keys;
    ValueError, with the part that is wrong, for what must not be signed.
    """
    definitions = Definition.objects.select_related("institution")
    institution = locked(definitions, version.definition_id).institution
    there = set(version.endorsements.values_list("place", flat=True))
    missing = [(n, link) for n, link in enumerate(version.approvals) if n not in there]
    if not missing:
        return []
    now = clock.now()
    rows = [_signed(version, place, decision, now) for place, decision in missing]
    Endorsement.objects.bulk_create(rows)
    record.write(
        subject_kind="definition",
        subject_id=version.definition_id,
        institution=institution,
        act="decisions signed",
        by=None,
        detail={"version": version.number, "endorsements": [str(row.pk) for row in rows]},
    )
    return rows


def _signed(
    version: DefinitionVersion, place: int, decision: dict[str, Any], now: dt.datetime
) -> Endorsement:
    institution, pack = version.definition.institution, pack_of(version.policy_id)
    slug = deciding(decision, pack)
    body = BodyFacts(campus=issuer_of(institution), slug=slug, name=decision["body"])
    row = Endorsement(
        id=version.endorsement_id(place),
        version=version,
        place=place,
        body=slug,
        body_name=decision["body"][:250],
        decided_on=_day(version, decision),
        signed_at=now,
    )
    facts = _facts(row, decision, pack)
    signed = endorsement.sign(body, facts, keys_of(institution).signing_key, now)
    row.text = to_bytes(signed).decode()
    return row


def _day(version: DefinitionVersion, decision: dict[str, Any]) -> dt.date:
    return dt.date.fromisoformat(decision["on"]) if decision.get("on") else version.approved_on


def _facts(row: Endorsement, decision: dict[str, Any], pack: Pack) -> DecisionFacts:
    rules = pack.policy
    named = f"policy {rules.number}" if rules.number else rules.title
    midnight = dt.datetime.combine(row.decided_on, dt.time(), tzinfo=ZoneInfo(pack.calendar.timezone))
    return DecisionFacts(
        uuid=row.pk,
        achievement_id=f"{settings.ISSUER_ORIGIN}/achievements/{row.version_id}",
        title=decision["title"],
        outcome=decision["outcome"],
        day=row.decided_on,
        decided_at=midnight,
        clause=decision.get("clause", ""),
        counts=published_counts(decision, row.body, pack),
        policy=f"{named}, revision {rules.revision}",
        revision_hash=row.version.revision_hash,
        silent=bool(decision.get("silent")),
    )

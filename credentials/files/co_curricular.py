"""A learner's co-curricular transcript of one campus: as a paper, and as a learner record that the campus signs.

Where the campus's policy has it. It holds what the learner chooses among the awards that they accepted and that are in
force. It is made when it is asked for; nothing is written or kept.
"""

from __future__ import annotations

import datetime as dt
import json
import secrets
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings

from credentials.facts import issuer_of, keys_of
from credentials.files.certificate import address_of
from credentials.looks import pack_of
from credentials.models import Award
from credentials.openbadges import did, jwt, learner_record
from credentials.openbadges.carried import carried
from credentials.openbadges.parsing import LARGEST
from credentials.versions import version_of
from journal import clock, papers
from journal.papers import blocks
from journal.papers.sizes import SIZES

if TYPE_CHECKING:
    from accounts.models import Institution, Person
    from credentials.models.award_queries import AwardQuerySet
    from journal.papers.blocks import Block

TITLE = "Co-curricular transcript"
NOT_ACADEMIC = "This is not the academic transcript."
PROVEN = "Each entry is proven by its address, not by this sheet: open it to see whether the award is genuine and in force."


class TooMuch(ValueError):
    """More than one file can hold; the sentence says so."""


@dataclass(frozen=True)
class Transcript:
    """What one learner's transcript of one campus holds; `partial` when it leaves something out."""

    person: Person
    institution: Institution
    awards: Sequence[Award]
    partial: bool = False


def held_at(person: Person) -> dict[Institution, list[Award]]:
    """What the person can put on a transcript, by the campuses whose policy has one, each oldest first."""
    found: dict[Institution, list[Award]] = {}
    rows = _possible(person).select_related("institution__in_force", "version", "definition__unit")
    for award in rows.defer("document", "version__answers", "version__approvals"):
        offered = (award.institution.in_force or award.institution.policy).pack.transcript.co_curricular
        if offered and award.status_on(award.institution.today()) == "valid":
            found.setdefault(award.institution, []).append(award)
    return found


def offered_to(person: Person) -> bool:
    """Whether there is a transcript for this person to have."""
    return bool(held_at(person))


def _possible(person: Person) -> AwardQuerySet:
    rows = Award.objects.held_by(person).accepted().in_force().exclude(document="")
    return rows.order_by("awarded_at", "pk")


def transcript_of(person: Person, slug: str, chosen: Collection[uuid.UUID]) -> Transcript | None:
    """The transcript of that campus with the chosen awards, all of them when none is chosen; None where there is none."""
    held = next((pair for pair in held_at(person).items() if pair[0].slug == slug), None)
    if held is None:
        return None
    institution, possible = held
    keys = [award.pk for award in possible if not chosen or award.pk in chosen]
    if not keys:
        return None
    rows = _possible(person).filter(pk__in=keys).select_related("definition__unit", "institution")
    return Transcript(person, institution, list(rows), partial=len(keys) < len(possible))


def signed(transcript: Transcript) -> str:
    """The transcript as a Comprehensive Learner Record 2.0, a token signed by the campus. TooMuch when it is too large."""
    awards, institution = transcript.awards, transcript.institution
    if len(awards) > learner_record.MOST:
        raise TooMuch(f"One file holds up to {learner_record.MOST} badges. Choose fewer.")
    last = awards[-1]
    facts = learner_record.RecordFacts(
        uuid=uuid.uuid4(),
        name=f"{TITLE}, {institution.name}",
        valid_from=clock.now(),
        recipient_email=last.recipient_email,
        recipient_salt=secrets.token_hex(16),
        recipient_name=last.recipient_name,
        credentials=[json.loads(award.document) for award in awards],
        partial=transcript.partial,
        description=NOT_ACADEMIC,
    )
    key = keys_of(institution).jwt_key
    document = learner_record.build(issuer_of(institution), facts)
    token = jwt.encode(document, key, did.jwk_url(settings.ISSUER_ORIGIN, institution.slug, key.kid))
    if len(token) > LARGEST:
        raise TooMuch("These badges are too large for one file together. Choose fewer.")
    return token


def paper(transcript: Transcript) -> bytes:
    """The transcript as a PDF (PDF/UA-1). Raises PaperError when it cannot be set."""
    institution = transcript.institution
    pack = (institution.in_force or institution.policy).pack
    clause = pack.clause(pack.transcript.co_curricular_clause)
    rule = f"{pack.policy.title}, {clause.id}" if clause else pack.policy.title
    count = len(transcript.awards)
    entries = [block for award in transcript.awards for block in _entry(award)]
    made = blocks.document(
        title=f"{TITLE} of {transcript.awards[-1].recipient_name}",
        kicker=rule,
        institution=institution.name,
        size=SIZES[pack.look.paper],
        lead=f"{count} micro-credential{'' if count == 1 else 's'} in force on {_day(institution.today())}. {NOT_ACADEMIC}",
        footer=f"As of {_day(institution.today())}",
        blocks=[blocks.text(PROVEN, "small"), *entries],
    )
    return papers.render("document", made)


def _entry(award: Award) -> list[Block]:
    version = version_of(award.version_id)
    shown = carried(award.document).results
    credits = f"{version.credits.normalize():f}" if version.for_credit and version.credits else ""
    facts = [
        ("Awarded on", _day(award.awarded_on)),
        ("Valid until", _day(award.expires_on) if award.expires_on else ""),
        ("Offered by", award.definition.unit.name),
        ("Level", version.level),
        ("Workload", version.workload),
        ("Credits", credits),
        ("Approved under", f"revision {pack_of(version.policy_id).policy.revision}"),
        ("Check it at", address_of(award)),
    ]
    learned = [f"{one.name}: {one.text}" for one in shown] or [one["name"] for one in version.competencies]
    found = [blocks.heading(1, version.title), blocks.text(version.description), blocks.facts(facts)]
    return [*found, *([blocks.heading(2, "What was shown"), blocks.items(learned)] if learned else [])]


def _day(day: dt.date) -> str:
    return f"{day:%-d %B %Y}"

"""Make awards in batches, and revoke one. An award is signed once and never changed afterwards."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
import uuid
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.authority import Authority, authority
from accounts.locking import locked
from credentials import hooks, learned
from credentials.actions import endorsements, status_lists
from credentials.facts import achievement_of, issuer_of, keys_of
from credentials.learned import Mastered, stated
from credentials.looks import pack_of
from credentials.models import Award
from credentials.openbadges.batch import BatchSigner
from credentials.openbadges.document import to_bytes
from credentials.openbadges.facts import AwardFacts, Evidence
from credentials.validity import last_moment, last_valid_day
from journal import clock
from journal.actions import mail, record
from policies.reasons import Reason, refuse_if

if TYPE_CHECKING:
    from accounts.models import Person
    from credentials.actions.status_lists import Place
    from credentials.models import DefinitionVersion


@dataclass(frozen=True)
class Recipient:
    """One person to be awarded, as certified."""

    holder: Person
    name: str
    email: str
    started_on: dt.date | None = None
    completed_on: dt.date | None = None
    evidence_url: str = ""
    evidence: str = ""
    narrative: str = ""
    mastered: tuple[Mastered, ...] = ()


class Maker:
    """Makes awards of one version for one request; keeps what the batches share (signer, facts) between chunks."""

    def __init__(self, version: DefinitionVersion, request_id: uuid.UUID | None) -> None:
        self.version = version
        self.request_id = request_id
        self.institution = version.definition.institution
        self.now = clock.now().replace(microsecond=0)
        endorsements.ensure(version)
        self.credits = learned.credits(version)
        self.months = stated(version).validity_months
        self._places: deque[Place] = deque()
        self.signer = BatchSigner(
            issuer_of(self.institution),
            achievement_of(version),
            keys_of(self.institution).signing_key,
            self.now,
        )

    def reserve(self, count: int) -> None:
        """Have places for so many awards. Before a transaction is opened, so that no other worker waits for its end."""
        missing = count - len(self._places)
        if self.version.badge and missing > 0:
            self._places += status_lists.take(self.institution, missing)

    def make(self, recipients: Sequence[Recipient]) -> list[Award | str]:
        """Sign and store an award each, with its place on a status list, in the caller's transaction.

        Gives the award of each recipient in turn, or the sentence that says why it cannot be signed; the others are
        awarded all the same. The caller has made sure that nobody holds a live award of the definition.
        """
        self.reserve(len(recipients))
        made: list[Award | str] = []
        for recipient in recipients:
            award = self._award(recipient)
            try:
                if self.version.badge:
                    self._sign(award, recipient, self._places.popleft())
                made.append(award)
            except ValueError as error:
                made.append(f"It cannot be signed as it stands ({error}). Correct it and request it again.")
        awards = [award for award in made if isinstance(award, Award)]
        Award.objects.bulk_create(awards, batch_size=500)
        hooks.stacks().earned(awards)
        return made

    def _sign(self, award: Award, recipient: Recipient, place: Place) -> None:
        award.status_list_id, award.status_index = place.list_id, place.index
        signed = to_bytes(self.signer.sign(self._facts(award, recipient, place)))
        award.document, award.document_hash = signed.decode(), hashlib.sha256(signed).hexdigest()

    def _award(self, recipient: Recipient) -> Award:
        day = self.institution.today()
        return Award(
            institution=self.institution,
            definition=self.version.definition,
            version=self.version,
            holder=recipient.holder,
            recipient_name=recipient.name,
            recipient_email=recipient.email,
            awarded_on=day,
            expires_on=last_valid_day(day, self.months) if self.months else None,
            awarded_at=self.now,
            request_id=self.request_id,
        )

    def _facts(self, award: Award, recipient: Recipient, place: Place) -> AwardFacts:
        evidence: tuple[Evidence, ...] = ()
        if recipient.evidence_url or recipient.evidence:
            evidence = (Evidence(name="Evidence", narrative=recipient.evidence, url=recipient.evidence_url),)
        return AwardFacts(
            uuid=award.pk,
            valid_from=self.now,
            valid_until=last_moment(award.expires_on, self.institution.timezone),
            status_list_url=place.url,
            status_index=place.index,
            recipient_email=recipient.email,
            recipient_salt=secrets.token_hex(16),
            recipient_name=recipient.name,
            narrative=recipient.narrative,
            evidence=evidence + learned.evidence(self.version, recipient.mastered, recipient.evidence_url),
            results=learned.results(self.version, recipient.mastered),
            credits_earned=self.credits,
            activity_start=_at_noon(recipient.started_on),
            activity_end=_at_noon(recipient.completed_on),
        )


def _at_noon(day: dt.date | None) -> dt.datetime | None:
    """A day as an instant that is the same day in every American and European time zone."""
    return dt.datetime.combine(day, dt.time(12), tzinfo=dt.UTC) if day else None


def may_revoke(person: Person, award: Award) -> bool:
    """The programme manager, and whoever holds an office that certifies by the pack."""
    return _revoker(person, award) is not None


def _revoker(person: Person, award: Award) -> Authority | None:
    offices = [c.office for c in pack_of(award.version.policy_id).issuance.certifiers]
    actors = ["programme_manager", *(f"office:{office}" for office in offices)]
    rights = (authority(person, actor, award.institution, award.definition.unit) for actor in actors)
    return next((right for right in rights if right), None)


@transaction.atomic
def revoke(*, award: Award, reason: str, by: Person) -> Award:
    """Revoke for good: the reason is kept, the status list is signed anew, the learner is told, stacks that rest on it
    are put up for review.

    Refused without a reason, and when it is revoked already.
    """
    right = _revoker(by, award)
    if right is None:
        raise PermissionDenied("Only the certifying office or the programme manager revokes an award.")
    award = locked(Award.objects.select_related("institution", "holder"), award.pk)
    refuse_if(_revocation_problems(award, reason))
    award.revoked_at, award.revoked_by, award.revocation_reason = clock.now(), by, reason.strip()[:300]
    award.save(update_fields=["revoked_at", "revoked_by", "revocation_reason"])
    if award.status_list_id:
        status_lists.publish(award.status_list_id)
    mail.post(
        kind="award_revoked",
        key=f"award_revoked:{award.pk}",
        to=award.holder,
        institution=award.institution,
        context={"award": award, "url": f"{settings.SITE_URL}/wallet/"},
    )
    hooks.stacks().lost(award)
    record.write(
        subject_kind="definition",
        subject_id=award.definition_id,
        institution=award.institution,
        act="award revoked",
        by=by,
        on_behalf_of=right.on_behalf_of,
        detail={"award": str(award.pk)},  # the reason is about a learner, so it stays with the award
    )
    return award


def _revocation_problems(award: Award, reason: str) -> list[Reason]:
    found = []
    if not reason.strip():
        found.append(Reason("Give a reason; the learner is told it.", field="reason"))
    if award.revoked_at:
        found.append(Reason("This award has been revoked already."))
    return found

"""Make awards in batches; revoke one, or put another in its place. An award is signed once and never changed."""

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

from accounts import copying
from accounts.authority import Authority, authority
from accounts.locking import locked
from credentials import hooks, learned
from credentials.actions import collections, endorsements, status_lists
from credentials.facts import achievement_of, issuer_of, keys_of
from credentials.learned import EVIDENCE, Mastered, stated
from credentials.looks import pack_of
from credentials.models import Award
from credentials.openbadges.batch import BatchSigner
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
class Dates:
    """When an award was made, by the clock and on the campus, and its last day."""

    awarded_at: dt.datetime
    awarded_on: dt.date
    expires_on: dt.date | None


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
    dates: Dates | None = None  # the day of making and the term of the credential when there are none


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
        day = self.institution.today()
        self.dates = Dates(self.now, day, last_valid_day(day, self.months) if self.months else None)
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
        made = self.sign(recipients)
        self.store([award for award in made if isinstance(award, Award)])
        return made

    def store(self, awards: Sequence[Award]) -> None:
        """Write signed awards, in the caller's transaction; stacks that they complete are found."""
        copying.copy(Award, map(vars, awards))
        for award in awards:
            award._state.adding = False
        hooks.stacks().earned(awards)

    def sign(self, recipients: Sequence[Recipient]) -> list[Award | str]:
        """As `make`, but stores nothing."""
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
        return made

    def _sign(self, award: Award, recipient: Recipient, place: Place) -> None:
        award.status_list_id, award.status_index = place.list_id, place.index
        signed = self.signer.sign_to_bytes(self._facts(award, recipient, place))
        award.document, award.document_hash = signed.decode(), hashlib.sha256(signed).hexdigest()

    def _award(self, recipient: Recipient) -> Award:
        dates = recipient.dates or self.dates
        return Award(
            institution=self.institution,
            definition=self.version.definition,
            version=self.version,
            holder=recipient.holder,
            recipient_name=recipient.name,
            recipient_email=recipient.email,
            awarded_on=dates.awarded_on,
            expires_on=dates.expires_on,
            awarded_at=dates.awarded_at,
            request_id=self.request_id,
        )

    def _facts(self, award: Award, recipient: Recipient, place: Place) -> AwardFacts:
        evidence: tuple[Evidence, ...] = ()
        if recipient.evidence_url or recipient.evidence:
            evidence = (Evidence(name=EVIDENCE, narrative=recipient.evidence, url=recipient.evidence_url),)
        return AwardFacts(
            uuid=award.pk,
            valid_from=award.awarded_at,
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
    """The programme manager, and whoever holds an office that certifies by the pack; they suspend, renew and correct too."""
    return _right_over(person, award) is not None


def _right_over(person: Person, award: Award) -> Authority | None:
    offices = [c.office for c in pack_of(award.version.policy_id).issuance.certifiers]
    actors = ["programme_manager", *(f"office:{office}" for office in offices)]
    rights = (authority(person, actor, award.institution, award.definition.unit) for actor in actors)
    return next((right for right in rights if right), None)


def require_right(person: Person, award: Award) -> Authority:
    """As whom the person may revoke, suspend, renew or correct the award; PermissionDenied for others."""
    right = _right_over(person, award)
    if right is None:
        raise PermissionDenied("Only the certifying office or the programme manager changes an award.")
    return right


def in_hand(award: Award) -> Award:
    """The award under lock, with what its acts and mails read."""
    rows = Award.objects.select_related("institution", "holder", "version__policy", "definition__institution")
    return locked(rows, award.pk)


@transaction.atomic
def revoke(*, award: Award, reason: str, by: Person) -> Award:
    """Revoke for good: the reason is kept, the status list is signed anew, the learner is told, stacks that rest on it
    are put up for review.

    Refused without a reason, and when it is revoked already.
    """
    right = require_right(by, award)
    award = in_hand(award)
    refuse_if([*unexplained(reason), *revocation_reasons(award)])
    award.revoked_at, award.revoked_by, award.revocation_reason = clock.now(), by, reason.strip()[:300]
    award.save(update_fields=["revoked_at", "revoked_by", "revocation_reason"])
    if award.status_list_id:
        status_lists.publish(award.status_list_id)
    tell(award, "award_revoked")
    hooks.stacks().lost(award)
    note(award, "award revoked", right)
    return award


def revocation_reasons(award: Award) -> list[Reason]:
    """Why it cannot be revoked."""
    return [Reason("This award has been revoked already.")] if award.revoked_at else []


def unexplained(reason: str) -> list[Reason]:
    """The reason that every act against an award needs."""
    return [] if reason.strip() else [Reason("Give a reason; the learner is told it.", field="reason")]


@transaction.atomic
def supersede(*, older: Award, by_award: Award, why: str, reason: str = "") -> Award:
    """Put one award in the place of another of the same credential: the other one ends and points to it.

    For renewal, correction and merging (`Why`); who may, the record and what the learner is told are the caller's. The
    status list is signed anew, so that the other one verifies nowhere as if it were in force. `by_award` may be stored
    after it, within the transaction. Refused when one of them has ended, or they are of two credentials.
    """
    older = in_hand(older)
    found = ended_reasons(older) + (ended_reasons(by_award) if by_award.pk != older.pk else [SAME])
    if older.definition_id != by_award.definition_id:
        found.append(Reason("An award is replaced only by one of the same credential."))
    refuse_if(found)
    older.superseded_by_id, older.superseded_at, older.superseded_why = by_award.pk, clock.now(), why
    older.superseded_reason = reason.strip()[:300]
    older.save(update_fields=["superseded_by", "superseded_at", "superseded_why", "superseded_reason"])
    collections.follow(older=older, newer=by_award)
    if older.status_list_id:
        status_lists.publish(older.status_list_id)
    return older


SAME = Reason("An award is not replaced by itself.")


def ended_reasons(award: Award) -> list[Reason]:
    """Why nothing more can be done to an award."""
    if award.revoked_at:
        return [Reason("This award was revoked, for good.")]
    return [Reason("A newer award has taken the place of this one.")] if award.superseded_by_id else []


def tell(award: Award, kind: str, *, moment: str = "", path: str = "/wallet/", **context: object) -> None:
    """Mail the holder; `moment` tells apart what can happen to an award more than once."""
    mail.post(
        kind=kind,
        key=f"{kind}:{award.pk}{moment and f':{moment}'}",
        to=award.holder,
        institution=award.institution,
        context={"award": award, "url": f"{settings.SITE_URL}{path}", **context},
    )


def note(award: Award, act: str, right: Authority, **detail: str) -> None:
    """An entry in the credential's record. The reason is about a learner, so it stays with the award."""
    record.write(
        subject_kind="definition",
        subject_id=award.definition_id,
        institution=award.institution,
        act=act,
        by=right.person,
        on_behalf_of=right.on_behalf_of,
        detail={"award": str(award.pk), **detail},
    )

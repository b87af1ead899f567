"""Renew an award that runs out, and correct one that says something wrong: a new award takes the place of the old one."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction

from accounts.actions import people
from credentials import hooks
from credentials.actions import claims
from credentials.actions.awards import (
    Dates,
    Maker,
    Recipient,
    ended_reasons,
    in_hand,
    note,
    require_right,
    supersede,
    tell,
    unexplained,
)
from credentials.expiring import first_renewal
from credentials.learned import EVIDENCE, Mastered, competency_id, level_named, stated
from credentials.models import Award
from credentials.models.award import Why
from credentials.validity import last_valid_day
from journal import clock
from policies.reasons import Reason, Refused, refuse_if

if TYPE_CHECKING:
    from collections.abc import Mapping

    from accounts.models import Person
    from credentials.models import DefinitionVersion

ERASED = Reason("Its document was erased with its holder's data, so what it said is not known any more.")
SUSPENDED = Reason("This award is suspended. Reinstate it first, or revoke it.")


@dataclass(frozen=True)
class Said:
    """What an award says that can be wrong."""

    name: str
    email: str
    evidence_url: str = ""
    evidence: str = ""
    narrative: str = ""


def said_by(award: Award) -> Said:
    """What this one says."""
    credential = award.credential
    whole = (one for one in credential.get("evidence", []) if one.get("name") == EVIDENCE)
    first: dict[str, str] = next(whole, {})
    return Said(
        name=award.recipient_name,
        email=award.recipient_email,
        evidence_url=first.get("id", ""),
        evidence=first.get("narrative", ""),
        narrative=credential.get("credentialSubject", {}).get("narrative", ""),
    )


def standing_reasons(award: Award) -> list[Reason]:
    """What stands in the way of replacing it, whatever by."""
    found = ended_reasons(award) or ([SUSPENDED] if award.suspended_at else [])
    return found or ([ERASED] if award.erased_at or award.document_hash and not award.document else [])


def renewal_reasons(award: Award) -> list[Reason]:
    """Why it cannot be renewed today."""
    found, today = standing_reasons(award), award.institution.today()
    first = first_renewal(award)
    if first is None or not stated(award.version).validity_months:
        found.append(Reason("This award does not run out, so there is nothing to renew."))
    elif today < first:
        found.append(Reason(f"It can be renewed from {first:%-d %B %Y} on."))
    if not award.definition.awardable_on(today):
        found.append(Reason("This credential is not awarded any more."))
    return found


def new_last_day(award: Award) -> dt.date | None:
    """The last day of a renewal made today: the new term begins where the old one ends, or today if it is over."""
    months, today = stated(award.version).validity_months, award.institution.today()
    return last_valid_day(max(award.expires_on or today, today), months) if months else None


def correction_reasons(award: Award) -> list[Reason]:
    """Why it cannot be corrected."""
    return standing_reasons(award)


@transaction.atomic
def renew(*, award: Award, by: Person) -> Award:
    """A new award that says the same with a new term; it takes the old one's place, and the learner is told.

    The version stays: what is renewed is what was shown. For those who may revoke it. Refused by `renewal_reasons`.
    """
    right = require_right(by, award)
    award = in_hand(award)
    refuse_if(renewal_reasons(award))
    now = clock.now().replace(microsecond=0)
    dates = Dates(now, award.institution.today(), new_last_day(award))
    newer = replaced(award, said_by(award), award.holder, dates, Why.RENEWAL)
    tell(newer, "award_renewed", path=f"/verify/{newer.pk}/")
    note(award, "award renewed", right, newer=str(newer.pk))
    return newer


@transaction.atomic
def correct(*, award: Award, said: Said, reason: str, by: Person) -> Award:
    """A new award with other words and the old one's dates; it takes the old one's place, and the learner is told.

    With another address it goes to whoever has that address, who is told as with a new badge; the former holder is told
    too. For those who may revoke it. Refused without a reason, when nothing is changed, for what cannot be signed, when
    that learner holds the credential already, and by `correction_reasons`.
    """
    right = require_right(by, award)
    award = in_hand(award)
    said = _tidy(said)
    refuse_if([*unexplained(reason), *_wrong(award, said), *correction_reasons(award)])
    holder = _holder(award, said)
    dates = Dates(award.awarded_at, award.awarded_on, award.expires_on)
    newer = replaced(award, said, holder, dates, Why.CORRECTION, reason)
    if moved := holder != award.holder:
        hooks.stacks().lost(award)
    tell(award, "award_corrected", path=f"/wallet/{award.pk}/", moved=moved)
    note(award, "award corrected", right, newer=str(newer.pk))
    return newer


def _tidy(said: Said) -> Said:
    return Said(
        name=" ".join(said.name.split()),
        email=said.email.strip().lower(),
        evidence_url=said.evidence_url.strip(),
        evidence=said.evidence.strip(),
        narrative=said.narrative.strip(),
    )


def _wrong(award: Award, said: Said) -> list[Reason]:
    found = []
    if not 0 < len(said.name) <= 200:
        found.append(Reason("Write the learner's name, in at most 200 characters.", field="name"))
    if said.evidence_url and not _is_address(said.evidence_url):
        found.append(Reason("This is not a web address.", field="evidence_url"))
    if said == _tidy(said_by(award)):
        found.append(Reason("Nothing is changed. Correct what is wrong."))
    return found


def _is_address(text: str) -> bool:
    try:
        URLValidator(["http", "https"])(text)
    except ValidationError:
        return False
    return len(text) <= 500


def _holder(award: Award, said: Said) -> Person:
    """The old holder, or whoever has the new address; refused when they hold the credential."""
    if said.email == award.recipient_email.strip().lower():
        return award.holder
    holder = people.ensure_learner(email=said.email, name=said.name)
    held = Award.objects.live().filter(holder=holder, definition=award.definition).exclude(pk=award.pk)
    if held.exists():
        raise Refused(Reason("Whoever has this address holds the credential already.", field="email"))
    return holder


def replaced(
    award: Award,
    said: Said,
    holder: Person,
    dates: Dates,
    why: Why,
    reason: str = "",
    *,
    version: DefinitionVersion | None = None,
) -> Award:
    """The new award, signed and stored, with what its holder chose of the old one; who has accepted none is asked to.

    Of the old one's version, or of this later one of the same credential. Who may, the record and the mail are the caller's.
    """
    subject = award.credential.get("credentialSubject", {})
    recipient = Recipient(
        holder=holder,
        name=said.name,
        email=said.email,
        started_on=_day(subject, "activityStartDate"),
        completed_on=_day(subject, "activityEndDate"),
        mastered=_mastered(award),
        evidence_url=said.evidence_url,
        evidence=said.evidence,
        narrative=said.narrative,
        dates=dates,
    )
    maker = Maker(version or award.version, None)
    (newer,) = maker.sign([recipient])
    if isinstance(newer, str):
        raise Refused(newer)
    if holder == award.holder:
        newer.visibility, newer.hidden, newer.accepted_at = award.visibility, award.hidden, award.accepted_at
    supersede(older=award, by_award=newer, why=why, reason=reason)
    maker.store([newer])
    if newer.accepted_at is None:
        claims.invite([newer], award.institution, settings.SITE_URL)
    return newer


def _day(subject: Mapping[str, str], member: str) -> dt.date | None:
    """A day of the signed document, which says it as an instant at noon."""
    return dt.date.fromisoformat(subject[member][:10]) if member in subject else None


def _mastered(award: Award) -> tuple[Mastered, ...]:
    """The competencies that the signed document says were shown, with what stood beside each."""
    credential = award.credential
    results = credential.get("credentialSubject", {}).get("result", [])
    shown = {one["resultDescription"]: one.get("achievedLevel", "") for one in results}
    beside = {one["name"]: one for one in credential.get("evidence", []) if "name" in one}
    found = {}
    for n, one in enumerate(award.version.competencies, 1):
        if (key := competency_id(award.version, n)) in shown:
            said = beside.get(one["name"], {})
            level = level_named(award.version, n, shown[key])
            found[one["name"]] = Mastered(one["name"], said.get("id") or said.get("narrative", ""), level)
    return tuple(found.values())

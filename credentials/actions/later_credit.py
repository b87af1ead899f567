"""An award that was earned without credit gains credit, once its credential has moved to credit and the policy's fee and
further assessment are recorded."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.authority import Authority, authority
from credentials.actions import transcripts
from credentials.actions.awards import Dates, in_hand, note, tell
from credentials.actions.renewal import replaced, said_by, standing_reasons
from credentials.looks import pack_of
from credentials.models import Award, CreditGain
from credentials.models.award import Why
from credentials.openbadges.rules import UNSAFE
from credentials.validity import last_valid_day
from journal import clock
from policies import engine
from policies.reasons import Reason, refuse_if

if TYPE_CHECKING:
    from collections.abc import Iterator

    from accounts.models import Person
    from credentials.models import DefinitionVersion
    from policies.schema import LaterCredit

NEVER = "By its policy nothing that was earned without credit gains credit later."
BEARS = "This award bears credit already."
NOT_MOVED = "The credential bears no credit. That it moves to credit is proposed and approved first."
NOT_AWARDED = "This credential is not awarded any more."
MOST_FEE = Decimal("9999999.99")


@dataclass(frozen=True)
class Grounds:
    """On what an award gains credit: the fee that was received, the assessment that was passed."""

    fee_received_on: dt.date | None = None
    fee_amount: Decimal | None = None
    fee_reference: str = ""
    assessment: str = ""
    assessed_on: dt.date | None = None
    assessed_by: str = ""
    result: str = ""


def rule_of(award: Award) -> LaterCredit | None:
    """How the policy lets the award gain credit: that of the version in force; None where it does not, or for one that
    bears credit."""
    version = award.definition.current or award.version
    return None if award.version.for_credit else pack_of(version.policy_id).transcript.later_credit


def granting(person: Person, award: Award) -> Authority | None:
    """The person's right to let it gain credit: the office that releases what is earned for credit. None without it."""
    version = award.definition.current
    if version is None:
        return None
    office = engine.certifier(pack_of(version.policy_id), version.answers, award.definition.type).office
    return authority(person, f"office:{office}", award.institution, award.definition.unit)


def require_grantor(person: Person, award: Award) -> Authority:
    """Like `granting`, but PermissionDenied instead of None."""
    found = granting(person, award)
    if found is None:
        raise PermissionDenied(
            "Only the office that releases what is earned for credit lets an award gain credit."
        )
    return found


def gain_reasons(award: Award) -> list[Reason]:
    """Why it cannot gain credit now, whatever is recorded."""
    rule, version = rule_of(award), award.definition.current
    if award.version.for_credit:
        return [Reason(BEARS)]
    if rule is None or version is None:
        return [Reason(NEVER)]
    found = list(standing_reasons(award))
    if not version.for_credit:
        return [*found, Reason(NOT_MOVED, rule.clause)]
    if not award.definition.awardable_on(award.institution.today()):
        found.append(Reason(NOT_AWARDED))
    return found + transcripts.code_reasons(award.definition)


@transaction.atomic
def gain_credit(*, award: Award, grounds: Grounds, by: Person) -> Award:
    """A new award of today for credit, under the version in force, takes the older one's place; the learner is told.

    Effects: what the fee and the assessment were, kept with both awards; the newer one waits to be noted on the
    transcript. Refused by `gain_reasons`, and without what the policy asks for, each reason at its field. Only the office
    that releases what is earned for credit.
    """
    award = in_hand(award)
    right = require_grantor(by, award)
    refuse_if(gain_reasons(award))
    rule, version = rule_of(award), award.definition.current
    assert rule is not None and version is not None  # noqa: S101  (refused above)
    refuse_if(_wanting(award, rule, grounds))
    newer = replaced(award, said_by(award), award.holder, _dates(award, version), Why.CREDIT, version=version)
    CreditGain.objects.create(
        award=award,
        newer=newer,
        recorded_by=by,
        on_behalf_of=right.on_behalf_of,
        recorded_at=clock.now(),
        **vars(grounds),
    )
    tell(newer, "award_gained_credit", path=f"/verify/{newer.pk}/")
    note(award, "credit gained", right, newer=str(newer.pk))
    return newer


def _dates(award: Award, version: DefinitionVersion) -> Dates:
    """Credit is earned today; the term of the credential begins anew where it has one."""
    months = engine.mapped(pack_of(version.policy_id), version.answers).validity_months
    day = award.institution.today()
    return Dates(clock.now().replace(microsecond=0), day, last_valid_day(day, months) if months else None)


def _wanting(award: Award, rule: LaterCredit, said: Grounds) -> Iterator[Reason]:
    """What the policy asks for and is not said, and what is said wrongly."""
    asked = [
        (
            "fee_received_on",
            rule.fee_required and said.fee_received_on is None,
            "Write when the fee was received.",
        ),
        ("fee_reference", rule.fee_required and not said.fee_reference, "Write the number of the receipt."),
        ("assessment", rule.assessment_required and not said.assessment, "Say how it was assessed further."),
        ("assessed_on", rule.assessment_required and said.assessed_on is None, "Write when it was assessed."),
        (
            "assessed_by",
            (rule.assessment_required or rule.academic_unit) and not said.assessed_by,
            "Write which academic unit assessed it." if rule.academic_unit else "Write who assessed it.",
        ),
        ("result", rule.assessment_required and not said.result, "Write the result, such as a grade."),
    ]
    yield from (Reason(text, rule.clause, field) for field, missing, text in asked if missing)
    if said.assessment and rule.assessments and said.assessment not in rule.assessments:
        yield Reason(f"It is one of: {', '.join(rule.assessments)}.", rule.clause, "assessment")
    yield from _wrong(award, said)


def _wrong(award: Award, said: Grounds) -> Iterator[Reason]:
    today = award.institution.today()
    for field, day in (("fee_received_on", said.fee_received_on), ("assessed_on", said.assessed_on)):
        if day and day > today:
            yield Reason("The day lies in the future.", field=field)
    if said.assessed_on and said.assessed_on < award.awarded_on:
        yield Reason("A further assessment lies after the award.", field="assessed_on")
    if said.fee_amount is not None and not 0 <= said.fee_amount <= MOST_FEE:
        yield Reason("This is no amount of money.", field="fee_amount")
    if said.fee_received_on is None and (said.fee_amount is not None or said.fee_reference):
        yield Reason("Write when the fee was received.", field="fee_received_on")
    for field, longest in (
        ("fee_reference", 100),
        ("assessment", 100),
        ("assessed_by", 200),
        ("result", 200),
    ):
        text = getattr(said, field)
        if len(text) > longest or UNSAFE.search(text):
            yield Reason(f"Write it in up to {longest} plain characters.", field=field)

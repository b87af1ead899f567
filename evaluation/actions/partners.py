"""Ask employers and partners what they see of a programme: general questions, nothing about any one learner."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import validate_email
from django.db import transaction

from accounts.models import Institution
from evaluation import tasks
from evaluation.actions.asking import address_hash
from evaluation.actions.forgetting import REST
from evaluation.models import Audience, Invitation, Survey, SurveyStop
from evaluation.reach import definitions_directed
from journal import clock
from journal.actions import record
from journal.wake import after_commit
from policies.reasons import Reason, refuse_if

if TYPE_CHECKING:
    from accounts.models import Person
    from credentials.models import Definition

AT_ONCE, A_DAY = 200, 500
NOT_YOURS = "Only the programme director and the office ask employers and partners."
SEPARATORS = re.compile(r"[\s,;<>\"]+")


@dataclass(frozen=True)
class Asked:
    """How many are asked, and who is left out since they do not want it, or were asked lately."""

    number: int
    stopped: int
    lately: int


def addresses_in(text: str) -> tuple[list[str], list[Reason]]:
    """The addresses of a list, in order and once each, and what is wrong with its lines. A first line may be a heading."""
    found, wrong = list[str](), list[Reason]()
    for number, line in enumerate(text.replace("\x00", "").splitlines(), 1):
        words = [word for word in SEPARATORS.split(line) if "@" in word]
        if line.strip() and not words and number > 1:
            wrong.append(Reason(f"Line {number} has no address.", field="addresses"))
        for word in words:
            try:
                validate_email(word)
                found.append(word.lower())
            except ValidationError:
                said = word if len(word) <= 60 else f"{word[:60]}…"
                wrong.append(Reason(f"Line {number}: {said} is not an e-mail address.", field="addresses"))
    return list(dict.fromkeys(found)), wrong


@transaction.atomic
def ask(*, survey: Survey, definition: Definition, addresses: Sequence[str], by: Person) -> Asked:
    """Have these addresses asked, each once.

    Effects: an invitation each, whose mail the worker writes; an entry in the record of the credential with their number.
    Left out: who asked to be left alone, and who was asked the same about this credential within 90 days. Refused: a
    survey for learners, no address, something that is none, more than 200 at once or 500 a day of one campus. Only the
    programme director of an offering or the unit, and the office.
    """
    if not definitions_directed(by).filter(pk=definition.pk).exists():
        raise PermissionDenied(NOT_YOURS)
    campus = Institution.objects.select_for_update(no_key=True).get(pk=definition.institution_id)
    found, wrong = addresses_in("\n".join(["", *addresses]))
    refuse_if([*wrong, *_against(survey, campus, found)])
    stopped, lately = _left_out(survey, definition, found)
    wanted = [one for one in found if one not in stopped and one not in lately]
    now = clock.now()
    Invitation.objects.bulk_create(
        Invitation(
            survey=survey, institution=campus, definition=definition, email=address, due_at=now,
            created_by=by, created_at=now,
        )
        for address in wanted
    )  # fmt: skip
    if wanted:
        detail = {"survey": str(survey.pk), "number": len(wanted)}
        record.write(
            subject_kind="definition",
            subject_id=definition.pk,
            institution=campus,
            act="partners asked",
            by=by,
            detail=detail,
        )
        after_commit(tasks.ask)
    return Asked(len(wanted), len(stopped), len(lately))


def _against(survey: Survey, campus: Institution, found: Sequence[str]) -> list[Reason]:
    if survey.audience != Audience.PARTNERS or survey.retired_at or survey.institution_id != campus.pk:
        return [Reason("Choose a survey that is meant for employers and partners.", field="survey")]
    if not found:
        return [Reason("Write at least one address.", field="addresses")]
    if len(found) > AT_ONCE:
        return [
            Reason(f"These are {len(found):,} addresses; send at most {AT_ONCE} at once.", field="addresses")
        ]
    since = clock.now() - dt.timedelta(days=1)
    today = Invitation.objects.filter(institution=campus, person=None, created_by__isnull=False)
    left = A_DAY - today.filter(created_at__gt=since).count()
    if len(found) > left:
        text = f"The campus asks at most {A_DAY} partners within a day; {max(left, 0)} are left now."
        return [Reason(text, field="addresses")]
    return []


def _left_out(survey: Survey, definition: Definition, found: Sequence[str]) -> tuple[set[str], set[str]]:
    hashes = {address_hash(one): one for one in found}
    stops = SurveyStop.objects.filter(institution=definition.institution_id, address_hash__in=hashes)
    stopped = {hashes[one] for one in stops.values_list("address_hash", flat=True)}
    known = Invitation.objects.filter(
        survey=survey, definition=definition, email__in=found, created_at__gt=clock.now() - REST
    )
    lately = set(known.values_list("email", flat=True))
    return stopped, lately - stopped

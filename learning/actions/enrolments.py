"""Enrol learners in an offering, let them leave, and let the waiting list move up by itself.

A seat is given under the offering's lock, so that two who want the last one get one seat and one place in the list.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Max
from django.urls import reverse

from accounts.actions import people
from accounts.addresses import by_address, further_of
from accounts.hooks import Message
from accounts.locking import locked
from journal import clock
from journal.actions import mail, record
from learning.actions.completions import may_assess
from learning.actions.offerings import may_open
from learning.entry import MAX_NAME, sound
from learning.models import Enrolment, EnrolmentState, Offering
from policies.reasons import Reason, Refused, refuse_if

if TYPE_CHECKING:
    from accounts.models import Person

NOT_YOURS = "Only those who open offerings of this credential, its programme director and its assessors enrol learners."
NOT_YOUR_PLACE = "Only the learner, and those who enrol learners here, end an enrolment."
OVER = "The offering is over, so nobody can be enrolled any more."
NOT_APPROVED = "This credential is not approved, or no longer, so nobody can be enrolled."
IN_ALREADY = "{email} is in this offering already."
TWICE = "{email} stands here more than once."
FINISHED = "This learner has finished. What is recorded must be taken back before."


@dataclass(frozen=True)
class Named:
    """A learner to be enrolled; `number` is the line in a list, from 1."""

    name: str
    email: str
    number: int = 1

    @property
    def address(self) -> str:
        """The address as it is stored and compared."""
        return self.email.strip().lower()


def may_enrol(person: Person, offering: Offering) -> bool:
    """Those who may open offerings of the credential, the offering's director and its assessors."""
    if not person.is_active:
        return False
    return (
        offering.director_id == person.pk
        or may_assess(person, offering)
        or may_open(person, offering.definition)
    )


def require_enroller(person: Person, offering: Offering) -> None:
    """PermissionDenied unless the person may enrol learners in it."""
    if not may_enrol(person, offering):
        raise PermissionDenied(NOT_YOURS)


def reasons(offering: Offering) -> list[Reason]:
    """Why nobody can be enrolled now."""
    today = offering.institution.today()
    if offering.ends_on and offering.ends_on < today:
        return [Reason(OVER)]
    return [] if offering.definition.awardable_on(today) else [Reason(NOT_APPROVED)]


@transaction.atomic
def enrol(
    *, offering: Offering, learners: Sequence[Named], by: Person, leave_known: bool = False
) -> list[Enrolment]:
    """Give each a seat, in this order, while there are any; the others wait. One row in the record.

    Effects: enrolments, learners where the addresses are new, a mail to each. Refused, nothing written: an offering that
    is over, a credential without the right to award, no name or address, somebody twice, somebody who is in it already
    (with `leave_known` these are left as they are). Only `may_enrol`.
    """
    require_enroller(by, offering)
    offering = _locked(offering)
    refuse_if(reasons(offering))
    found = verdicts(offering, learners, leave_known=leave_known)
    refuse_if(
        Reason(r.text, r.clause, f"learners.{number}.{r.field}")
        for number, rs in sorted(found.items())
        for r in rs
    )
    known = known_in(offering, learners)
    news = [one for one in learners if one.address not in known]
    held = people.ensure_learners(recipients=sorted((one.address, one.name) for one in news))
    made = _seat(offering, [(one, held[one.address]) for one in news], by)
    if made:
        _note(offering, "learners enrolled", by, made)
        _tell(offering, made)
    return made


def verdicts(
    offering: Offering, learners: Sequence[Named], *, leave_known: bool = False
) -> dict[int, list[Reason]]:
    """What stands against each, by its number; reads only, a few queries."""
    further = further_of({one.address for one in learners})
    count = Counter(further.get(one.address, one.address) for one in learners)
    known = {} if leave_known else known_in(offering, learners)
    found = {
        one.number: _problems(one, known, count[further.get(one.address, one.address)]) for one in learners
    }
    return {number: reasons for number, reasons in found.items() if reasons}


def _problems(one: Named, known: Mapping[str, Enrolment], count: int) -> list[Reason]:
    found = []
    if not one.name.strip():
        found.append(Reason("Write the learner's name.", field="name"))
    if len(one.name.strip()) > MAX_NAME or not sound(one.name):
        text = f"The name is longer than {MAX_NAME} characters, or holds some that cannot be printed."
        found.append(Reason(text, field="name"))
    try:
        validate_email(one.address)
    except ValidationError:
        found.append(Reason(f"“{one.email[:60]}” is not an e-mail address.", field="email"))
    if count > 1:
        found.append(Reason(TWICE.format(email=one.address), field="email"))
    if one.address in known:
        found.append(Reason(IN_ALREADY.format(email=one.address), field="email"))
    return found


def known_in(offering: Offering, learners: Sequence[Named]) -> dict[str, Enrolment]:
    """Those who are in it already, by address."""
    asked = {one.address for one in learners}
    further = further_of(asked)
    rows = offering.enrolments.standing().filter(learner__email__in={*asked, *further.values()})
    return by_address(asked, further, {row.learner.email: row for row in rows.select_related("learner")})


def _seat(offering: Offering, learners: Sequence[tuple[Named, Person]], by: Person) -> list[Enrolment]:
    """The rows: seats for the first ones, as far as there are any, the end of the waiting list for the others."""
    now, free = clock.now(), _free(offering)
    turn = offering.enrolments.aggregate(last=Max("turn"))["last"] or 0
    made = []
    for place, (one, learner) in enumerate(learners, 1):
        seated = free is None or place <= free
        made.append(
            Enrolment(
                offering=offering,
                learner=learner,
                learner_name=" ".join(one.name.split()),
                state=EnrolmentState.ENROLLED if seated else EnrolmentState.WAITING,
                turn=turn + place,
                added_at=now,
                added_by=by,
                enrolled_at=now if seated else None,
            )
        )
    return Enrolment.objects.bulk_create(made, batch_size=1000)


def _free(offering: Offering) -> int | None:
    """How many seats are free, under the offering's lock; None: no limit."""
    if offering.capacity is None:
        return None
    return max(offering.capacity - offering.enrolments.seated().count(), 0)


@transaction.atomic
def leave(*, enrolment: Enrolment, by: Person) -> Enrolment:
    """The learner gives up the seat, or the place in the list; the next one who waits moves up.

    Effects: the row; the next one's seat and mail; a mail to the learner when somebody else ended it; a row in the record.
    By the learner, or `may_enrol`. Refused when they have finished; doing it twice is harmless.
    """
    offering = _locked(enrolment.offering)
    row = locked(Enrolment.objects.select_related("learner"), enrolment.pk)
    if row.learner_id != by.pk and not may_enrol(by, offering):
        raise PermissionDenied(NOT_YOUR_PLACE)
    if row.state == EnrolmentState.LEFT:
        return row
    if row.state == EnrolmentState.FINISHED:
        raise Refused(FINISHED)
    end(row, by)
    _note(offering, "enrolment ended", by, [row])
    if row.learner_id != by.pk:
        _post(offering, "enrolment_ended", [row])
    move_up(offering)
    return row


def end(row: Enrolment, by: Person) -> None:
    """The row alone, in the caller's transaction."""
    row.state, row.left_at, row.left_by, row.finished_on = EnrolmentState.LEFT, clock.now(), by, None
    row.save(update_fields=["state", "left_at", "left_by", "finished_on"])


def move_up(offering: Offering) -> list[Enrolment]:
    """Give the seats that are free to those who wait, in their turn. In the caller's transaction, under the offering's lock.

    Effects: the rows, a mail and a notice to each, a row in the record. Nothing once the offering is over.
    """
    free = _free(offering)
    if reasons(offering):
        return []
    rows = list(offering.enrolments.waiting().select_related("learner")[:free])
    now = clock.now()
    for row in rows:
        row.state, row.enrolled_at = EnrolmentState.ENROLLED, now
    Enrolment.objects.bulk_update(rows, ["state", "enrolled_at"], batch_size=1000)
    if rows:
        _note(offering, "moved up from the waiting list", None, rows)
        _post(offering, "moved_up", rows)
    return rows


def _tell(offering: Offering, made: Sequence[Enrolment]) -> None:
    _post(offering, "enrolled", [row for row in made if row.state == EnrolmentState.ENROLLED])
    _post(offering, "waiting_list", [row for row in made if row.state == EnrolmentState.WAITING])


def _post(offering: Offering, kind: str, rows: Sequence[Enrolment]) -> None:
    """A mail to each of these learners."""
    url = settings.SITE_URL + reverse("my_learning")
    context = {"offering": offering, "credential": str(offering.definition), "url": url}
    messages = [
        Message(kind, f"{kind}:{row.pk}:{clock.now().timestamp():.0f}", row.learner, context) for row in rows
    ]
    mail.post_many(messages=messages, institution=offering.institution)


def _note(offering: Offering, act: str, by: Person | None, rows: Sequence[Enrolment]) -> None:
    """A row in the definition's record: which learners, by id, and who has a seat."""
    detail: dict[str, object] = {"offering": str(offering.pk)}
    for state in EnrolmentState:
        if ids := [str(row.learner_id) for row in rows if row.state == state]:
            detail[state.value] = ids
    record.write(
        subject_kind="definition",
        subject_id=offering.definition_id,
        institution=offering.institution,
        act=act,
        by=by,
        detail=detail,
    )


def _locked(offering: Offering) -> Offering:
    return locked(Offering.objects.select_related("institution", "definition__current"), offering.pk)


def lock_all(keys: Collection[uuid.UUID]) -> list[Offering]:
    """These offerings under lock, in the order of their keys."""
    rows = Offering.objects.select_related("institution", "definition__current")
    return [locked(rows, key) for key in sorted(keys)]

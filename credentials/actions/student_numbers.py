"""The numbers under which the student system knows learners, so that a batch finds them there."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.db import transaction

from accounts.addresses import by_address, further_of
from accounts.models import Institution
from credentials.actions.batches import require_keeper
from credentials.models import Award, StudentNumber
from journal.actions import record
from policies.reasons import Reason, refuse_if

if TYPE_CHECKING:
    import uuid

    from accounts.models import Person

LONGEST = 40
PLAIN = re.compile(r"[\w./-]+( [\w./-]+)*")
UNKNOWN = "Nobody with this address holds an award of this campus."
ODD = "A student number has letters, digits, points, dashes and slashes, up to 40."
TAKEN = "Another learner has this number: {number}."
TWICE = "The number {number} stands in the list more than once."


@transaction.atomic
def set_numbers(*, institution: Institution, numbers: Mapping[str, str], by: Person) -> int:
    """Set the student numbers of learners, by their addresses; an empty number takes it away. All or none.

    Returns how many are different now. Refused, each reason at the address: nobody of this address holds an award here,
    a number that is none or is another's. Only who keeps the records; the campus's record says how many, not whose.
    """
    right = require_keeper(by, institution)
    Institution.objects.select_for_update(no_key=True).get(pk=institution.pk)  # two lists one after the other
    given = {address.strip().lower(): number.strip() for address, number in numbers.items()}
    people = _learners(institution, list(given))
    known = dict(StudentNumber.objects.filter(institution=institution).values_list("person_id", "number"))
    refuse_if(_problems(given, people, known))
    wanted = {people[address]: number for address, number in given.items()}
    changed = {key: number for key, number in wanted.items() if known.get(key, "") != number}
    StudentNumber.objects.filter(institution=institution, person__in=changed).delete()
    StudentNumber.objects.bulk_create(
        StudentNumber(institution=institution, person_id=key, number=number)
        for key, number in changed.items()
        if number
    )
    if changed:
        record.write(
            subject_kind="campus",
            subject_id=institution.pk,
            institution=institution,
            act="student numbers set",
            by=by,
            on_behalf_of=right.on_behalf_of,
            detail={"learners": len(changed)},
        )
    return len(changed)


def _learners(institution: Institution, addresses: list[str]) -> dict[str, uuid.UUID]:
    """Who holds an award of the campus, by each address that they have proved."""
    further = further_of(addresses)
    held = Award.objects.filter(institution=institution, holder__email__in={*addresses, *further.values()})
    rows = dict(held.order_by().values_list("holder__email", "holder_id").distinct())
    return by_address(addresses, further, rows)


def _problems(
    given: Mapping[str, str], people: Mapping[str, uuid.UUID], known: Mapping[uuid.UUID, str]
) -> list[Reason]:
    changing = {people[address] for address in given if address in people}
    others = {number for key, number in known.items() if key not in changing}
    listed = Counter(number for number in given.values() if number)
    found = []
    for address, number in given.items():
        if address not in people:
            found.append(Reason(UNKNOWN, field=address))
        elif number and (len(number) > LONGEST or not PLAIN.fullmatch(number)):
            found.append(Reason(ODD, field=address))
        elif number in others:
            found.append(Reason(TAKEN.format(number=number), field=address))
        elif listed[number] > 1:
            found.append(Reason(TWICE.format(number=number), field=address))
    return found

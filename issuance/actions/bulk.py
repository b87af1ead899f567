"""Decide about many awards at once, with one reason: revoke them, or correct what they say. A worker carries it out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import transaction

from credentials.models import Award
from issuance import bulk, wake
from issuance.models import Bulk, BulkAct, BulkLine
from journal import clock
from journal.actions import record
from policies.reasons import Reason, Refused, refuse_if

if TYPE_CHECKING:
    from accounts.models import Person

MOST = 10_000
NO_REASON = Reason("Give a reason; each learner is told it.", field="reason")


@dataclass(frozen=True)
class Wanted:
    """One award of the list, and what it is to say instead (for a correction; what is left out stays)."""

    number: int
    award: Award
    said: Mapping[str, str] = field(default_factory=dict)


@transaction.atomic
def decide(*, act: str, wanted: Sequence[Wanted], reason: str, by: Person) -> Bulk:
    """Have all of these awards revoked, or corrected, by a worker; each learner is told, with the reason.

    Effects: the decision with a line for each award, and one entry in the record of each credential. Refused without a
    reason, for an empty or too long list, for awards of several campuses, and when anything stands against one of them
    (as `bulk.verdicts`); nothing is written then. Only for awards that this person may revoke.
    """
    found = [] if reason.strip() else [NO_REASON]
    if act not in BulkAct.values:
        raise Refused(Reason("Say whether they are revoked or corrected.", field="act"))
    if not 0 < len(wanted) <= MOST:
        found.append(Reason(f"Choose at least one award, and at most {MOST:,}."))
    campuses = {one.award.institution_id for one in wanted}
    if len(campuses) > 1:
        found.append(Reason("These awards are of several campuses; decide campus by campus."))
    refuse_if(found or _against(act, wanted, by))
    made = Bulk.objects.create(
        institution=wanted[0].award.institution,
        act=act,
        reason=reason.strip()[:300],
        by=by,
        created_at=clock.now(),
    )
    BulkLine.objects.bulk_create(
        (
            BulkLine(bulk=made, number=number, award_id=one.award.pk, said=dict(one.said))
            for number, one in enumerate(wanted, 1)
        ),
        batch_size=1000,
    )
    _record(made, wanted)
    wake.bulk_after_commit(made.pk)
    return made


def _against(act: str, wanted: Sequence[Wanted], by: Person) -> list[Reason]:
    """What stands against single awards, each with its line."""
    return [
        Reason(f"Line {number}: {reason.text}", reason.clause, f"awards.{number}.{reason.field}".rstrip("."))
        for number, reasons in sorted(bulk.verdicts(act, wanted, by).items())
        for reason in reasons
    ]


def _record(made: Bulk, wanted: Sequence[Wanted]) -> None:
    """One entry a credential: a batch is one row."""
    counts: dict[object, int] = {}
    for one in wanted:
        counts[one.award.definition_id] = counts.get(one.award.definition_id, 0) + 1
    for key, count in sorted(counts.items(), key=str):
        record.write(
            subject_kind="definition",
            subject_id=key,  # type: ignore[arg-type]
            institution=made.institution,
            act=f"awards to {made.act}",
            by=made.by,
            detail={"count": count, "bulk": str(made.pk)},
        )

"""What happens when awards that count for stacks are made or revoked, or a stack can be awarded. Writes rows only;
a worker (`issuance.fulfilling`) looks at the learners afterwards. Registered with `credentials.hooks`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from django.db import connection

from credentials.looks import pack_of
from credentials.models import Award, Definition, Part
from credentials.models.stack import held_awards, stack_of
from credentials.stacks.pathways import progress
from issuance import wake
from issuance.actions import telling
from issuance.models import Outcome, StackCandidate, StackLook, StackReview
from journal import clock
from journal.actions import record

if TYPE_CHECKING:
    from credentials.models import DefinitionVersion

REVOKED_ITSELF = "The award was revoked."


def earned(awards: Sequence[Award]) -> None:
    """Note each holder for each stack in force that the award counts for, and wake a worker after the commit."""
    definitions = {award.definition_id for award in awards}
    if not definitions:
        return
    _hold(definitions)
    parts = list(Part.objects.in_force().filter(part__in=definitions).select_related("version__definition"))
    parts = [part for part in parts if by_itself(part.version)]
    now = clock.now()
    StackCandidate.objects.bulk_create(
        StackCandidate(definition=part.version.definition, learner_id=award.holder_id, noted_at=now)
        for part in parts
        for award in awards
        if award.definition_id == part.part_id
    )
    for key in {part.version.definition_id for part in parts}:
        wake.stack_after_commit(key)


def by_itself(version: DefinitionVersion) -> bool:
    """Whether something happens by itself when the stack is fulfilled, by the policy it was approved under."""
    return pack_of(version.policy_id).issuance.stack_awards != "requested"


def _hold(definitions: Iterable[object]) -> None:
    """Whoever links these to a stack waits until this transaction is over, and then finds its awards; or was first,
    and their parts are seen here."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM credentials_definition WHERE id = ANY(%s::uuid[]) ORDER BY id FOR KEY SHARE",
            [[str(key) for key in definitions]],
        )


def opened(definition: Definition) -> None:
    """Note everybody who holds a part of the stack, and wake a worker after the commit."""
    if definition.current is None or not by_itself(definition.current):
        return
    now = clock.now()
    total = StackCandidate.objects.note_holders(definition, now)
    fresh = {"begun_at": now, "total": total, "fulfilled": 0, "done_at": None if total else now}
    StackLook.objects.update_or_create(definition=definition, defaults=fresh)
    wake.stack_after_commit(definition.pk)


def lost(award: Award) -> None:
    """Put the holder's stacks that rest on this award, and are no longer fulfilled without it, up for review.

    A review of the award itself ends with its revocation.
    """
    if award.revoked_at:  # and not moved to another holder by a correction
        StackReview.objects.filter(award=award).waiting().update(
            outcome=Outcome.REVOKED,
            reason=award.revocation_reason or REVOKED_ITSELF,
            decided_at=award.revoked_at,
            decided_by=award.revoked_by,
        )
    review(award)


def review(cause: Award, *, expired: bool = False) -> list[StackReview]:
    """Open a review of each live award of a stack that needs the one that was lost; gives those that are new.

    Effects: the review, an entry in the stack's record, a notice to those who can revoke it.
    """
    rows = Award.objects.live().filter(holder=cause.holder_id, version__parts__part=cause.definition_id)
    related = ("institution", "version__policy", "definition__unit", "definition__current", "holder")
    made = []
    for award in rows.select_related(*related).defer("document").order_by("pk"):
        if _fulfilled(award):
            continue
        found = StackReview(award=award, cause=cause, expired=expired, opened_at=clock.now())
        StackReview.objects.bulk_create([found], ignore_conflicts=True)
        new = StackReview.objects.filter(award=award, cause=cause).waiting().first()
        if new is not None and new.opened_at == found.opened_at:
            made.append(new)
            telling.reviewers(new)
            _note(new)
    return made


def _fulfilled(award: Award) -> bool:
    """Whether the rules that it was awarded under are fulfilled today by what the holder still holds."""
    stack, day, address = stack_of(award.version), _today(award), award.holder.email
    held = held_awards(stack.slots, [address], day)
    return progress(stack, held.get(address, {}), day).fulfilled


def _today(award: Award) -> dt.date:
    return award.institution.today()


def _note(found: StackReview) -> None:
    record.write(
        subject_kind="definition",
        subject_id=found.award.definition_id,
        institution=found.award.institution,
        act="stack award to be reviewed",
        by=None,
        detail={"award": str(found.award_id), "part": str(found.cause_id), "expired": found.expired},
    )

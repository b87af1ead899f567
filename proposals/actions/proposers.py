"""Who proposes: adding and removing proposers while the proposal is being written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from journal import clock
from journal.actions import record
from policies.reasons import Reason, Refused, refuse_if
from proposals.actions.documents import require_writing
from proposals.actions.locking import lock, touch
from proposals.models import Proposer
from proposals.permissions import no_proposers

if TYPE_CHECKING:
    from accounts.models import Person
    from proposals.models import Proposal


@transaction.atomic
def add(*, proposal: Proposal, person: Person, by: Person) -> Proposer:
    """One more proposer, who then sees and changes it like the others.

    Effects: the row, an entry in the record. PermissionDenied unless `by` proposes it. Refused unless it is being
    written, for somebody who is no proposer on this campus, and for one who is on it already.
    """
    proposal = lock(proposal.pk)
    require_writing(proposal, by)
    refuse_if(no_proposers([person], proposal.institution))
    if proposal.proposers.filter(person=person).exists():
        raise Refused(Reason(f"{person} is one of the proposers already.", field="proposers"))
    row = Proposer.objects.create(proposal=proposal, person=person, added_at=clock.now())
    _write(proposal, "add_proposer", person, by)
    return row


@transaction.atomic
def remove(*, proposal: Proposal, person: Person, by: Person) -> None:
    """One proposer fewer; one's own name can be taken off, the last one stays.

    Effects: the row goes, an entry in the record. PermissionDenied unless `by` proposes it. Refused unless it is being
    written, for somebody who does not propose it, and for the last proposer (who withdraws it instead).
    """
    proposal = lock(proposal.pk)
    require_writing(proposal, by)
    rows = {row.person_id: row for row in proposal.proposers.all()}
    if person.pk not in rows:
        raise Refused(Reason(f"{person} is not one of the proposers.", field="proposers"))
    if len(rows) == 1:
        raise Refused(Reason("A proposal has at least one proposer: withdraw it instead.", field="proposers"))
    rows[person.pk].delete()
    _write(proposal, "remove_proposer", person, by)


def _write(proposal: Proposal, act: str, person: Person, by: Person) -> None:
    touch(proposal)
    record.write(
        subject_kind="proposal",
        subject_id=proposal.pk,
        institution=proposal.institution,
        act=act,
        by=by,
        detail={"person": person.pk},
    )

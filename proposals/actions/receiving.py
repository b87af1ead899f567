"""Recording that something due has come in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from journal import clock
from journal.actions import record
from policies.reasons import Reason, Refused
from proposals import deadlines, owing
from proposals.actions.locking import lock, touch
from proposals.models import MetDeadline

if TYPE_CHECKING:
    from accounts.models import Person
    from proposals.deadlines import Deadline
    from proposals.models import Proposal


@transaction.atomic
def receive(*, proposal: Proposal, deadline: str, by: Person, note: str = "") -> MetDeadline:
    """Record that what was due under this key has come in, on time or late; it is not due any more.

    Effects: the row, an entry in the record; reminders of it stop. PermissionDenied unless `by` oversees the campus's
    pilots; proposers never record their own. Refused for what is not due (any more), and for what only a move or a
    step meets.
    """
    proposal = lock(proposal.pk)
    if not owing.may_receive(by, proposal):
        raise PermissionDenied(owing.NOBODY)
    due = next((one for one in deadlines.of(proposal) if one.key == deadline), None)
    if due is None:
        raise Refused(Reason("This is not due: it has come in already, or does not count any more."))
    if not due.receivable:
        raise Refused(Reason(f"“{due.title}” is met by what is done here, never by a note.", due.clause))
    return meet(proposal=proposal, due=due, act="receive", by=by, note=note)


def meet(
    *, proposal: Proposal, due: Deadline, act: str, by: Person, note: str = "", **said: Any
) -> MetDeadline:
    """What was due of a locked proposal has come in by this act; `said` stands in the record beside it.

    For `receive` and for the app in which the form is filled in, in its transaction.
    """
    row = MetDeadline.objects.create(
        proposal=proposal,
        deadline=due.key,
        due_on=due.on,
        act=act,
        note=note.strip(),
        met_at=clock.now(),
        met_by=by,
    )
    touch(proposal)
    detail = {"deadline": due.key, "name": due.title, "due_on": due.on, "note": row.note, **said}
    record.write(
        subject_kind="proposal",
        subject_id=proposal.pk,
        institution=proposal.institution,
        act="deadline_met",
        by=by,
        detail={name: value for name, value in detail.items() if value},
    )
    return row


def due_again(*, proposal: Proposal, key: str) -> None:
    """What came in under this key of a locked proposal was sent back: it is due again, and reminders of it go on."""
    MetDeadline.objects.filter(proposal=proposal, deadline=key).delete()
    touch(proposal)

"""Lock what an act is about: the proposal's row first, since a new revision or a withdrawal locks it before it voids
the ballots and steps below it; then the row itself."""

from __future__ import annotations

from accounts.locking import locked
from policies.reasons import Refused
from proposals.actions.locking import lock
from proposals.models import Step
from reviews.meetings import presence
from reviews.models import AgendaItem, Ballot, Meeting


def locked_step(step: Step) -> Step:
    """The step as it now is, under lock, with its proposal."""
    proposal = lock(step.proposal_id)
    found = Step.objects.select_for_update().get(pk=step.pk)
    found.proposal = proposal
    return found


def locked_ballot(ballot: Ballot) -> Ballot:
    """The ballot as it now is, under lock, with its proposal and step, and the meeting that took it up, if any."""
    proposal = lock(ballot.proposal_id)
    rows = Ballot.objects.select_for_update(of=("self",)).select_related("step", "revision", "closed_by")
    found = rows.get(pk=ballot.pk)
    found.proposal = found.step.proposal = proposal
    if taken := presence.taken_up(found):
        taken.item.meeting = locked_meeting(taken.item.meeting)
    return found


def locked_meeting(meeting: Meeting) -> Meeting:
    """The meeting as it now is, under lock. Proposals and ballots are locked before it, the record's heads after it."""
    rows = Meeting.objects.select_related(
        "institution",
        "policy",
        "panel__proposal__policy",
        "keeper",
        "opened_by",
        "adjourned_by",
        "cancelled_by",
    )
    return locked(rows, meeting.pk)


def locked_item(item: AgendaItem) -> AgendaItem:
    """The item as it now is, with its meeting and, before it, its proposal under lock."""
    proposal = lock(item.step.proposal_id) if item.step is not None else None
    meeting = locked_meeting(item.meeting)
    related = ("step", "revision", "minutes_of__policy", "pulled_by", "dealt_by")
    found = (
        AgendaItem.objects.select_for_update(of=("self",)).select_related(*related).filter(pk=item.pk).first()
    )
    if found is None:
        raise Refused(f"“{item}” was taken off the agenda meanwhile.")
    found.meeting = meeting
    if proposal is not None and found.step is not None:
        found.step.proposal = proposal
    return found

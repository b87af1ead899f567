"""The agenda of a meeting: what waits for a body, what stands on it and whether that still holds, and what came of it.

`agenda_of` gives it as plain values, the same for page, minutes, API and paper.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from django.db.models import Prefetch, QuerySet, prefetch_related_objects

from policies.reasons import Reason
from proposals.models import Revision, Step, StepStatus
from reviews import votes_taken
from reviews.meetings import moving
from reviews.models import (
    AgendaItem,
    Came,
    ItemKind,
    Meeting,
    MeetingState,
    MinutesState,
    TakenUp,
    Vote,
)

if TYPE_CHECKING:
    from policies.schema import Body
    from reviews.models import Ballot

MOST = 200
CAME = {
    Came.READ: "First reading held",
    Came.APPROVED: "Approved",
    Came.NOTED: "Dealt with",
    Came.PUT_OFF: "Put off",
}
READINGS = {1: "First reading", 2: "Second reading"}


# --- what waits ----------------------------------------------------------------------------------
def steps_waiting(meeting: Meeting) -> QuerySet[Step]:
    """Open votes of the meeting's body that do not stand on its agenda yet, the oldest first."""
    rows = Step.objects.open().filter(
        kind="ballot", body=meeting.body, proposal__institution=meeting.institution
    )
    if meeting.panel is not None:
        rows = rows.filter(proposal=meeting.panel.proposal_id)
    rows = rows.exclude(proposal__state="on_hold").exclude(agenda_items__meeting=meeting)
    return rows.select_related("proposal__unit").order_by("opened_at", "pk")


def minutes_waiting(meeting: Meeting) -> QuerySet[Meeting]:
    """Earlier meetings of the body whose minutes it has not approved, the oldest first."""
    rows = Meeting.objects.filter(
        institution=meeting.institution,
        body=meeting.body,
        panel=meeting.panel,
        state=MeetingState.ADJOURNED,
        minutes_state=MinutesState.DRAFT,
    )
    return rows.exclude(on_agendas__meeting=meeting).select_related("policy").order_by("starts_at", "pk")


def elsewhere(steps: list[Step], meeting: Meeting) -> dict[object, Meeting]:
    """The other meeting ahead on whose agenda a step stands already; one query."""
    rows = AgendaItem.objects.filter(step__in=steps, meeting__in=Meeting.objects.under_way(), came="")
    found = rows.exclude(meeting=meeting).select_related("meeting__policy")
    return {row.step_id: row.meeting for row in found}


def reading_of(step: Step, revision: Revision, body: Body) -> int:
    """Which reading it would be: 0 where the body reads once, 2 once the first reading of this revision was held."""
    if body.readings == 1:
        return 0
    held = AgendaItem.objects.filter(
        step__proposal=step.proposal_id, step__key=step.key, revision=revision, came=Came.READ
    )
    return 2 if held.exists() else 1


def read_again(meeting: Meeting) -> None:
    """Which reading each item is, as things are now: an earlier meeting may have held the first meanwhile."""
    for item in meeting.items.filter(reading=1, came="").select_related("step__proposal", "revision"):
        if item.step is not None and item.revision is not None:
            item.reading = reading_of(item.step, item.revision, meeting.body_rules)
            item.save(update_fields=["reading"])


# --- whether it still holds ----------------------------------------------------------------------
def votes_of(item: AgendaItem) -> list[Ballot]:
    """The ballots that the meeting took up under it, in the order in which it did."""
    return [row.ballot for row in item.votes.all()]


def open_vote(item: AgendaItem) -> Ballot | None:
    return next((ballot for ballot in votes_of(item) if ballot.state == "open"), None)


def decided(item: AgendaItem) -> bool:
    """Whether the body has decided on it here."""
    return any(votes_taken.decided(ballot) for ballot in votes_of(item))


def is_done(item: AgendaItem) -> bool:
    """Whether nothing more is to be done with it in this meeting."""
    return bool(item.came) or decided(item)


def void(item: AgendaItem) -> str:
    """Why what stands on the agenda is not what the body would vote on any more; "" while it is."""
    if item.step is None or item.revision is None or is_done(item):
        return ""
    if item.step.proposal.state == "on_hold":
        return "The proposal is on hold."
    if item.step.status != StepStatus.OPEN:
        return "The proposal is not before the body any more."
    latest = max(item.step.proposal.revisions.all(), key=lambda row: row.number)
    if latest.pk != item.revision_id:
        return f"Revision {latest.number} was submitted since: this item is about revision {item.revision.number}."
    return ""


def item_reasons(item: AgendaItem) -> list[Reason]:
    """Why nothing can be done with an item now: it is dealt with, or void."""
    if item.came:
        return [Reason(f"This item is dealt with: {CAME[Came(item.came)].lower()}.")]
    if decided(item):
        return [Reason("The body has decided on this item already.")]
    return [Reason(said)] if (said := void(item)) else []


def consent_reasons(item: AgendaItem) -> list[Reason]:
    """Why an item cannot be adopted by consent."""
    clause = item.step.clause if item.step is not None else ""
    if item.kind != ItemKind.PROPOSAL or item.step is None:
        return [Reason("Only proposals are adopted by consent.")]
    if stopped := item_reasons(item):
        return stopped
    if item.pulled_by is not None:
        return [Reason(f"{item.pulled_by} pulled “{item}” out of the consent group.", clause)]
    if item.reading == 1:
        return [Reason(f"“{item}” has its first reading; it is voted on in a later meeting.", clause)]
    body = item.step.proposal.policy.pack.body(item.step.body)
    if body.rule.secret:
        said = f"{body.name} votes in secret, and no consent takes the place of a secret ballot."
        return [Reason(said, body.clause or clause)]
    if Vote.objects.filter(ballot__step=item.step, ballot__state="open").exists():
        said = f"Votes have been cast on “{item}” already. Take them instead of asking for consent."
        return [Reason(said, clause)]
    return []


# --- as values -----------------------------------------------------------------------------------
def items_of(meeting: Meeting) -> list[AgendaItem]:
    """The items in their order with all that `agenda_of` reads, in a fixed number of queries."""
    votes = TakenUp.objects.select_related("ballot__step", "ballot__closed_by", "moved_by", "seconded_by")
    related = ("step__proposal__unit", "revision", "minutes_of", "pulled_by", "dealt_by")
    rows = meeting.items.select_related(*related).defer("revision__answers", "revision__form")
    rows = rows.prefetch_related(
        Prefetch("votes", votes.order_by("at")),
        "step__proposal__policy",
        "votes__ballot__roll__person",
        "votes__ballot__recusals",
        Prefetch("votes__ballot__votes", Vote.objects.select_related("person")),
        Prefetch("step__proposal__revisions", Revision.objects.only("pk", "number", "proposal")),
    )
    found = list(rows.order_by("position"))
    known = _attended(meeting)
    for item in found:
        item.meeting = known
        if item.minutes_of is not None and item.minutes_of.policy_id == meeting.policy_id:
            item.minutes_of.policy = meeting.policy
        for row in item.votes.all():
            row.item = item
    return found


def _attended(meeting: Meeting) -> Meeting:
    """The meeting with who was in the room, fetched once for all votes; a copy, as `meeting` may change meanwhile."""
    known = copy.copy(meeting)
    if meeting.opened_at:
        prefetch_related_objects([known], "attendances", "acting_chairs__line")
    return known


def agenda_of(meeting: Meeting) -> list[dict[str, Any]]:
    """Each item: its number, kind, subject, text, the revision it is about, reading, whether it is in the consent group,
    who pulled it out, why it is void, the votes that the meeting took, what came of it and what was noted."""
    return [_shown(number, item) for number, item in enumerate(items_of(meeting), 1)]


def _shown(number: int, item: AgendaItem) -> dict[str, Any]:
    proposal, revision = item.proposal, item.revision
    return {
        "id": str(item.pk),
        "number": number,
        "kind": item.kind,
        "subject": item.subject,
        "text": item.text,
        "proposal": str(proposal.pk) if proposal else None,
        "unit": str(proposal.unit) if proposal else "",
        "step": str(item.step_id) if item.step_id else None,
        "revision": {"id": str(revision.pk), "number": revision.number, "hash": revision.hash}
        if revision
        else None,
        "minutes_of": str(item.minutes_of_id) if item.minutes_of_id else None,
        "reading": item.reading,
        "reading_word": READINGS.get(item.reading, ""),
        "consent": item.consent,
        "pulled_by": str(item.pulled_by) if item.pulled_by else "",
        "pulled_at": item.pulled_at,
        "motion": list(moving.asked(item)) if item.step is not None else [],
        "void": void(item),
        "votes": [votes_taken.shown(ballot) for ballot in votes_of(item)],
        "done": is_done(item),
        "came": item.came,
        "came_word": _came(item),
        "note": item.note,
        "dealt_at": item.dealt_at,
        "dealt_by": str(item.dealt_by) if item.dealt_by else "",
    }


def _came(item: AgendaItem) -> str:
    """What came of it in a word or two; "" while nothing has."""
    closed = [ballot for ballot in votes_of(item) if ballot.state == "closed"]
    if closed:
        return votes_taken.word(closed[-1])
    return CAME[Came(item.came)] if item.came else ""

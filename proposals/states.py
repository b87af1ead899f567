"""The states of a proposal's life, and which of them belong together."""

from __future__ import annotations

from django.db import models


class State(models.TextChoices):
    INTENT = "intent", "Intent"
    PROPOSAL = "proposal", "Proposal"
    COMMITTEE_REVIEW = "committee_review", "Committee review"
    UNIT_APPROVAL = "unit_approval", "Unit approval"
    PILOT = "pilot", "Pilot"
    FULL_APPROVAL = "full_approval", "Full approval"
    ESTABLISHED = "established", "Established"
    CHANGES_REQUESTED = "changes_requested", "Changes requested"
    ON_HOLD = "on_hold", "On hold"
    DECLINED = "declined", "Declined"
    WITHDRAWN = "withdrawn", "Withdrawn"
    LAPSED = "lapsed", "Lapsed"
    RETIRED = "retired", "Retired"


WRITING = (State.INTENT, State.PROPOSAL)
REVIEW = (State.COMMITTEE_REVIEW, State.UNIT_APPROVAL, State.FULL_APPROVAL)
DECIDING = (*WRITING, *REVIEW)
UNDER_WAY = (*DECIDING, State.CHANGES_REQUESTED)
HOLDABLE = (*UNDER_WAY, State.PILOT)
ENDED = (State.DECLINED, State.WITHDRAWN, State.LAPSED, State.RETIRED)

# What can follow on the route. A pack leaves states out; its reviews stand in the order it likes.
BEFORE_PILOT = (State.COMMITTEE_REVIEW, State.UNIT_APPROVAL)
AHEAD: dict[State, tuple[State, ...]] = {
    State.INTENT: (State.PROPOSAL,),
    State.PROPOSAL: (*BEFORE_PILOT, State.PILOT, State.ESTABLISHED),
    State.COMMITTEE_REVIEW: (State.UNIT_APPROVAL, State.PILOT, State.ESTABLISHED),
    State.UNIT_APPROVAL: (State.COMMITTEE_REVIEW, State.PILOT, State.ESTABLISHED),
    State.FULL_APPROVAL: (State.ESTABLISHED,),
}

# Which form a state is about: the one being written in it, or the one under review.
FORM_IN: dict[str, str] = {
    State.INTENT: "intent",
    State.PROPOSAL: "proposal",
    State.COMMITTEE_REVIEW: "proposal",
    State.UNIT_APPROVAL: "proposal",
    State.PILOT: "full_proposal",
    State.FULL_APPROVAL: "full_proposal",
}

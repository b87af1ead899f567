"""The states of a proposal's life and which of them belong together."""

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


REVIEW = (State.COMMITTEE_REVIEW, State.UNIT_APPROVAL, State.FULL_APPROVAL)
UNDER_WAY = (State.INTENT, State.PROPOSAL, *REVIEW, State.CHANGES_REQUESTED)
ENDED = (State.DECLINED, State.WITHDRAWN, State.LAPSED, State.RETIRED)

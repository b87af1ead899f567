"""What people read where the code says a state: a word, a shape and a tone for each.

The shape and the tone repeat what the word says, for the eye that skims; neither ever stands alone.
Where an institution's pack has a word of its own for a state, the page passes that word.
"""

from typing import NamedTuple


class Sign(NamedTuple):
    """One state as people see it: `shape` names a symbol in img/shapes.svg, `tone` a colour."""

    word: str
    shape: str
    tone: str


PROPOSALS = {
    "intent": Sign("Intent", "draft", "now"),
    "proposal": Sign("Being written", "draft", "now"),
    "committee_review": Sign("With the committee", "here", "now"),
    "unit_approval": Sign("With the unit", "here", "now"),
    "pilot": Sign("In pilot", "seal", "yes"),
    "full_approval": Sign("In full approval", "here", "now"),
    "established": Sign("Established", "seal", "yes"),
    "changes_requested": Sign("Sent back for changes", "back", "heed"),
    "on_hold": Sign("On hold", "held", "aside"),
    "declined": Sign("Declined", "stopped", "no"),
    "withdrawn": Sign("Withdrawn", "ended", "past"),
    "lapsed": Sign("Lapsed", "ended", "heed"),
    "retired": Sign("Retired", "ended", "past"),
}
STEPS = {
    "open": Sign("Open", "here", "now"),
    "pending": Sign("Ahead", "ahead", "past"),
    "ahead": Sign("Ahead", "ahead", "past"),
    "here": Sign("Here now", "here", "now"),
    "done": Sign("Done", "done", "yes"),
    "skipped": Sign("Not needed", "ended", "past"),
    "void": Sign("Void", "ended", "past"),
    "waiting": Sign("Waiting", "waiting", "now"),
    "late": Sign("Late", "attention", "heed"),
    "due_soon": Sign("Due soon", "waiting", "heed"),
}
BALLOTS = {
    "approve": Sign("Approve", "done", "yes"),
    "approve_with_conditions": Sign("Approve with conditions", "done", "yes"),
    "request_changes": Sign("Ask for changes", "back", "heed"),
    "decline": Sign("Decline", "stopped", "no"),
    "abstain": Sign("Abstain", "ended", "past"),
    "recuse": Sign("Recused", "recused", "aside"),
    "not_voted": Sign("Has not voted", "ahead", "past"),
    "voted": Sign("Has voted", "done", "now"),
    "rescind": Sign("Rescind it", "back", "heed"),
    "keep": Sign("Let it stand", "done", "yes"),
    "rescinded": Sign("Rescinded", "back", "heed"),
    "kept": Sign("The decision stands", "seal", "yes"),
    "approved": Sign("Approved", "seal", "yes"),
    "approved_with_conditions": Sign("Approved with conditions", "seal", "yes"),
    "carried": Sign("Carried", "seal", "yes"),
    "not_carried": Sign("Not carried", "stopped", "no"),
    "no_decision": Sign("No decision", "unknown", "heed"),
    "undecided": Sign("No decision", "unknown", "heed"),
    "inquorate": Sign("No quorum", "unknown", "heed"),
    "closed": Sign("Closed", "ended", "past"),
    "signed": Sign("Signed", "seal", "yes"),
    "sent_back": Sign("Sent back", "back", "heed"),
    "acknowledged": Sign("Acknowledged", "done", "yes"),
}
AWARDS = {
    "draft": Sign("Draft", "draft", "past"),
    "live": Sign("In force", "seal", "yes"),
    "valid": Sign("In force", "seal", "yes"),
    "revoked": Sign("Revoked", "stopped", "no"),
    "suspended": Sign("Suspended", "held", "heed"),
    "superseded": Sign("Replaced by a newer one", "ended", "past"),
    "expired": Sign("Expired", "ended", "heed"),
    "teach_out": Sign("Being taught out", "waiting", "heed"),
    "active": Sign("Active", "done", "yes"),
    "erased": Sign("Holder erased", "ended", "past"),
}
ISSUANCE = {
    "submitted": Sign("With the certifier", "here", "now"),
    "returned": Sign("Sent back", "back", "heed"),
    "cancelled": Sign("Cancelled", "ended", "past"),
    "queued": Sign("Waiting to be sent", "waiting", "past"),
    "sending": Sign("Being sent", "here", "now"),
    "sent": Sign("Sent", "done", "yes"),
    "delivered": Sign("Delivered", "done", "yes"),
    "accepted": Sign("Accepted by the learner", "seal", "yes"),
    "rejected": Sign("Turned down by the learner", "ended", "past"),
    "unpublished": Sign("Taken off the platform", "ended", "past"),
    "needs_person": Sign("Needs a person", "attention", "heed"),
    "failed": Sign("Failed", "stopped", "no"),
}
ANSWERS = {
    "yes": Sign("Yes", "done", "yes"),
    "no": Sign("No", "stopped", "no"),
    "unknown": Sign("Could not be checked", "unknown", "heed"),
    "met": Sign("Met", "done", "yes"),
    "not_met": Sign("Not met", "attention", "heed"),
    "later": Sign("Not yet", "ahead", "past"),
}
SIGNS: dict[str, Sign] = {**PROPOSALS, **STEPS, **BALLOTS, **AWARDS, **ISSUANCE, **ANSWERS}


def sign(state: object) -> Sign:
    """The sign of a state; one that nobody listed is shown by its name, never hidden or guessed at."""
    name = str(state or "")
    return SIGNS.get(name) or Sign(name.replace("_", " ").capitalize(), "ahead", "past")

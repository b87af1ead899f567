"""What a move will change, whom it tells, and what cannot be undone: read before deciding."""

from __future__ import annotations

from proposals import reading, routes, words
from proposals.models import KeptAnswer, Proposal
from proposals.views.meeting import named

FINAL = {
    "submit": ["What you submit is kept as a revision that nobody can change."],
    "resubmit": ["What you submit is kept as a revision that nobody can change."],
    "file_full_proposal": ["What you submit is kept as a revision that nobody can change."],
    "decline": ["A declined proposal is not taken up again; a new one can be filed."],
    "withdraw": ["A withdrawn proposal is not taken up again; a new one can be filed."],
    "retire": ["No badge is issued under this credential any more. Badges already issued stay valid."],
}
SUBMITTING = ("submit", "resubmit", "file_full_proposal")
CHANGES = {
    "hold": "It rests: nobody can vote, sign or edit until it is resumed.",
    "resume": "It goes on where it was.",
    "decline": "It ends here.",
    "withdraw": "It ends here; open votes and signatures are void.",
    "retire": "The credential is taken out of the catalogue.",
    "extend_pilot": "The pilot runs longer, and badges can be issued until its new last day.",
    "open_proposal": "The proposal form opens for the proposers.",
    "resubmit": "It goes back to where it was sent back from, and is looked at again.",
    "file_full_proposal": "The full proposal goes to the bodies that decide on it. Badges go on being issued under the pilot.",
}


def consequences(proposal: Proposal, transition: str) -> dict[str, list[str]]:
    """`changes`, `told` and `final`, each a list of sentences."""
    changes = [CHANGES[transition]] if transition in CHANGES else []
    if transition in ("submit", "advance"):
        changes.append(_onward(proposal))
    if transition in SUBMITTING:
        changes += _left_out(proposal)
    told = ["The proposers."]
    if transition in (*SUBMITTING, "open_proposal", "advance"):
        told.append("Those whose turn comes next.")
    return {"changes": changes, "told": told, "final": FINAL.get(transition, [])}


def _left_out(proposal: Proposal) -> list[str]:
    """Texts that met another's and for which nobody has chosen: they are kept, and not part of what is submitted."""
    rows = KeptAnswer.objects.open().filter(document=reading.current(proposal)).select_related("written_by")
    asked = {text["row"]: text["label"] for text in named(proposal, rows)}
    return [
        f"Not part of it: what {row.written_by} wrote for “{label}”, since no choice has been made. It is kept."
        for row, label in asked.items()
    ]


def _onward(proposal: Proposal) -> str:
    pack = proposal.policy.pack
    answers = routes.answers_so_far(proposal.revisions.all())
    after = routes.next_state(pack, proposal.kind, proposal.state, answers, proposal.type)
    if after == proposal.state or not pack.has_stage(after):
        return "It goes to those who look at it first."
    return f"It moves on: “{words.place(pack, after)}”."

"""Sentences for people about a proposal: where it is, what was done, what comes next."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

from proposals import hooks
from proposals.states import State

if TYPE_CHECKING:
    from policies.schema import FormField, Pack
    from proposals.models import Step

# What a button says.
LABELS = {
    "submit": "Submit",
    "open_proposal": "Open the proposal form",
    "advance": "Move it on",
    "request_changes": "Ask for changes",
    "send_back": "Send back to an earlier step",
    "hand_back": "Give back",
    "undo": "Undo",
    "resubmit": "Submit again",
    "file_full_proposal": "File the full proposal",
    "hold": "Put on hold",
    "resume": "Resume",
    "decline": "Decline",
    "withdraw": "Withdraw",
    "extend_pilot": "Extend the pilot",
    "retire": "Retire",
    "lapse": "Let it lapse",
    "reconsider": "Decide anew",
}
# What the record says.
ACTS = {
    "start": "Began the draft",
    "submit": "Submitted it",
    "open_proposal": "Opened the proposal form",
    "advance": "It moved on",
    "request_changes": "Sent it back for changes",
    "send_back": "Sent it back to an earlier step",
    "hand_back": "It went back to who sent it back",
    "undo": "Took back what was done",
    "add_step": "Added a step for this proposal",
    "cancel_step": "Took away an added step",
    "cancel_ballot": "Stopped the vote",
    "escalate": "It had waited long, and those above were told",
    "resubmit": "Submitted it again",
    "file_full_proposal": "Filed the full proposal",
    "hold": "Put it on hold",
    "resume": "Resumed it",
    "decline": "Declined it",
    "withdraw": "Withdrew it",
    "extend_pilot": "Extended the pilot",
    "retire": "Retired the credential",
    "lapse": "The pilot lapsed",
    "reconsider": "A decision is reconsidered",
    "offering_notice": "Gave notice that the pilot does not go on",
    "offering_notice_back": "Took the notice back",
    "offering_suspend": "Suspended the credential",
    "offering_reinstate": "Offered the credential again",
    "offering_teach_out": "The credential is taught out",
    "attach_file": "Attached a file",
    "remove_file": "Removed a file",
    "deadline_met": "What was due has come in",
    "pilot_end_moved": "The pilot's last day moved with the dates of the terms",
    "replace_file": "Replaced a file",
    "choose_text": "Chose between two texts",
    "add_proposer": "Added a proposer",
    "remove_proposer": "Removed a proposer",
    "change_policy": "Moved it to another revision of the policy",
}
_ASIDE = {
    State.CHANGES_REQUESTED: "was sent back for changes",
    State.ON_HOLD: "is on hold",
    State.DECLINED: "was declined",
    State.WITHDRAWN: "was withdrawn",
    State.LAPSED: "has lapsed: its pilot ended without a full proposal",
    State.RETIRED: "is retired: it is no longer offered",
}
OUTCOMES = {
    "approve": "approved",
    "approve_with_conditions": "approved with conditions",
    "request_changes": "asked for changes",
    "decline": "declined",
    "done": "done",
    "acknowledged": "acknowledged",
}


def where(pack: Pack, state: str, subject: str = "Your proposal") -> str:
    """A sentence for the state: the pack's own for a stop on the route, ours for an aside."""
    if state in _ASIDE:
        return f"{subject} {_ASIDE[State(state)]}."
    return pack.stage(state).says


def what_happened(act: str, detail: dict[str, Any], pack: Pack) -> str:
    """The act of one entry of the record, in words."""
    if act == "step":
        outcome = str(detail.get("outcome", ""))
        return f"{detail.get('title', 'A step')}: {OUTCOMES.get(outcome, outcome.replace('_', ' '))}"
    said = ACTS.get(act) or hooks.act_words(act) or act.replace("_", " ").capitalize()
    if detail.get("revision"):
        said = f"{said} (revision {detail['revision']})"
    if detail.get("name"):
        said = f"{said}: {detail['name']}"
    if detail.get("to_revision"):
        said = f"{said}: from {detail['from_revision']} to {detail['to_revision']}"
    return (
        f"{said}: {place(pack, detail['to'])}" if detail.get("to") not in (None, detail.get("from")) else said
    )


def recorded(pack: Pack, step: str, answers: dict[str, Any]) -> list[dict[str, str]]:
    """What a step's fields hold, in words: [{term, value}], in the pack's order; empty fields are left out."""
    asked = pack.step(step).fields if answers else []
    return [{"term": f.label, "value": _said(f, answers[f.id])} for f in asked if f.id in answers]


def _said(field: FormField, value: Any) -> str:
    if field.kind == "date":
        return f"{dt.date.fromisoformat(value):%-d %B %Y}"
    if field.kind == "boolean":
        return "Yes" if value else "No"
    return ", ".join(field.label_of(one) for one in (value if isinstance(value, list) else [value]))


def place(pack: Pack, state: str) -> str:
    """The name of a stop on the route, in the pack's words, or of an aside state."""
    return pack.stage(state).name if pack.has_stage(state) else str(State(state).label)


_ARTICLED = re.compile(
    r"^(office|division|department|college|school|cent(er|re)|bureau)\b|\b(office|board|council)$", re.I
)


def who(pack: Pack, actor: str, body: str) -> str:
    """Who completes a step, as it reads within a sentence: "the dean", "the Graduate Council", "UM Online"."""
    if body:
        return _the(pack.body(body).name)
    name = pack.actor_name(actor)
    return _the(name) if not actor.startswith("office:") or _ARTICLED.search(name) else name


def who_of(pack: Pack, step: Step) -> str:
    """Who completes this step: the person it was added for by name, else as `who`."""
    return str(step.person) if step.person_id else who(pack, step.actor, step.body)


def _the(name: str) -> str:
    return name if name.lower().startswith("the ") else f"the {name}"


def listed(names: list[str]) -> str:
    """Names in a sentence: a, b and c; each once."""
    once = list(dict.fromkeys(names))
    return " and ".join(part for part in (", ".join(once[:-1]), *once[-1:]) if part)

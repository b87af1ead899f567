"""Times on the policy's page: the pilot, its decision, every deadline and what follows when it passes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from desk.rules.marks import here
from proposals import words

if TYPE_CHECKING:
    from accounts.models import AdoptedPolicy
    from policies.schema import Deadline, Pack, PilotRule

ANCHORS = {
    "pilot_start": "the start of the pilot",
    "pilot_end": "the end of the pilot",
    "submitted": "submission",
    "established": "being established",
    "unit_review": "the review of the unit",
}


def times(policy: AdoptedPolicy) -> list[dict[str, Any]]:
    """One line a rule: {text, clause}."""
    pack = policy.pack
    lines = _pilot(pack, pack.pilot) if pack.pilot else []
    lines += [(_deadline(pack, deadline), deadline.clause) for deadline in pack.deadlines]
    lines.append((_year(pack), ""))
    return [{"text": text, "clause": here(policy, clause)} for text, clause in lines]


def _pilot(pack: Pack, rule: PilotRule) -> list[tuple[str, str]]:
    found = [(f"A pilot runs for at most {rule.years} academic years.", rule.clause)]
    if rule.decision_year and rule.decision_term:
        term = _term(pack, rule.decision_term)
        text = f"The full proposal is due by the {rule.decision_edge} of the {term} of year {rule.decision_year}."
        found.append((text, rule.decision_clause))
    if rule.extension:
        who = words.who(pack, rule.extension_by or "", "")
        found.append(
            (f"A pilot can be extended once, by {rule.extension_years} year, by {who}.", rule.clause)
        )
    if rule.embargo_clause:
        found.append(("Before the pilot is approved, nothing about it is public.", rule.embargo_clause))
    if rule.overseers:
        names = words.listed([words.who(pack, actor, "") for actor in rule.overseers])
        found.append((f"Every pilot is seen by {names}.", rule.overseers_clause))
    return found


def _deadline(pack: Pack, deadline: Deadline) -> str:
    owner = words.who(pack, deadline.owner, "")
    parts = [f"{deadline.title}: {_when(pack, deadline)}.", f"Owed by {owner}."]
    if deadline.received_by:
        parts.append(f"It is filled in here and acknowledged by {words.who(pack, deadline.received_by, '')}.")
    if deadline.consequence:
        parts.append(f"When it passes: {deadline.consequence.rstrip('.')}.")
    return " ".join(parts)


def _when(pack: Pack, deadline: Deadline) -> str:
    after = ANCHORS.get(deadline.anchor, deadline.anchor.replace("_", " "))
    if deadline.days is not None:
        return f"{deadline.days} days after {after}"
    span = f"the {_term(pack, deadline.term)}" if deadline.term else "the academic year"
    if deadline.yearly:
        return f"each year, by the {deadline.edge} of {span}, counted from {after}"
    return f"once, by the {deadline.edge} of {span} of year {deadline.year}, counted from {after}"


def _term(pack: Pack, term_id: str) -> str:
    found = pack.calendar.term(term_id)
    return found.name.lower() if found else term_id


def _year(pack: Pack) -> str:
    names = words.listed([term.name.lower() for term in pack.calendar.terms])
    return f"The academic year begins with the {pack.calendar.terms[0].name.lower()}: {names}."

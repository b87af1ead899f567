"""A campus's policy as its public page shows it: values for the template, read from the adopted revision alone."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from policies.schema import Body, Condition, Pack, Seat, Step
from proposals import words
from proposals.journey import AHEAD, Stop

if TYPE_CHECKING:
    from accounts.models import AdoptedPolicy

Values = dict[str, Any]
ANCHORS = {
    "pilot_start": "the start of the pilot",
    "pilot_end": "the end of the pilot",
    "submitted": "submission",
    "established": "being established",
    "unit_review": "the review of the unit",
}
KINDS = {
    "criterion": "Criteria",
    "form": "What is asked",
    "route": "The way through",
    "role": "Who decides",
    "guard": "What is never done",
    "deadline": "Times",
    "record": "Records",
    "output": "What people get to see",
}


def values(policy: AdoptedPolicy) -> Values:
    """Everything on the page."""
    pack = policy.pack
    return {
        "pack": pack,
        "about": _about(policy, pack),
        "types": [{"kind": kind, "clause": mark(pack, kind.clause)} for kind in pack.types],
        "stops": [_stop(pack, stage.state) for stage in pack.stages],
        "steps": [line for stage in pack.stages for line in _steps(pack, stage.state)],
        "criteria": _criteria(pack),
        "bodies": [_body(pack, body) for body in pack.bodies],
        "times": _times(pack),
        "issuing": _issuing(pack),
        "clauses": _clauses(pack),
    }


def mark(pack: Pack, clause_id: str) -> Values | None:
    """A clause mark that leads to the clause on this page."""
    found = pack.clause(clause_id) if clause_id else None
    if found is None:
        return None
    return {"id": found.id, "text": found.text, "source": "In full below", "url": f"#{found.id}"}


def _about(policy: AdoptedPolicy, pack: Pack) -> list[Values]:
    about = pack.policy
    facts = [
        ("Number", about.number),
        ("Revision", about.revision),
        ("Adopted", _day(about.adopted_on)),
        ("In effect since", _day(about.effective_on)),
        ("Revised", ", ".join(_day(day) for day in about.revised_on)),
        ("Reviewed", ", ".join(_day(day) for day in about.reviewed_on)),
        ("Approved by", about.approver),
        ("Looked after by", about.division),
        ("Contact", about.contact),
        ("Rests on", "; ".join([*about.authority, *about.references])),
        ("Source", about.source),
        ("In use here since", _day(policy.adopted_at)),
    ]
    return [{"term": term, "value": value} for term, value in facts if value]


def _day(day: Any) -> str:
    return f"{day:%-d %B %Y}" if day else ""


def _stop(pack: Pack, state: str) -> Stop:
    stage = pack.stage(state)
    return Stop(stage.name, AHEAD, steps=[{"name": step.title} for step in stage.steps])


def _steps(pack: Pack, state: str) -> list[Values]:
    """Who does what before a state is left."""
    stage = pack.stage(state)
    return [
        {
            "stage": stage.name,
            "title": step.title,
            "who": _who(pack, step),
            "notes": _step_notes(pack, step),
            "clause": mark(pack, step.clause),
        }
        for step in stage.steps
    ]


def _who(pack: Pack, step: Step) -> str:
    if step.kind == "form":
        return "the proposers"
    return words.who(pack, step.by or "", step.body or "")


def _step_notes(pack: Pack, step: Step) -> str:
    notes = [step.help]
    if step.designee:
        notes.append("A named designee may act.")
    if step.days:
        notes.append(f"Within {step.days} days.")
    if step.when:
        notes.append(f"Only where “{_asked(pack, step.when)}” is answered so.")
    return " ".join(note for note in notes if note)


def _asked(pack: Pack, when: Condition) -> str:
    """The question that a condition looks at, with the answers that fit."""
    for form in pack.forms:
        field = form.field(when.field)
        if field:
            answers = ", ".join(field.label_of(value) for value in when.any_of)
            return f"{field.label}: {answers}" if answers else field.label
    return when.field


def _criteria(pack: Pack) -> list[Values]:
    seen, found = set(), []
    for criterion in pack.criteria:
        if (criterion.clause, criterion.says) not in seen:
            seen.add((criterion.clause, criterion.says))
            found.append({"says": criterion.says, "clause": mark(pack, criterion.clause)})
    return found


def _body(pack: Pack, body: Body) -> Values:
    formed = "" if body.formed == "standing" else words.who(pack, body.formed_by or "", "")
    return {
        "name": body.name,
        "formed": f"Formed anew for each proposal by {formed}." if formed else "",
        "experience": f"At least one member {body.experience}." if body.experience else "",
        "seats": [{"title": _seat(seat), "clause": mark(pack, seat.clause)} for seat in body.seats],
        "outcomes": [words.OUTCOMES.get(outcome, outcome) for outcome in body.outcomes],
        "rule": body.rule,
        "rubric": body.rubric,
        "clause": mark(pack, body.clause),
    }


def _seat(seat: Seat) -> str:
    number = f"{seat.minimum}" if seat.minimum == seat.maximum else f"{seat.minimum} to {seat.maximum}"
    chair = ", in the chair" if seat.chair and "chair" not in seat.title.lower() else ""
    return f"{seat.title}{chair}" if number == "1" else f"{seat.title}: {number}{chair}"


def _times(pack: Pack) -> list[Values]:
    found: list[Values] = []
    if pack.pilot:
        rule = pack.pilot
        found.append(
            {
                "text": f"A pilot runs for at most {rule.years} academic years.",
                "clause": mark(pack, rule.clause),
            }
        )
        if rule.decision_year and rule.decision_term:
            term = next(t.name for t in pack.calendar.terms if t.id == rule.decision_term)
            text = f"The full proposal is due by the {rule.decision_edge} of the {term.lower()} of year {rule.decision_year}."
            found.append({"text": text, "clause": mark(pack, rule.decision_clause)})
        if rule.extension:
            text = f"A pilot can be extended once, by {rule.extension_years} year."
            found.append({"text": text, "clause": mark(pack, rule.clause)})
    for deadline in pack.deadlines:
        after = ANCHORS.get(deadline.anchor, deadline.anchor)
        often = "each year" if deadline.yearly else "once"
        found.append(
            {
                "text": f"{deadline.title}: {often}, counted from {after}.",
                "clause": mark(pack, deadline.clause),
            }
        )
    return found


def _issuing(pack: Pack) -> list[Values]:
    rules = pack.issuance
    who = words.listed([words.who(pack, actor, "") for actor in rules.requesters])
    found = [{"text": f"Badges are asked for by {who}.", "clause": mark(pack, rules.recipient_clause)}]
    if rules.training_required:
        text = "Whoever asks has been trained for it."
        found.append({"text": text, "clause": mark(pack, rules.training_clause)})
    if rules.completion_required:
        text = "The learner's completion is recorded first."
        found.append({"text": text, "clause": mark(pack, rules.completion_clause)})
    for certifier in rules.certifiers:
        office = words.who(pack, f"office:{certifier.office}", "")
        case = f", where “{_asked(pack, certifier.when)}”" if certifier.when else ""
        text = f"{office[:1].upper()}{office[1:]} releases them{case}."
        found.append({"text": text, "clause": mark(pack, certifier.clause)})
    return found


def _clauses(pack: Pack) -> list[Values]:
    """Every clause, grouped by what it is about, in the policy's order."""
    numbers = Counter(clause.kind for clause in pack.clauses)
    groups: dict[str, Values] = {kind: {"title": KINDS[kind], "clauses": []} for kind in numbers}
    for clause in pack.clauses:
        groups[clause.kind]["clauses"].append(clause)
    return list(groups.values())

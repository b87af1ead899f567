"""A campus's policy as its public page shows it: values for the template, read from the adopted revision alone."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from desk.rules import drawing
from desk.rules.bodies import body_values
from desk.rules.issuing import issuing, recorded
from desk.rules.marks import here
from desk.rules.times import times
from policies.wording import condition_words, limits_words, listed, proposers_words, section_limits
from proposals import words

if TYPE_CHECKING:
    from accounts.models import AdoptedPolicy
    from policies.schema import Form, FormField, Pack, Section, Step

Values = dict[str, Any]
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
        "policy": policy,
        "pack": pack,
        "about": about(policy),
        "about_clause": here(policy, pack.policy.clause),
        "proposing_clause": here(policy, pack.proposing.clause),
        "types": [_type(policy, kind) for kind in pack.types],
        "drawing": drawing.of(pack),
        "steps": [line for stage in pack.stages for line in _steps(policy, stage.state)],
        "criteria": _criteria(policy),
        "forms": [_form(policy, form) for form in pack.forms],
        "bodies": [body_values(policy, body) for body in pack.bodies],
        "times": times(policy),
        "issuing": issuing(policy),
        "recorded": recorded(policy),
        "clauses": _clauses(pack),
    }


def about(policy: AdoptedPolicy) -> list[Values]:
    """Number, dates, approver and the rest of what the policy says about itself."""
    told = policy.pack.policy
    facts = [
        ("Number", told.number),
        ("Revision", told.revision),
        ("Adopted", _day(told.adopted_on)),
        ("In effect since", _day(told.effective_on)),
        ("Revised", ", ".join(_day(day) for day in told.revised_on)),
        ("Reviewed", ", ".join(_day(day) for day in told.reviewed_on)),
        ("Approved by", told.approver),
        ("Looked after by", told.division),
        ("Contact", told.contact),
        ("Rests on", "; ".join([*told.authority, *told.references])),
        ("Source", told.source),
        ("In use here since", _day(policy.adopted_at)),
    ]
    return [{"term": term, "value": value} for term, value in facts if value]


def _day(day: Any) -> str:
    return f"{day:%-d %B %Y}" if day else ""


def _type(policy: AdoptedPolicy, kind: Any) -> Values:
    brings = [
        word for word, given in (("a badge", kind.badge), ("a transcript notation", kind.notation)) if given
    ]
    notes = policy.pack.transcript.notation != "never" and not kind.refused
    return {
        "kind": kind,
        "brings": f"It brings {words.listed(brings)}." if notes and brings else "",
        "clause": here(policy, kind.clause),
    }


def _steps(policy: AdoptedPolicy, state: str) -> list[Values]:
    """Who does what before a state is left."""
    pack = policy.pack
    stage = pack.stage(state)
    return [
        {
            "stage": stage.name,
            "title": step.title,
            "who": who(pack, step),
            "notes": _notes(pack, step, stage.join(step.group) if step.group else ""),
            "clause": here(policy, step.clause or stage.clause),
        }
        for step in stage.steps
    ]


def who(pack: Pack, step: Step) -> str:
    """Who completes a step, in words."""
    return "the proposers" if step.kind == "form" else words.who(pack, step.by or "", step.body or "")


def _notes(pack: Pack, step: Step, join: str) -> str:
    notes = [step.help]
    if join:
        notes.append(
            "One of the parallel steps is enough." if join == "any" else "In parallel with its neighbours."
        )
    if step.designee:
        notes.append("A named designee may act.")
    if step.days:
        notes.append(f"Within {step.days} days.")
    if step.working_days and step.on_silence:
        ends = words.OUTCOMES[step.on_silence]
        notes.append(f"Without an objection within {step.working_days} working days it counts as {ends}.")
    if step.escalate_days:
        above = words.who(pack, step.escalate_to or "programme_manager", "")
        notes.append(f"Where nobody acts for {step.escalate_days} days, {above} is told.")
    if step.when:
        notes.append(f"Only where {condition_words(pack, step.when)}.")
    asked = [one for one in pack.outcomes(step) if one in ("request_changes", "decline")]
    if asked:
        notes.append(f"It can end in: {listed([words.OUTCOMES[one] for one in pack.outcomes(step)], 'or')}.")
    return " ".join(note for note in notes if note)


def _criteria(policy: AdoptedPolicy) -> list[Values]:
    seen, found = set(), []
    for criterion in policy.pack.criteria:
        if (criterion.clause, criterion.says) not in seen:
            seen.add((criterion.clause, criterion.says))
            only = f"Where {condition_words(policy.pack, criterion.when)}." if criterion.when else ""
            if criterion.check.never:
                only = ""
            found.append({"says": criterion.says, "only": only, "clause": here(policy, criterion.clause)})
    return found


def _form(policy: AdoptedPolicy, form: Form) -> Values:
    """What one form asks, section by section."""
    return {
        "title": form.title,
        "id": form.id,
        "intro": form.intro,
        "proposers": proposers_words(form),
        "proposers_clause": here(policy, form.min_proposers_clause) if form.min_proposers > 1 else None,
        "sections": [_section(policy, section) for section in form.sections],
        "questions": sum(len(section.fields) for section in form.sections),
    }


def _section(policy: AdoptedPolicy, section: Section) -> Values:
    return {
        "title": section.title,
        "help": section.help,
        "limits": section_limits(section),
        "clause": here(policy, section.clause),
        "questions": [_question(policy, field) for field in section.fields],
    }


def _question(policy: AdoptedPolicy, field: FormField) -> Values:
    return {
        "label": field.label,
        "help": field.help,
        "limits": limits_words(field),
        "optional": not field.required,
        "only": f"Asked where {condition_words(policy.pack, field.when)}." if field.when else "",
        "offers": [choice.label for choice in field.choices] or [column.label for column in field.columns],
        "clause": here(policy, field.clause),
    }


def _clauses(pack: Pack) -> list[Values]:
    """Every clause, grouped by what it is about, in the policy's order."""
    numbers = Counter(clause.kind for clause in pack.clauses)
    groups: dict[str, Values] = {kind: {"title": KINDS[kind], "clauses": []} for kind in numbers}
    for clause in pack.clauses:
        groups[clause.kind]["clauses"].append(clause)
    return list(groups.values())

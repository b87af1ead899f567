"""The live checklist and the conditions of submission: one judgement, read by both."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from policies.answers import Answers, applies, value_at
from policies.limits import Facts, Judged, filled, items, judged, word_count
from policies.reasons import Reason
from policies.rubrics import rubric_judged
from policies.schema import Condition, Criterion, EachRow, Form, Pack
from policies.stacking import stack_judged

THE_REST = "The other required answers are given."


@dataclass(frozen=True)
class Finding:
    """A line of the checklist: met, not met (with what to do and where), or None for not yet applicable."""

    clause: str
    says: str
    met: bool | None
    reason: str
    field: str


def checklist(pack: Pack, form_id: str, answers: Answers, facts: Facts) -> list[Finding]:
    """One line a clause, in the order of the pack's clauses: its criteria and the form's own rules together.

    The line says what its criterion asks, or the clause's text where there is none or several. The last line, without
    a clause, stands for all rules that name none.
    """
    form = pack.form(form_id)
    refused = type_refusal(pack, facts.type)
    rules = [Judged(refused.clause, "", True, (refused.text,))] if refused else []
    rules += [*judged(form, answers, facts), *_tables(pack, form_id, answers, facts)]
    lines = [_line(criterion, form, answers, facts) for criterion in _asked(pack, form_id)]
    lines += [_grouped(clause, rules) for clause in dict.fromkeys(rule.clause for rule in rules)]
    order = {clause.id: i for i, clause in enumerate(pack.clauses)}
    clauses = sorted({line.clause for line in lines}, key=lambda clause: order.get(clause, len(order)))
    return [_one(pack, [line for line in lines if line.clause == clause]) for clause in clauses]


def errors(pack: Pack, form_id: str, answers: Answers, facts: Facts) -> list[Reason]:
    """Everything that stops submission; empty exactly when no line of the checklist is unmet.

    A criterion that fails only because of a field that is complained of already, under the same clause, is not
    repeated.
    """
    form = pack.form(form_id)
    refused = type_refusal(pack, facts.type)
    reasons = [refused] if refused else []
    reasons += [
        Reason(problem, rule.clause, rule.path)
        for rule in (*judged(form, answers, facts), *_tables(pack, form_id, answers, facts))
        for problem in rule.problems
    ]
    said = {(reason.clause, reason.field) for reason in reasons}
    for criterion in _asked(pack, form_id):
        line = _line(criterion, form, answers, facts)
        repeated = any((criterion.clause, path) in said for path in criterion.check.paths())
        if line.met is False and not repeated:
            reasons.append(Reason(line.reason, line.clause, line.field))
    return reasons


def type_refusal(pack: Pack, type: str) -> Reason | None:
    """Why no credential of this type can be proposed; None when it can."""
    kind = next((kind for kind in pack.types if kind.id == type), None)
    if kind is None:
        names = ", ".join(kind.name for kind in pack.types if not kind.refused)
        return Reason(f"Choose a type of credential: {names}.")
    return Reason(kind.refused, kind.clause) if kind.refused else None


def unit_refusal(pack: Pack, kind: str) -> Reason | None:
    """Why no unit of this kind can propose; None when it can, or when its kind has not been said."""
    allowed = pack.proposing.unit_kinds
    if not allowed or not kind or kind in allowed:
        return None
    names = ", ".join(unit_kind_name(one) for one in allowed)
    text = f"A unit of the kind “{unit_kind_name(kind)}” does not propose; these do: {names}."
    return Reason(text, pack.proposing.clause, "unit")


def unit_kind_name(kind: str) -> str:
    """A kind of unit in words."""
    return kind.replace("_", " ").replace("-", " ")


def _tables(pack: Pack, form_id: str, answers: Answers, facts: Facts) -> list[Judged]:
    """What is wrong with the levels of rubrics, and with the list of a stack's parts, for a type that has one."""
    stack = any(kind.id == facts.type and kind.collection for kind in pack.types)
    return rubric_judged(pack, form_id, answers) + (stack_judged(pack, form_id, answers) if stack else [])


def _asked(pack: Pack, form_id: str) -> list[Criterion]:
    return [criterion for criterion in pack.criteria if form_id in criterion.forms]


def _grouped(clause: str, rules: list[Judged]) -> Finding:
    """The form's own rules of one clause as one line, which has no words of its own."""
    rules = [rule for rule in rules if rule.clause == clause]
    bad = [rule for rule in rules if rule.problems]
    if not bad:
        return Finding(clause, "", True if any(rule.applicable for rule in rules) else None, "", "")
    more = sum(len(rule.problems) for rule in bad) - 1
    reason = bad[0].problems[0] + (f" And {more} more." if more else "")
    return Finding(clause, "", False, reason, bad[0].path)


def _one(pack: Pack, lines: list[Finding]) -> Finding:
    """The lines of one clause as one: unmet if any is, else met if any is, else not applicable.

    What the form itself misses is said before what its criteria miss, since it is the plainer complaint.
    """
    clause = pack.clause(lines[0].clause)
    worded = [line.says for line in lines if line.says]
    says = worded[0] if len(worded) == 1 else clause.text if clause else THE_REST
    own_first = sorted(lines, key=lambda line: bool(line.says))
    chosen = next((line for met in (False, True) for line in own_first if line.met is met), lines[0])
    return replace(chosen, says=says)


def _line(criterion: Criterion, form: Form, answers: Answers, facts: Facts) -> Finding:
    """The criterion's line; where `when` does not hold it is not applicable.

    Only `never` is met then, as soon as all that its condition looks at is answered.
    """
    met: bool | None = None
    found: float | None = None
    if applies(criterion.when, answers, facts.type):
        met, found = _test(criterion, form, answers, facts)
    elif criterion.check.never and criterion.when and _answered(criterion.when, answers):
        met = True
    paths = criterion.check.paths()
    field = criterion.field or (paths[0] if paths else "")
    text = criterion.unmet if found is None else criterion.unmet.replace("{found}", f"{found:g}")
    return Finding(criterion.clause, criterion.says, met, text if met is False else "", field)


def _answered(condition: Condition, answers: Answers) -> bool:
    known = condition.field == "type" or value_at(answers, condition.field) is not None
    return known and all(_answered(also, answers) for also in condition.also)


def _test(
    criterion: Criterion, form: Form, answers: Answers, facts: Facts
) -> tuple[bool | None, float | None]:
    """Whether the check is met, and the number it found where it counts something."""
    check = criterion.check
    limits = check.words or check.count or check.between
    if limits:
        found = _found(criterion, form, answers, facts)
        if found is None:
            return None, None
        low = limits.minimum if limits.minimum is not None else float("-inf")
        high = limits.maximum if limits.maximum is not None else float("inf")
        return low <= found <= high, found
    if check.each_row:
        return _every_row(check.each_row, answers), None
    if check.fact:
        return check.fact in facts.flags, None
    if check.never:
        return False, None
    paths = [path for path in check.paths() if _shown(form, path, answers, facts)]
    given = [filled(form, path, answers, facts) for path in paths]
    if not given:
        return None, None
    return (any(given) if check.any_filled else all(given)), None


def _found(criterion: Criterion, form: Form, answers: Answers, facts: Facts) -> float | None:
    check = criterion.check
    if check.words:
        return sum(word_count(str(value_at(answers, path) or "")) for path in check.words.fields)
    if check.count:
        return items(form, check.count.field, answers, facts)
    value = value_at(answers, check.between.field) if check.between else None
    return value if isinstance(value, int | float) else None


def _shown(form: Form, path: str, answers: Answers, facts: Facts) -> bool:
    field = form.field(path)
    return field is not None and applies(field.when, answers, facts.type)


def _every_row(rule: EachRow, answers: Answers) -> bool:
    cells = _column(answers, rule.field, rule.column)
    if not cells or not all(cells):
        return False
    if rule.covers and rule.covers_column:
        wanted = _column(answers, rule.covers, rule.covers_column)
        if not wanted or not all(any(_names(cell, one) for cell in cells) for one in wanted):
            return False
    if rule.among and rule.among_column:
        known = _column(answers, rule.among, rule.among_column)
        return all(any(_names(cell, one) for one in known) for cell in cells)
    return True


def _column(answers: Answers, path: str, column: str) -> list[str]:
    return [str(row.get(column, "")).strip() for row in value_at(answers, path) or []]


def _names(text: str, value: str) -> bool:
    """Whether the text holds the value as words of its own: "PO10, PO2" names PO2 and not PO1."""
    pattern = rf"(?<!\w){re.escape(value.casefold())}(?!\w)"
    return bool(value and re.search(pattern, text.casefold()))

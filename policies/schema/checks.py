"""What must fit together across a pack: every id that is named exists, nothing is named twice, the route ends.

`problems` returns all of them, each with the place in the file, so that an author can mend the file in one go.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from policies.schema.base import ROLES
from policies.schema.circles import circles
from policies.schema.credit import partners
from policies.schema.criteria import Check
from policies.schema.forms import Column, Condition, Form
from policies.schema.references import actors, clauses, conditions, offices

if TYPE_CHECKING:
    from policies.schema.pack import Pack

Loc = tuple[str | int, ...]
Problem = tuple[Loc, str]

DOCUMENTS = ("intent", "proposal", "full_proposal")
# The state in which each document is filed.
FILED_IN = {"intent": "intent", "proposal": "proposal", "full_approval": "full_proposal"}
# The longest answers that a definition can hold, and the largest number of credits.
LONGEST = {"title": 200, "workload": 200}
MOST_CREDITS = 999
_MAPPED_KINDS = {
    "competencies": ("rows",),
    "rubric": ("rows",),
    "parts": ("rows",),
    "alignments": ("rows",),
    "credits": ("integer", "decimal"),
    "hours": ("integer",),
    "ects": ("integer", "decimal"),
    "language": ("choice",),
    "validity_months": ("integer",),
    "within_years": ("integer",),
    "level": ("choice", "choices"),
    "modality": ("choice", "choices"),
    "credit": ("choice", "boolean"),
}
_COLUMNS = {
    "competencies": ("competency_column", "assessment_column"),
    "rubric": (
        "rubric_competency_column",
        "rubric_level_column",
        "rubric_description_column",
        "rubric_points_column",
        "rubric_counts_column",
    ),
    "parts": ("part_column", "group_column", "needed_column", "after_column"),
}
_COLUMN_KINDS = {
    "needed_column": "integer",
    "rubric_points_column": "integer",
    "rubric_counts_column": "choice",
}
_CHECKED_KINDS = {
    "words": ("text", "longtext"),
    "count": ("choices", "files", "rows"),
    "between": ("integer", "decimal"),
    "each_row": ("rows",),
}


def problems(pack: Pack) -> list[Problem]:
    """Everything that does not fit, in the order of the file's parts."""
    return [problem for check in all_checks() for problem in check(pack)]


def all_checks() -> tuple[Callable[[Pack], Iterator[Problem]], ...]:
    """Each looks at one kind of join."""
    return (
        _unique,
        _clauses,
        _actors,
        _conditions,
        circles,
        partners,
        _criteria,
        _route,
        _bodies,
        _times,
        _mapping,
        _types,
    )


def _unique(pack: Pack) -> Iterator[Problem]:
    """One id, one thing; a step's id is unique in the whole route."""
    lists: list[tuple[Loc, list[str]]] = [
        (("offices",), [office.id for office in pack.offices]),
        (("types",), [kind.id for kind in pack.types]),
        (("forms",), [form.id for form in pack.forms]),
        (("stages",), [stage.state for stage in pack.stages]),
        (("bodies",), [body.id for body in pack.bodies]),
        (("deadlines",), [deadline.id for deadline in pack.deadlines]),
        (("clauses",), [clause.id for clause in pack.clauses]),
        (("evaluation", "surveys"), [survey.id for survey in pack.evaluation.surveys]),
    ]
    for loc, ids in lists:
        before: set[str] = set()
        for i, one in enumerate(ids):
            if one in before:
                yield (*loc, i), f'"{one}" is there already: each has one entry'
            before.add(one)
    seen: set[str] = set()
    for s, stage in enumerate(pack.stages):
        for i, step in enumerate(stage.steps):
            if step.id in seen:
                yield ("stages", s, "steps", i, "id"), f'there is a step "{step.id}" already'
            seen.add(step.id)


def _clauses(pack: Pack) -> Iterator[Problem]:
    known = {clause.id for clause in pack.clauses}
    for loc, clause_id in clauses(pack):
        if clause_id not in known:
            yield loc, f'there is no clause "{clause_id}" in this file'


def _actors(pack: Pack) -> Iterator[Problem]:
    known = {office.id for office in pack.offices}
    for loc, actor in actors(pack):
        if actor.startswith("office:") and actor[7:] not in known:
            yield loc, f'there is no office "{actor[7:]}" in this file'
        elif not actor.startswith("office:") and actor not in ROLES:
            yield loc, f'there is no role "{actor}"; the roles are {", ".join(ROLES)}, or office:<id>'
    for loc, office in offices(pack):
        if office not in known:
            yield loc, f'there is no office "{office}" in this file'


def _conditions(pack: Pack) -> Iterator[Problem]:
    """A field's condition looks into its own form, any other into any document."""
    for loc, condition, form in conditions(pack):
        where = [form] if form else [f for f in pack.forms if f.id in DOCUMENTS]
        yield from _condition(pack, loc, condition, where)


def _condition(pack: Pack, loc: Loc, condition: Condition, forms: list[Form]) -> Iterator[Problem]:
    if condition.field == "type":
        allowed = [kind.id for kind in pack.types]
    else:
        fields = [field for form in forms if (field := form.field(condition.field))]
        if not fields:
            yield (*loc, "field"), f'there is no field "{condition.field}" that this could look at'
            return
        allowed = [choice.value for field in fields for choice in field.choices]
    for value in [*condition.any_of, *condition.none_of]:
        if allowed and value not in allowed:
            yield (
                loc,
                f'"{value}" is not one of the values of {condition.field}: {", ".join(dict.fromkeys(allowed))}',
            )


def _criteria(pack: Pack) -> Iterator[Problem]:
    for i, criterion in enumerate(pack.criteria):
        for j, form_id in enumerate(criterion.forms):
            if not pack.has_form(form_id):
                yield ("criteria", i, "forms", j), f'there is no form "{form_id}" in this file'
                continue
            yield from _check(("criteria", i), criterion.check, pack.form(form_id))
            if criterion.field and not pack.form(form_id).field(criterion.field):
                yield ("criteria", i, "field"), f'the form "{form_id}" has no field "{criterion.field}"'


def _check(loc: Loc, check: Check, form: Form) -> Iterator[Problem]:
    kinds = next((kinds for name, kinds in _CHECKED_KINDS.items() if getattr(check, name)), ())
    for path in check.paths():
        field = form.field(path)
        if not field:
            yield (*loc, "check"), f'the form "{form.id}" has no field "{path}"'
        elif kinds and field.kind not in kinds:
            yield (*loc, "check"), f'"{path}" is of kind "{field.kind}"; this test needs {" or ".join(kinds)}'
    rows = check.each_row
    if not rows:
        return
    named = [
        (rows.field, rows.column),
        (rows.covers or "", rows.covers_column or ""),
        (rows.among or "", rows.among_column or ""),
    ]
    for path, column in named:
        field = form.field(path)
        if field and column not in [c.id for c in field.columns]:
            yield (*loc, "check", "each_row"), f'"{path}" has no column "{column}"'


def _route(pack: Pack) -> Iterator[Problem]:
    states = [stage.state for stage in pack.stages]
    if states[0] not in ("intent", "proposal"):
        yield ("stages", 0, "state"), "the route begins with intent or proposal"
    if states[-1] != "established":
        yield ("stages", len(states) - 1, "state"), "the route never ends: its last state is established"
    if "proposal" not in states:
        yield ("stages",), "the route needs the state proposal"
    yield from _order(states)
    if ("pilot" in states) != bool(pack.pilot):
        yield (("pilot",) if pack.pilot else ("stages",)), "the state pilot and the table [pilot] go together"
    for i, stage in enumerate(pack.stages):
        wanted = FILED_IN.get(stage.state)
        forms = [step.form for step in stage.steps if step.form]
        if forms != ([wanted] if wanted else []):
            needed = f'one step of kind form, with form = "{wanted}"' if wanted else "no step of kind form"
            yield ("stages", i), f"the state {stage.state} has {needed}"
        if stage.state == "established" and stage.steps:
            yield ("stages", i, "steps"), "established is the end: it has no steps"
        if stage.state not in ("pilot", "established") and not stage.steps:
            yield ("stages", i), f"the state {stage.state} has no steps, so nothing would ever decide it"
        for j, step in enumerate(stage.steps):
            if step.form and not pack.has_form(step.form):
                yield ("stages", i, "steps", j, "form"), f'there is no form "{step.form}" in this file'


def _order(states: Sequence[str]) -> Iterator[Problem]:
    """Which state cannot come before which other; reviews may stand in any order between proposal and pilot."""
    for before, after in (("intent", "proposal"), ("proposal", "pilot"), ("pilot", "full_approval")):
        if before in states and after in states and states.index(before) > states.index(after):
            yield ("stages", states.index(before), "state"), f"{before} comes before {after}"
    if ("pilot" in states) != ("full_approval" in states):
        yield ("stages",), "a pilot leads to full approval: the route has both states or neither"


def _bodies(pack: Pack) -> Iterator[Problem]:
    known, used = {body.id for body in pack.bodies}, {step.body for step in pack.steps()}
    for i, stage in enumerate(pack.stages):
        for j, step in enumerate(stage.steps):
            if step.body and step.body not in known:
                yield ("stages", i, "steps", j, "body"), f'there is no body "{step.body}" in this file'
    for i, body in enumerate(pack.bodies):
        if body.id not in used:
            yield ("bodies", i), f'no step of the route asks "{body.id}" for a vote'


def _times(pack: Pack) -> Iterator[Problem]:
    named: list[tuple[Loc, str | None]] = [
        (("deadlines", i, "term"), deadline.term) for i, deadline in enumerate(pack.deadlines)
    ]
    if pack.pilot:
        named.append((("pilot", "decision_term"), pack.pilot.decision_term))
    for loc, term in named:
        if term and not pack.calendar.term(term):
            yield loc, f'the calendar has no term "{term}"'
    for i, deadline in enumerate(pack.deadlines):
        if deadline.anchor.startswith("pilot") and not pack.pilot:
            yield ("deadlines", i, "anchor"), "this route has no pilot"
        if deadline.form and not pack.has_form(deadline.form):
            yield ("deadlines", i, "form"), f'there is no form "{deadline.form}" in this file'


def _mapping(pack: Pack) -> Iterator[Problem]:
    mapping, proposal = pack.mapping, pack.form("proposal") if pack.has_form("proposal") else None
    for name in type(mapping).model_fields:
        path = getattr(mapping, name)
        if not isinstance(path, str) or "." not in path:
            continue
        loc: Loc = ("mapping", name)
        field = proposal.field(path) if proposal else None
        if not field:
            yield loc, f'the form "proposal" has no field "{path}"'
            continue
        kinds = _MAPPED_KINDS.get(name)
        if kinds and field.kind not in kinds:
            yield loc, f'"{path}" is of kind "{field.kind}"; needed is {" or ".join(kinds)}'
        if name in LONGEST and (field.max_length or LONGEST[name] + 1) > LONGEST[name]:
            yield loc, f'"{path}" needs max_length = {LONGEST[name]} or less'
        if name == "credits" and (field.maximum is None or field.maximum > MOST_CREDITS):
            yield loc, f'"{path}" needs a maximum of {MOST_CREDITS} or less'
        if name == "validity_months" and ((field.minimum or 0) < 1 or (field.maximum or 601) > 600):
            yield loc, f'"{path}" needs a minimum of 1 or more and a maximum of 600 or less'
        if name in _COLUMNS:
            yield from _columns(pack, name, field.columns)
        if name == "alignments" and not {"name", "url"} <= {column.id for column in field.columns}:
            yield loc, f'"{path}" needs the columns name and url (and may have framework and code)'


def _columns(pack: Pack, table: str, columns: list[Column]) -> Iterator[Problem]:
    kinds = {column.id: column.kind for column in columns}
    for name in _COLUMNS[table]:
        wanted = getattr(pack.mapping, name)
        if wanted and wanted not in kinds:
            yield ("mapping", name), f'"{getattr(pack.mapping, table)}" has no column "{wanted}"'
        elif wanted and (needed := _COLUMN_KINDS.get(name)) and kinds[wanted] != needed:
            yield ("mapping", name), f'the column "{wanted}" is of kind "{kinds[wanted]}"; needed is {needed}'


def _types(pack: Pack) -> Iterator[Problem]:
    if all(kind.refused for kind in pack.types):
        yield ("types",), "every type is refused, so nothing could be proposed"

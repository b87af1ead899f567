"""What a pack may say but can hardly mean: steps that never come, states never reached, clauses that nothing enforces.

Each warning has its place in the file, as `policies.schema.checks` gives it for what is wrong. Whether a body can reach
its quorum is judged by the count itself, in `reviews.feasible`.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from policies.possible import possible
from policies.schema import ROLES, Form, Pack, Stage, Step
from policies.schema.checks import FILED_IN, Loc, Problem
from policies.schema.references import actors, clauses, conditions, offices

_RESTING = ("pilot", "established")
_NEVER = {
    "forms": "is never asked: no answer meets its condition",
    "criteria": "never applies: no answer meets its condition",
    "issuance": "never applies: no answer meets its condition",
}


def warnings(pack: Pack) -> list[Problem]:
    """Everything that is doubtful, in the order of the file's parts."""
    checks = (_words, _clauses, _offices, _forms, _facts, _conditions, _steps, _states, _bodies, _deadlines)
    return [warning for check in checks for warning in check(pack)]


def _words(pack: Pack) -> Iterator[Problem]:
    """A slip in the name of a role would leave the usual word standing."""
    for word in pack.words:
        close = difflib.get_close_matches(word, ROLES, 1, 0.8)
        if word not in ROLES and close:
            yield ("words", word), f'is no role, so this word is never used. Is "{close[0]}" meant?'


def _clauses(pack: Pack) -> Iterator[Problem]:
    named = {clause_id for _, clause_id in clauses(pack)}
    for i, clause in enumerate(pack.clauses):
        if clause.id not in named and not clause.later:
            said = "no rule of this file names it, so nothing enforces it; if it is still to come, say so in later"
            yield ("clauses", i), said


def _offices(pack: Pack) -> Iterator[Problem]:
    named = {actor[7:] for _, actor in actors(pack) if actor.startswith("office:")}
    named |= {office for _, office in offices(pack)}
    named.add(pack.transcript.keeper.removeprefix("office:"))
    for i, office in enumerate(pack.offices):
        if office.id not in named:
            yield ("offices", i), "no step, seat or certifier needs this office"


def _forms(pack: Pack) -> Iterator[Problem]:
    filed = {FILED_IN.get(stage.state) for stage in pack.stages}
    filed |= {deadline.form for deadline in pack.deadlines}
    for i, form in enumerate(pack.forms):
        if form.id not in filed:
            yield ("forms", i), "nobody ever files this form: no state and no deadline asks for it"


def _facts(pack: Pack) -> Iterator[Problem]:
    """Nothing of the product says a fact yet, so that a document could never be submitted."""
    for i, criterion in enumerate(pack.criteria):
        if criterion.check.fact:
            yield ("criteria", i, "check", "fact"), "is never met: the product knows no such fact yet"


def _conditions(pack: Pack) -> Iterator[Problem]:
    """Conditions outside the route; a criterion of several forms is doubtful if none of them can fit."""
    fits: dict[Loc, bool] = {}
    for loc, condition, form in conditions(pack):
        if loc[0] in _NEVER and "also" not in loc:
            asked = [form] if form else documents(pack)
            fits[loc] = fits.get(loc, False) or possible(pack, condition, asked)
    for loc, fit in fits.items():
        if not fit:
            yield loc, _NEVER[str(loc[0])]


def _steps(pack: Pack) -> Iterator[Problem]:
    first = pack.stages[0]
    for loc, stage, step in _placed(pack):
        if not _asked_for(pack, stage, step):
            yield loc, "never comes: no answer given by then meets its condition"
        if step.kind == "form" and step.by != "proposer":
            yield (*loc, "by"), "the proposers file a form, whoever is named here"
        if stage is first and step.by != "proposer" and step.kind != "form" and _before_form(stage, step):
            yield loc, "nobody can act here: before the first form is filed only its proposers see a proposal"


def _states(pack: Pack) -> Iterator[Problem]:
    """A state in which nothing can ever be asked is passed over by every proposal."""
    for i, stage in enumerate(pack.stages):
        asked = any(_asked_for(pack, stage, step) for step in stage.steps)
        if stage.state not in _RESTING and not asked and not stage.officer:
            yield ("stages", i), f"the state {stage.state} is never reached: none of its steps can come"


def _bodies(pack: Pack) -> Iterator[Problem]:
    """A body is only asked for its vote if one of its ballots can come; days have a meaning for votes over days."""
    asked = {step.body for _, stage, step in _placed(pack) if _asked_for(pack, stage, step)}
    for i, body in enumerate(pack.bodies):
        if body.id not in asked:
            yield ("bodies", i), "this body never votes: none of its ballots can come"
        if "days_open" in body.rule.model_fields_set and not body.rule.asynchronous:
            said = (
                "has no effect: only a body that may vote without a meeting (asynchronous) has days to vote"
            )
            yield ("bodies", i, "rule", "days_open"), said


def _deadlines(pack: Pack) -> Iterator[Problem]:
    if not pack.pilot:
        return
    for i, deadline in enumerate(pack.deadlines):
        if deadline.anchor == "pilot_start" and (deadline.year or 0) > pack.pilot.years:
            said = f"comes after the pilot's end: it lasts {pack.pilot.years} academic years"
            yield ("deadlines", i, "year"), said


def _placed(pack: Pack) -> Iterator[tuple[Loc, Stage, Step]]:
    for s, stage in enumerate(pack.stages):
        for i, step in enumerate(stage.steps):
            yield ("stages", s, "steps", i), stage, step


def _asked_for(pack: Pack, stage: Stage, step: Step) -> bool:
    return possible(pack, step.when, documents(pack, stage))


def _before_form(stage: Stage, step: Step) -> bool:
    kinds = [one.kind for one in stage.steps]
    return "form" in kinds and stage.steps.index(step) < kinds.index("form")


def documents(pack: Pack, until: Stage | None = None) -> list[Form]:
    """The forms filed on the route, in its order; with `until`, those filed when that state is left."""
    stages = pack.stages if until is None else pack.stages[: pack.stages.index(until) + 1]
    wanted = [FILED_IN[stage.state] for stage in stages if stage.state in FILED_IN]
    return [pack.form(form_id) for form_id in wanted if pack.has_form(form_id)]

"""The whole file: one institution's policy."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from pydantic import Field, ValidationInfo, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError, ValidationError

from policies.schema.about import Clause, DefinedTerm, Kind, Look, Office, Policy, Proposing
from policies.schema.base import Id, Outcome, Strict, Text
from policies.schema.bodies import Body
from policies.schema.checks import problems
from policies.schema.criteria import Criterion
from policies.schema.evaluation import Evaluation, Outreach
from policies.schema.forms import Form, FormField
from policies.schema.issuance import Issuance, Mapping, Platform, TranscriptRule
from policies.schema.route import Stage, Step
from policies.schema.standard import STANDARD, mapping_with_standard, standard_section
from policies.schema.times import Calendar, Deadline, PilotRule


class Pack(Strict):
    """The whole file. Rules that join its parts are in `policies.schema.checks`."""

    policy: Policy
    look: Look
    words: dict[Id, Text] = {}
    definitions: list[DefinedTerm] = []
    offices: list[Office] = []
    types: list[Kind] = Field(min_length=1)
    proposing: Proposing = Proposing()
    forms: list[Form] = Field(min_length=1)
    criteria: list[Criterion] = []
    stages: list[Stage] = Field(min_length=2)
    bodies: list[Body] = []
    calendar: Calendar
    pilot: PilotRule | None = None
    deadlines: list[Deadline] = []
    issuance: Issuance
    transcript: TranscriptRule = TranscriptRule()
    platform: Platform
    evaluation: Evaluation = Evaluation()
    outreach: Outreach = Outreach()
    mapping: Mapping
    clauses: list[Clause] = Field(min_length=1)

    @model_validator(mode="before")
    @classmethod
    def _repeat_sections(cls, data: Any) -> Any:
        """Put the named form's section, or the standard one, where the file says `same_as`."""
        return repeated(data) if isinstance(data, dict) and isinstance(data.get("forms"), list) else data

    @model_validator(mode="after")
    def _joined(self, info: ValidationInfo) -> Pack:
        """Refuse what does not fit together. A text adopted earlier was checked then, by the rules of its day."""
        if info.context and info.context.get("adopted"):
            return self
        found = [
            InitErrorDetails(type=PydanticCustomError("pack", "{said}", {"said": said}), loc=loc, input=None)
            for loc, said in problems(self)
        ]
        if found:
            raise ValidationError.from_exception_data("Pack", found)
        return self

    def form(self, form_id: str) -> Form:
        return next(f for f in self.forms if f.id == form_id)

    def has_form(self, form_id: str) -> bool:
        return any(f.id == form_id for f in self.forms)

    def stage(self, state: str) -> Stage:
        return next(s for s in self.stages if s.state == state)

    def has_stage(self, state: str) -> bool:
        return any(s.state == state for s in self.stages)

    def stage_after(self, state: str) -> Stage | None:
        """The stage that follows on the route; None at its end."""
        states: list[str] = [s.state for s in self.stages]
        i = states.index(state) + 1
        return self.stages[i] if i < len(self.stages) else None

    def steps(self) -> Iterator[Step]:
        """Every step of the route, in order."""
        for stage in self.stages:
            yield from stage.steps

    def step(self, step_id: str) -> Step:
        return next(step for step in self.steps() if step.id == step_id)

    def outcomes(self, step: Step) -> list[Outcome]:
        """What a step can end in: a ballot's come from its body."""
        return list(self.body(step.body).outcomes) if step.body else step.outcomes

    def body(self, body_id: str) -> Body:
        return next(b for b in self.bodies if b.id == body_id)

    def kind(self, type_id: str) -> Kind:
        return next(k for k in self.types if k.id == type_id)

    def clause(self, clause_id: str) -> Clause | None:
        return next((c for c in self.clauses if c.id == clause_id), None)

    def field(self, path: str) -> FormField | None:
        """The field at this path in the first form that has it."""
        return next((found for form in self.forms if (found := form.field(path))), None)

    def actor_name(self, actor: str) -> str:
        """The name people know a role or office by."""
        if actor.startswith("office:"):
            return next((o.name for o in self.offices if o.id == actor[7:]), actor[7:])
        return self.words.get(actor, actor.replace("_", " "))


def repeated(data: dict[str, Any]) -> dict[str, Any]:
    """The file's data with every `{id = "x", same_as = "proposal"}` replaced by that form's section x.

    `{id = "standard", same_as = "standard", without = [...]}` becomes the standard description, and the mapping leads
    to its questions. What names no form, section or question is left as it is, so that its own check can speak of it.
    """
    forms = {
        form["id"]: form for form in data["forms"] if isinstance(form, dict) and _is_text(form.get("id"))
    }
    forms[STANDARD] = {"sections": [standard_section()]}
    data = {**data, "forms": [dict(form) if isinstance(form, dict) else form for form in data["forms"]]}
    for form in data["forms"]:
        if isinstance(form, dict) and isinstance(form.get("sections"), list):
            taken = any(isinstance(one, dict) and one.get("same_as") == STANDARD for one in form["sections"])
            form["sections"] = [_one(section, forms) for section in form["sections"]]
            if taken and form.get("id") == "proposal" and isinstance(data.get("mapping"), dict):
                data["mapping"] = mapping_with_standard(data["mapping"], form)
    return data


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _one(section: Any, forms: dict[str, dict[str, Any]]) -> Any:
    if not isinstance(section, dict) or not _is_text(section.get("same_as")):
        return section
    source = forms.get(section["same_as"], {}).get("sections")
    for candidate in source if isinstance(source, list) else []:
        if isinstance(candidate, dict) and candidate.get("id") == section.get("id") and "fields" in candidate:
            return _taken_over(section, candidate)
    return section


def _taken_over(section: dict[str, Any], source: dict[str, Any]) -> dict[str, Any]:
    """The section as its source has it, with what this one says of itself; only the standard one can be shortened."""
    without = section.get("without", [])
    known = [field["id"] for field in source["fields"]] if section["same_as"] == STANDARD else []
    if not isinstance(without, list) or any(name not in known for name in without):
        return section
    taken = copy.deepcopy(source)
    if without:
        taken["fields"] = [field for field in taken["fields"] if field["id"] not in without]
    return {**taken, **{k: v for k, v in section.items() if k not in ("same_as", "without")}}

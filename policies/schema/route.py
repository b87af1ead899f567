"""The route: the states that a proposal passes and what must be complete before each can be left."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import model_validator

from policies.schema.base import (
    Actor,
    ClauseId,
    DocumentId,
    Id,
    Name,
    Outcome,
    State,
    StepKind,
    Strict,
    Text,
    no_twins,
)
from policies.schema.forms import Condition, FormField

# What a step may end in, the usual list first; a ballot takes its body's outcomes.
USUAL: dict[str, tuple[Outcome, ...]] = {
    "consultation": ("done",),
    "acknowledgement": ("acknowledged",),
    "form": ("done",),
    "signoff": ("approve", "request_changes", "decline"),
    "ballot": (),
}
_ALLOWED: dict[str, tuple[Outcome, ...]] = {
    "consultation": ("done", "request_changes", "decline"),
    "acknowledgement": ("acknowledged",),
    "form": ("done",),
    "signoff": ("approve", "approve_with_conditions", "request_changes", "decline"),
    "ballot": (),
}


class Step(Strict):
    """One thing that must be complete before the state can be left.

    `by` acts (sign-off, consultation, acknowledgement, form); a ballot names `body`, whose outcomes it has. Steps
    run in the order given; neighbours with the same `group` run in parallel and are joined by the stage's `joins`
    (all unless said). `designee` lets a named designee act. `when` leaves the step out unless the answers fit.
    `statement` is what the person attests by approving. `days` is when it should be done, in calendar days;
    with `working_days` and `on_silence` the step ends by itself with that outcome when nobody objected in time.
    `fields` is what whoever completes the step records. After each `escalate_days` in which it waits, `escalate_to` is
    told (the programme manager unless said). With `conditions_block` a sign-off that approves with conditions leaves the
    proposal in its state until each is accepted or waived.
    """

    id: Id
    kind: StepKind
    title: Name
    help: str = ""
    by: Actor | None = None
    body: Id | None = None
    form: DocumentId | None = None
    outcomes: list[Outcome] = []
    group: str = ""
    designee: bool = False
    statement: str = ""
    fields: list[FormField] = []
    when: Condition | None = None
    clause: ClauseId = ""
    days: int | None = None
    working_days: int | None = None
    on_silence: Outcome | None = None
    escalate_days: int | None = None
    escalate_to: Actor | None = None
    conditions_block: bool = False

    @model_validator(mode="before")
    @classmethod
    def _usual_outcomes(cls, data: Any) -> Any:
        if not isinstance(data, dict) or "outcomes" in data:
            return data
        kind = data.get("kind")
        usual = USUAL.get(kind) if isinstance(kind, str) else None
        return data if usual is None else {**data, "outcomes": list(usual)}

    @model_validator(mode="after")
    def _sane(self) -> Step:
        if self.kind == "ballot" and (not self.body or self.by):
            raise ValueError("a ballot names a body (body = ...) and nobody else (no by)")
        if self.kind != "ballot" and (not self.by or self.body):
            raise ValueError(f"a {self.kind} names who acts (by = ...) and no body")
        if (self.kind == "form") != bool(self.form):
            raise ValueError("a step of kind form names its form (form = ...), and no other kind does")
        self._check_outcomes()
        no_twins([field.id for field in self.fields], "field")
        if (self.working_days is None) != (self.on_silence is None):
            raise ValueError("working_days and on_silence are given together")
        if self.on_silence and self.kind == "form":
            raise ValueError("a form is completed by submitting it, never by silence: leave out on_silence")
        if self.on_silence and self.on_silence not in self.outcomes:
            raise ValueError("on_silence is not one of the step's outcomes")
        if self.escalate_to and not self.escalate_days:
            raise ValueError("escalate_to goes with escalate_days: after how many days they are told")
        if self.conditions_block and "approve_with_conditions" not in self.outcomes:
            raise ValueError(
                "conditions_block goes with the outcome approve_with_conditions (a ballot's body has its own)"
            )
        if any(days is not None and days < 1 for days in (self.days, self.working_days, self.escalate_days)):
            raise ValueError("days are counted from 1")
        return self

    def _check_outcomes(self) -> None:
        if self.kind == "ballot" and self.outcomes:
            raise ValueError("a ballot has its body's outcomes: list them there")
        no_twins(list(self.outcomes), "outcome")
        odd = [outcome for outcome in self.outcomes if outcome not in _ALLOWED[self.kind]]
        if odd:
            raise ValueError(
                f"a {self.kind} cannot end in {odd[0]}; it can in {', '.join(_ALLOWED[self.kind])}"
            )
        if self.kind != "ballot" and USUAL[self.kind][0] not in self.outcomes:
            raise ValueError(f"without the outcome {USUAL[self.kind][0]} this step could never be passed")


class Stage(Strict):
    """A state of the route.

    `name` is the stop's name on the route, `says` the sentence people read ("Your proposal is with the committee").
    `officer` moves the proposal on by hand once all steps are complete; without one it moves by itself.
    """

    state: State
    name: Name
    says: Text
    steps: list[Step] = []
    joins: dict[str, Literal["all", "any"]] = {}
    officer: Actor | None = None
    clause: ClauseId = ""

    @model_validator(mode="after")
    def _groups(self) -> Stage:
        groups = [
            step.group for i, step in enumerate(self.steps) if i == 0 or self.steps[i - 1].group != step.group
        ]
        no_twins([group for group in groups if group], "group (its steps must stand together)")
        odd = sorted(set(self.joins) - set(groups))
        if odd:
            raise ValueError(f'joins names the group "{odd[0]}", which no step belongs to')
        return self

    def join(self, group: str) -> Literal["all", "any"]:
        """How the parallel steps of a group are joined."""
        return self.joins.get(group, "all")

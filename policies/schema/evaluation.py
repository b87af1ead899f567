"""How an institution finds out whether a programme works, and what its office shows the public."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from policies.schema.base import ClauseId, Id, Strict, Text, no_twins


class Question(Strict):
    """A sample question; a campus can edit it."""

    id: Id
    text: Text
    kind: Literal["text", "scale", "yes_no"] = "text"
    required: bool = False


class Survey(Strict):
    """A set of questions asked `offsets_days` after finishing the programme or each of its modules."""

    id: Id
    level: Literal[1, 2, 3, 4]
    title: Text
    intro: str = ""
    after: Literal["completion", "module"] = "completion"
    offsets_days: list[int] = [0]
    questions: list[Question]
    clause: ClauseId = ""

    @model_validator(mode="after")
    def _sane(self) -> Survey:
        no_twins([question.id for question in self.questions], "question")
        if any(days < 0 for days in self.offsets_days):
            raise ValueError("a survey cannot be sent before the event it follows")
        return self


class Metrics(Strict):
    """What is measured of each objective, before and after."""

    minimum: int = 2
    maximum: int = 3
    kinds: list[Text] = []
    forms: list[Text] = []
    before_and_after: bool = True
    clause: ClauseId = ""


class Evaluation(Strict):
    """Kirkpatrick's levels: what is asked of learners, and the smallest group whose answers are shown."""

    levels: dict[str, list[str]] = {}
    surveys: list[Survey] = []
    metrics: Metrics | None = None
    minimum_group: int = 5
    clause: ClauseId = ""


class Link(Strict):
    title: Text
    url: Text


class Phase(Strict):
    """A phase of the office's public roadmap."""

    id: Id
    title: Text
    time_frame: str = ""
    activities: list[Text] = []


class Goal(Strict):
    """A strategic goal and the metric that shows whether it is reached."""

    id: Id
    says: Text
    metric: str = ""


class Outreach(Strict):
    """The first content of the office's public pages; the office keeps them up to date afterwards."""

    phases: list[Phase] = []
    phases_clause: ClauseId = ""
    goals: list[Goal] = []
    goals_clause: ClauseId = ""
    inventory_states: list[Id] = ["candidate", "proposed", "launched"]
    resources: list[Link] = []
    samples: list[Link] = []

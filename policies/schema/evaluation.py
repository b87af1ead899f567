"""How an institution finds out whether a programme works, and what its office shows the public."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from policies.schema.base import ClauseId, Id, Strict, Text, no_twins
from policies.schema.forms import Link


class Question(Strict):
    """A sample question; a campus can edit it. `group` is the title of the screen that it stands on.

    A scale has five points, from `low` to `high`; `choice` takes one of the options, `choices` several.
    """

    id: Id
    text: Text
    kind: Literal["text", "scale", "yes_no", "choice", "choices"] = "text"
    options: list[Text] = []
    low: str = ""
    high: str = ""
    group: str = ""
    required: bool = False

    @model_validator(mode="after")
    def _options(self) -> Question:
        if self.kind in ("choice", "choices") and len(set(self.options)) < 2:
            raise ValueError("a question to choose from needs at least two different options")
        if self.kind not in ("choice", "choices") and self.options:
            raise ValueError("only a question to choose from has options")
        return self


class Survey(Strict):
    """A set of questions asked `offsets_days` after finishing the programme or each of its modules.

    A module is what an assessor records of a learner by itself: a competency shown. Partners and employers are asked
    when somebody sends them the survey, so `after` and the days do not count for them. A survey can be answered for
    `open_days`; whoever has not is reminded after each of `reminders_days`.
    """

    id: Id
    level: Literal[1, 2, 3, 4]
    title: Text
    intro: str = ""
    audience: Literal["learners", "partners"] = "learners"
    after: Literal["completion", "module"] = "completion"
    offsets_days: list[int] = [0]
    reminders_days: list[int] = [7]
    open_days: int = 60
    questions: list[Question]
    clause: ClauseId = ""

    @model_validator(mode="after")
    def _sane(self) -> Survey:
        no_twins([question.id for question in self.questions], "question")
        if any(days < 0 for days in self.offsets_days):
            raise ValueError("a survey cannot be sent before the event it follows")
        if not self.questions:
            raise ValueError("a survey needs a question")
        if any(not 0 < days < self.open_days for days in self.reminders_days):
            raise ValueError("a reminder comes while the survey can be answered")
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
    """Kirkpatrick's levels: what is asked of learners, and the smallest group whose answers and figures are shown.

    `figures_clause` asks for figures of how each badge is taken and used, `labour_clause` for the labour market,
    `director_clause` for a programme director of each offering, who keeps in touch with its graduates.
    """

    levels: dict[str, list[str]] = {}
    surveys: list[Survey] = []
    metrics: Metrics | None = None
    minimum_group: int = 5
    figures_clause: ClauseId = ""
    labour_clause: ClauseId = ""
    clause: ClauseId = ""
    director_clause: ClauseId = ""

    @model_validator(mode="after")
    def _once(self) -> Evaluation:
        no_twins([survey.id for survey in self.surveys], "survey")
        return self


class Activity(Strict):
    """One thing done in a phase, and how far it is."""

    says: Text
    state: Literal["planned", "under_way", "done"] = "planned"


class Phase(Strict):
    """A phase of the office's public roadmap. `settled` is false while its activities may still change."""

    id: Id
    title: Text
    time_frame: str = ""
    settled: bool = True
    activities: list[Activity] = []


class Goal(Strict):
    """A strategic goal and the metric that shows whether it is reached."""

    id: Id
    says: Text
    metric: str = ""


class Group(Strict):
    """Whom the office talks with about its plans; `open` conversations are for everyone."""

    name: Text
    state: Literal["planned", "met"] = "planned"
    open: bool = False


class Subject(Strict):
    """Something that the office keeps up with or keeps versions of."""

    id: Id
    title: Text
    help: str = ""


class Outreach(Strict):
    """The first content of the office's public pages; the office keeps them up to date afterwards.

    `catalogue_clause` asks that the catalogue lists what is offered most often first.
    `reviews` are the subjects of which reviews are kept with source and date, `taxonomies` what is kept in versions,
    `inventory_states` how far a candidate activity can be. `video` is the title of the introductory film that the
    page of the draft definition offers from this server, once a file is there.
    """

    phases: list[Phase] = []
    phases_clause: ClauseId = ""
    goals: list[Goal] = []
    goals_clause: ClauseId = ""
    sessions_clause: ClauseId = ""
    groups: list[Group] = []
    groups_clause: ClauseId = ""
    inventory_states: list[Id] = ["candidate", "proposed", "launched"]
    inventory_clause: ClauseId = ""
    marketing_clause: ClauseId = ""
    portfolio_clause: ClauseId = ""
    reviews: list[Subject] = []
    reviews_clause: ClauseId = ""
    taxonomies: list[Subject] = []
    taxonomies_clause: ClauseId = ""
    catalogue_clause: ClauseId = ""
    video: str = ""
    video_clause: ClauseId = ""
    resources: list[Link] = []
    resources_clause: ClauseId = ""
    samples: list[Link] = []
    samples_clause: ClauseId = ""

    @model_validator(mode="after")
    def _once(self) -> Outreach:
        no_twins([phase.id for phase in self.phases], "phase")
        no_twins([goal.id for goal in self.goals], "goal")
        no_twins(list(self.inventory_states), "state of the inventory")
        no_twins([review.id for review in self.reviews], "review")
        no_twins([taxonomy.id for taxonomy in self.taxonomies], "taxonomy")
        return self

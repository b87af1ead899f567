"""How an award comes about: who requests, who releases, what is noted where, and which answers define it."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from policies.schema.base import Actor, ClauseId, Id, Path, Scalar, Strict, Text
from policies.schema.forms import Condition


class Certifier(Strict):
    """Which office releases awards; the first whose `when` fits the definition's answers."""

    office: Id
    when: Condition | None = None
    clause: ClauseId = ""


class Issuance(Strict):
    """Who requests and who releases. Each *_clause is named in the refusal it causes.

    `badge_by` makes the badge and `trained_by` trains issuers. `stack_awards` says what happens when a learner fulfils
    a stack (a type with `collection`): somebody requests it, a request is prepared for the certifier, or it is awarded
    at once. With `stack_reviews_expired` a part that expires is looked at like one that is revoked.
    """

    requesters: list[Actor] = ["issuer"]
    badge_by: Actor = "programme_manager"
    badge_clause: ClauseId = ""
    training_required: bool = False
    trained_by: Actor = "programme_manager"
    training_clause: ClauseId = ""
    completion_required: bool = True
    completion_clause: ClauseId = ""
    mastery_required: bool = False
    mastery_clause: ClauseId = ""
    eligibility_when: Condition | None = None
    eligibility_clause: ClauseId = ""
    recipient_clause: ClauseId = ""
    standing_clause: ClauseId = ""
    collection_clause: ClauseId = ""
    sharing_clause: ClauseId = ""
    stack_awards: Literal["requested", "prepared", "automatic"] = "prepared"
    stack_reviews_expired: bool = False
    certifiers: list[Certifier]

    @model_validator(mode="after")
    def _sane(self) -> Issuance:
        if not self.requesters:
            raise ValueError("somebody must be able to request awards: requesters")
        if not self.certifiers or self.certifiers[-1].when is not None:
            raise ValueError("the last certifier has no when, so that every award has one")
        if any(certifier.when is None for certifier in self.certifiers[:-1]):
            raise ValueError("only the last certifier can be without when: those after it would never act")
        return self


class LaterCredit(Strict):
    """How what is offered without credit moves to credit, and an award earned before gains credit: who takes part and
    what must be recorded first. `unit_kinds` are the kinds of unit that count as academic; without any each does."""

    partners: list[Actor] = []
    academic_unit: bool = False
    unit_kinds: list[Id] = []
    fee_required: bool = False
    assessment_required: bool = False
    assessments: list[Text] = []
    reference: str = ""
    clause: ClauseId = ""


class TranscriptRule(Strict):
    """notation: when an award is noted on the transcript. `event_code` demands a recorded Academic Event Code.

    With `student_record` the keeper holds each student's micro-credential record in the student system, in step with
    what is awarded here. `co_curricular` lets learners have a co-curricular transcript of their awards.
    """

    notation: Literal["never", "for_credit"] = "never"
    event_code: bool = False
    clause: ClauseId = ""
    never_clause: ClauseId = ""
    student_record: bool = False
    co_curricular: bool = False
    co_curricular_clause: ClauseId = ""
    keeper: Actor = "office:registrar"
    keeper_clause: ClauseId = ""
    later_credit: LaterCredit | None = None


class Platform(Strict):
    kind: Literal["credly", "accredible", "canvas", "open_badges"]
    account: str = ""  # which set of environment variables; "" is the plain set
    clause: ClauseId = ""


class Mapping(Strict):
    """Which answers become the definition. The first four and the competencies are needed, the rest may be left out.

    `credit` is the answer that says whether it bears credit, `credit_values` which of its values mean that it does.
    `skills` is a text with commas or line ends between the skills; `parts` lists what a stack is made of,
    and its columns say more of each line: its name, its group, how many of the group are needed, what comes before it.
    `rubric` lists levels of competencies, each competency's from the lowest to the highest; `rubric_counts_column` is a
    choice, of which `rubric_counts_values` say that who reaches the level has shown the competency.
    `alignments` is a table of skills and standards with the columns name and url, and perhaps framework and code.
    """

    title: Path
    description: Path
    criteria: Path
    competencies: Path  # a rows field
    competency_column: Id
    assessment_column: Id | None = None
    rubric: Path | None = None
    rubric_competency_column: Id | None = None
    rubric_level_column: Id | None = None
    rubric_description_column: Id | None = None
    rubric_points_column: Id | None = None
    rubric_counts_column: Id | None = None
    rubric_counts_values: list[Scalar] = []
    credits: Path | None = None
    credit: Path | None = None
    credit_values: list[Scalar] = []
    level: Path | None = None
    modality: Path | None = None
    workload: Path | None = None
    audience: Path | None = None
    skills: Path | None = None
    stacks_into: Path | None = None
    assessment_type: Path | None = None
    supervision: Path | None = None
    quality_assurance: Path | None = None
    prerequisites: Path | None = None
    language: Path | None = None
    validity_months: Path | None = None
    partners: Path | None = None
    programme_director: Path | None = None
    hours: Path | None = None
    ects: Path | None = None
    integration: Path | None = None
    further_information: Path | None = None
    artifacts: Path | None = None
    field_of_study: Path | None = None
    code: Path | None = None
    alignments: Path | None = None
    parts: Path | None = None
    part_column: Id | None = None
    group_column: Id | None = None
    needed_column: Id | None = None
    after_column: Id | None = None
    within_years: Path | None = None

    @model_validator(mode="after")
    def _sane(self) -> Mapping:
        if bool(self.credit) != bool(self.credit_values):
            raise ValueError("credit and credit_values are given together")
        columns = (self.part_column, self.group_column, self.needed_column, self.after_column)
        if any(columns) and not (self.parts and self.part_column):
            raise ValueError("columns of the list of parts need parts and part_column beside them")
        self._check_rubric()
        return self

    def _check_rubric(self) -> None:
        whole = (self.rubric, self.rubric_competency_column, self.rubric_level_column)
        further = (self.rubric_description_column, self.rubric_points_column, self.rubric_counts_column)
        if any((*whole, *further)) and not all(whole):
            raise ValueError(
                "a rubric needs rubric, rubric_competency_column and rubric_level_column: the table and two columns"
            )
        if bool(self.rubric_counts_column) != bool(self.rubric_counts_values):
            raise ValueError("rubric_counts_column and rubric_counts_values are given together")

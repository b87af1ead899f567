"""What a learner is told of their own way: where they are enrolled, what they have shown, what is missing, what to do."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from accounts.clauses import marked
from credentials.models import Award
from learning import terms
from learning.models import CompetencyMet, Completion, Enrolment, EnrolmentState
from learning.readiness import AHEAD, Readiness
from learning.reading import completions_for

if TYPE_CHECKING:
    from accounts.models import Person
    from learning.models import Offering
    from policies.reasons import Reason

RELATED = (
    "institution",
    "definition__current__policy",
    "definition__institution",
    "definition__unit",
    "director",
)
SHOW = "Show “{name}”. {how}"
CONFIRM = "Ask an assessor to confirm that you are enrolled as a student."
COMPLETE = "When you have done all that is asked, an assessor records that you have completed the programme."
WAIT = (
    "You need not do anything: when a seat comes free and it is your turn, it is yours, and you get a mail."
)
ALL_THERE = "Everything is there. {unit} asks for your badge; once it is awarded you get a mail."
HELD = "You hold the badge. There is nothing left to do."
ANEW = "What is asked has changed since it was recorded. Ask an assessor to confirm what you have shown."


@dataclass
class Own:
    """One offering of mine. `asked` are its competencies, each with how it is assessed and what was recorded of mine."""

    offering: Offering
    term: str = ""
    enrolment: Enrolment | None = None
    completion: Completion | None = None
    place: int | None = None
    queue: int = 0
    asked: list[dict[str, Any]] = field(default_factory=list)
    missing: list[dict[str, Any]] = field(default_factory=list)
    todo: list[str] = field(default_factory=list)
    award: Award | None = None

    @property
    def state(self) -> str:
        """holds, left, waiting, ready or on_the_way."""
        if self.award:
            return "holds"
        if self.enrolment and self.enrolment.state in (EnrolmentState.LEFT, EnrolmentState.WAITING):
            return str(self.enrolment.state)
        return "on_the_way" if self.missing else "ready"

    @property
    def may_leave(self) -> bool:
        """Whether there is a seat or a place to give up."""
        state = self.enrolment.state if self.enrolment else ""
        return state in (EnrolmentState.ENROLLED, EnrolmentState.WAITING)


def all_of(person: Person) -> list[Own]:
    """Every offering in which the person is or was enrolled, or in which something of theirs stands recorded."""
    found: dict[uuid.UUID, Own] = {}
    enrolments = Enrolment.objects.filter(learner=person).order_by("added_at", "turn")
    for enrolment in enrolments.select_related(*(f"offering__{name}" for name in RELATED)):
        own = found.setdefault(enrolment.offering_id, Own(enrolment.offering))
        own.enrolment = enrolment  # the last one counts
    completions = Completion.objects.standing().filter(learner=person).prefetch_related("competencies")
    for completion in completions.select_related(*(f"offering__{name}" for name in RELATED)):
        own = found.setdefault(completion.offering_id, Own(completion.offering))
        own.completion = completion
    for own in found.values():
        _tell(own, person)
    return sorted(found.values(), key=lambda own: (own.state == "left", -own.offering.starts_on.toordinal()))


def _tell(own: Own, person: Person) -> None:
    offering = own.offering
    definition, version = offering.definition, offering.definition.current
    assert version is not None  # noqa: S101  (offerings are opened of approved credentials)
    own.term = terms.words(offering)
    own.award = Award.objects.live().filter(definition=definition, holder=person).first()
    rule = Readiness(definition)
    found = rule.by_kind(completions_for(definition, [person.email]).get(person.email))
    reasons = [reason for kind in found.values() for reason in kind]
    version.policy.institution = offering.institution
    own.missing = [] if own.award else marked(version.policy, reasons)
    met = {one.competency: one for one in own.completion.competencies.all()} if own.completion else {}
    own.asked = [_asked(one, met.get(one["name"])) for one in version.competencies]
    if own.enrolment and own.enrolment.state == EnrolmentState.WAITING:
        waiting = offering.enrolments.waiting()
        own.place, own.queue = waiting.filter(turn__lte=own.enrolment.turn).count(), waiting.count()
    own.todo = _todo(own, found)


def _asked(competency: dict[str, Any], met: CompetencyMet | None) -> dict[str, Any]:
    return {"name": competency["name"], "how": competency.get("assessment", ""), "met": met}


def _todo(own: Own, found: dict[str, list[Reason]]) -> list[str]:
    """What the learner can do, in the order in which to do it."""
    if own.award:
        return [HELD]
    if own.state == "waiting":
        return [WAIT]
    if not own.missing:
        return [ALL_THERE.format(unit=own.offering.definition.unit)]
    steps = [
        SHOW.format(name=one["name"], how=f"It is assessed by: {one['how']}." if one["how"] else "").strip()
        for one in own.asked
        if one["met"] is None and (found.get("mastery") or found.get("completion"))
    ]
    completed = own.completion and own.completion.completed_on
    if found.get("completion"):
        steps.append(ANEW if completed and not _ahead(found["completion"]) else COMPLETE)
    if found.get("eligibility"):
        steps.append(CONFIRM)
    return steps


def _ahead(reasons: list[Reason]) -> bool:
    return any(reason.text == AHEAD for reason in reasons)

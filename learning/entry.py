"""What an assessor says about one learner, as values, and what is wrong with it. Pure: nothing is read or written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from credentials.openbadges import rules
from policies.reasons import Reason

MAX_NAME, MAX_EVIDENCE, MAX_URL, MAX_REASON = 200, 10_000, 500, 1000
NOTHING = "Say what was shown: the day of completion, a competency, or whether the learner is enrolled."
NO_EVIDENCE = "Say what shows it, or give a link to the evidence."


@dataclass(frozen=True)
class Met:
    """One competency shown. Without a day it counts as shown on the day of completion, or else today.

    `level` is the name of the level reached, where the competency has a rubric.
    """

    name: str
    on: dt.date | None = None
    evidence: str = ""
    level: str = ""


@dataclass(frozen=True)
class Entry:
    """All that is said of one learner; `number` is the line in a list, from 1. Without `completed_on` it is a part."""

    name: str
    email: str
    completed_on: dt.date | None = None
    competencies: tuple[Met, ...] = ()
    enrolled: bool | None = None
    evidence: str = ""
    evidence_url: str = ""
    number: int = 1

    @property
    def address(self) -> str:
        """The address as it is stored and compared."""
        return self.email.strip().lower()


@dataclass(frozen=True)
class Rules:
    """What entries of one offering are measured by. `known` are the competencies of the version in force.

    `levels` are those of each that has a rubric, the lowest first; `counting` those with which it counts as shown.
    """

    known: Collection[str]
    starts_on: dt.date
    today: dt.date
    assessor: str = field(default="", repr=False)
    levels: Mapping[str, Sequence[str]] = field(default_factory=dict)
    counting: Mapping[str, Sequence[str]] = field(default_factory=dict)


def dated(entry: Entry, rules: Rules) -> Entry:
    """The entry with a day for every competency, each competency once."""
    day = entry.completed_on or rules.today
    met = {one.name: replace(one, on=one.on or day) for one in reversed(entry.competencies)}
    return replace(entry, competencies=tuple(reversed(met.values())))


def problems(entry: Entry, rules: Rules) -> list[Reason]:
    """Everything that is wrong with what was said, each reason at its field."""
    found = [*_who(entry, rules), *_completion(entry, rules)]
    for number, met in enumerate(entry.competencies, 1):
        found += _competency(met, number, entry, rules)
    return found + _evidence(entry) + _emptiness(entry)


def _who(entry: Entry, limits: Rules) -> list[Reason]:
    found = []
    if not entry.name.strip():
        found.append(Reason("Write the learner's name.", field="name"))
    if len(entry.name.strip()) > MAX_NAME:
        found.append(Reason(f"The name is longer than {MAX_NAME} characters.", field="name"))
    if not sound(entry.name):
        found.append(Reason("The name holds characters that cannot be printed.", field="name"))
    if not entry.address:
        found.append(Reason("Write the learner's e-mail address.", field="email"))
    if entry.address and entry.address == limits.assessor:
        found.append(Reason("Someone else must record your own completion.", field="email"))
    return found


def _completion(entry: Entry, limits: Rules) -> list[Reason]:
    if entry.completed_on is None:
        return []
    return [Reason(text, field="completed_on") for text in day_problems(entry.completed_on, limits)]


def day_problems(day: dt.date, limits: Rules) -> list[str]:
    """Why nothing can have been shown on that day."""
    if day > limits.today:
        return ["The date lies in the future."]
    if day < limits.starts_on:
        return ["The date lies before the offering began."]
    return []


def _competency(met: Met, number: int, entry: Entry, limits: Rules) -> list[Reason]:
    if met.name not in limits.known:
        return [Reason(f"“{met.name}” is not one of this credential's competencies.", field="competencies")]
    # A day that is the completion's own is complained about there.
    texts = day_problems(met.on, limits) if met.on and met.on != entry.completed_on else []
    if not texts and met.on and entry.completed_on and met.on > entry.completed_on:
        texts = ["The date lies after the day of completion."]
    if not sound(met.evidence):
        texts.append("The evidence holds characters that cannot be printed.")
    if len(met.evidence) > MAX_EVIDENCE:
        texts.append(f"The evidence is longer than {MAX_EVIDENCE:,} characters.")
    found = [Reason(f"{met.name}: {text}", field=f"competencies.{number}") for text in texts]
    wrong = _level_problem(met, limits)
    return found + ([Reason(f"{met.name}: {wrong}", field=f"competencies.{number}.level")] if wrong else [])


def _level_problem(met: Met, limits: Rules) -> str:
    """What is wrong with the level given, or that none is; "" where all is well."""
    levels, counting = limits.levels.get(met.name, ()), limits.counting.get(met.name, ())
    if not levels:
        return "It has no rubric, so no level can be given." if met.level else ""
    if not met.level:
        return f"Say which level was reached: {', '.join(counting)}."
    if met.level not in levels:
        return f"“{met.level[:80]}” is none of its levels; they are {', '.join(levels)}."
    return (
        ""
        if met.level in counting
        else f"“{met.level}” does not count as shown yet. Leave it out until it does."
    )


def _evidence(entry: Entry) -> list[Reason]:
    """The evidence becomes part of a signed document, so what could not be signed is refused here."""
    found, url = [], entry.evidence_url.strip()
    if _needs_evidence(entry):
        found.append(Reason(NO_EVIDENCE, field="evidence"))
    if not sound(entry.evidence):
        found.append(Reason("The text holds characters that cannot be printed.", field="evidence"))
    if len(entry.evidence) > MAX_EVIDENCE:
        found.append(Reason(f"The text is longer than {MAX_EVIDENCE:,} characters.", field="evidence"))
    if url and not (url.startswith(("https://", "http://")) and rules.IRI.fullmatch(url)):
        found.append(Reason("The link must be an address that begins with https://.", field="evidence_url"))
    if len(url) > MAX_URL:
        found.append(Reason(f"The link is longer than {MAX_URL} characters.", field="evidence_url"))
    return found


def _needs_evidence(entry: Entry) -> bool:
    """Whatever is shown needs evidence: of the whole, or of each competency its own."""
    if entry.evidence.strip() or entry.evidence_url.strip():
        return False
    if not entry.competencies:
        return entry.completed_on is not None
    return not all(met.evidence.strip() for met in entry.competencies)


def _emptiness(entry: Entry) -> list[Reason]:
    said = entry.completed_on or entry.competencies or entry.enrolled is not None
    return [] if said else [Reason(NOTHING, field="completed_on")]


def sound(text: str) -> bool:
    """Whether the text can stand in a signed document."""
    return rules.UNSAFE.search(text) is None


def named(competencies: Sequence[str | Met]) -> tuple[Met, ...]:
    """Competencies given by name alone, or with day and evidence."""
    return tuple(Met(one) if isinstance(one, str) else one for one in competencies)

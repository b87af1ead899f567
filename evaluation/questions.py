"""Questions as values: how they stand on screens, and what of an answer can be kept. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

TEXT, SCALE, YES_NO, CHOICE, CHOICES = "text", "scale", "yes_no", "choice", "choices"
KINDS = {
    TEXT: "Text in own words",
    SCALE: "Scale from 1 to 5",
    YES_NO: "Yes or no",
    CHOICE: "One of several",
    CHOICES: "Several of several",
}
POINTS = (1, 2, 3, 4, 5)
LOW, HIGH = "not at all", "very much"
YES, NO = "yes", "no"
MOST_TEXT = 4000
MOST_QUESTIONS = 40
MOST_OPTIONS = 20

Answers = dict[str, Any]


@dataclass(frozen=True)
class Question:
    """One question of a version."""

    id: str
    text: str
    kind: str = TEXT
    options: tuple[str, ...] = ()
    low: str = ""
    high: str = ""
    group: str = ""
    required: bool = False

    @property
    def choices(self) -> list[tuple[str, str]]:
        """What can be answered, each with its words; none for a text."""
        if self.kind == SCALE:
            ends = {1: self.low or LOW, 5: self.high or HIGH}
            return [(str(n), f"{n}, {ends[n]}" if n in ends else str(n)) for n in POINTS]
        if self.kind == YES_NO:
            return [(YES, "Yes"), (NO, "No")]
        return [(option, option) for option in self.options]

    def as_dict(self) -> dict[str, Any]:
        """As a version keeps it."""
        return {
            "id": self.id, "text": self.text, "kind": self.kind, "options": list(self.options),
            "low": self.low, "high": self.high, "group": self.group, "required": self.required,
        }  # fmt: skip


@dataclass(frozen=True)
class Screen:
    """Questions that stand together."""

    title: str
    questions: tuple[Question, ...]


def read(rows: Sequence[Mapping[str, Any]]) -> list[Question]:
    """The questions of a version, or of a survey in a pack."""
    return [
        Question(
            id=row["id"],
            text=row["text"],
            kind=row.get("kind", TEXT),
            options=tuple(row.get("options", ())),
            low=row.get("low", ""),
            high=row.get("high", ""),
            group=row.get("group", ""),
            required=bool(row.get("required")),
        )
        for row in rows
    ]


def screens(questions: Sequence[Question]) -> list[Screen]:
    """One screen for each run of questions of one group."""
    found: list[tuple[str, list[Question]]] = []
    for question in questions:
        if not found or found[-1][0] != question.group:
            found.append((question.group, []))
        found[-1][1].append(question)
    return [Screen(title, tuple(group)) for title, group in found]


def minutes(questions: Sequence[Question]) -> int:
    """About how long it takes: a minute for a text, a quarter for anything else."""
    quarters = sum(4 if question.kind == TEXT else 1 for question in questions)
    return max(1, round(quarters / 4))


def said(question: Question, value: Any) -> Any:
    """What of this is an answer to the question: number, text or list of texts; None for none. ValueError with words for
    what cannot be one."""
    if question.kind == CHOICES:
        return _several(question, value)
    text = str(value or "").replace("\x00", "").strip()
    if not text:
        return None
    if question.kind == TEXT:
        if len(text) > MOST_TEXT:
            raise ValueError(f"This is longer than {MOST_TEXT:,} characters.")
        return text
    if text not in dict(question.choices):
        raise ValueError("Choose one of the answers.")
    return int(text) if question.kind == SCALE else text


def _several(question: Question, value: Any) -> list[str] | None:
    given = [str(one) for one in value] if isinstance(value, list | tuple) else []
    if any(one not in question.options for one in given):
        raise ValueError("Choose among the answers.")
    return [option for option in question.options if option in given] or None


def checked(questions: Sequence[Question], given: Mapping[str, Any]) -> tuple[Answers, dict[str, str]]:
    """The answers that can be kept, and what is wrong, by the id of the question."""
    kept: Answers = {}
    wrong: dict[str, str] = {}
    for question in questions:
        try:
            value = said(question, given.get(question.id))
        except ValueError as error:
            wrong[question.id] = str(error)
            continue
        if value is not None:
            kept[question.id] = value
        elif question.required:
            wrong[question.id] = "Please answer this one."
    return kept, wrong


def problems(questions: Sequence[Question]) -> list[tuple[str, str]]:
    """Why these cannot be asked: (id of the question, sentence)."""
    found = [] if questions else [("", "A survey needs at least one question.")]
    if len(questions) > MOST_QUESTIONS:
        found.append(("", f"A survey has at most {MOST_QUESTIONS} questions."))
    for question in questions:
        found += [(question.id, sentence) for sentence in _wrong_with(question)]
    ids = [question.id for question in questions]
    return found + [(one, "This question stands here twice.") for one in ids if ids.count(one) > 1]


def _wrong_with(question: Question) -> list[str]:
    found = []
    if not question.text.strip():
        found.append("Write the question.")
    if question.kind not in KINDS:
        found.append("Choose how it is answered.")
    asked = question.kind in (CHOICE, CHOICES)
    if asked and len(set(question.options)) < 2:
        found.append("Give at least two different answers to choose from, each on its own line.")
    if len(question.options) > MOST_OPTIONS:
        found.append(f"Give at most {MOST_OPTIONS} answers to choose from.")
    return found

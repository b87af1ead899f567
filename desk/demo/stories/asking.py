"""Surveys of the demo: learners are asked as they finish and later, most answer; partners too; a letter to graduates."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from desk.demo import learners
from evaluation import questions as rules
from evaluation.actions import answering, asking, graduates, mixing, partners
from evaluation.models import Survey, SurveyLink
from evaluation.questions import Question
from journal.models import Mail
from learning.models import Offering

if TYPE_CHECKING:
    from desk.demo.cast import Campus
    from desk.demo.timeline import Story

ANSWER = re.compile(r"/surveys/answer/([^/\s]+)/")
EVERY, FIRST = 14, 795  # days
ANSWERS_OF = 5  # four of five answer
WRITTEN = (
    "The practical part, with people from the field.",
    "I could try things out at once.",
    "Working through real cases with the others.",
    "The feedback on my own work.",
    "I use it every week, above all the checklists.",
    "More time for the last part would have helped.",
    "It got me a task that I would not have had before.",
)
FURTHER = (
    "",
    "It was well worth the evenings.",
    "I told my colleagues.",
    "The first week was hard.",
    "More of it, please.",
)
SUBJECTS = {"montana": "montana_library", "model": "model_safety"}
PARTNERS = 7
LETTER = (
    "What became of you since?",
    "We would like to hear where you use what you learned, and to invite you to talk to the next group about it.",
)


def stories(campuses: Mapping[str, Campus]) -> list[Story]:
    """Everything about surveys."""
    found = [asked(), *(partners_asked(campuses[slug], subject) for slug, subject in SUBJECTS.items())]
    return [*found, written(campuses["montana"], SUBJECTS["montana"])]


def asked() -> Story:
    """Every other week the worker asks whoever is to be asked, and most of them answer."""
    for days in range(FIRST, 0, -EVERY):
        yield days
        asking.close_over()
        asking.ask_due()
        asking.remind_due()
        _answer("survey_asked")
        mixing.mix()


def _answer(kind: str) -> None:
    """Those whose mail has come and who have not answered: four of five do."""
    open_ones = SurveyLink.objects.filter(invitation__state="asked").values_list("token_hash", flat=True)
    known = set(open_ones)
    for place, token in enumerate(_tokens(kind)):
        if asking.token_hash(token) in known and place % ANSWERS_OF:
            link = answering.find(token)
            if link and link.invitation.version:
                questions = rules.read(link.invitation.version.questions)
                answering.answer(token=token, answers=_answers(questions, place))


def _tokens(kind: str) -> Iterator[str]:
    for text in Mail.objects.filter(kind=kind).order_by("created_at", "to").values_list("text", flat=True):
        if found := ANSWER.search(text):
            yield found[1]


def _answers(questions: list[Question], place: int) -> dict[str, Any]:
    """What this one answers: always the same, and not all alike."""
    return {question.id: _value(question, place + n) for n, question in enumerate(questions)}


def _value(question: Question, number: int) -> Any:
    if question.kind == rules.TEXT:
        words = f"{WRITTEN[number % len(WRITTEN)]} {FURTHER[number % len(FURTHER)]}"
        return words.strip() if number % 3 else ""
    if question.kind == rules.SCALE:
        return (4, 5, 3, 4, 5, 2, 4)[number % 7]
    if question.kind == rules.YES_NO:
        return rules.NO if number % 6 == 0 else rules.YES
    if question.kind == rules.CHOICE:
        return question.options[(number * number) % len(question.options)]
    return [option for n, option in enumerate(question.options) if (number + n) % 3 == 0]


def partners_asked(campus: Campus, subject: str) -> Story:
    """The programme director asks employers and partners; they answer, all but one."""
    yield 60
    addresses = [f"partner{number}@employer{number}.example" for number in range(PARTNERS)]
    survey = Survey.objects.get(institution=campus.institution, key="partners")
    definition = learners.definition_of(campus, subject)
    partners.ask(survey=survey, definition=definition, addresses=addresses, by=campus["manager"])
    asking.ask_due()
    yield 58
    _answer("survey_partner")
    mixing.mix()


def written(campus: Campus, subject: str) -> Story:
    """The programme director writes to the graduates of a run."""
    yield 30
    runs = Offering.objects.filter(definition=learners.definition_of(campus, subject))
    subject_line, text = LETTER
    run = runs.filter(title="Third round").get()
    graduates.write(offering=run, subject=subject_line, text=text, by=campus["director"])

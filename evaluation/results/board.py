"""Results as page, CSV and API show them alike: charts with tables, and texts, told of no group that is too small. Pure.

All of one asking is a whole, its cohorts are the parts. A part of fewer than the policy's smallest group is not told, nor
the next smallest, while together they could be told by what is left of the whole. No other division of the same answers
is shown beside it, so that none can be taken from another.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from evaluation import questions as rules
from evaluation.questions import Question
from evaluation.results.reading import Answers, Cohort, Group
from issuance.figures.charts import Chart, Line
from issuance.figures.small import Cell, Rule

SOURCE = "Answers to surveys, counted without names"
FAVOURABLE = (4, 5)
NOT_ANSWERED = "Too few answered this question."


@dataclass(frozen=True)
class Texts:
    """What was written in answer to one question, in an order that says nothing; none where too few wrote."""

    key: str
    title: str
    written: tuple[str, ...]
    few: bool


@dataclass
class Board:
    """`few`: so few answers that nothing of them is told."""

    rule: Rule
    number: int = 0
    few: bool = False
    charts: list[Chart] = field(default_factory=list)
    texts: list[Texts] = field(default_factory=list)

    def chart(self, key: str) -> Chart | None:
        """One of them."""
        return next((chart for chart in self.charts if chart.key == key), None)


def board(found: Answers, rule: Rule, asked: Mapping[Cohort, tuple[int, int]]) -> Board:
    """Everything that can be told of one asking."""
    made = Board(rule, found.whole.number)
    made.charts.append(_response(found, asked))
    if found.whole.number < rule.minimum:
        made.few = True
        return made
    for question in found.questions:
        if question.kind == rules.TEXT:
            made.texts.append(_texts(question, found.whole, rule))
        else:
            made.charts.append(_question(question, found, rule))
            made.charts += _over_cohorts(question, found, rule)
    return made


def _response(found: Answers, asked: Mapping[Cohort, tuple[int, int]]) -> Chart:
    """Who was asked and answered: that is known, so it is told of every cohort."""
    lines = []
    for key, label in found.labels.items():
        number, answered = asked.get(key, (0, 0))
        share = round(100 * answered / number) if number else 0
        lines.append(Line(label, (Cell(share, f"{share} %"), Cell(number), Cell(answered))))
    heads = ("Cohort", "Share", "Asked", "Answered")
    return Chart("answered", "Who answered", "Counted here", heads, lines, percent=True)


def told(question: Question, found: Answers, rule: Rule) -> dict[Cohort, Group]:
    """The cohorts whose answers to this question can be told beside those of all."""
    groups = [(key, found.cohorts.get(key, Group())) for key in found.labels]
    cells = rule.parts([group.count(question) for _, group in groups])
    return {
        key: group
        for (key, group), cell in zip(groups, cells, strict=True)
        if not cell.few and cell.value is not None and group.count(question)
    }


def _question(question: Question, found: Answers, rule: Rule) -> Chart:
    """How often each answer was given, of all and of each cohort that can be told."""
    if found.whole.count(question) < rule.minimum:
        return Chart(question.id, question.text, SOURCE, ("Answer", "All"), (), none=NOT_ANSWERED)
    shown = told(question, found, rule)
    counts = [found.whole.tally(question), *(group.tally(question) for group in shown.values())]
    lines = [Line(words, tuple(Cell(one[value]) for one in counts)) for value, words in question.choices]
    heads = ("Answer", "All", *(found.labels[key] for key in shown))
    return Chart(question.id, question.text, f"{SOURCE}; {said(question, found.whole)}", heads, lines)


def said(question: Question, group: Group) -> str:
    """The number of answers, with the mean of a scale."""
    number = group.count(question)
    words = f"{number} answer{'' if number == 1 else 's'}"
    if question.kind != rules.SCALE:
        return words
    return f"{words}, on average {mean(group.given[question.id]):.1f} of 5"


def mean(values: Sequence[int]) -> float:
    """The arithmetic mean."""
    return sum(values) / len(values)


def share(question: Question, group: Group) -> Cell:
    """How many of a hundred chose 4 or 5 of a scale, or said yes."""
    values = group.given[question.id]
    good = sum(value in FAVOURABLE or value == rules.YES for value in values)
    percent = round(100 * good / len(values))
    return Cell(percent, f"{percent} %")


def good_words(question: Question) -> str:
    """What is counted as favourable."""
    return "chose 4 or 5" if question.kind == rules.SCALE else "said yes"


def _over_cohorts(question: Question, found: Answers, rule: Rule) -> list[Chart]:
    """From cohort to cohort, the earliest first: only where two or more can be told."""
    if question.kind not in (rules.SCALE, rules.YES_NO) or found.whole.count(question) < rule.minimum:
        return []
    shown = told(question, found, rule)
    if len(shown) < 2:
        return []
    lines = [
        Line(found.labels[key], (share(question, group), Cell(group.count(question)), _mean(question, group)))
        for key, group in shown.items()
    ]
    title = f"{question.text} Per cent who {good_words(question)}, by cohort"
    heads = ("Cohort", "Share", "Answers", "Mean")
    return [Chart(f"{question.id}-cohorts", title, SOURCE, heads, lines, percent=True, kind="curve")]


def _mean(question: Question, group: Group) -> Cell:
    if question.kind != rules.SCALE:
        return Cell(text="")
    return Cell(text=f"{mean(group.given[question.id]):.1f}")


def over_waves(question: Question, waves: Sequence[tuple[str, Group]], rule: Rule) -> Chart | None:
    """From wave to wave: weeks, months and years later; None where fewer than two can be told."""
    shown = [(label, group) for label, group in waves if group.count(question) >= rule.minimum]
    if question.kind not in (rules.SCALE, rules.YES_NO) or len(shown) < 2:
        return None
    lines = [
        Line(label, (share(question, group), Cell(group.count(question)), _mean(question, group)))
        for label, group in shown
    ]
    title = f"{question.text} Per cent who {good_words(question)}, as time goes by"
    heads = ("Asked", "Share", "Answers", "Mean")
    return Chart(f"{question.id}-time", title, SOURCE, heads, lines, percent=True, kind="curve")


def _texts(question: Question, whole: Group, rule: Rule) -> Texts:
    written = whole.given.get(question.id, [])
    few = 0 < len(written) < rule.minimum
    ordered = sorted(written, key=lambda text: hashlib.sha256(text.encode()).digest())
    return Texts(question.id, question.text, () if few else tuple(ordered), few)


def as_dict(made: Board) -> dict[str, Any]:
    """The board for programs."""
    return {
        "answers": made.number if not made.few else None,
        "withheld": made.few,
        "smallest_group": made.rule.minimum,
        "charts": [
            {
                "key": chart.key,
                "title": chart.title,
                "source": chart.source,
                "columns": list(chart.columns),
                "lines": [
                    {"label": line.label, "cells": [_cell(cell) for cell in line.cells]}
                    for line in chart.lines
                ],
            }
            for chart in made.charts
        ],
        "texts": [
            {"question": one.title, "written": list(one.written), "withheld": one.few} for one in made.texts
        ],
    }


def _cell(cell: Cell) -> dict[str, Any]:
    return {"value": cell.value, "text": cell.shown, "withheld": cell.few}

"""The results of one credential: which askings there are, and the board of the one that is looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evaluation.results import board as pure
from evaluation.results import reading
from evaluation.results.board import Board
from evaluation.results.reading import Asking
from issuance.figures.small import Rule

if TYPE_CHECKING:
    from accounts.models import Institution
    from credentials.models import Definition
    from issuance.figures.charts import Chart


@dataclass
class Results:
    """`chosen` is the asking that `board` tells of; None where nobody has been asked yet."""

    askings: list[Asking]
    chosen: Asking | None = None
    board: Board | None = None


def rule_of(campus: Institution) -> Rule:
    """The smallest group that the campus's policy lets anybody tell of."""
    policy = campus.in_force or campus.policy
    return Rule(policy.pack.evaluation.minimum_group)


def results_of(definition: Definition, given: Mapping[str, str]) -> Results:
    """What the surveys of one credential say; `survey` (its key), `wave` and `about` choose among the askings."""
    found = Results(reading.askings(definition))
    found.chosen = _chosen(found.askings, given)
    if found.chosen:
        found.board = board_of(definition, found.chosen)
        found.board.charts += _over_time(definition, found.chosen, found.askings)
    return found


def board_of(definition: Definition, asking: Asking) -> Board:
    """The board of one asking, without what it says beside other waves."""
    rule = rule_of(definition.institution)
    return pure.board(reading.answers(definition, asking), rule, reading.by_cohort(definition, asking))


def _chosen(askings: Sequence[Asking], given: Mapping[str, str]) -> Asking | None:
    """The asking that was asked for, else the first."""
    wanted = given.get("survey", ""), given.get("wave", ""), given.get("about", "")
    for one in askings:
        if (one.survey.key, str(one.wave), one.about) == wanted:
            return one
    return askings[0] if askings else None


def _over_time(definition: Definition, chosen: Asking, askings: Sequence[Asking]) -> list[Chart]:
    """The same questions weeks, months and years later."""
    same = [one for one in askings if (one.survey, one.about) == (chosen.survey, chosen.about)]
    if len(same) < 2:
        return []
    read = [(one.when, reading.answers(definition, one)) for one in same]
    rule = rule_of(definition.institution)
    questions = {question.id: question for _, found in read for question in found.questions}
    charts = (
        pure.over_waves(question, [(when, found.whole) for when, found in read], rule)
        for question in questions.values()
    )
    return [chart for chart in charts if chart]

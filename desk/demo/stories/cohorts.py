"""Cohorts of the demo: one that is full with a waiting list, and one that is half way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from desk.demo import learners
from evaluation.actions import indicators
from evaluation.actions.indicators import Value
from evaluation.models import Indicator
from journal import clock
from learning.actions import completions, enrolments, grading, offerings
from learning.actions.enrolments import Named
from learning.entry import Entry, Met

if TYPE_CHECKING:
    from desk.demo.cast import Campus
    from desk.demo.timeline import Story
    from learning.models import Offering

COMING = (*range(140, 153), 0, 1, 153)  # in the order in which they asked; fourteen find a seat
HALF_WAY = (1, *range(160, 167))
SEATS = 14
MEASURED = (
    ("Knowledge", "Written assignment", "Test of ten questions"),
    ("Skill", "Oral assignment", "Task with an explanation"),
)
BEFORE, AFTER = (7, 9, 6, 11, 8, 10, 5, 9), (13, 12, 12, 15, 11, 16, 9)
SHOWN = "Seen by the assessor in the third week: two sheets of work, marked."


def stories(model: Campus) -> list[Story]:
    """Both on the model campus."""
    return [coming(model), half_way(model)]


def enrol(campus: Campus, offering: Offering, numbers: Iterable[int]) -> None:
    """The issuer enrols these learners, in this order."""
    named = [Named(*learners.learner(campus, number), line) for line, number in enumerate(numbers, 1)]
    enrolments.enrol(offering=offering, learners=named, by=campus["issuer"])


def coming(campus: Campus) -> Story:
    """It begins in five weeks and is full; one gives up the seat, so the next moves up."""
    yield 12
    offering = _open(campus, "model_safety", "Seventh run, evening group", starts=35, weeks=6, capacity=SEATS)
    enrol(campus, offering, COMING)
    yield 4
    first = offering.enrolments.order_by("turn")[2]
    enrolments.leave(enrolment=first, by=first.learner)


def half_way(campus: Campus) -> Story:
    """Each learner has shown something else; nobody has completed it."""
    yield 33
    offering = _open(campus, "model_data", "Third group", starts=0, weeks=10, capacity=20)
    enrol(campus, offering, HALF_WAY)
    _define(campus, offering)
    _measure(campus, offering, "before", BEFORE)
    yield 8
    names, rubrics = completions.competencies_of(offering), completions.levels_of(offering)
    entries = [
        Entry(
            *learners.learner(campus, number),
            competencies=tuple(
                Met(name, evidence=SHOWN, level=_level(rubrics.get(name, [])))
                for name in names[: place % (len(names) + 1)]
            ),
            enrolled=True,
            number=place,
        )
        for place, number in enumerate(HALF_WAY, 1)
    ]
    completions.record_many(offering=offering, entries=entries, by=campus["assessor"])
    _measure(campus, offering, "after", AFTER)
    limits = {key: Decimal(60) for key in grading.keys_of(offering)[:2]}
    grading.set_thresholds(offering=offering, thresholds=limits, by=campus["assessor"])


def _define(campus: Campus, offering: Offering) -> None:
    """The programme director says what is measured of the first two objectives."""
    for objective in completions.competencies_of(offering)[:2]:
        for kind, form, name in MEASURED:
            indicators.define(
                offering=offering,
                objective=objective,
                name=f"{name}: {objective.split()[0].lower()}",
                kind=kind,
                form=form,
                highest=Decimal(20),
                by=campus["director"],
            )


def _measure(campus: Campus, offering: Offering, when: str, numbers: Sequence[int]) -> None:
    """The assessor records what each reached; there are fewer values than learners."""
    metrics = list(Indicator.objects.of(offering))
    people = [row.learner_id for row in offering.enrolments.order_by("turn")]
    values = [
        Value(metric, person, Decimal(number - place), when, line)
        for place, metric in enumerate(metrics)
        for line, (person, number) in enumerate(zip(people, numbers, strict=False), 1)
    ]
    indicators.record(offering=offering, values=values, by=campus["assessor"])


def _level(levels: list[dict[str, object]]) -> str:
    """The lowest level that counts as shown."""
    return next((str(one["name"]) for one in levels if one["counts"]), "")


def _open(campus: Campus, subject: str, title: str, *, starts: int, weeks: int, capacity: int) -> Offering:
    begins = clock.today() + dt.timedelta(days=starts)
    return offerings.open_offering(
        definition=learners.definition_of(campus, subject),
        title=title,
        starts_on=begins,
        ends_on=begins + dt.timedelta(weeks=weeks),
        capacity=capacity,
        assessors=[campus["assessor"]],
        director=campus["director"],
        by=campus["manager"],
    )

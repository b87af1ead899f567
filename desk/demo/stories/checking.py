"""The work of the certifying offices in the demo: a line left out, a release for a day, a correction by a list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING

from desk.demo import learners, platforms
from desk.demo.stories.issuing import Round, award_of, completed
from issuance import bulk
from issuance.actions import bulk as deciding
from issuance.actions import marking, requests
from issuance.actions.bulk import Wanted
from issuance.actions.marking import Mark

if TYPE_CHECKING:
    from desk.demo.cast import Campus
    from desk.demo.platforms import Sandbox
    from desk.demo.timeline import Story

PLANNED = Round("cu_boulder", "boulder_facilitation", "Winter workshop", 1.1, range(135, 142))
CORRECTED = ("montana", "montana_library", (28, 30, 33), 25)
DAYS_AHEAD = 9
COMMENT = "Is this the learner who took part in autumn? The portfolio bears another term."
MISSING = "The project at the town library was left out."
NARRATIVE = "Planned and held a reading hour at the town library."


def stories(campuses: Mapping[str, Campus], sandbox: Sandbox) -> list[Story]:
    """What certifying offices do beyond releasing a whole request at once."""
    campus, subject, numbers, days = CORRECTED
    return [
        planned(campuses[PLANNED.campus], PLANNED),
        corrected(campuses[campus], subject, numbers, days, sandbox),
    ]


def planned(campus: Campus, one: Round) -> Story:
    """One line goes back with a comment, the others are released for a later day."""
    yield from completed(campus, one)
    yield one.days
    asked = learners.request(campus, one.subject, one.numbers)
    yield one.days / 2
    registrar = campus["registrar"]
    marking.mark(request=asked, marks={3: Mark(True, COMMENT)}, by=registrar)
    day = campus.institution.today() + dt.timedelta(days=DAYS_AHEAD)
    requests.approve(request=asked, by=registrar, due_on=day)


def corrected(campus: Campus, subject: str, numbers: tuple[int, ...], days: float, sandbox: Sandbox) -> Story:
    """Several awards are corrected by one list, here and at the platform."""
    yield days
    awards = [award_of(campus, subject, number) for number in numbers]
    wanted = [Wanted(line, award, {"narrative": NARRATIVE}) for line, award in enumerate(awards, 2)]
    made = deciding.decide(act="correct", wanted=wanted, reason=MISSING, by=campus["registrar"])
    bulk.run(made.pk)
    platforms.push(sandbox, campus.institution)

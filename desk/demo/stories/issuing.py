"""Badges of the demo: runs of the programmes, requests, releases, pushing, what goes wrong and what is taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from credentials.models import Award
from desk.demo import figures, learners, platforms, showing
from issuance.actions import deliveries, replacing, requests
from journal.actions import notices

if TYPE_CHECKING:
    from desk.demo.cast import Campus
    from desk.demo.platforms import Sandbox
    from desk.demo.timeline import Story

Numbers = Sequence[int]


@dataclass(frozen=True)
class Round:
    """One run of a programme whose badges are released so many days before the loading."""

    campus: str
    subject: str
    title: str
    days: float
    numbers: Numbers = field(default_factory=tuple)
    trouble: str = ""  # archived, credits or fault: what the platform does to it


ROUNDS = (
    Round("model", "model_podcasts", "First run", 800, (0, *range(100, 114))),
    Round("model", "model_safety", "First pilot run", 700, range(24)),
    Round("model", "model_safety", "Second pilot run", 585, range(24, 48)),
    Round("model", "model_safety", "Third run", 420, range(48, 72)),
    Round("model", "model_safety", "Fourth run", 210, range(72, 96)),
    Round("model", "model_safety", "Fifth run", 20, range(96, 110), "credits"),
    Round("model", "model_data", "First pilot run", 150, (0, *range(60, 84))),
    Round("model", "model_data", "Second pilot run", 70, range(84, 104)),
    Round("cu_boulder", "boulder_layout", "Staff days", 620, (1, *range(60, 69))),
    Round("cu_boulder", "boulder_facilitation", "First semester", 400, range(37)),
    Round("cu_boulder", "boulder_facilitation", "Second semester", 270, range(37, 73)),
    Round("cu_boulder", "boulder_facilitation", "Third semester", 130, range(73, 113)),
    Round("cu_boulder", "boulder_facilitation", "Summer workshop", 6, range(113, 120), "archived"),
    Round("montana", "montana_library", "First winter", 380, range(14)),
    Round("montana", "montana_forest", "First summer", 300, (0, *range(40, 53))),
    Round("montana", "montana_library", "Second winter", 250, range(14, 27)),
    Round("montana", "montana_library", "Third round", 130, range(27, 40)),
    Round("montana", "montana_forest", "Second summer", 110, (1, *range(53, 68))),
    Round("montana", "montana_smoke", "Spring group", 90, (0, *range(20, 37))),
    Round("montana", "montana_smoke", "Autumn group", 15, (1, *range(5, 16)), "fault"),
)
# Requests that wait for their certifier.
WAITING = (
    Round("model", "model_safety", "Sixth run", 2, range(110, 116)),
    Round("cu_boulder", "boulder_facilitation", "Autumn workshop", 1.2, range(120, 129)),
    Round("montana", "montana_forest", "Third summer", 3, range(68, 73)),
    Round("montana", "montana_smoke", "Evening group", 0.6, range(16, 20)),
)
RETURNED = Round("cu_boulder", "boulder_facilitation", "Departmental workshop", 12, range(130, 135))
RECORDED = Round("montana", "montana_library", "Fourth round", 1.5, range(73, 79))
LISTED = Round("montana", "montana_library", "participants.csv", 0.8, (*range(73, 79), 90))
REVOKED = (
    ("model", "model_safety", 30, 100, "Issued to the wrong person of the same name."),
    (
        "cu_boulder",
        "boulder_facilitation",
        50,
        45,
        "The second observation was held by somebody without training.",
    ),
)
SUSPENDED = ("cu_boulder", "boulder_facilitation", 52, 4, "The practicum of this workshop is looked into.")
REPORTED = ("cu_boulder", "boulder_facilitation", 4)
SPARE_CREDITS, MANY_CREDITS = 9, 100_000
FAULTS = 3


def stories(campuses: Mapping[str, Campus], sandbox: Sandbox) -> list[Story]:
    """Everything about badges."""
    return [
        *(awarded(campuses[one.campus], one, sandbox) for one in ROUNDS),
        *(requested(campuses[one.campus], one) for one in WAITING),
        returned(campuses[RETURNED.campus], RETURNED),
        completed(campuses[RECORDED.campus], RECORDED),
        listed(campuses[LISTED.campus], LISTED),
        *(
            revoked(campuses[campus], subject, number, days, reason, sandbox)
            for campus, subject, number, days, reason in REVOKED
        ),
        suspended(campuses[SUSPENDED[0]], *SUSPENDED[1:]),
        *(shared(campus) for campus in campuses.values()),
        reported(campuses[REPORTED[0]], *REPORTED[1:]),
    ]


def completed(campus: Campus, one: Round) -> Story:
    """The programme is run, and the assessor records who completed it."""
    yield one.days + 30
    offering = learners.open_offering(campus, one.subject, one.title, weeks=4)
    yield one.days + min(2.0, one.days)
    learners.record_completions(campus, offering, one.numbers)


def requested(campus: Campus, one: Round) -> Story:
    """The issuer has asked; the certifying office has not answered yet."""
    yield from completed(campus, one)
    yield one.days
    learners.request(campus, one.subject, one.numbers)


def listed(campus: Campus, one: Round) -> Story:
    """The issuer has sent a list, of which two lines need mending."""
    yield one.days
    learners.send_list(campus, one.subject, one.numbers, one.title)


def awarded(campus: Campus, one: Round, sandbox: Sandbox) -> Story:
    """Asked, released, awarded and pushed; then most learners claim and accept."""
    yield from completed(campus, one)
    yield one.days + 1
    asked = learners.request(campus, one.subject, one.numbers)
    figures.agreed(asked)
    yield one.days
    learners.release(campus, asked)
    _push(campus, one, sandbox)
    if one.trouble != "archived":
        yield one.days - 3
        learners.claim(asked, share=4)
        figures.used(asked)
        platforms.decide(sandbox, campus.institution)


def _push(campus: Campus, one: Round, sandbox: Sandbox) -> None:
    """To the platform, which may be in the state that the round names; afterwards it is as before."""
    title = str(learners.definition_of(campus, one.subject))
    if one.trouble == "archived":
        platforms.archive(sandbox, campus.institution, title)
    elif one.trouble == "credits":
        platforms.credits(sandbox, SPARE_CREDITS)
    elif one.trouble == "fault":
        platforms.fault(sandbox, "503", FAULTS)
    platforms.push(sandbox, campus.institution)
    if one.trouble == "archived":
        platforms.archive(sandbox, campus.institution, title, "active")
    elif one.trouble == "credits":
        platforms.credits(sandbox, MANY_CREDITS)


def returned(campus: Campus, one: Round) -> Story:
    """The registrar sent a request back."""
    yield from completed(campus, one)
    yield one.days
    asked = learners.request(campus, one.subject, one.numbers)
    yield one.days - 2
    note = "Two of the five observations lie before the workshop. Please look at the dates."
    requests.send_back(request=asked, by=campus["registrar"], note=note)


def revoked(campus: Campus, subject: str, number: int, days: float, reason: str, sandbox: Sandbox) -> Story:
    """A badge is taken back, here and at the platform."""
    yield days
    deliveries.revoke_award(award=award_of(campus, subject, number), reason=reason, by=campus["registrar"])
    platforms.push(sandbox, campus.institution)


def suspended(campus: Campus, subject: str, number: int, days: float, reason: str) -> Story:
    """A badge is suspended while something is looked into."""
    yield days
    replacing.suspend(award=award_of(campus, subject, number), reason=reason, by=campus["registrar"])


def award_of(campus: Campus, subject: str, number: int) -> Award:
    _name, email = learners.learner(campus, number)
    return Award.objects.live().get(definition=learners.definition_of(campus, subject), recipient_email=email)


def shared(campus: Campus) -> Story:
    """Everybody has read what they were told until then; the learner who can sign in shows the badges."""
    yield 5
    for person in campus.people.values():
        notices.mark_read(by=person)
    campus.enrol()
    showing.share_badges(campus)


def reported(campus: Campus, subject: str, days: float) -> Story:
    """Figures that exist only as downloads are brought in."""
    yield days
    figures.reported(campus, subject)

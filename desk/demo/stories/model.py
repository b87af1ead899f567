"""The whole route: intent, committee, dean, pilot, full approval."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from desk.demo.acts import YES, begin, close, complete, move, submit, vote, write
from desk.demo.badges import set_badge
from proposals.models import Proposal

if TYPE_CHECKING:
    from desk.demo.cast import Campus
    from desk.demo.timeline import Story

Part = Generator[float, None, Proposal]
STATISTICS, BUILDING, HISTORY, EDUCATION = (
    "Department of Statistics",
    "Department of Building Technology",
    "Department of History",
    "Department of Education",
)
COMMITTEE, FULL = "committee_ballot", "full_committee_ballot"


def stories(model: Campus) -> list[Story]:
    """All proposals of the campus."""
    return [
        waiting_intent(model),
        being_written(model),
        open_ballot(model),
        ballot_to_close(model),
        with_the_dean(model),
        sent_back(model),
        before_the_provost(model),
        established(model),
        lapsed(model),
        withdrawn(model),
    ]


def intent(model: Campus, subject: str, unit: str, days: float) -> Part:
    """The intent is filed."""
    yield days
    proposal = begin(model, subject, unit)
    submit(model, proposal)
    return proposal


def opened(model: Campus, subject: str, unit: str, days: float, note: str = "") -> Part:
    """The programme manager has acknowledged the intent: the form is open."""
    proposal = yield from intent(model, subject, unit, days)
    yield days - 4
    said = note or "A good idea. Please talk to the department that teaches the same tools before you write."
    complete(proposal, "intent_acknowledged", "acknowledged", model["manager"], said)
    return proposal


def filed(model: Campus, subject: str, unit: str, days: float) -> Part:
    """The proposal is with the committee, six weeks after the intent."""
    proposal = yield from opened(model, subject, unit, days)
    yield days - 42
    write(model, proposal, subject, "proposal")
    submit(model, proposal)
    return proposal


def voted(model: Campus, subject: str, unit: str, days: float) -> Part:
    """The committee's members have voted, seven weeks after the intent."""
    proposal = yield from filed(model, subject, unit, days)
    yield days - 50
    doubts = {"committee.faculty2": ("abstain", "Too far from my field to judge.")}
    vote(proposal, COMMITTEE, but=doubts)
    return proposal


def approved(model: Campus, subject: str, unit: str, days: float) -> Part:
    """The committee has approved, two months after the intent."""
    proposal = yield from voted(model, subject, unit, days)
    yield days - 54
    close(proposal, COMMITTEE)
    return proposal


def pilot(model: Campus, subject: str, unit: str, days: float) -> Part:
    """The dean has signed and the pilot runs, ten weeks after the intent; the badge is drawn."""
    proposal = yield from approved(model, subject, unit, days)
    yield days - 70
    dean = model["dean"] if unit in (STATISTICS, BUILDING) else model["dean2"]
    complete(proposal, "dean_signoff", YES, dean, "Two lecturers have the time for it until next year.")
    yield days - 73
    set_badge(model, proposal)
    return proposal


def waiting_intent(model: Campus) -> Story:
    """An intent that the programme manager has still to answer."""
    yield from intent(model, "model_research", EDUCATION, 5)


def being_written(model: Campus) -> Story:
    """A proposal whose form is half filled in."""
    proposal = yield from opened(model, "model_budgets", STATISTICS, 26)
    yield 3
    write(model, proposal, "model_budgets", "proposal")


def open_ballot(model: Campus) -> Story:
    """A ballot in which some have voted."""
    proposal = yield from filed(model, "model_documents", HISTORY, 49)
    yield 2
    but = {"registrar": ("approve_with_conditions", "Say how many hours the two weekends have.")}
    vote(
        proposal, COMMITTEE, but=but, absent=("academic-affairs", "committee.faculty2", "committee.students")
    )


def ballot_to_close(model: Campus) -> Story:
    """A ballot with its quorum: the chair can close it."""
    proposal = yield from filed(model, "model_interviews", HISTORY, 54)
    yield 4
    but = {"committee.faculty3": ("request_changes", "Who keeps the recordings that no archive takes?")}
    vote(proposal, COMMITTEE, but=but, absent=("committee.students",))


def with_the_dean(model: Campus) -> Story:
    """Approved by the committee in its meeting (`desk.demo.sitting`); the dean or the designee signs next."""
    yield from voted(model, "model_energy", BUILDING, 65)


def sent_back(model: Campus) -> Story:
    """The committee asked for changes, and the proposers have begun to make them."""
    proposal = yield from filed(model, "model_volunteers", EDUCATION, 75)
    yield 27
    why = "A discussion in class does not show that somebody can lead. What would?"
    vote(proposal, COMMITTEE, "request_changes", but={"committee.faculty1": ("request_changes", why)})
    yield 24
    close(proposal, COMMITTEE, "Please say how leading a team is assessed, and by whom.")


def before_the_provost(model: Campus) -> Story:
    """A pilot that worked: the full proposal has the committee's vote and waits for the provost."""
    proposal = yield from pilot(model, "model_data", STATISTICS, 300)
    yield 66
    write(model, proposal, "model_data", "full_proposal")
    submit(model, proposal, "file_full_proposal")
    yield 58
    vote(proposal, FULL)
    yield 9
    close(proposal, FULL)


def established(model: Campus) -> Story:
    """Adopted by the provost a year and a half ago."""
    proposal = yield from pilot(model, "model_safety", BUILDING, 830)
    yield 610
    write(model, proposal, "model_safety", "full_proposal")
    submit(model, proposal, "file_full_proposal")
    yield 601
    vote(proposal, FULL, but={"committee.students": ("abstain", "")})
    yield 598
    close(proposal, FULL)
    yield 570
    complete(proposal, "provost_adoption", YES, model["provost"], "With thanks to the two observers.")


def lapsed(model: Campus) -> Story:
    """A pilot for which nobody filed a full proposal; the clock ended it."""
    yield from pilot(model, "model_podcasts", EDUCATION, 1010)


def withdrawn(model: Campus) -> Story:
    """The proposers gave it up."""
    proposal = yield from opened(model, "model_bees", EDUCATION, 120)
    yield 80
    note = "The library's roof cannot carry the hives, and there is no other place."
    move(proposal, "withdraw", model["proposer"], note)

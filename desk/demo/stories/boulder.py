"""A route without a pilot: intent, advice, form, advisory committee, unit."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from desk.demo import subjects
from desk.demo.acts import YES, begin, close, complete, fresh, move, submit, vote, write
from desk.demo.badges import set_badge
from proposals.actions import documents
from proposals.models import Proposal

if TYPE_CHECKING:
    from desk.demo.cast import Campus
    from desk.demo.timeline import Story

Part = Generator[float, None, Proposal]
TEACHING, RESEARCH, OUTDOOR, STAFF = (
    "Center for Teaching",
    "Research Support",
    "Outdoor Programs",
    "Staff Development",
)
BALLOT = "mac_ballot"
ADVICE = (
    "We met for an hour. Agreed: one competency, an assessment by somebody who does not teach it, and a talk with the "
    "registrar about the name. I sent two examples and the sheet on badge design."
)


def stories(boulder: Campus) -> list[Story]:
    """All proposals of the campus."""
    return [
        waiting_intent(boulder),
        advised(boulder),
        open_ballot(boulder),
        with_the_unit(boulder),
        established(boulder),
        declined(boulder),
        retired(boulder),
        on_hold(boulder),
    ]


def intent(boulder: Campus, subject: str, unit: str, days: float) -> Part:
    """The intent form is filed."""
    yield days
    proposal = begin(boulder, subject, unit)
    submit(boulder, proposal)
    return proposal


def consulted(boulder: Campus, subject: str, unit: str, days: float) -> Part:
    """The programme manager's advice is recorded."""
    proposal = yield from intent(boulder, subject, unit, days)
    yield days - 7
    complete(proposal, "intent_support", "done", boulder["manager"], ADVICE)
    return proposal


def opened(boulder: Campus, subject: str, unit: str, days: float) -> Part:
    """The programme manager has opened the proposal form."""
    proposal = yield from consulted(boulder, subject, unit, days)
    yield days - 8
    move(proposal, "open_proposal", boulder["manager"])
    return proposal


def filed(boulder: Campus, subject: str, unit: str, days: float) -> Part:
    """The proposal is with the advisory committee, five weeks after the intent."""
    proposal = yield from opened(boulder, subject, unit, days)
    yield days - 35
    write(boulder, proposal, subject, "proposal")
    submit(boulder, proposal)
    return proposal


def approved(boulder: Campus, subject: str, unit: str, days: float) -> Part:
    """The unit has given final approval, three months after the intent; the badge is drawn."""
    proposal = yield from filed(boulder, subject, unit, days)
    yield days - 45
    vote(proposal, BALLOT)
    yield days - 48
    close(proposal, BALLOT)
    yield days - 80
    dean = boulder["dean"] if unit in (TEACHING, RESEARCH) else boulder["dean2"]
    complete(proposal, "unit_signoff", YES, dean)
    yield days - 84
    set_badge(boulder, proposal)
    return proposal


def waiting_intent(boulder: Campus) -> Story:
    """An intent that waits for advice, longer than it should."""
    yield from intent(boulder, "boulder_snow", OUTDOOR, 17)


def advised(boulder: Campus) -> Story:
    """Advised; the programme manager can open the form."""
    yield from consulted(boulder, "boulder_satellites", RESEARCH, 12)


def open_ballot(boulder: Campus) -> Story:
    """A ballot in which some have voted and one member has stepped aside."""
    proposal = yield from filed(boulder, "boulder_mentoring", RESEARCH, 42)
    yield 3
    but = {
        "mac.libraries": ("recuse", "I teach two of the five meetings."),
        "mac.student-affairs": ("request_changes", "How do mentees say that it does not work?"),
    }
    absent = ("mac.academic-colleges2", "mac.academic-colleges3", "mac.teaching-learning", "mac.registrar")
    vote(proposal, BALLOT, but=but, absent=absent)


def with_the_unit(boulder: Campus) -> Story:
    """Sent back once, filed again, approved in the second vote; the head of the unit signs next."""
    subject = "boulder_analysis"
    proposal = yield from opened(boulder, subject, RESEARCH, 120)
    yield 88
    write(boulder, proposal, subject, "proposal")
    write(boulder, proposal, subject, "first")
    submit(boulder, proposal)
    yield 80
    why = "Who runs the project on the other machine, and who judges that the figures agree?"
    vote(proposal, BALLOT, "request_changes", but={"mac.libraries": ("request_changes", why)})
    close(proposal, BALLOT)
    yield 62
    _again(boulder, proposal, subject)
    yield 55
    vote(proposal, BALLOT, but={"mac.academic-colleges3": ("abstain", "")})
    yield 22
    close(proposal, BALLOT)


def _again(boulder: Campus, proposal: Proposal, subject: str) -> None:
    """The proposers answer the committee and submit once more."""
    whole = subjects.answers(subject, "proposal")
    changed = {"learning": {"requirements": whole["learning"]["requirements"]}}
    version = fresh(proposal).version
    documents.save(proposal=proposal, answers=changed, version=version, by=boulder["proposer"])
    submit(boulder, proposal, "resubmit", "The requirements now say that a stranger runs it.")


def established(boulder: Campus) -> Story:
    """Approved a good year ago."""
    yield from approved(boulder, "boulder_facilitation", TEACHING, 590)


def declined(boulder: Campus) -> Story:
    """The programme manager declined the intent."""
    proposal = yield from intent(boulder, "boulder_reading", STAFF, 150)
    yield 141
    note = "The method belongs to a company, and what it claims has not been shown. We cannot put our name on it."
    move(proposal, "decline", boulder["manager"], note)


def retired(boulder: Campus) -> Story:
    """Its tool is no longer sold; the badges that were awarded stay."""
    proposal = yield from approved(boulder, "boulder_layout", STAFF, 800)
    yield 210
    note = "The program is no longer licensed. Holders keep their badges."
    move(proposal, "retire", boulder["manager"], note)


def on_hold(boulder: Campus) -> Story:
    """Put aside until the campus has a rule."""
    proposal = yield from opened(boulder, "boulder_drones", OUTDOOR, 70)
    yield 40
    move(proposal, "hold", boulder["manager"], "Until the campus has decided who may fly where.")

"""Two proposers, a pilot of three years, and the way through the Faculty Senate to the provost."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from desk.demo.acts import (
    YES,
    attach_syllabus,
    begin,
    close,
    complete,
    form_panel,
    submit,
    vote,
    write,
)
from desk.demo.badges import set_badge
from desk.demo.reviewing import acknowledge_reviews, file_review
from proposals.models import Proposal

if TYPE_CHECKING:
    from desk.demo.cast import Campus
    from desk.demo.timeline import Story

Part = Generator[float, None, Proposal]
FOREST, PARKS, HEALTH, TEACHING = (
    "Forest Management",
    "Parks and Recreation",
    "Public Health",
    "Teaching and Learning",
)


def stories(montana: Campus) -> list[Story]:
    """All proposals of the campus."""
    return [
        draft(montana),
        with_the_supervisor(montana),
        with_the_section_head(montana),
        in_pilot(montana),
        panel_to_form(montana),
        before_the_senate(montana),
    ]


def filed(montana: Campus, subject: str, unit: str, days: float, type: str = "badge") -> Part:
    """The pilot proposal is submitted with its syllabus."""
    yield days + 21
    proposal = begin(montana, subject, unit, type)
    yield days + 1
    attach_syllabus(montana, proposal, subject)
    yield days
    submit(montana, proposal)
    return proposal


def signed_by_supervisor(montana: Campus, subject: str, unit: str, days: float, type: str = "badge") -> Part:
    """The supervisor has signed, ten days later."""
    proposal = yield from filed(montana, subject, unit, days, type)
    yield days - 10
    supervisor = montana["supervisor"] if unit in (FOREST, PARKS) else montana["supervisor2"]
    complete(proposal, "supervisor_signoff", YES, supervisor)
    return proposal


def pilot(montana: Campus, subject: str, unit: str, days: float, type: str = "badge") -> Part:
    """All three have signed and the pilot runs, five weeks after it was filed; the badge is drawn."""
    proposal = yield from signed_by_supervisor(montana, subject, unit, days, type)
    yield days - 20
    signer = montana["designee"] if unit in (FOREST, PARKS) else montana["dean2"]
    complete(proposal, "section_head_signoff", YES, signer)
    yield days - 35
    complete(proposal, "um_online_signoff", YES, montana["um-online"], "We look forward to the first review.")
    yield days - 38
    set_badge(montana, proposal)
    return proposal


def full_proposal(
    montana: Campus,
    subject: str,
    unit: str,
    days: float,
    filed: float,
    type: str = "badge",
    reviewed: float | None = None,
) -> Part:
    """The full proposal is filed from the pilot, signed by the unit and by UM Online within two weeks.

    `reviewed`: so many days ago the pilot year that was due then is reviewed, and acknowledged within nine days.
    """
    proposal = yield from pilot(montana, subject, unit, days, type)
    if reviewed is not None:
        yield reviewed
        file_review(montana, proposal, subject)
        yield reviewed - 9
        acknowledge_reviews(montana, proposal)
    yield filed
    write(montana, proposal, subject, "full_proposal")
    submit(montana, proposal, "file_full_proposal")
    yield filed - 6
    supervisor = montana["supervisor"] if unit in (FOREST, PARKS) else montana["supervisor2"]
    complete(proposal, "full_supervisor_signoff", YES, supervisor)
    yield filed - 13
    complete(proposal, "full_um_online_signoff", YES, montana["um-online"])
    return proposal


def draft(montana: Campus) -> Story:
    """A draft that nobody but its proposers sees; it has too many credits."""
    yield 2
    begin(montana, "montana_trails", PARKS, "badge_and_notation")


def with_the_supervisor(montana: Campus) -> Story:
    """Filed; the supervisor signs first."""
    yield from filed(montana, "montana_telehealth", HEALTH, 4, "badge_and_notation")


def with_the_section_head(montana: Campus) -> Story:
    """The dean signs next, later than the policy means."""
    yield from signed_by_supervisor(montana, "montana_grants", PARKS, 27)


def in_pilot(montana: Campus) -> Story:
    """Its first year."""
    yield from pilot(montana, "montana_smoke", HEALTH, 240)


def panel_to_form(montana: Campus) -> Story:
    """The Senate office has still to form the subcommittee."""
    yield from full_proposal(montana, "montana_forest", FOREST, 460, 32, "badge_and_notation", reviewed=110)


def before_the_senate(montana: Campus) -> Story:
    """Recommended by the subcommittee and by both councils; the Senate votes."""
    proposal = yield from full_proposal(montana, "montana_library", TEACHING, 500, 100)
    yield 70
    form_panel(montana, proposal, "subcommittee_ballot")
    yield 62
    vote(proposal, "subcommittee_ballot")
    yield 60
    close(proposal, "subcommittee_ballot")
    yield 50
    vote(proposal, "ascrc_ballot", but={"ascrc.members2": ("abstain", "")})
    vote(proposal, "graduate_council_ballot")
    yield 47
    close(proposal, "ascrc_ballot")
    yield 9
    close(proposal, "graduate_council_ballot")
    yield 3
    absent = ("faculty-senate.senators3", "faculty-senate.senators4", "faculty-senate.senators5")
    vote(proposal, "senate_ballot", absent=absent)

"""The University of Montana's procedure 201.67: who acts, in which order, until when, and what is frozen."""

import datetime as dt
from decimal import Decimal

import pytest

from policies.calendar import Terms, due_dates
from policies.engine import Competency, certifier, changed_fields, mapped, material_changed, route_steps
from policies.loader import packs
from tests.policies.examples import MONTANA, changed, noncredit


@pytest.fixture
def pack():
    return packs()["montana"]


@pytest.mark.parametrize(
    "credit,office", [("credit", "registrar"), ("combination", "registrar"), ("noncredit", "um_online")]
)
def test_um2_who_certifies(pack, credit, office):
    found = certifier(pack, changed(MONTANA, "offering.credit", credit))
    assert (found.office, found.clause) == (office, "UM-2")


def test_um2_without_an_answer_um_online_certifies(pack):
    assert certifier(pack, {}).office == "um_online"


def ids(pack, state, answers=MONTANA):
    return [step.id for step in route_steps(pack, state, answers, "badge_and_notation")]


def test_um13_supervisor_then_section_head_then_um_online(pack):
    steps = route_steps(pack, "unit_approval", MONTANA, "badge")
    assert [(step.kind, step.by, step.designee) for step in steps] == [
        ("signoff", "supervisor", False),
        ("signoff", "section_head", True),
        ("signoff", "office:um_online", False),
    ]
    assert [step.group for step in steps] == ["", "", ""]  # one after the other


def test_the_route_has_no_intent_and_begins_with_the_proposal(pack):
    assert [stage.state for stage in pack.stages] == [
        "proposal",
        "unit_approval",
        "pilot",
        "full_approval",
        "established",
    ]
    assert ids(pack, "proposal") == ["file_proposal"]
    assert ids(pack, "pilot") == []


@pytest.mark.parametrize(
    "level,councils",
    [
        (["undergraduate"], ["ascrc_ballot"]),
        (["graduate"], ["graduate_council_ballot"]),
        (["continuing_education"], ["ascrc_ballot"]),
        (["undergraduate", "graduate"], ["ascrc_ballot", "graduate_council_ballot"]),
    ],
)
def test_um19_the_level_decides_which_councils(pack, level, councils):
    assert ids(pack, "full_approval", changed(MONTANA, "offering.level", level)) == [
        "file_full_proposal",
        "full_supervisor_signoff",
        "full_section_head_signoff",
        "full_um_online_signoff",
        "subcommittee_ballot",
        *councils,
        "senate_ballot",
        "provost_adoption",
    ]


def test_um17_supervisor_or_section_head_is_enough_and_councils_both(pack):
    stage = pack.stage("full_approval")
    assert (stage.join("unit"), stage.join("councils")) == ("any", "all")
    assert pack.step("provost_adoption").by == "office:provost"


def test_um18_seats_of_the_subcommittee(pack):
    body = pack.body("subcommittee")
    assert [(seat.id, seat.minimum, seat.maximum) for seat in body.seats] == [
        ("ascrc_member", 1, 1),
        ("graduate_council_member", 1, 1),
        ("faculty", 1, 2),
        ("staff", 1, 2),
        ("students", 1, 2),
    ]
    assert (body.formed, body.formed_by) == ("proposal", "office:senate_office")
    assert (body.experience, body.experience_clause) == ("has run a micro-credential", "UM-18")


def test_bodies_vote_online_by_an_assumed_rule(pack):
    for body in pack.bodies:
        assert body.rule.asynchronous
        assert body.rule.asynchronous_rule.startswith("Assumed")


def test_the_definition(pack):
    found = mapped(pack, MONTANA)
    assert found.title == "Wildfire data analysis"
    assert found.description == "You can read, map and explain fire data."
    assert found.criteria == "Pass the project and the oral exam."
    assert found.competencies == [Competency("Map the perimeter of a fire", "Project")]
    assert found.skills == ["Mapping", "statistics", "fire behaviour"]
    assert (found.for_credit, found.credits) == (True, Decimal(3))
    assert (found.level, found.level_values) == ("Undergraduate", ["undergraduate"])
    assert (found.modality, found.modality_values) == ("Online", ["online"])
    assert found.workload == "135 hours over 6 weeks"
    assert found.stacks_into == "Certificate in data science"
    assert found.programme_director == "Programme director, Computer Science"
    assert found.audience == []


def test_the_definition_without_credit_has_no_credits(pack):
    found = mapped(pack, noncredit(0))
    assert (found.for_credit, found.credits) == (False, None)


@pytest.mark.clause("UM-8")
def test_partners_are_part_of_the_definition(pack):
    answers = changed(MONTANA, "people.partners", [{"name": "Sawmill", "sector": "business"}])
    assert mapped(pack, answers).partners == ["Sawmill, Business"]


@pytest.mark.clause("UM-1", "UM-15", "UM-16")
def test_deadlines_of_a_pilot(pack):
    """A pilot that starts in October 2026 is in its first year until August 2027."""
    dues = due_dates(pack, {"pilot_start": dt.date(2026, 10, 5)}, Terms(pack.calendar))
    assert [(due.id, due.on, due.clause) for due in dues] == [
        ("yearly_review_1", dt.date(2027, 8, 10), "UM-15"),
        ("yearly_review_2", dt.date(2028, 8, 10), "UM-15"),
        ("pilot_decision", dt.date(2028, 12, 15), "UM-16"),
        ("pilot_end", dt.date(2029, 8, 10), "UM-1"),
        ("yearly_review_3", dt.date(2029, 8, 10), "UM-15"),
    ]


def test_a_change_of_the_directors_address_is_not_material(pack):
    new = changed(MONTANA, "people.director_email", "another@montana.example")
    assert changed_fields(pack, "proposal", MONTANA, new) == ["people.director_email"]
    assert material_changed(pack, "proposal", MONTANA, new) is False


def test_a_change_of_the_criteria_is_material(pack):
    new = changed(changed(MONTANA, "outcomes.criteria", "Attend."), "offering.skills", "Maps")
    assert changed_fields(pack, "proposal", MONTANA, new) == ["offering.skills", "outcomes.criteria"]
    assert material_changed(pack, "proposal", MONTANA, new) is True


def test_a_change_of_files_is_seen_when_the_answers_carry_them(pack):
    old = changed(MONTANA, "syllabi.files", ["sha256:1"])
    new = changed(MONTANA, "syllabi.files", ["sha256:1", "sha256:2"])
    assert changed_fields(pack, "proposal", old, new) == ["syllabi.files"]


def test_an_earlier_award_gains_credit_with_partners_fee_and_assessment(pack):
    rule = pack.transcript.later_credit
    assert (rule.partners, rule.academic_unit) == (["office:um_online"], True)
    assert (rule.fee_required, rule.assessment_required, rule.assessments) == (
        True,
        True,
        ["Project", "Exam"],
    )
    assert (rule.reference, rule.clause) == ("Board of Regents policy 304.1", "UM-7")


def test_um14_um16_um24_of_the_pilot_rule(pack):
    rule = pack.pilot
    assert (rule.years, rule.clause, rule.embargo_clause) == (3, "UM-1", "UM-14")
    assert (rule.decision_year, rule.decision_term, rule.decision_clause) == (3, "fall", "UM-16")
    assert rule.overseers == ["office:senate_office", "office:um_online"]
    assert rule.extension is False

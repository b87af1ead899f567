"""The model university: the whole route, its criteria and the standard elements."""

import datetime as dt

import pytest

from policies.calendar import Terms, due_dates
from policies.engine import Facts, checklist, errors, mapped, prefill, route_steps, transcript_notation
from policies.loader import packs
from tests.policies.examples import MODEL, changed, words


@pytest.fixture
def pack():
    return packs()["model"]


FACTS = Facts(proposers=1, type="badge")


def refusals(pack, answers, form="proposal"):
    return [(reason.clause, reason.field) for reason in errors(pack, form, answers, FACTS)]


def test_a_complete_proposal_can_be_filed(pack):
    assert refusals(pack, {"idea": MODEL["idea"]}, "intent") == []
    assert refusals(pack, MODEL) == []


def test_the_checklist_has_one_line_a_clause_in_the_packs_order(pack):
    lines = [(line.clause, line.met) for line in checklist(pack, "proposal", MODEL, FACTS)]
    assert lines == [
        ("MU-1", True),
        ("MU-3", True),
        ("MU-4", True),
        ("MU-5", True),
        ("MU-6", True),
        ("MU-7", True),
        ("MU-8", True),
        ("MU-24", None),
        ("", True),
    ]


@pytest.mark.clause("MU-3", "MU-4", "MU-5", "MU-6", "MU-7", "MU-8")
@pytest.mark.parametrize(
    "path,value,clause",
    [
        ("learning.competencies", None, "MU-3"),
        ("learning.need", words(19), "MU-4"),
        ("learning.competencies", [{"competency": "Write"}], "MU-5"),
        ("learning.reflection", None, "MU-6"),
        ("pathway.stands_alone", None, "MU-7"),
        ("standard.workload", None, "MU-8"),
        ("standard.level", None, "MU-8"),
        ("standard.assessment_type", None, "MU-8"),
        ("standard.participation", None, "MU-8"),
        ("standard.quality", None, "MU-8"),
    ],
)
def test_each_criterion_unmet(pack, path, value, clause):
    answers = changed(MODEL, path, value)
    lines = {line.clause: line for line in checklist(pack, "proposal", answers, FACTS)}
    assert lines[clause].met is False
    assert lines[clause].reason
    assert clause in [found[0] for found in refusals(pack, answers)]


def test_the_number_found_is_said(pack):
    found = errors(pack, "proposal", changed(MODEL, "learning.need", words(19)), FACTS)
    assert [reason.text for reason in found] == [
        "Say what need it serves and how you know, in at least 20 words; there are 19."
    ]


def test_one_complaint_for_one_gap(pack):
    """The field and the criterion both miss the reflection, under one clause: it is said once."""
    found = errors(pack, "proposal", changed(MODEL, "learning.reflection", None), FACTS)
    assert [reason.text for reason in found] == ["Fill in “The closing reflection”."]


def test_mu7_either_answer_is_enough(pack):
    answers = changed(
        changed(MODEL, "pathway.stands_alone", None), "pathway.stacks_into", "A master's degree"
    )
    assert refusals(pack, answers) == []


@pytest.mark.clause("MU-23")
def test_a_degree_is_not_proposed_here(pack):
    found = errors(pack, "proposal", MODEL, Facts(proposers=1, type="degree"))
    assert [reason.text for reason in found] == [
        "Degrees and certificates are proposed through the Academic Council's own procedure."
    ]


@pytest.mark.clause("MU-1", "MU-2", "MU-10", "MU-11", "MU-16")
def test_every_state_of_the_life_cycle_is_on_the_route(pack):
    route = [
        (
            stage.state,
            [(step.kind, step.by or step.body) for step in route_steps(pack, stage.state, MODEL, "badge")],
        )
        for stage in pack.stages
    ]
    assert route == [
        ("intent", [("form", "proposer"), ("acknowledgement", "programme_manager")]),
        ("proposal", [("form", "proposer")]),
        ("committee_review", [("ballot", "committee")]),
        ("unit_approval", [("signoff", "section_head")]),
        ("pilot", []),
        ("full_approval", [("form", "proposer"), ("ballot", "committee"), ("signoff", "office:provost")]),
        ("established", []),
    ]


@pytest.mark.clause("MU-15")
def test_the_full_proposal_needs_results(pack):
    earlier = prefill(pack, "full_proposal", MODEL)
    assert earlier == MODEL
    assert [found[0] for found in refusals(pack, earlier, "full_proposal")] == ["MU-15", "MU-15", "MU-15"]
    full = {**earlier, "results": {"figures": words(100), "changes": words(50)}}
    assert refusals(pack, full, "full_proposal") == []


@pytest.mark.clause("MU-8")
def test_the_definition_has_the_standard_elements(pack):
    found = mapped(pack, MODEL)
    assert (found.title, found.workload) == ("Technical writing", "50 hours (2 ECTS)")
    assert (found.level, found.modality) == ("Graduate (EQF 7)", "Blended")
    assert (found.assessment_type, found.quality_assurance) == (
        "Project or portfolio",
        "Reviewed each year by the department.",
    )
    assert found.audience == ["Students", "Working professionals"]


@pytest.mark.clause("MU-12", "MU-14", "MU-22")
def test_a_pilot_of_two_years(pack):
    dues = due_dates(pack, {"pilot_start": dt.date(2026, 9, 1)}, Terms(pack.calendar))
    assert [(due.id, due.on) for due in dues] == [
        ("yearly_review_1", dt.date(2027, 5, 20)),
        ("pilot_decision", dt.date(2027, 12, 20)),
        ("pilot_end", dt.date(2028, 5, 20)),
        ("yearly_review_2", dt.date(2028, 5, 20)),
    ]


def test_badges_go_through_accredible(pack):
    assert (pack.platform.kind, pack.platform.account) == ("accredible", "")


@pytest.mark.clause("MU-9")
def test_seats_of_the_committee(pack):
    seats = pack.body("committee").seats
    assert [(seat.id, seat.office, seat.minimum, seat.maximum, seat.chair) for seat in seats] == [
        ("chair", "academic_affairs", 1, 1, True),
        ("registrar", "registrar", 1, 1, False),
        ("faculty", "", 2, 4, False),
        ("students", "", 0, 2, False),
    ]


@pytest.mark.clause("MU-17", "MU-18", "MU-19", "MU-20")
def test_who_asks_for_badges_and_who_releases_them(pack):
    rule = pack.issuance
    assert (rule.requesters, rule.training_required, rule.training_clause) == (["issuer"], True, "MU-17")
    assert (rule.completion_required, rule.completion_clause) == (True, "MU-18")
    assert [(one.office, one.clause) for one in rule.certifiers] == [("registrar", "MU-19")]
    assert rule.recipient_clause == "MU-20"


@pytest.mark.clause("MU-21")
@pytest.mark.parametrize(("credit", "noted"), [("credit", True), ("noncredit", False)])
def test_only_what_bears_credit_is_noted(pack, credit, noted):
    answers = changed(changed(MODEL, "standard.credit", credit), "standard.credits", 2)
    assert transcript_notation(pack, answers, "badge") is noted

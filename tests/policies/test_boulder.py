"""CU Boulder's rules, clause by clause."""

from decimal import Decimal

import pytest

from policies.engine import (
    Facts,
    certifier,
    checklist,
    errors,
    mapped,
    prefill,
    route_steps,
    transcript_notation,
    unit_refusal,
)
from policies.loader import packs
from tests.policies.examples import BOULDER, BOULDER_INTENT, changed, words


@pytest.fixture
def pack():
    return packs()["cu_boulder"]


FACTS = Facts(proposers=1, type="badge")


def refusals(pack, answers, form="proposal"):
    return [(reason.clause, reason.field) for reason in errors(pack, form, answers, FACTS)]


def test_a_complete_intent_and_proposal_can_be_filed(pack):
    assert refusals(pack, BOULDER_INTENT, "intent") == []
    assert refusals(pack, BOULDER) == []
    assert False not in [line.met for line in checklist(pack, "proposal", BOULDER, FACTS)]


@pytest.mark.parametrize(
    "path,clause",
    [
        ("about.title", "CUB-6"),
        ("about.summary", "CUB-6"),
        ("about.audience", "CUB-1"),
        ("about.credit", "CUB-2"),
    ],
)
def test_cub6_what_the_intent_asks(pack, path, clause):
    assert refusals(pack, changed(BOULDER_INTENT, path, None), "intent") == [(clause, path)]


@pytest.mark.parametrize("number,ok", [(19, False), (20, True), (300, True), (301, False)])
def test_the_intents_summary_has_20_to_300_words(pack, number, ok):
    answers = changed(BOULDER_INTENT, "about.summary", words(number))
    assert refusals(pack, answers, "intent") == ([] if ok else [("CUB-6", "about.summary")])


def test_the_proposal_begins_with_the_intents_answers(pack):
    assert prefill(pack, "proposal", BOULDER_INTENT) == BOULDER_INTENT
    assert prefill(pack, "proposal", {**BOULDER_INTENT, "support": {"questions": "Help"}}) == BOULDER_INTENT


@pytest.mark.parametrize(
    "path,clause",
    [
        ("about.relation", "CUB-1"),
        ("about.audience", "CUB-1"),
        ("about.credit", "CUB-2"),
        ("about.time_frame", "CUB-2"),
        ("about.focus", "CUB-2"),
        ("learning.objectives", "CUB-3"),
        ("learning.requirements", "CUB-3"),
        ("endorsement.consistency", "CUB-5"),
        ("endorsement.meaningfulness", "CUB-5"),
        ("endorsement.worthiness", "CUB-5"),
        ("about.title", ""),
    ],
)
def test_required_answers_name_their_clause(pack, path, clause):
    assert refusals(pack, changed(BOULDER, path, None)) == [(clause, path)]


@pytest.mark.parametrize("path", ["about.pathway", "learning.artifacts", "issuing.process"])
def test_optional_answers(pack, path):
    assert refusals(pack, changed(BOULDER, path, None)) == []


def test_cub1_what_it_complements_is_asked_when_it_complements(pack):
    answers = changed(BOULDER, "about.relation", "complements")
    assert refusals(pack, answers) == [("CUB-1", "about.complements")]
    assert refusals(pack, changed(answers, "about.complements", "Degree in education")) == []


@pytest.mark.parametrize("credits,ok", [(0, False), (0.4, False), (0.5, True), (30, True), (30.5, False)])
def test_cub2_credit_hours(pack, credits, ok):
    answers = changed(changed(BOULDER, "about.credit", "credit"), "about.credits", credits)
    assert refusals(pack, answers) == ([] if ok else [("CUB-2", "about.credits")])


def test_cub2_credit_hours_are_asked_of_what_bears_credit(pack):
    assert refusals(pack, changed(BOULDER, "about.credit", "credit")) == [("CUB-2", "about.credits")]


def test_cub1_audiences(pack):
    values = [choice.value for choice in pack.form("proposal").field("about.audience").choices]
    assert values == ["students", "faculty", "staff", "community", "corporations"]


def test_cub4_seats_of_the_advisory_committee(pack):
    assert [(seat.id, seat.minimum, seat.maximum) for seat in pack.body("mac").seats] == [
        ("academic_colleges", 2, 9),
        ("continuing_education", 1, 1),
        ("student_affairs", 1, 1),
        ("information_technology", 1, 1),
        ("teaching_learning", 1, 1),
        ("libraries", 1, 1),
        ("registrar", 1, 1),
    ]


def test_cub5_three_criteria_of_the_committee(pack):
    assert len(pack.body("mac").rubric) == 3
    assert pack.body("mac").rubric_clause == "CUB-5"


@pytest.mark.clause("CUB-7", "CUB-8", "CUB-9")
def test_cub6_to_cub10_route(pack):
    route = [
        (stage.state, [(step.kind, step.by or step.body, step.clause) for step in stage.steps])
        for stage in pack.stages
    ]
    assert route == [
        ("intent", [("form", "proposer", "CUB-6"), ("consultation", "programme_manager", "CUB-7")]),
        ("proposal", [("form", "proposer", "CUB-8")]),
        ("committee_review", [("ballot", "mac", "CUB-9")]),
        ("unit_approval", [("signoff", "section_head", "CUB-10")]),
        ("established", []),
    ]
    assert pack.stage("intent").officer == "programme_manager"  # only that act opens the proposal
    assert pack.pilot is None


def test_cub9_the_committee_approves_or_asks_for_changes(pack):
    [ballot] = route_steps(pack, "committee_review", BOULDER, "badge")
    assert pack.outcomes(ballot) == ["approve", "request_changes"]


def test_cub10_the_unit_attests(pack):
    assert "campus standards" in pack.step("unit_signoff").statement


def test_cub11_cub12_cub13_cub18_issuance(pack):
    rule = pack.issuance
    assert (rule.training_required, rule.training_clause) == (True, "CUB-11")
    assert (rule.completion_required, rule.completion_clause) == (True, "CUB-18")
    assert rule.recipient_clause == "CUB-12"
    assert (certifier(pack, BOULDER).office, certifier(pack, BOULDER).clause) == ("registrar", "CUB-13")
    assert (pack.platform.kind, pack.platform.clause) == ("credly", "CUB-13")


def test_nothing_is_noted_on_the_transcript(pack):
    answers = changed(changed(BOULDER, "about.credit", "credit"), "about.credits", 1.5)
    assert transcript_notation(pack, answers, "badge") is False
    assert mapped(pack, answers).credits == Decimal("1.5")


@pytest.mark.clause("CUB-19")
@pytest.mark.parametrize(
    ("kind", "refused"),
    [
        ("department", False),
        ("division", False),
        ("college", False),
        ("", False),  # the campus has not said what it is
        ("student_organisation", True),
        ("other", True),
    ],
)
def test_units_and_divisions_propose(pack, kind, refused):
    found = unit_refusal(pack, kind)
    assert (found is not None) is refused
    if found:
        assert (found.clause, found.field) == ("CUB-19", "unit")
        assert "department" in found.text
        assert "division" in found.text


@pytest.mark.clause("CUB-3")
def test_the_definition_carries_artifacts_with_their_links(pack):
    answers = changed(
        BOULDER,
        "learning.artifacts",
        [{"name": "Session plan", "link": "https://example.edu/plan"}, {"name": "Portfolio"}],
    )
    assert mapped(pack, answers).artifacts == ["Session plan, https://example.edu/plan", "Portfolio"]


def test_cub3_the_definition_carries_requirements_and_objectives(pack):
    found = mapped(pack, BOULDER)
    assert found.criteria == "Lead three sessions and hand in a portfolio."
    assert [(one.name, one.assessment) for one in found.competencies] == [("Plan a session", "Session plan")]
    assert found.audience == ["Students", "Staff"]
    assert (found.for_credit, found.credits) == (False, None)


@pytest.mark.parametrize(
    ("skills", "complaints"), [("One", 1), ("One, two", 1), ("One, two, ", 1), ("One, two; three", 0)]
)
def test_three_skills_are_asked_for(pack, skills, complaints):
    found = errors(pack, "proposal", changed(BOULDER, "learning.skills", skills), FACTS)
    assert [reason.field for reason in found] == ["learning.skills"] * complaints

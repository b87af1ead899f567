"""UC Riverside's rules, clause by clause."""

import datetime as dt

import pytest

from policies.calendar import Terms, academic_year_of, year_terms
from policies.engine import (
    Competency,
    Facts,
    certifier,
    checklist,
    eligibility_required,
    errors,
    mapped,
    route_steps,
    transcript_notation,
)
from policies.loader import packs
from tests.policies.examples import changed
from tests.policies.examples_riverside_fiu import RIVERSIDE

KINDS = [  # by hand from the document, UCR-1 to UCR-15
    "criterion",
    "criterion",
    "criterion",
    "criterion",
    "criterion",
    "guard",
    "guard",
    "output",
    "guard",
    "output",
    "output",
    "form",
    "role",
    "route",
    "criterion",
]


@pytest.fixture
def pack():
    return packs()["uc_riverside"]


def facts(type="badge"):
    return Facts(proposers=1, type=type)


def refusals(pack, answers, type="badge"):
    return [(reason.clause, reason.field) for reason in errors(pack, "proposal", answers, facts(type))]


def line(pack, clause, answers, type="badge"):
    """(met, reason) of the clause's line on the checklist."""
    found = {one.clause: one for one in checklist(pack, "proposal", answers, facts(type))}[clause]
    return found.met, found.reason


def row(answers, number, column, value):
    """The answers with one cell of the competencies changed; None empties it."""
    rows = [dict(one) for one in answers["learning"]["competencies"]]
    rows[number].pop(column)
    if value is not None:
        rows[number][column] = value
    return changed(answers, "learning.competencies", rows)


def test_every_clause_is_there_in_order(pack):
    assert [clause.id for clause in pack.clauses] == [f"UCR-{n}" for n in range(1, 16)]
    assert [clause.kind for clause in pack.clauses] == KINDS
    assert [clause.id for clause in pack.clauses if not clause.section] == []


def test_marks_of_what_is_still_to_come(pack):
    assert [clause.id for clause in pack.clauses if clause.later] == []


def test_what_the_page_leaves_open_is_marked(pack):
    assert [clause.id for clause in pack.clauses if clause.assumed] == ["UCR-6", "UCR-14"]
    assert sum("Assumed" in note for note in pack.policy.notes) == 4


@pytest.mark.clause("UCR-12")
def test_a_complete_form_can_be_filed(pack):
    assert refusals(pack, RIVERSIDE) == []
    assert [
        one.clause for one in checklist(pack, "proposal", RIVERSIDE, facts()) if one.met is not True
    ] == []


@pytest.mark.clause("UCR-12")
def test_there_is_one_form_for_any_entity(pack):
    assert [form.id for form in pack.forms] == ["proposal"]
    assert (pack.proposing.unit_kinds, pack.proposing.clause) == ([], "UCR-12")
    assert pack.form("proposal").min_proposers == 1


@pytest.mark.clause("UCR-1")
def test_competencies_are_listed_one_by_one(pack):
    assert line(pack, "UCR-1", RIVERSIDE) == (True, "")
    none = changed(RIVERSIDE, "learning.competencies", None)
    assert line(pack, "UCR-1", none)[0] is False
    assert ("UCR-1", "learning.competencies") in refusals(pack, none)


@pytest.mark.clause("UCR-1")
def test_a_competency_is_knowledge_a_skill_or_an_ability(pack):
    column = next(c for c in pack.form("proposal").field("learning.competencies").columns if c.id == "kind")
    assert [choice.value for choice in column.choices] == ["knowledge", "skill", "ability"]
    without = row(RIVERSIDE, 1, "kind", None)
    assert refusals(pack, without) == [("UCR-1", "learning.competencies")]
    assert line(pack, "UCR-1", without)[1] == "Line 2 of “Competencies” has no “What it is” yet."


@pytest.mark.clause("UCR-2")
def test_each_competency_serves_a_need(pack):
    assert line(pack, "UCR-2", RIVERSIDE) == (True, "")
    without = row(RIVERSIDE, 0, "need", None)
    assert refusals(pack, without) == [("UCR-2", "learning.competencies")]
    assert line(pack, "UCR-2", without) == (
        False,
        "Line 1 of “Competencies” has no “Need it serves” yet.",
    )
    assert line(pack, "UCR-3", without) == (True, "")


@pytest.mark.clause("UCR-3")
def test_each_outcome_has_an_assessment(pack):
    assert line(pack, "UCR-3", RIVERSIDE) == (True, "")
    without = row(RIVERSIDE, 1, "assessment", None)
    assert refusals(pack, without) == [("UCR-3", "learning.competencies")]
    assert line(pack, "UCR-3", without) == (
        False,
        "Line 2 of “Competencies” has no “How it is assessed” yet.",
    )
    assert line(pack, "UCR-2", without) == (True, "")


@pytest.mark.clause("UCR-4")
@pytest.mark.parametrize("path", ["learning.project", "learning.reflection"])
def test_it_ends_in_a_project_with_a_reflection(pack, path):
    assert line(pack, "UCR-4", RIVERSIDE) == (True, "")
    without = changed(RIVERSIDE, path, None)
    assert line(pack, "UCR-4", without)[0] is False
    assert refusals(pack, without)[0] == ("UCR-4", path)
    assert {clause for clause, _ in refusals(pack, without)} == {"UCR-4"}


@pytest.mark.clause("UCR-5")
@pytest.mark.parametrize("path", ["pathway.series", "pathway.elsewhere", "pathway.stands_alone"])
def test_one_of_three_answers_says_where_it_leads(pack, path):
    alone = changed(changed(RIVERSIDE, "pathway.series", None), path, "Told here")
    assert line(pack, "UCR-5", alone) == (True, "")
    assert refusals(pack, alone) == []


@pytest.mark.clause("UCR-5")
def test_without_a_series_it_says_why(pack):
    without = changed(RIVERSIDE, "pathway.series", None)
    assert line(pack, "UCR-5", without) == (
        False,
        "Name the series it can be part of, here or elsewhere, or say why it stands alone.",
    )
    assert refusals(pack, without) == [("UCR-5", "pathway.series")]


@pytest.mark.clause("UCR-6")
def test_mastery_comes_before_a_badge_at_accredible(pack):
    rule = pack.issuance
    assert (pack.platform.kind, pack.platform.clause) == ("accredible", "UCR-6")
    assert (rule.completion_required, rule.completion_clause) == (True, "UCR-6")
    assert (rule.mastery_required, rule.mastery_clause) == (True, "UCR-6")
    assert (certifier(pack, RIVERSIDE).office, certifier(pack, RIVERSIDE).clause) == ("badge_team", "UCR-6")


@pytest.mark.clause("UCR-7")
@pytest.mark.parametrize("coursework,required", [("none", False), ("required", True)])
def test_coursework_asks_for_eligible_students(pack, coursework, required):
    answers = changed(RIVERSIDE, "credit.coursework", coursework)
    assert eligibility_required(pack, answers, "badge") is required
    assert pack.issuance.eligibility_clause == "UCR-7"


@pytest.mark.clause("UCR-7")
def test_coursework_that_bears_credit_is_named(pack):
    answers = changed(RIVERSIDE, "credit.coursework", "required")
    assert refusals(pack, answers) == [("UCR-7", "credit.courses")]
    assert refusals(pack, changed(answers, "credit.courses", "Sociology 101")) == []


@pytest.mark.clause("UCR-7")
def test_it_gives_no_credit_of_its_own(pack):
    answers = changed(RIVERSIDE, "credit.own_credit", "yes")
    met, reason = line(pack, "UCR-7", answers)
    assert met is False
    assert reason.startswith("A micro-credential gives no academic credit of its own.")
    assert refusals(pack, answers) == [("UCR-7", "credit.own_credit")]
    assert line(pack, "UCR-7", RIVERSIDE) == (True, "")
    assert (mapped(pack, answers).for_credit, mapped(pack, answers).credits) == (False, None)


@pytest.mark.clause("UCR-8")
def test_it_never_stands_on_the_academic_transcript(pack):
    rule = pack.transcript
    assert (rule.notation, rule.never_clause, rule.co_curricular) == ("never", "UCR-8", True)
    assert transcript_notation(pack, RIVERSIDE, "badge") is False


@pytest.mark.clause("UCR-9")
@pytest.mark.parametrize(
    "type,where", [("degree", "the Academic Senate"), ("professional_certificate", "University Extension")]
)
def test_degrees_and_certificates_go_elsewhere(pack, type, where):
    assert refusals(pack, RIVERSIDE, type) == [("UCR-9", "")]
    met, reason = line(pack, "UCR-9", RIVERSIDE, type)
    assert met is False
    assert reason.endswith(f"propose it to {where}.")


@pytest.mark.clause("UCR-13")
def test_six_offices_hold_the_six_seats(pack):
    seats = pack.body("review_committee").seats
    assert [(seat.title, seat.office, seat.chair) for seat in seats] == [
        ("Associate Provost", "associate_provost", True),
        ("Vice Chancellor for Student Affairs", "student_affairs", False),
        ("Dean of the Graduate Division", "graduate_division", False),
        ("Chief Human Resources Officer", "human_resources", False),
        ("Dean for Undergraduate Education", "undergraduate_education", False),
        ("Dean for University Extension", "university_extension", False),
    ]
    assert {(seat.minimum, seat.maximum, seat.votes, seat.clause) for seat in seats} == {
        (1, 1, True, "UCR-13")
    }


@pytest.mark.clause("UCR-14")
def test_the_form_goes_to_the_committee_which_decides(pack):
    route = [
        (stage.state, [(step.kind, step.by or step.body, step.clause) for step in stage.steps])
        for stage in pack.stages
    ]
    assert route == [
        ("proposal", [("form", "proposer", "UCR-12")]),
        ("committee_review", [("ballot", "review_committee", "UCR-14")]),
        ("established", []),
    ]
    [ballot] = route_steps(pack, "committee_review", RIVERSIDE, "badge")
    assert pack.outcomes(ballot) == ["approve", "request_changes", "decline"]
    assert pack.pilot is None


@pytest.mark.clause("UCR-15")
@pytest.mark.parametrize("path", ["about.skill", "about.length", "about.employers"])
def test_short_one_skill_and_valued(pack, path):
    assert line(pack, "UCR-15", RIVERSIDE) == (True, "")
    without = changed(RIVERSIDE, path, None)
    assert line(pack, "UCR-15", without)[0] is False
    assert {clause for clause, _ in refusals(pack, without)} == {"UCR-15"}


def test_the_definition(pack):
    found = mapped(pack, changed(RIVERSIDE, "standard.language", "en"))
    assert found.title == "Conflict mediation"
    assert found.criteria == "Pass the exam and lead one mediation."
    assert found.competencies == [
        Competency("Name the stages of a mediation", "Written exam"),
        Competency("Lead a mediation", "Observed role play"),
    ]
    assert found.workload == "24 hours over 4 weeks"
    assert found.stacks_into == "Leadership series"
    assert found.audience == ["Undergraduate students", "Staff and faculty"]
    assert found.language == "English"


def test_the_standard_description_is_optional(pack):
    asked = pack.form("proposal").section("standard").fields
    assert {field.id for field in asked} >= {
        "level",
        "assessment_type",
        "supervision",
        "participation",
        "quality",
        "prerequisites",
        "language",
    }
    assert not any(field.required for field in asked)


def test_four_quarters_from_fall_to_summer(pack):
    terms = Terms(pack.calendar)
    assert [(term.id, term.starts_on) for term in year_terms(2026, terms)] == [
        ("fall", dt.date(2026, 9, 21)),
        ("winter", dt.date(2027, 1, 5)),
        ("spring", dt.date(2027, 3, 27)),
        ("summer", dt.date(2027, 6, 22)),
    ]
    assert academic_year_of(dt.date(2027, 8, 29), terms) == 2026
    assert academic_year_of(dt.date(2027, 8, 30), terms) == 2027

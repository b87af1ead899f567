"""Florida International University's policy 380.104, clause by clause."""

import datetime as dt

import pytest

from policies.engine import (
    Competency,
    Facts,
    checklist,
    errors,
    mapped,
)
from policies.loader import packs
from tests.policies.examples import changed, words
from tests.policies.examples_riverside_fiu import (
    APPLICATION,
    DESIGN,
    SET_APPLICATION,
    SET_DESIGN,
)

TODAY = dt.date(2020, 3, 2)
KINDS = [  # by hand from the document, FIU-1 to FIU-17
    "criterion",
    "guard",
    "form",
    "criterion",
    "criterion",
    "criterion",
    "guard",
    "role",
    "guard",
    "record",
    "form",
    "guard",
    "form",
    "record",
    "guard",
    "route",
    "form",
]


@pytest.fixture
def pack():
    return packs()["florida_international"]


def facts(type="badge"):
    return Facts(proposers=1, type=type)


def refusals(pack, answers, form="proposal", type="badge"):
    return [(reason.clause, reason.field) for reason in errors(pack, form, answers, facts(type))]


def line(pack, clause, answers, form="proposal", type="badge"):
    """(met, reason) of the clause's line on the checklist."""
    found = {one.clause: one for one in checklist(pack, form, answers, facts(type))}[clause]
    return found.met, found.reason


def cell(answers, table, number, column, value):
    """The answers with one cell of a table changed; None empties it."""
    rows = [dict(one) for one in answers["outcomes"][table]]
    rows[number].pop(column)
    if value is not None:
        rows[number][column] = value
    return changed(answers, f"outcomes.{table}", rows)


def test_every_clause_is_there_in_order(pack):
    assert [clause.id for clause in pack.clauses] == [f"FIU-{n}" for n in range(1, 18)]
    assert [clause.kind for clause in pack.clauses] == KINDS
    assert [clause.id for clause in pack.clauses if not clause.section] == []


def test_nothing_is_still_to_come(pack):
    assert [clause.id for clause in pack.clauses if clause.later] == []


def test_what_the_policy_leaves_open_is_marked(pack):
    assert [clause.id for clause in pack.clauses if clause.assumed] == ["FIU-16"]
    assert sum("Assumed" in note for note in pack.policy.notes) == 7


@pytest.mark.clause("FIU-16")
@pytest.mark.parametrize(
    "type,application,design",
    [("badge", APPLICATION, DESIGN), ("micro_certificate", SET_APPLICATION, SET_DESIGN)],
)
def test_a_complete_application_and_design_can_be_filed(pack, type, application, design):
    assert refusals(pack, application, "intent", type) == []
    assert refusals(pack, design, "proposal", type) == []
    assert False not in [one.met for one in checklist(pack, "proposal", design, facts(type))]


@pytest.mark.clause("FIU-1")
@pytest.mark.parametrize(
    "column,label", [("assessment", "Assessment that matches it"), ("rigour", "Level of rigour")]
)
def test_each_competency_has_an_assessment_and_a_level_of_rigour(pack, column, label):
    assert line(pack, "FIU-1", DESIGN) == (True, "")
    without = cell(DESIGN, "competencies", 1, column, None)
    assert refusals(pack, without) == [("FIU-1", "outcomes.competencies")]
    assert line(pack, "FIU-1", without) == (False, f"Line 2 of “Competencies” has no “{label}” yet.")


@pytest.mark.clause("FIU-3")
@pytest.mark.parametrize("table", ["programme_outcomes", "learning_outcomes"])
def test_both_kinds_of_outcome_are_stated(pack, table):
    without = changed(DESIGN, f"outcomes.{table}", None)
    assert line(pack, "FIU-3", without)[0] is False
    assert ("FIU-3", f"outcomes.{table}") in refusals(pack, without)


@pytest.mark.clause("FIU-3")
def test_every_learning_outcome_serves_a_stated_programme_outcome(pack):
    assert line(pack, "FIU-3", DESIGN) == (True, "")
    unknown = cell(DESIGN, "learning_outcomes", 1, "serves", "PO7")
    assert line(pack, "FIU-3", unknown)[0] is False
    assert refusals(pack, unknown) == [("FIU-3", "outcomes.learning_outcomes")]


@pytest.mark.clause("FIU-3")
def test_every_programme_outcome_is_served(pack):
    both = [*DESIGN["outcomes"]["programme_outcomes"], {"sign": "PO10", "outcome": "Advise a community"}]
    two = changed(DESIGN, "outcomes.programme_outcomes", both)
    assert line(pack, "FIU-3", two)[1].startswith("There is a programme outcome that no student")
    linked = cell(two, "learning_outcomes", 1, "serves", "PO1, PO10")
    assert refusals(pack, linked) == []
    only_ten = cell(
        cell(two, "learning_outcomes", 0, "serves", "PO10"), "learning_outcomes", 1, "serves", "PO10"
    )
    assert line(pack, "FIU-3", only_ten)[0] is False  # PO10 does not name PO1


@pytest.mark.clause("FIU-4")
@pytest.mark.parametrize("number,met", [(19, False), (20, True)])
def test_the_need_is_shown_in_twenty_words(pack, number, met):
    answers = changed(DESIGN, "value.need", words(number))
    said = "" if met else "Say which need it serves and how you know, in at least 20 words; there are 19."
    assert line(pack, "FIU-4", answers) == (met, said)


@pytest.mark.clause("FIU-4")
def test_it_is_aligned_with_industry_or_further_study(pack):
    assert refusals(pack, changed(DESIGN, "value.aligned_with", None)) == [("FIU-4", "value.aligned_with")]
    choices = [choice.value for choice in pack.form("proposal").field("value.aligned_with").choices]
    assert choices == ["industry", "further_study"]


@pytest.mark.clause("FIU-5")
@pytest.mark.parametrize("path", ["value.reflection_pathway", "value.reflection_growth"])
def test_it_closes_with_a_reflection_on_the_way_and_on_growth(pack, path):
    assert line(pack, "FIU-5", DESIGN) == (True, "")
    without = changed(DESIGN, path, None)
    assert line(pack, "FIU-5", without)[0] is False
    assert {clause for clause, _ in refusals(pack, without)} == {"FIU-5"}


@pytest.mark.clause("FIU-6")
@pytest.mark.parametrize(
    "path,value",
    [
        ("value.pathway", "Degree in marine biology"),
        ("value.partners", [{"name": "Reef trust", "sector": "community"}]),
        ("value.stands_alone", "There is nothing above it yet."),
    ],
)
def test_a_pathway_partners_or_a_reason_why_not(pack, path, value):
    none = changed(DESIGN, "value.partners", None)
    assert line(pack, "FIU-6", changed(none, path, value)) == (True, "")
    assert refusals(pack, none) == [("FIU-6", "value.pathway")]
    assert line(pack, "FIU-6", none) == (
        False,
        "Name the pathway, or the partners who value it, or say why it stands alone.",
    )


@pytest.mark.clause("FIU-9")
def test_the_application_says_which_policy_a_set_falls_under(pack):
    values = [choice.value for choice in pack.form("intent").field("basis.stacking").choices]
    assert values == ["none", "time_to_degree", "graduate_transfer", "outside"]
    assert refusals(pack, changed(APPLICATION, "basis.stacking", None), "intent") == [
        ("FIU-9", "basis.stacking")
    ]
    met, reason = line(pack, "FIU-9", APPLICATION, "intent", "micro_certificate")
    assert met is False
    assert reason.startswith("A micro-certificate is a set designed to be stacked")
    assert line(pack, "FIU-9", SET_APPLICATION, "intent", "micro_certificate") == (True, "")


@pytest.mark.clause("FIU-11")
def test_two_types(pack):
    assert [(kind.id, kind.collection, kind.clause) for kind in pack.types] == [
        ("badge", False, "FIU-11"),
        ("micro_certificate", True, "FIU-11"),
    ]


@pytest.mark.clause("FIU-11")
@pytest.mark.parametrize(
    "type,design,path",
    [
        ("badge", DESIGN, "about.competency_statement"),
        ("micro_certificate", SET_DESIGN, "about.meta_competency"),
        ("micro_certificate", SET_DESIGN, "about.organisation"),
    ],
)
def test_each_type_asks_its_own(pack, type, design, path):
    without = changed(design, path, None)
    assert refusals(pack, without, type=type) == [("FIU-11", path)]
    assert line(pack, "FIU-11", without, type=type)[0] is False


@pytest.mark.clause("FIU-11")
def test_each_competency_rests_on_a_stated_learning_outcome(pack):
    assert line(pack, "FIU-11", DESIGN) == (True, "")
    unknown = cell(DESIGN, "competencies", 0, "outcomes", "SLO9")
    assert refusals(pack, unknown) == [("FIU-11", "outcomes.competencies")]
    assert line(pack, "FIU-11", unknown) == (
        False,
        "Name, at every competency, the sign of a student learning outcome from your list, such as SLO1.",
    )


@pytest.mark.clause("FIU-12")
@pytest.mark.parametrize("number,refused", [(0, True), (1, True), (2, False), (20, False), (21, True)])
def test_a_set_has_two_to_twenty_parts(pack, number, refused):
    parts = [{"part": f"Badge {n}"} for n in range(number)] or None
    answers = changed(SET_DESIGN, "about.parts", parts)
    expected = [("FIU-12", "about.parts")] if refused else []
    assert refusals(pack, answers, type="micro_certificate") == expected


@pytest.mark.clause("FIU-13")
@pytest.mark.parametrize("form,answers", [("intent", APPLICATION), ("proposal", DESIGN)])
def test_for_whom_it_is(pack, form, answers):
    field = pack.form(form).field("about.audience")
    assert [choice.value for choice in field.choices] == ["undergraduates", "graduates", "not_enrolled"]
    assert refusals(pack, changed(answers, "about.audience", None), form) == [("FIU-13", "about.audience")]


@pytest.mark.clause("FIU-17")
def test_what_it_rests_on(pack):
    values = [choice.value for choice in pack.form("intent").field("basis.ground").choices]
    assert values == ["existing", "new_senate", "new_other"]
    for path in ("basis.ground", "basis.named"):
        assert ("FIU-17", path) in refusals(pack, changed(APPLICATION, path, None), "intent")


@pytest.mark.clause("FIU-17")
@pytest.mark.parametrize("ground,asked", [("existing", True), ("new_senate", False), ("new_other", False)])
def test_the_assessment_of_what_exists_is_asked_for(pack, ground, asked):
    answers = changed(changed(APPLICATION, "basis.ground", ground), "basis.assessment", None)
    assert refusals(pack, answers, "intent") == ([("FIU-17", "basis.assessment")] if asked else [])


@pytest.mark.clause("FIU-17")
def test_the_ground_is_settled_before_the_design(pack):
    """The design form does not ask again, so that no design can change the ground it stands on."""
    assert pack.form("proposal").section("basis") is None


def test_the_definition(pack):
    found = mapped(pack, DESIGN)
    assert found.title == "Coral reef monitoring"
    assert found.competencies == [
        Competency("Identifies reef species", "Picture test"),
        Competency("Surveys a reef", "Two dive reports"),
    ]
    assert found.audience == ["Undergraduate students", "Learners who are not enrolled"]
    assert found.partners == ["Reef trust, Community"]
    assert found.for_credit is False

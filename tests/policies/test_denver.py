"""CU Denver's page, clause by clause."""

import json

import pytest

from policies.engine import (
    Competency,
    Facts,
    certifier,
    checklist,
    errors,
    mapped,
    route_steps,
    transcript_notation,
)
from policies.loader import canonical_text, packs, parse
from policies.pack_errors import PackError
from tests.policies.examples import DENVER, SMALL, changed, words


@pytest.fixture
def pack():
    return packs()["cu_denver"]


FACTS = Facts(proposers=1, type="badge")


def refusals(pack, answers, facts=FACTS):
    return [(reason.clause, reason.field) for reason in errors(pack, "proposal", answers, facts)]


def met(pack, answers):
    return {line.clause: line.met for line in checklist(pack, "proposal", answers, FACTS)}


def test_a_complete_proposal_can_be_filed(pack):
    assert refusals(pack, DENVER) == []
    assert False not in met(pack, DENVER).values()


def test_an_empty_proposal_says_what_each_clause_misses(pack):
    lines = met(pack, {})
    assert {clause for clause, line in lines.items() if line is False} == {
        "CUD-1",
        "CUD-2",
        "CUD-3",
        "CUD-4",
        "",
    }
    assert lines["CUD-10"] is None  # nobody has said yet that it is aligned with the market


@pytest.mark.clause("CUD-1")
@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("about.records", None),
        ("about.records", []),
        ("about.smaller_than", None),
        ("about.smaller_than", " "),
        ("about.quality", None),
        ("about.quality", words(19)),
        ("about.quality", words(251)),
        ("learning.competencies", None),
        ("learning.competencies", [{"competency": "Read a map"}]),
    ],
)
def test_smaller_than_a_programme_a_record_of_learning_and_of_defined_quality(pack, path, value):
    answers = changed(DENVER, path, value)
    found = refusals(pack, answers)
    assert set(found) == {("CUD-1", path)}
    assert met(pack, answers)["CUD-1"] is False


@pytest.mark.clause("CUD-1")
def test_quality_in_too_few_words_says_how_many_there_are(pack):
    [reason] = errors(pack, "proposal", changed(DENVER, "about.quality", words(19)), FACTS)
    assert reason.text.endswith("There are 19.")


@pytest.mark.clause("CUD-1")
def test_a_programme_is_not_proposed_here(pack):
    [reason] = errors(pack, "proposal", DENVER, Facts(proposers=1, type="programme"))
    assert (reason.clause, reason.text) == (
        "CUD-1",
        "A programme is larger than a micro-credential: take it to the division's programme development.",
    )


@pytest.mark.clause("CUD-1")
@pytest.mark.parametrize("kind", ["learning", "competency", "skill"])
def test_what_it_can_record(pack, kind):
    assert refusals(pack, changed(DENVER, "about.records", [kind])) == []


@pytest.mark.clause("CUD-2")
@pytest.mark.parametrize("question", ["fit.stacks", "fit.credit", "fit.market", "fit.alone"])
def test_stacking_credit_market_and_standing_alone_are_each_answered(pack, question):
    assert ("CUD-2", question) in refusals(pack, changed(DENVER, question, None))


@pytest.mark.clause("CUD-2")
@pytest.mark.parametrize(
    ("question", "answer", "asked"),
    [
        ("fit.stacks", "yes", "fit.stacks_into"),
        ("fit.credit", "yes", "fit.credit_how"),
        ("fit.market", "no", "market.need"),
    ],
)
def test_what_an_answer_leads_to_is_asked_too(pack, question, answer, asked):
    answers = changed(changed(DENVER, question, answer), asked, None)
    assert refusals(pack, answers) == [("CUD-2", asked)]


@pytest.mark.clause("CUD-2")
def test_what_stacks_to_nothing_names_no_degree(pack):
    answers = changed(changed(DENVER, "fit.stacks", "no"), "fit.stacks_into", None)
    assert refusals(pack, answers) == []


@pytest.mark.clause("CUD-3")
def test_the_three_sizes(pack):
    choices = pack.form("proposal").field("size.size").choices
    assert [choice.label for choice in choices] == [
        "Smaller than a course",
        "A course with an added component",
        "A cluster of related courses",
    ]


def courses(number):
    return [{"course": f"PLAN {n}", "part": "A part"} for n in range(number)]


@pytest.mark.clause("CUD-3")
@pytest.mark.parametrize(
    ("answers", "lacking"),
    [
        ({}, ["size.size"]),
        ({"size": "part"}, ["size.part"]),
        ({"size": "part", "part": "Two workshops of four hours"}, []),
        ({"size": "course_plus"}, ["size.course", "size.component"]),
        ({"size": "course_plus", "course": "PLAN 1"}, ["size.component"]),
        ({"size": "course_plus", "course": "PLAN 1", "component": "A site visit"}, []),
        ({"size": "cluster"}, ["size.courses"]),
        ({"size": "cluster", "courses": courses(1)}, ["size.courses"]),
        ({"size": "cluster", "courses": courses(2)}, []),
        ({"size": "cluster", "courses": courses(6)}, []),
        ({"size": "cluster", "courses": courses(7)}, ["size.courses"]),
    ],
)
def test_each_size_says_what_it_is_made_of(pack, answers, lacking):
    assert refusals(pack, {**DENVER, "size": answers}) == [("CUD-3", path) for path in lacking]


@pytest.mark.clause("CUD-4")
@pytest.mark.parametrize("path", ["learning.requirements", "learning.evidence"])
def test_what_the_badge_carries_is_asked(pack, path):
    assert refusals(pack, changed(DENVER, path, None)) == [("CUD-4", path)]


@pytest.mark.clause("CUD-4")
@pytest.mark.parametrize(("months", "ok"), [(None, True), (0, False), (1, True), (120, True), (121, False)])
def test_a_badge_can_expire(pack, months, ok):
    answers = changed(DENVER, "learning.valid_months", months)
    assert refusals(pack, answers) == ([] if ok else [("CUD-4", "learning.valid_months")])
    if ok:
        assert mapped(pack, answers).validity_months == months


@pytest.mark.clause("CUD-10")
@pytest.mark.parametrize("missing", ["gap", "source", "date"])
def test_market_intelligence_has_gap_source_and_date(pack, missing):
    line = {"gap": "Few can read a map", "source": "A survey", "date": "2022-11-30"}
    del line[missing]
    assert refusals(pack, changed(DENVER, "market.findings", [line])) == [("CUD-10", "market.findings")]


@pytest.mark.clause("CUD-10")
def test_market_intelligence_is_asked_of_what_is_aligned_with_the_market(pack):
    without = changed(DENVER, "market.findings", None)
    assert refusals(pack, without) == [("CUD-10", "market.findings")]
    other = changed(changed(without, "fit.market", "no"), "market.need", "Neighbours asked for it.")
    assert refusals(pack, other) == []


@pytest.mark.clause("CUD-7")
def test_definition_and_sizes_belong_to_the_text_that_is_adopted(pack):
    text = json.loads(canonical_text(pack))
    assert [one["term"] for one in text["definitions"]] == ["Micro-credential", "Size", "Badge"]
    assert text["policy"]["clause"] == "CUD-7"
    assert [one["id"] for one in text["outreach"]["taxonomies"]] == ["definition", "sizes", "records"]


@pytest.mark.clause("CUD-7", "CUD-13")
def test_a_policy_takes_effect_only_after_it_was_approved():
    early = SMALL.replace("effective_on = 2026-01-01", "effective_on = 2026-01-01\nadopted_on = 2026-01-02")
    with pytest.raises(PackError, match="takes effect before it was adopted"):
        parse(early, "small.toml")


@pytest.mark.clause("CUD-13")
def test_the_assumed_route_head_of_the_unit_then_division(pack):
    steps = route_steps(pack, "unit_approval", DENVER, "badge")
    assert [stage.state for stage in pack.stages] == ["proposal", "unit_approval", "established"]
    assert [(step.kind, step.by, step.designee, step.clause) for step in steps] == [
        ("signoff", "section_head", True, "CUD-13"),
        ("signoff", "office:tips", False, "CUD-13"),
    ]
    assert pack.clause("CUD-13").assumed
    assert any(note.startswith("The page names no route. Assumed") for note in pack.policy.notes)


def test_badges_are_released_by_the_division_as_open_badges(pack):
    assert certifier(pack, DENVER).office == "tips"
    assert (pack.platform.kind, pack.platform.clause) == ("open_badges", "CUD-4")
    assert (pack.issuance.completion_required, pack.issuance.completion_clause) == (True, "CUD-1")
    assert transcript_notation(pack, DENVER, "badge") is False


def test_the_definition(pack):
    found = mapped(pack, DENVER)
    assert found.title == "Reading a city plan"
    assert found.criteria == "Annotate a map and explain it to a neighbour."
    assert found.competencies == [Competency("Read a zoning map", "Annotated map")]
    assert found.skills == ["Planning", "maps"]
    assert found.stacks_into == "Bachelor of arts in geography"
    assert found.integration == "It can stack to a degree"
    assert (found.for_credit, found.credits) == (False, None)


def test_roadmap_of_phases_0_to_3(pack):
    phases = pack.outreach.phases
    assert [(phase.id, phase.time_frame, len(phase.activities), phase.settled) for phase in phases] == [
        ("phase_0", "Summer and fall 2022", 5, True),
        ("phase_1", "Fall 2022 to spring 2023", 7, True),
        ("phase_2", "Spring 2023 to spring 2024", 3, False),
        ("phase_3", "From spring 2024", 3, False),
    ]
    assert pack.outreach.phases_clause == "CUD-5"


def test_what_the_offices_pages_begin_with(pack):
    content = pack.outreach
    assert all(goal.metric for goal in content.goals)
    assert [group.name for group in content.groups if group.state == "planned"] == [
        "LETTS Committee",
        "Academic advisers",
        "Staff Council",
    ]
    assert content.inventory_states == ["candidate", "soft_launch", "proposed", "launched"]
    assert [review.id for review in content.reviews] == ["definitions", "competitors", "campus", "policies"]
    assert content.video
    clauses = content.model_dump(exclude_defaults=True)
    assert {name: clause for name, clause in clauses.items() if name.endswith("_clause")} == {
        "phases_clause": "CUD-5",
        "goals_clause": "CUD-6",
        "groups_clause": "CUD-8",
        "inventory_clause": "CUD-9",
        "marketing_clause": "CUD-13",
        "portfolio_clause": "CUD-11",
        "reviews_clause": "CUD-12",
        "taxonomies_clause": "CUD-7",
        "video_clause": "CUD-14",
    }

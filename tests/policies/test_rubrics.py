"""Rubric levels: which competency each belongs to, which count as shown, and what of the list is refused."""

import re

import pytest

from policies import engine
from policies.engine import Facts
from policies.loader import packs
from policies.mapping import Competency
from policies.rubrics import Level, rubrics
from policies.schema import Pack
from tests.policies.examples import MODEL, changed

FACTS = Facts(proposers=1, type="badge")

ROWS = [
    {"competency": "Competency", "assessment": "Exam"},
    {"competency": "Another one", "assessment": "Project"},
]


def row(competency="1", level="Good", counts="yes", **more):
    return {"competency": competency, "level": level, "description": "Works.", "counts": counts, **more}


def with_rubric(*rows):
    return changed(changed(MODEL, "learning.competencies", ROWS), "learning.rubric", list(rows))


@pytest.fixture
def pack():
    return packs()["model"]


def test_levels_belong_to_a_competency_by_its_words_or_its_number(pack):
    answers = with_rubric(
        row("another  ONE", "Begun", "no", points=1), row("2", "Done", points=2), row("1", "Good")
    )
    assert rubrics(pack, answers) == {
        1: (Level("Good", "Works.", None, True),),
        2: (Level("Begun", "Works.", 1, False), Level("Done", "Works.", 2, True)),
    }
    assert engine.mapped(pack, answers).competencies == [
        Competency("Competency", "Exam", (Level("Good", "Works."),)),
        Competency(
            "Another one", "Project", (Level("Begun", "Works.", 1, False), Level("Done", "Works.", 2))
        ),
    ]


@pytest.mark.clause("MU-5")
@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([row("3")], "Line 1: “3” is none of the competencies."),
        ([row("Nothing"), row()], "Line 1: “Nothing” is none of the competencies."),
        ([row(), row(level="GOOD")], "Line 2: “GOOD” stands in this rubric already."),
        ([row(counts="no")], "No level of “Competency” counts as shown."),
        (
            [row(), row(level="Better", counts="no")],
            "The levels of “Competency” go from the lowest to the highest: above one that counts all count.",
        ),
    ],
    ids=["number", "words", "twice", "none counts", "order"],
)
def test_list_of_levels_that_cannot_be_reached_is_refused_at_its_field(pack, rows, said):
    found = engine.errors(pack, "proposal", with_rubric(*rows), FACTS)
    assert [(one.text, one.clause, one.field) for one in found] == [(said, "MU-5", "learning.rubric")]


def test_without_levels_nothing_is_asked(pack):
    answers = changed(MODEL, "learning.competencies", ROWS)
    assert engine.errors(pack, "proposal", answers, FACTS) == []
    assert [one.levels for one in engine.mapped(pack, answers).competencies] == [(), ()]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"rubric_level_column": None}, "a rubric needs rubric, rubric_competency_column"),
        ({"rubric_counts_values": []}, "rubric_counts_column and rubric_counts_values are given together"),
        ({"rubric_points_column": "level"}, 'the column "level" is of kind "text"; needed is integer'),
        ({"rubric_counts_column": "points"}, 'the column "points" is of kind "integer"; needed is choice'),
        ({"rubric_level_column": "grade"}, '"learning.rubric" has no column "grade"'),
    ],
)
def test_mapping_of_a_rubric_that_does_not_fit_is_told(pack, changes, said):
    data = pack.model_dump(mode="json", exclude_none=True)
    data["mapping"] = {k: v for k, v in (data["mapping"] | changes).items() if v is not None}
    with pytest.raises(ValueError, match=re.escape(said)):
        Pack.model_validate(data)

"""Every kind of check and limit, on a small pack."""

import tomllib

import pytest

from policies.engine import Facts, checklist, errors, route_steps
from policies.schema import Pack
from tests.policies.examples import SMALL, words

MORE_FIELDS = """
[[forms.sections.fields]]
id = "number"
label = "Number"
kind = "integer"
required = false

[[forms.sections.fields]]
id = "aims"
label = "Aims"
kind = "rows"
required = false
columns = [{ id = "aim", label = "Aim" }, { id = "serves", label = "Serves", required = false }]

[[forms.sections.fields]]
id = "many"
label = "Many"
kind = "choices"
required = false
min_items = 2
max_items = 3
choices = [
  { value = "a", label = "A" }, { value = "b", label = "B" }, { value = "c", label = "C" }, { value = "d", label = "D" },
]

[[forms.sections.fields]]
id = "code"
label = "Code"
required = false
pattern = "[A-Z]{3}-[0-9]+"
pattern_help = "has three capital letters, a dash and a number."

[[forms.sections.fields]]
id = "only_if"
label = "Only if"
when = { field = "main.number", at_least = 5 }
"""
ANSWERS = {"main": {"title": "T", "text": "Words", "outcomes": [{"name": "Read"}, {"name": "Write"}]}}
FACTS = Facts(proposers=1, type="badge")


def pack(check=None, when=None):
    data = tomllib.loads(SMALL.replace("[[criteria]]", MORE_FIELDS + "\n[[criteria]]", 1))
    if check:
        data["criteria"][0] |= {"check": check, "unmet": "Found {found}."}
    if when:
        data["criteria"][0]["when"] = when
    return Pack.model_validate(data)


def with_main(**fields):
    return {"main": {**ANSWERS["main"], **fields}}


def line(check, answers=ANSWERS, facts=FACTS, when=None):
    return next(
        one for one in checklist(pack(check, when), "proposal", answers, facts) if one.clause == "SC-1"
    )


@pytest.mark.parametrize(
    "check,answers,met",
    [
        ({"filled": ["main.text"]}, ANSWERS, True),
        ({"filled": ["main.text", "main.number"]}, ANSWERS, False),
        ({"filled": ["main.text", "main.number"]}, with_main(number=0), True),
        ({"filled": ["main.only_if"]}, ANSWERS, None),  # not asked, so not applicable
        ({"any_filled": ["main.number", "main.code"]}, ANSWERS, False),
        ({"any_filled": ["main.number", "main.code"]}, with_main(code="ABC-1"), True),
        ({"words": {"fields": ["main.text", "main.title"], "minimum": 2}}, ANSWERS, True),
        ({"words": {"fields": ["main.text", "main.title"], "minimum": 3}}, ANSWERS, False),
        ({"words": {"fields": ["main.text"], "maximum": 1}}, ANSWERS, True),
        ({"words": {"fields": ["main.text"], "maximum": 1}}, with_main(text=words(2)), False),
        ({"count": {"field": "main.outcomes", "minimum": 2, "maximum": 2}}, ANSWERS, True),
        ({"count": {"field": "main.outcomes", "minimum": 3}}, ANSWERS, False),
        ({"count": {"field": "main.many", "minimum": 1}}, ANSWERS, False),  # none counts as 0
        ({"between": {"field": "main.number", "minimum": 1, "maximum": 5}}, ANSWERS, None),
        (
            {"between": {"field": "main.number", "minimum": 1, "maximum": 5}},
            with_main(number=5, only_if="x"),
            True,
        ),
        (
            {"between": {"field": "main.number", "minimum": 1, "maximum": 5}},
            with_main(number=6, only_if="x"),
            False,
        ),
        ({"between": {"field": "main.number", "minimum": 1, "maximum": 5}}, with_main(number=0), False),
        ({"each_row": {"field": "main.outcomes", "column": "name"}}, ANSWERS, True),
        (
            {"each_row": {"field": "main.outcomes", "column": "name"}},
            {"main": {"title": "T", "text": "W"}},
            False,
        ),
        ({"each_row": {"field": "main.aims", "column": "serves"}}, with_main(aims=[{"aim": "A"}]), False),
        ({"fact": "senate_agrees"}, ANSWERS, False),
    ],
)
def test_check(check, answers, met):
    assert line(check, answers).met is met


def test_each_row_that_covers_another_table():
    check = {
        "each_row": {
            "field": "main.aims",
            "column": "serves",
            "covers": "main.outcomes",
            "covers_column": "name",
        }
    }
    linked = with_main(aims=[{"aim": "A", "serves": "read, write"}])
    half = with_main(aims=[{"aim": "A", "serves": "Read"}])
    assert line(check, linked).met is True
    assert line(check, half).met is False
    assert line(check, ANSWERS).met is False


@pytest.mark.parametrize(
    "serves,met",
    [
        (["read", "Write"], True),
        (["Read and write", "write"], True),
        (["Read", "Sing"], False),
        (["Read", "Reader"], False),  # a name is found as a word of its own
        (["Read", ""], False),
    ],
)
def test_each_row_that_names_a_row_of_another_table(serves, met):
    rule = {"field": "main.aims", "column": "serves", "among": "main.outcomes", "among_column": "name"}
    aims = [{"aim": "A", "serves": text} for text in serves]
    assert line({"each_row": rule}, with_main(aims=aims)).met is met


def test_a_gap_in_a_column_is_refused_by_the_columns_own_clause():
    data = tomllib.loads(SMALL)
    columns = [{"id": "name", "label": "Name"}, {"id": "proof", "label": "Proof", "clause": "SC-2"}]
    data["forms"][0]["sections"][0]["fields"][2] |= {"clause": "SC-1", "columns": columns}
    data["clauses"].append({"id": "SC-2", "kind": "criterion", "text": "It is shown."})
    made = Pack.model_validate(data)
    found = errors(made, "proposal", ANSWERS, FACTS)
    assert [(reason.clause, reason.field, reason.text) for reason in found] == [
        ("SC-2", "main.outcomes", "Line 1 of “Outcomes” has no “Proof” yet."),
        ("SC-2", "main.outcomes", "Line 2 of “Outcomes” has no “Proof” yet."),
    ]
    lines = {one.clause: one.met for one in checklist(made, "proposal", ANSWERS, FACTS)}
    assert lines == {"SC-1": True, "SC-2": False, "": True}
    empty = with_main(outcomes=None)
    assert [reason.clause for reason in errors(made, "proposal", empty, FACTS)] == ["SC-1"]


def test_a_fact_that_the_product_supplies():
    facts = Facts(proposers=1, type="badge", flags=frozenset({"senate_agrees"}))
    assert line({"fact": "senate_agrees"}, facts=facts).met is True


def test_found_is_the_number_found():
    assert line({"count": {"field": "main.outcomes", "minimum": 3}}).reason == "Found 2."


@pytest.mark.parametrize("number,met", [(None, None), (4, True), (5, False)])
def test_never_is_met_once_its_condition_is_answered_and_does_not_hold(number, met):
    answers = ANSWERS if number is None else with_main(number=number, only_if="x")
    when = {"field": "main.number", "at_least": 5}
    found = line({"never": True}, answers, when=when)
    assert found.met is met
    assert bool(errors(pack({"never": True}, when), "proposal", answers, FACTS)) is (met is False)


@pytest.mark.parametrize(
    "fields,said",
    [
        ({"many": ["a"]}, "“Many” has 1 answer; 2 to 3 are asked for."),
        ({"many": ["a", "b"]}, None),
        ({"many": ["a", "b", "c", "d"]}, "“Many” has 4 answers; 2 to 3 are asked for."),
        ({"code": "ABC-12"}, None),
        ({"code": "abc-12"}, "“Code” has three capital letters, a dash and a number."),
        ({"code": "ABC-12x"}, "“Code” has three capital letters, a dash and a number."),
        ({"number": 5}, "Fill in “Only if”."),
        ({"number": 4}, None),
        ({"title": "x" * 101}, "“Title” has 101 characters; at most 100 are asked for."),
        ({"outcomes": None}, "Add at least one line under “Outcomes”."),
        ({"outcomes": [{}]}, "Line 1 of “Outcomes” has no “Name” yet."),
        ({"text": None}, "Fill in “Text”."),
    ],
)
def test_limits_of_fields(fields, said):
    found = errors(pack({"filled": ["main.title"]}), "proposal", with_main(**fields), FACTS)
    assert [reason.text for reason in found] == ([said] if said else [])


def test_hidden_answers_are_not_judged():
    answers = with_main(only_if="left over")
    assert errors(pack(), "proposal", answers, FACTS) == []


@pytest.mark.parametrize(
    "answers",
    [
        {},
        ANSWERS,
        {"main": {"title": "T"}},
        with_main(number=5),
        with_main(many=["a"]),
        {"main": "odd"},
        {"x": {"y": 1}},
    ],
)
def test_errors_and_checklist_agree(answers):
    """No unmet line exactly when nothing stops submission."""
    for facts in (FACTS, Facts(proposers=1, type="none")):
        unmet = [one for one in checklist(pack(), "proposal", answers, facts) if one.met is False]
        assert bool(unmet) is bool(errors(pack(), "proposal", answers, facts))


def test_unmet_lines_say_what_to_do():
    for one in checklist(pack(), "proposal", {}, Facts(proposers=0, type="none")):
        assert bool(one.reason) is (one.met is False)
        assert one.says


def test_route_steps_without_conditions():
    assert [step.id for step in route_steps(pack(), "proposal", {}, "badge")] == ["file"]
    assert route_steps(pack(), "established", {}, "badge") == []

"""What changed between two revisions, in words."""

import copy

import pytest

from policies.comparing import compare
from policies.loader import packs
from policies.schema import Pack

ORDER = (
    "The section head approves the pilot, The supervisor approves the pilot and UM Online approves the pilot"
)


@pytest.fixture
def montana():
    return packs()["montana"]


def changes(old, change):
    """(part, what, where, lines) of everything that `change(data)` brings about."""
    data = copy.deepcopy(old.model_dump(mode="json"))
    change(data)
    new = Pack.model_validate(data)
    return [
        (part.title, one.what, one.place, one.lines) for part in compare(old, new) for one in part.changes
    ]


def body(data, key):
    return next(body for body in data["bodies"] if body["id"] == key)


def test_the_same_rules_do_not_differ(montana):
    assert compare(montana, Pack.model_validate(montana.model_dump(mode="json"))) == []


def test_a_plain_value_says_what_it_is_and_what_it_was(montana):
    assert changes(montana, lambda data: data["policy"].update(revision="2027")) == [
        ("The policy itself", "changed", "", ["Revision: 2027 (was 2020-04-23)"])
    ]


def test_clauses_that_came_went_and_changed(montana):
    def change(data):
        by_id = {clause["id"]: clause for clause in data["clauses"]}
        by_id["UM-10"]["text"] = "Three of them."
        data["clauses"] = [one for one in data["clauses"] if one["id"] != "UM-28"]
        data["issuance"]["sharing_clause"] = ""  # which was that one
        data["clauses"].append({"id": "UM-40", "kind": "guard", "text": "Something new."})

    found = changes(montana, change)
    assert ("Clauses", "added", "UM-40", ["Something new."]) in found
    gone = next(clause.text for clause in montana.clauses if clause.id == "UM-28")
    assert ("Clauses", "removed", "UM-28", [gone]) in found
    assert [one[:3] for one in found if one[2] == "UM-10"] == [("Clauses", "changed", "UM-10")]
    assert next(one for one in found if one[2] == "UM-10")[3][0].startswith(
        "Wording: “Three of them.” Before: “"
    )


def test_voting_rules_and_seats(montana):
    def change(data):
        ascrc = body(data, "ascrc")
        ascrc["rule"]["majority"] = {"num": 2, "den": 3, "strict": False}
        ascrc["seats"][1]["maximum"] = 20

    name = "body “Academic Standards and Curriculum Review Committee”"
    assert changes(montana, change) == [
        ("Who decides", "changed", f"{name}, seat “Members”", ["Largest number: 20 (was 15)"]),
        ("Who decides", "changed", f"{name}, voting rule", ["Majority: at least 2/3 (was more than 1/2)"]),
    ]


def test_a_condition_that_falls_away(montana):
    def change(data):
        steps = next(stage for stage in data["stages"] if stage["state"] == "full_approval")["steps"]
        next(step for step in steps if step["id"] == "ascrc_ballot")["when"] = None

    assert changes(montana, change) == [
        (
            "The way through",
            "changed",
            "stage “Faculty Senate review”, step “ASCRC recommends”",
            ["Only where: always (was “Level” is Undergraduate or Continuing education)"],
        )
    ]


def test_the_order_of_steps(montana):
    def change(data):
        steps = next(stage for stage in data["stages"] if stage["state"] == "unit_approval")["steps"]
        steps[0], steps[1] = steps[1], steps[0]

    assert changes(montana, change) == [
        (
            "The way through",
            "changed",
            "stage “Approval of the pilot”",
            [f"The order is now {ORDER}."],
        )
    ]


def test_a_question_that_is_new(montana):
    def change(data):
        section = data["forms"][0]["sections"][0]
        section["fields"].append(
            {"id": "more", "label": "Anything else?", "kind": "longtext", "required": False}
        )

    place = "form “Pilot proposal”, section “Who offers it”, question “Anything else?”"
    assert changes(montana, change) == [("What is asked", "added", place, [])]


def test_no_line_is_a_raw_value(montana):
    """Between packs that share nothing, every line is still words: no braces of a dump, no names of classes."""
    for part in compare(packs()["cu_boulder"], montana):
        for one in part.changes:
            for text in (one.place, *one.lines):
                assert not any(mark in text for mark in ("{", "}", "[", "=", "None", "True", "False")), text

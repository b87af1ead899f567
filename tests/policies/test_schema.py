"""What the parts of a pack must agree on: each rule that joins them, broken once."""

import tomllib

import pytest
from pydantic import ValidationError

from policies.schema import Pack
from tests.policies.examples import SMALL

STEP = {"id": "s", "kind": "signoff", "title": "S", "by": "supervisor"}
DEADLINE = {"id": "d", "title": "D", "anchor": "pilot_start", "owner": "proposer"}


def small(old="", new="", more=""):
    text = SMALL.replace(old, new, 1) if old else SMALL
    assert not old or text != SMALL
    return tomllib.loads(text + more)


def refusal(data):
    with pytest.raises(ValidationError) as caught:
        Pack.model_validate(data)
    return [(".".join(str(part) for part in error["loc"]), error["msg"]) for error in caught.value.errors()]


def test_a_route_must_end():
    data = small()
    data["stages"].pop()
    assert ("stages.1.state", "the route never ends: its last state is established") in refusal(data)


def test_a_route_begins_with_intent_or_proposal():
    data = small()
    data["stages"].pop(0)
    said = [text for _, text in refusal(data)]
    assert "the route begins with intent or proposal" in said
    assert "the route needs the state proposal" in said


def test_a_state_comes_once():
    data = small()
    data["stages"].insert(1, data["stages"][1])
    assert '"committee_review" is there already: each has one entry' in [text for _, text in refusal(data)]


def test_a_state_without_steps_would_decide_nothing():
    data = small()
    data["stages"][1]["steps"] = []
    said = [text for _, text in refusal(data)]
    assert "the state committee_review has no steps, so nothing would ever decide it" in said
    assert 'no step of the route asks "committee" for a vote' in said


def test_the_end_has_no_steps():
    data = small()
    data["stages"][2]["steps"] = [STEP]
    assert refusal(data) == [("stages.2.steps", "established is the end: it has no steps")]


def test_a_document_is_filed_in_its_state():
    data = small()
    data["stages"][0]["steps"] = [STEP]
    assert refusal(data) == [
        ("stages.0", 'the state proposal has one step of kind form, with form = "proposal"')
    ]


def test_a_pilot_needs_its_rules_and_a_full_approval():
    data = small()
    data["stages"].insert(2, {"state": "pilot", "name": "Pilot", "says": "Running."})
    assert refusal(data) == [
        ("stages", "a pilot leads to full approval: the route has both states or neither"),
        ("stages", "the state pilot and the table [pilot] go together"),
    ]
    data = small(more="\n[pilot]\nyears = 2\n")
    assert refusal(data) == [("pilot", "the state pilot and the table [pilot] go together")]


def test_the_pilot_cannot_come_before_the_proposal():
    data = small(more="\n[pilot]\nyears = 2\n")
    data["stages"].insert(0, {"state": "pilot", "name": "Pilot", "says": "Running."})
    assert "proposal comes before pilot" in [text for _, text in refusal(data)]


def test_terms_that_are_named_exist():
    data = small()
    data["deadlines"] = [{**DEADLINE, "anchor": "submitted", "year": 1, "term": "autumn"}]
    assert refusal(data) == [("deadlines.0.term", 'the calendar has no term "autumn"')]


def test_a_deadline_of_a_pilot_needs_one():
    data = small()
    data["deadlines"] = [
        {**DEADLINE, "yearly": True, "form": "yearly_review", "received_by": "programme_manager"}
    ]
    assert refusal(data) == [
        ("deadlines.0.anchor", "this route has no pilot"),
        ("deadlines.0.form", 'there is no form "yearly_review" in this file'),
    ]


def test_conditions_look_at_what_exists():
    data = small()
    data["forms"][0]["sections"][0]["fields"][0]["when"] = {"field": "main.nothing", "any_of": ["x"]}
    data["stages"][1]["steps"][0]["when"] = {"field": "type", "any_of": ["diploma"]}
    data["criteria"][0]["when"] = {
        "field": "main.text",
        "any_of": ["x"],
        "also": [{"field": "a.b", "absent": True}],
    }
    assert refusal(data) == [
        (
            "forms.0.sections.0.fields.0.when.field",
            'there is no field "main.nothing" that this could look at',
        ),
        ("criteria.0.when.also.0.field", 'there is no field "a.b" that this could look at'),
        ("stages.1.steps.0.when", '"diploma" is not one of the values of type: badge'),
    ]


def test_a_check_fits_its_field():
    data = small()
    data["criteria"][0]["check"] = {"count": {"field": "main.text", "minimum": 1}}
    assert refusal(data) == [
        ("criteria.0.check", '"main.text" is of kind "longtext"; this test needs choices or files or rows')
    ]
    data["criteria"][0]["check"] = {"each_row": {"field": "main.outcomes", "column": "aim"}}
    assert refusal(data) == [("criteria.0.check.each_row", '"main.outcomes" has no column "aim"')]


def test_offices_that_are_named_exist():
    data = small()
    data["issuance"]["certifiers"] = [{"office": "dean"}]
    data["bodies"][0]["seats"][0]["office"] = "rector"
    assert refusal(data) == [
        ("bodies.0.seats.0.office", 'there is no office "rector" in this file'),
        ("issuance.certifiers.0.office", 'there is no office "dean" in this file'),
    ]


def test_a_title_fits_a_certificate():
    assert refusal(small("max_length = 100", "max_length = 201")) == [
        ("mapping.title", '"main.title" needs max_length = 200 or less')
    ]


def test_every_type_cannot_be_refused():
    assert refusal(small('name = "Badge"', 'name = "Badge"\nrefused = "No."')) == [
        ("types", "every type is refused, so nothing could be proposed")
    ]


def test_sections_taken_over_from_another_form():
    data = small()
    data["forms"].insert(
        0, {"id": "intent", "title": "I", "sections": [{"id": "main", "same_as": "proposal"}]}
    )
    pack = Pack.model_validate(data)
    assert pack.form("intent").section("main") == pack.form("proposal").section("main")


def test_a_section_taken_over_can_have_a_title_of_its_own():
    data = small()
    section = {"id": "main", "same_as": "proposal", "title": "Other"}
    data["forms"].insert(0, {"id": "intent", "title": "I", "sections": [section]})
    assert Pack.model_validate(data).form("intent").section("main").title == "Other"


@pytest.mark.parametrize(
    "section", [{"id": "other", "same_as": "proposal"}, {"id": "main", "same_as": "nowhere"}]
)
def test_a_section_that_cannot_be_taken_over(section):
    data = small()
    data["forms"].insert(0, {"id": "intent", "title": "I", "sections": [section]})
    places = [place for place, _ in refusal(data)]
    assert "forms.0.sections.0.same_as" in places


def test_names_people_know():
    pack = Pack.model_validate(small(more='\n[words]\nsection_head = "dean"\n'))
    assert pack.actor_name("section_head") == "dean"
    assert pack.actor_name("programme_manager") == "programme manager"
    assert pack.actor_name("office:registrar") == "Registrar"


def test_the_way_through_a_pack():
    pack = Pack.model_validate(small())
    assert pack.stage_after("proposal").state == "committee_review"
    assert pack.stage_after("established") is None
    assert pack.has_stage("pilot") is False
    assert pack.step("vote").body == "committee"
    assert pack.outcomes(pack.step("vote")) == ["approve", "decline"]
    assert pack.outcomes(pack.step("file")) == ["done"]
    assert pack.clause("SC-1").text == "It has a text."
    assert pack.clause("SC-2") is None
    assert pack.field("main.text").kind == "longtext"
    assert pack.field("main.nothing") is None


COUNCIL = {
    "id": "council",
    "name": "Council",
    "outcomes": ["approve", "decline"],
    "rule": {"quorum_fixed": 3, "majority": {"num": 2, "den": 3, "strict": False}, "basis": "members"},
    "seats": [
        {"id": "chair", "title": "Chair", "chair": True},
        {"id": "members", "title": "Members", "minimum": 2, "maximum": 8},
    ],
}
READINGS = [
    {"id": "first", "kind": "ballot", "title": "First reading", "body": "council", "group": "readers"},
    {"id": "other", "kind": "ballot", "title": "Other body", "body": "committee", "group": "readers"},
    {"id": "second", "kind": "ballot", "title": "Second reading", "body": "council"},
    {
        "id": "objections",
        "kind": "acknowledgement",
        "title": "Ten working days to object",
        "by": "programme_manager",
        "working_days": 10,
        "on_silence": "acknowledged",
        "when": {"field": "main.text", "none_of": ["x"]},
    },
]
FULL = {"id": "full", "kind": "form", "title": "F", "by": "proposer", "form": "full_proposal"}
TRIMESTERS = [
    {"id": "t1", "name": "T1", "starts": "01-10", "ends": "04-20"},
    {"id": "t2", "name": "T2", "starts": "05-01", "ends": "08-20"},
    {"id": "t3", "name": "T3", "starts": "09-01", "ends": "12-20"},
]


def test_a_pack_with_options_that_no_campus_here_uses_together():
    """One of two bodies is enough, a second reading, two thirds of the members, time to object, a pilot on trimesters."""
    data = small()
    data["bodies"].append(COUNCIL)
    data["stages"][1] |= {"joins": {"readers": "any"}, "steps": READINGS}
    data["stages"][2:2] = [
        {"state": "pilot", "name": "Pilot", "says": "Running."},
        {"state": "full_approval", "name": "Full", "says": "Decided.", "steps": [FULL]},
    ]
    section = {"id": "main", "same_as": "proposal"}
    data["forms"].append({"id": "full_proposal", "title": "F", "sections": [section]})
    data["pilot"] = {"years": 2}
    data["calendar"]["terms"] = TRIMESTERS
    pack = Pack.model_validate(data)
    assert pack.stage("committee_review").join("readers") == "any"
    assert pack.body("council").rule.quorum_fixed == 3
    assert not pack.has_stage("unit_approval")

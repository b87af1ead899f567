"""What a part of a pack may not say: each rule of the schema's parts, broken once."""

import pytest
from pydantic import ValidationError

from policies import schema
from policies.schema import (
    Body,
    Calendar,
    Check,
    Column,
    Criterion,
    Deadline,
    Form,
    FormField,
    Fraction,
    Issuance,
    Look,
    Mapping,
    PilotRule,
    Policy,
    Seat,
    Section,
    Stage,
    Step,
    Survey,
    VotingRule,
)
from policies.schema.about import contrast_with_white

STEP = {"id": "s", "kind": "signoff", "title": "S", "by": "supervisor"}
SEAT = {"id": "chair", "title": "Chair", "chair": True}
BODY = {"id": "b", "name": "B", "outcomes": ["approve"], "seats": [SEAT]}
CRITERION = {"clause": "SC-1", "says": "S", "forms": ["proposal"], "unmet": "U", "check": {"filled": ["a.b"]}}
DEADLINE = {"id": "d", "title": "D", "anchor": "pilot_start", "owner": "proposer"}
POLICY = {
    "institution": "I",
    "slug": "i",
    "title": "T",
    "revision": "1",
    "effective_on": "2026-01-01",
    "approver": "A",
}
YEAR = {"id": "y", "name": "Y", "starts": "09-01", "ends": "06-30"}


def test_every_name_is_importable():
    for name in schema.__all__:
        assert hasattr(schema, name)


@pytest.mark.parametrize(
    "model,data,said",
    [
        (FormField, {"id": "a", "label": "A", "kind": "choice"}, "needs choices"),
        (FormField, {"id": "a", "label": "A", "choices": [{"value": "x", "label": "X"}]}, "only kinds"),
        (FormField, {"id": "a", "label": "A", "past": True}, "past does not fit"),
        (FormField, {"id": "a", "label": "A", "kind": "rows"}, "has columns, and no other"),
        (FormField, {"id": "a", "label": "A", "columns": [{"id": "x", "label": "X"}]}, "has columns, and no other"),
        (FormField, {"id": "a", "label": "A", "minimum": 1}, 'minimum does not fit a field of kind "text"'),
        (FormField, {"id": "a", "label": "A", "kind": "integer", "max_words": 1}, "max_words does not fit"),
        (FormField, {"id": "a", "label": "A", "min_words": 5, "max_words": 4}, "smallest number of words (5) is above"),
        (FormField, {"id": "a", "label": "A", "kind": "integer", "minimum": 2, "maximum": 1}, "is above the largest"),
        (FormField, {"id": "a", "label": "A", "pattern": "[", "pattern_help": "x"}, "not a regular expression"),
        (FormField, {"id": "a", "label": "A", "pattern": "x"}, "pattern needs pattern_help"),
        (FormField, {"id": "A", "label": "A"}, "String should match pattern"),
        (Column, {"id": "a", "label": "A", "kind": "choice"}, "needs choices"),
        (Section, {"id": "s", "title": "S", "fields": []}, "at least one field"),
        (
            Section,
            {"id": "s", "title": "S", "fields": [{"id": "a", "label": "A", "kind": "date", "past": True}]},
            "not for a form",
        ),
        (
            Section,
            {"id": "s", "title": "S", "fields": [{"id": "a", "label": "A"}, {"id": "a", "label": "B"}]},
            'the field "a" is listed twice',
        ),
        (Section, {"id": "s", "title": "S", "max_words": 5, "fields": [{"id": "a", "label": "A"}]}, "longtext"),
        (Form, {"id": "proposal", "title": "P", "sections": []}, "at least one section"),
        (Form, {"id": "essay", "title": "P", "sections": []}, "Input should be"),
        (Check, {}, "exactly one test; this one has none"),
        (Check, {"filled": ["a.b"], "never": True}, "exactly one test; this one has filled and never"),
        (Check, {"words": {"fields": ["a.b"]}}, "give a minimum, a maximum or both"),
        (Check, {"count": {"field": "a.b", "minimum": 3, "maximum": 2}}, "is above the largest"),
        (Check, {"each_row": {"field": "a.b", "column": "c", "covers": "a.d"}}, "given together"),
        (Check, {"each_row": {"field": "a.b", "column": "c", "among": "a.d"}}, "given together"),
        (Criterion, {**CRITERION, "forms": []}, "names the forms"),
        (Criterion, {**CRITERION, "check": {"never": True}}, "say when"),
        (Step, {**STEP, "by": None}, "names who acts"),
        (Step, {**STEP, "body": "b"}, "names who acts"),
        (Step, {**STEP, "kind": "ballot"}, "a ballot names a body"),
        (Step, {**STEP, "kind": "ballot", "by": None, "body": "b", "outcomes": ["approve"]}, "list them there"),
        (Step, {**STEP, "kind": "form"}, "names its form"),
        (Step, {**STEP, "form": "proposal"}, "names its form"),
        (Step, {**STEP, "outcomes": ["request_changes"]}, "could never be passed"),
        (Step, {**STEP, "outcomes": ["approve", "approve"]}, 'the outcome "approve" is listed twice'),
        (Step, {**STEP, "outcomes": ["approve", "done"]}, "a signoff cannot end in done"),
        (Step, {**STEP, "kind": "acknowledgement", "outcomes": ["acknowledged", "decline"]}, "cannot end in decline"),
        (Step, {**STEP, "working_days": 10}, "given together"),
        (Step, {**STEP, "working_days": 10, "on_silence": "done"}, "not one of the step's outcomes"),
        (Step, {**STEP, "days": 0}, "counted from 1"),
        (Stage, {"state": "proposal", "name": "P", "says": "S", "joins": {"g": "any"}}, "no step belongs to"),
        (
            Stage,
            {
                "state": "proposal",
                "name": "P",
                "says": "S",
                "steps": [
                    {**STEP, "id": "a", "group": "g"},
                    {**STEP, "id": "b"},
                    {**STEP, "id": "c", "group": "g"},
                ],
            },
            "must stand together",
        ),
        (Seat, {**SEAT, "minimum": 2}, "smallest number of seats (2) is above the largest (1)"),
        (Seat, {**SEAT, "maximum": 3}, "only one person chairs"),
        (Seat, {"id": "s", "title": "S", "minimum": -1}, "0 or more"),
        (Fraction, {"num": 3, "den": 2}, "at most 1"),
        (Fraction, {"num": 1, "den": 0}, "at most 1"),
        (Fraction, {"num": 1, "den": 1}, "more than all"),
        (VotingRule, {"asynchronous": True}, "asynchronous_rule"),
        (VotingRule, {"secret": True}, "secret_rule"),
        (VotingRule, {"secret": True, "secret_rule": "Bylaw 4", "names_in_minutes": True}, "who voted how"),
        (VotingRule, {"motion": "thirded"}, "'not_asked', 'moved' or 'seconded'"),
        (VotingRule, {"days_open": 0}, "at least one day"),
        (VotingRule, {"quorum_fixed": 0}, "at least 1"),
        (Body, {**BODY, "outcomes": ["decline"]}, "nothing could ever pass"),
        (Body, {**BODY, "outcomes": ["approve", "approve"]}, "listed twice"),
        (Body, {**BODY, "seats": [SEAT, SEAT]}, 'the seat "chair" is listed twice'),
        (Body, {**BODY, "seats": [{"id": "s", "title": "S"}]}, "exactly one seat has chair"),
        (Body, {**BODY, "seats": [{**SEAT, "votes": False}]}, "at least one seat that votes"),
        (
            Body,
            {**BODY, "readings": 2, "rule": {"asynchronous": True, "asynchronous_rule": "Bylaw 4"}},
            "votes in a meeting",
        ),
        (
            Body,
            {**BODY, "publishes_counts": True, "rule": {"secret": True, "secret_rule": "Bylaw 4"}},
            "is not published",
        ),
        (Body, {**BODY, "formed": "proposal"}, "who forms it"),
        (Body, {**BODY, "formed_by": "proposer"}, "who forms it"),
        (Body, {**BODY, "rule": {"quorum_fixed": 2}}, "can never be reached: at most 1 can"),
        (Body, {**BODY, "seats": [{**SEAT, "counts_for_quorum": False}]}, "can never be reached"),
        (Calendar, {"timezone": "Montana", "terms": [YEAR]}, "not a time zone"),
        (Calendar, {"timezone": "../../etc/passwd", "terms": [YEAR]}, "not a time zone"),
        (Calendar, {"timezone": "UTC", "terms": []}, "at least one term"),
        (Calendar, {"timezone": "UTC", "terms": [YEAR, YEAR]}, "listed twice"),
        (Calendar, {"timezone": "UTC", "terms": [{**YEAR, "ends": "02-29"}]}, "not a day of every year"),
        (Calendar, {"timezone": "UTC", "terms": [{**YEAR, "ends": "04-31"}]}, "not a day of every year"),
        (Calendar, {"timezone": "UTC", "terms": [{**YEAR, "ends": "6-30"}]}, "should match pattern"),
        (
            Calendar,
            {"timezone": "UTC", "terms": [{**YEAR, "ends": "12-20"}, {**YEAR, "id": "z", "starts": "12-10"}]},
            "not in order, overlap",
        ),
        (PilotRule, {"years": 0}, "at least one year"),
        (PilotRule, {"decision_year": 2}, "given together"),
        (PilotRule, {"years": 2, "decision_year": 3, "decision_term": "fall"}, "one of the pilot's 2 years"),
        (PilotRule, {"extension": True}, "who extends it"),
        (Deadline, DEADLINE, "exactly one of days, year and yearly"),
        (Deadline, {**DEADLINE, "days": 3, "yearly": True}, "exactly one of"),
        (Deadline, {**DEADLINE, "days": 3, "term": "fall"}, "has no term"),
        (Deadline, {**DEADLINE, "year": 0}, "counted from 1"),
        (Issuance, {"certifiers": []}, "the last certifier has no when"),
        (
            Issuance,
            {"certifiers": [{"office": "a", "when": {"field": "a.b", "any_of": ["x"]}}]},
            "the last certifier has no when",
        ),
        (Issuance, {"certifiers": [{"office": "a"}, {"office": "b"}]}, "would never act"),
        (Issuance, {"requesters": [], "certifiers": [{"office": "a"}]}, "somebody must be able"),
        (
            Mapping,
            {
                "title": "a.b",
                "description": "a.b",
                "criteria": "a.b",
                "competencies": "a.b",
                "competency_column": "c",
                "credit": "a.b",
            },
            "given together",
        ),
        (Policy, {**POLICY, "adopted_on": "2026-02-01"}, "takes effect before it was adopted"),
        (Policy, {**POLICY, "revised_on": ["2026-02-01", "2026-01-01"]}, "not in order"),
        (Policy, {**POLICY, "adopted_on": "2025-01-01", "revised_on": ["2024-01-01"]}, "before the policy was adopted"),
        (Policy, {**POLICY, "reviewed_on": ["2026-01-01", "2026-01-01"]}, "not in order"),
        (Look, {"short_name": "S", "colour": "#cfb87c"}, "contrast of 1.9; at least 4.5"),
        (Look, {"short_name": "S", "colour": "#CFB87C"}, "should match pattern"),
        (
            Survey,
            {"id": "s", "level": 1, "title": "T", "offsets_days": [-1], "questions": []},
            "cannot be sent before",
        ),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(model, data, said):
    with pytest.raises(ValidationError) as caught:
        model.model_validate(data)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    "colour,ratio", [("#000000", 21.0), ("#ffffff", 1.0), ("#767676", 4.54), ("#777777", 4.48)]
)
def test_contrast_with_white(colour, ratio):
    """#767676 is the lightest grey that passes 4.5 to 1 on white."""
    assert contrast_with_white(colour) == pytest.approx(ratio, abs=0.005)


@pytest.mark.parametrize(
    "kind,outcomes",
    [
        ("consultation", ["done"]),
        ("acknowledgement", ["acknowledged"]),
        ("signoff", ["approve", "request_changes", "decline"]),
    ],
)
def test_usual_outcomes(kind, outcomes):
    assert Step.model_validate({**STEP, "kind": kind}).outcomes == outcomes

"""The pack of an invented sixth university: nothing else has all its options, and nothing in it is doubtful."""

import datetime as dt
from pathlib import Path

import pytest

from policies import pack_warnings
from policies.calendar import Terms, due_dates, working_days_after
from policies.engine import route_steps
from policies.loader import SHIPPED, load
from reviews import feasible

PACK = Path(__file__).parent / "sixth" / "example_state.toml"


@pytest.fixture
def pack():
    return load(PACK)


def options(pack):
    """Which of the uncommon options a pack uses."""
    ballots = [step.body for step in pack.steps() if step.body]
    rules = [body.rule for body in pack.bodies]
    return {
        "bodies side by side, one enough": any(
            step.body and step.group and stage.join(step.group) == "any" for stage in pack.stages for step in stage.steps
        ),
        "a step on a condition": any(step.when for step in pack.steps()),
        "a body that meets twice": any(
            [step.body for step in stage.steps if step.body].count(body) > 1 for stage in pack.stages for body in ballots
        ),
        "two thirds of the members": any(r.basis == "members" and (r.majority.num, r.majority.den) == (2, 3) for r in rules),
        "a fixed quorum": any(rule.quorum_fixed for rule in rules),
        "no unit approval": not pack.has_stage("unit_approval"),
        "a pilot of two years": pack.pilot is not None and pack.pilot.years == 2,
        "trimesters": len(pack.calendar.terms) == 3,
        "ten working days to object": any(step.working_days == 10 and step.on_silence for step in pack.steps()),
    }  # fmt: skip


def test_it_uses_every_option_and_no_other_pack_does(pack):
    assert [name for name, used in options(pack).items() if not used] == []
    assert [path.stem for path in SHIPPED.glob("*.toml") if all(options(load(path)).values())] == []


def test_nothing_in_it_is_doubtful(pack):
    assert [*pack_warnings.warnings(pack), *feasible.warnings(pack)] == []


def test_a_step_on_a_condition(pack):
    def asked(minors):
        answers = {"course": {"minors": minors}}
        return [step.id for step in route_steps(pack, "committee_review", answers, "badge")]

    always = ["teaching", "practice", "first_reading", "objections", "second_reading"]
    assert asked(False) == always
    assert asked(True) == [*always[:2], "safeguarding", *always[2:]]


def test_the_pilot_by_trimesters(pack):
    dues = due_dates(pack, {"pilot_start": dt.date(2026, 3, 18)}, Terms(pack.calendar))
    assert [(due.id, due.on) for due in dues] == [
        ("pilot_decision", dt.date(2027, 1, 10)),
        ("pilot_end", dt.date(2027, 7, 15)),
    ]


def test_ten_working_days_pass_over_weekends_and_holidays(pack):
    """After Monday 16 November 2026: four days that week, three before the two holidays, three more from the 30th on."""
    day = dt.date(2026, 11, 16)
    assert working_days_after(day, 10, pack.calendar.holidays) == dt.date(2026, 12, 2)

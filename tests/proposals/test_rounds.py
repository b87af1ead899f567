"""What step rows say together: the table of verdicts, without a database."""

import pytest

from policies.schema import Stage
from proposals import rounds
from proposals.models import Step
from proposals.rounds import Verdict

YES, NO, CHANGES, LATER = "approve", "decline", "request_changes", ""


def stage(**joins):
    return Stage(state="committee_review", name="Review", says="It is being reviewed.", steps=[], **joins)


def parallel(join):
    """A stage whose group `g` is joined this way, without the schema asking for its steps."""
    return Stage.model_construct(state="committee_review", name="R", says="R", steps=[], joins={"g": join})


def row(key, outcome, position=0, group="", round=1, status=None):
    state = status or ("complete" if outcome else "open")
    return Step(
        state="committee_review",
        key=key,
        position=position,
        group=group,
        round=round,
        status=state,
        outcome=outcome,
    )


@pytest.mark.parametrize(
    ("outcomes", "verdict"),
    [
        ([], Verdict.PASSED),
        ([LATER], Verdict.WAITS),
        ([YES], Verdict.PASSED),
        (["approve_with_conditions"], Verdict.PASSED),
        (["done", "acknowledged"], Verdict.PASSED),
        ([YES, LATER], Verdict.WAITS),
        ([YES, CHANGES], Verdict.SENT_BACK),
        ([CHANGES, LATER], Verdict.SENT_BACK),
        ([NO], Verdict.DECLINED),
    ],
)
def test_steps_in_sequence(outcomes, verdict):
    rows = [row(f"s{i}", outcome, i) for i, outcome in enumerate(outcomes)]
    assert rounds.verdict(rows, stage()) is verdict


@pytest.mark.parametrize(
    ("join", "outcomes", "verdict"),
    [
        ("all", [YES, YES], Verdict.PASSED),
        ("all", [YES, LATER], Verdict.WAITS),
        ("all", [NO, LATER], Verdict.WAITS),
        ("all", [CHANGES, YES], Verdict.SENT_BACK),
        ("all", [CHANGES, NO], Verdict.DECLINED),
        ("all", [YES, NO], Verdict.DECLINED),
        ("any", [YES, LATER], Verdict.PASSED),
        ("any", [NO, LATER], Verdict.WAITS),
        ("any", [NO, YES], Verdict.PASSED),
        ("any", [NO, CHANGES], Verdict.SENT_BACK),
        ("any", [NO, NO], Verdict.DECLINED),
    ],
)
def test_parallel_steps(join, outcomes, verdict):
    rows = [row(f"s{i}", outcome, i, "g") for i, outcome in enumerate(outcomes)]
    assert rounds.verdict(rows, parallel(join)) is verdict


def test_the_highest_round_counts():
    rows = [row("a", CHANGES, round=1), row("a", YES, round=2)]
    assert rounds.verdict(rows, stage()) is Verdict.PASSED
    assert rounds.next_rounds(rows) == {"a": 3}


def test_a_void_highest_round_takes_the_step_away():
    rows = [row("a", CHANGES, round=1), row("a", "", round=2, status="void"), row("b", YES, 1)]
    assert [one.key for one in rounds.current(rows, "committee_review")] == ["b"]


def test_rows_of_other_states_do_not_count():
    other = row("a", NO)
    other.state = "unit_approval"
    assert rounds.current([other], "committee_review") == []


def test_the_next_batch_holds_parallel_neighbours_together():
    rows = [row("a", YES, 0), row("b", "", 1, "g", status="waiting"), row("c", "", 2, "g", status="waiting")]
    assert [one.key for one in rounds.waiting_batch(rows, parallel("all"))] == ["b", "c"]

"""When the steps of the route are due: by their days, by their ballot's last day."""

import datetime as dt

from proposals import deadlines
from tests.proposals import walking
from tests.proposals.packs import consultation, ruled, stage, step
from tests.proposals.test_deadlines import due, keys, on
from tests.proposals.walking import finish, move


# --- steps ------------------------------------------------------------------------------------------
def test_a_step_with_days_is_due_and_late(campus):
    at = ruled(campus("model"), lambda d: step(d, "dean_signoff").update(days=14))
    with on(2026, 11, 2):
        proposal = walking.model_unit_approval(at)
    with on(2026, 11, 10):
        assert [(one.title, one.on, one.left) for one in deadlines.of(proposal)] == [
            ("The dean approves the pilot", dt.date(2026, 11, 16), 6)
        ]
    with on(2026, 11, 17):
        assert deadlines.of(proposal)[0].late


def test_a_step_on_hold_is_not_due_and_its_days_begin_anew_after_it(campus):
    at = ruled(campus("model"), lambda d: step(d, "dean_signoff").update(days=14))
    with on(2026, 11, 2):
        proposal = walking.model_unit_approval(at)
    with on(2026, 11, 10):
        move(proposal, "hold", at.programme_manager)
        assert due(proposal) == []
    with on(2026, 12, 1):
        move(proposal, "resume", at.programme_manager)
        assert [one.on for one in deadlines.of(proposal)] == [dt.date(2026, 12, 15)]


def test_a_ballot_is_due_when_it_closes(campus, noted):
    at = campus("model")
    with on(2026, 11, 2):
        proposal = walking.model_committee_review(at)
        noted.closes_at = dt.datetime(
            2026, 11, 17, 5, 59, 59, tzinfo=dt.UTC
        )  # 23:59:59 on the 16th in Chicago
        assert [(one.on, one.who) for one in deadlines.of(proposal)] == [
            (dt.date(2026, 11, 16), "the Micro-credential Committee")
        ]


def test_a_form_has_its_days_too(campus):
    at = ruled(
        campus("model"),
        lambda d: (
            stage(d, "proposal")["steps"].insert(0, consultation("design")),
            step(d, "file_proposal").update(days=30),
        ),
    )
    with on(2026, 11, 2):
        proposal = walking.model_intent(at)
        finish(at, proposal, "intent_acknowledged", "acknowledged")
        finish(at, proposal, "design", "done")
        assert [(one.on, one.who) for one in deadlines.of(proposal)] == [
            (dt.date(2026, 12, 2), "the proposers")
        ]


def test_what_counts_from_submission_counts_until_it_is_decided(campus):
    rule = {
        "id": "answer",
        "title": "Answer",
        "anchor": "submitted",
        "days": 60,
        "owner": "programme_manager",
    }
    at = ruled(campus("model"), lambda d: d["deadlines"].append(rule))
    with on(2026, 11, 2):
        proposal = walking.model_committee_review(at)
        assert ("answer", "2027-01-01", 60) in due(proposal)
        finish(at, proposal, "committee_ballot")
        finish(at, proposal, "dean_signoff")
        assert "answer" not in keys(proposal)


def test_a_draft_has_no_deadlines(campus):
    assert deadlines.of(walking.model_draft(campus("model"))) == []

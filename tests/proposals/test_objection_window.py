"""Silence as consent: a step that ends by itself when nobody objected within so many working days."""

import datetime as dt

import pytest

from accounts.models import RoleGrant
from journal import clock
from journal.models import Entry
from policies.reasons import Refused
from policies.schema import Step as PackStep
from proposals import deadlines
from proposals.actions import steps
from proposals.actions.silence import end_silent
from proposals.models import Proposal, Step
from proposals.moves import record, who_has_it
from proposals.tasks import end_silent as beat
from tests.proposals import walking
from tests.proposals.packs import ruled, step
from tests.proposals.test_concurrency import together
from tests.proposals.walking import finish, fresh, move, open_step
from tests.support import make_campus

SILENT = {"working_days": 10, "on_silence": "approve"}


def at_moment(text):
    return clock.at(dt.datetime.fromisoformat(text))


def silent_campus(campus, zone="America/Chicago", holidays=(), **change):
    """The model university, where the dean's approval is given by silence."""

    def rules(data):
        data["calendar"].update(timezone=zone, holidays=[dt.date.fromisoformat(day) for day in holidays])
        step(data, "dean_signoff").update({**SILENT, **change})

    return ruled(campus("model"), rules)


def waiting(at, opened="2026-11-16T18:00:00+00:00"):
    """Opened on Monday 16 November 2026."""
    with at_moment(opened):
        return walking.model_unit_approval(at)


def ends_on(proposal, when="2026-11-17T18:00:00+00:00"):
    with at_moment(when):
        return deadlines.of(proposal)[0].on.isoformat()


# --- when it ends -----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("opened", "holidays", "ends"),
    [
        ("2026-11-16T18:00:00+00:00", (), "2026-11-30"),  # Monday; two weekends between
        ("2026-11-16T18:00:00+00:00", ("2026-11-26", "2026-11-27"), "2026-12-02"),
        ("2026-11-20T18:00:00+00:00", (), "2026-12-04"),  # Friday
        ("2026-11-21T18:00:00+00:00", (), "2026-12-04"),  # Saturday: the first day that counts is Monday
        ("2026-11-17T05:30:00+00:00", (), "2026-11-30"),  # 23:30 on the Monday in Chicago
        ("2026-11-17T06:30:00+00:00", (), "2026-12-01"),  # half an hour into the Tuesday
    ],
)
def test_ten_working_days_leave_out_weekends_and_the_campuss_holidays(campus, opened, holidays, ends):
    proposal = waiting(silent_campus(campus, holidays=holidays), opened)
    assert ends_on(proposal) == ends


@pytest.mark.parametrize(
    ("zone", "opened", "last_second", "over"),
    [
        # Ends on Monday 30 November in winter time, UTC-6.
        (
            "America/Chicago",
            "2026-11-16T18:00:00+00:00",
            "2026-12-01T05:59:59+00:00",
            "2026-12-01T06:00:00+00:00",
        ),
        # Opened on 26 October in summer time, ends on 9 November: the clocks go back on 1 November.
        (
            "America/Chicago",
            "2026-10-26T18:00:00+00:00",
            "2026-11-10T05:59:59+00:00",
            "2026-11-10T06:00:00+00:00",
        ),
        # Opened on 2 March in winter time, ends on 16 March: the clocks go forward on 14 March 2027.
        (
            "America/Chicago",
            "2027-03-02T18:00:00+00:00",
            "2027-03-17T04:59:59+00:00",
            "2027-03-17T05:00:00+00:00",
        ),
        # Opened on Monday 22 March, ends on 5 April: forward on 28 March 2027 in Berlin.
        (
            "Europe/Berlin",
            "2027-03-22T12:00:00+00:00",
            "2027-04-05T21:59:59+00:00",
            "2027-04-05T22:00:00+00:00",
        ),
        # A campus 14 hours ahead: its 30 November ends while it is still the morning of that day in UTC.
        (
            "Pacific/Kiritimati",
            "2026-11-16T08:00:00+00:00",
            "2026-11-30T09:59:59+00:00",
            "2026-11-30T10:00:00+00:00",
        ),
    ],
)
def test_it_ends_when_the_day_is_over_on_the_campus(campus, zone, opened, last_second, over):
    proposal = waiting(silent_campus(campus, zone), opened)
    with at_moment(last_second):
        assert end_silent() == 0
    with at_moment(over):
        assert end_silent() == 1
        assert end_silent() == 0
    assert fresh(proposal).state == "pilot"


# --- what it does -----------------------------------------------------------------------------------
def test_silence_moves_the_proposal_as_an_approval_does_and_in_nobodys_name(campus):
    at = silent_campus(campus)
    proposal = waiting(at)
    with at_moment("2026-12-01T06:00:00+00:00"):
        assert beat() == 1
    row = Step.objects.get(proposal=proposal, key="dean_signoff")
    assert (row.status, row.outcome, row.completed_by, row.note) == (
        "complete",
        "approve",
        None,
        "Nobody objected in time.",
    )
    entries = [
        (e.act, e.by, e.detail.get("outcome"), e.detail.get("to"))
        for e in Entry.objects.about("proposal", proposal.pk)
    ]
    assert entries[-2:] == [("step", None, "approve", None), ("advance", None, None, "pilot")]
    proposal = fresh(proposal)
    assert (proposal.definition.standing, proposal.definition.standing_since) == (
        "pilot",
        dt.date(2026, 12, 1),
    )
    assert proposal.documents.get(form="full_proposal").updated_by == at.proposer
    assert [(line["by"], line["note"]) for line in record(proposal)[:2]] == [
        ("", "Nobody objected in time.")
    ] * 2


def test_the_public_chain_says_that_nobody_objected(campus):
    proposal = waiting(silent_campus(campus))
    with at_moment("2026-12-01T06:00:00+00:00"):
        end_silent()
    words = [decision["word"] for decision in fresh(proposal).definition.current.approvals_shown]
    assert words == ["Approved", "Nobody objected in time"]


def test_the_page_says_until_when_one_can_object(campus):
    proposal = waiting(silent_campus(campus))
    with at_moment("2026-11-17T18:00:00+00:00"):
        found = who_has_it(fresh(proposal))
        due = deadlines.of(proposal)[0]
    assert (found.next, found.next_on, found.late) == (
        "If nobody objects, it goes on after",
        dt.date(2026, 11, 30),
        False,
    )
    assert due.consequence == "If nobody objects by then, it counts as approved and goes on by itself."


def test_silence_that_turns_it_down_does_so(campus):
    proposal = waiting(silent_campus(campus, on_silence="decline"))
    with at_moment("2026-12-01T06:00:00+00:00"):
        assert end_silent() == 1
    assert fresh(proposal).state == "declined"


# --- who objects ------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("outcome", "state"),
    [("approve", "pilot"), ("request_changes", "changes_requested"), ("decline", "declined")],
)
def test_who_may_act_can_answer_until_the_last_second(campus, outcome, state):
    at = silent_campus(campus)
    proposal = waiting(at)
    with at_moment("2026-12-01T05:59:59+00:00"):
        finish(at, proposal, "dean_signoff", outcome, note="Look again.")
    with at_moment("2026-12-01T06:00:00+00:00"):
        assert end_silent() == 0
    assert fresh(proposal).state == state


def test_an_objection_that_comes_too_late_is_refused_also_before_the_clock_has_looked(campus):
    at = silent_campus(campus)
    proposal = waiting(at)
    with at_moment("2026-12-01T06:00:00+00:00"):
        with pytest.raises(Refused, match="The time to object ended on 30 November 2026 at 23:59"):
            finish(at, proposal, "dean_signoff", "decline", note="No.")
        assert end_silent() == 1


def test_nobody_else_hurries_it(campus):
    at = silent_campus(campus)
    proposal = waiting(at)
    row = open_step(proposal, "dean_signoff")
    with at_moment("2026-11-20T18:00:00+00:00"):
        assert not steps.complete_by_silence(step=row)
    assert open_step(proposal, "dean_signoff").status == "open"


def test_the_time_to_object_begins_anew_after_a_hold(campus):
    at = silent_campus(campus)
    proposal = waiting(at)
    with at_moment("2026-11-24T18:00:00+00:00"):
        move(proposal, "hold", at.programme_manager)
    with at_moment("2026-12-07T18:00:00+00:00"):  # Monday
        assert end_silent() == 0
        move(proposal, "resume", at.programme_manager)
        assert end_silent() == 0
    assert ends_on(proposal, "2026-12-08T18:00:00+00:00") == "2026-12-21"
    with at_moment("2026-12-22T06:00:00+00:00"):
        assert end_silent() == 1


def test_the_clock_acts_also_where_nobody_holds_the_office(campus):
    at = silent_campus(campus)
    proposal = waiting(at)
    RoleGrant.objects.filter(role="section_head").delete()
    with at_moment("2026-12-01T06:00:00+00:00"):
        assert end_silent() == 1
    assert fresh(proposal).state == "pilot"


def test_a_step_without_such_a_rule_waits_for_ever(campus):
    at = campus("model")
    proposal = waiting(at)
    with at_moment("2030-01-01T06:00:00+00:00"):
        assert end_silent() == 0
    assert fresh(proposal).state == "unit_approval"


def test_a_form_is_never_completed_by_silence():
    rule = {"id": "f", "kind": "form", "title": "F", "by": "proposer", "form": "proposal"}
    with pytest.raises(ValueError, match="never by silence"):
        PackStep(**rule, working_days=3, on_silence="done")


# --- at the same moment -----------------------------------------------------------------------------
@pytest.fixture
def open_window(transactional_db):
    at = silent_campus(make_campus)
    return at, waiting(at)


def test_two_clocks_end_it_once(open_window):
    _at, proposal = open_window
    counted = []

    def tick():
        with at_moment("2026-12-01T06:00:00+00:00"):
            counted.append(end_silent())

    together(tick, tick)
    assert sorted(counted) == [0, 1]
    assert Entry.objects.filter(subject_id=proposal.pk, act="step", detail__key="dean_signoff").count() == 1


def test_the_clock_and_an_objection_at_once_leave_one_outcome(open_window):
    """The dean's last second and the clock's first: whichever locks the proposal first counts."""
    at, proposal = open_window

    def tick():
        with at_moment("2026-12-01T06:00:00+00:00"):
            end_silent()

    def objects():
        with at_moment("2026-12-01T05:59:59+00:00"):
            finish_by_dean(at, proposal)

    together(tick, objects)
    assert Entry.objects.filter(subject_id=proposal.pk, act="step", detail__key="dean_signoff").count() == 1
    row = Step.objects.get(proposal=proposal, key="dean_signoff")
    assert (row.outcome, Proposal.objects.get(pk=proposal.pk).state) in (
        ("approve", "pilot"),
        ("decline", "declined"),
    )


def finish_by_dean(at, proposal):
    row = Step.objects.filter(proposal=proposal, key="dean_signoff").get()
    steps.complete(step=row, outcome="decline", by=at.section_head, note="No.")

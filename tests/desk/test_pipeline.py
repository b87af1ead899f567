"""The programme manager's figures, and what is on its way to who signs: numbers by hand from rows made by hand."""

import csv
import datetime as dt
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from desk.work import coming, pipeline
from desk.work.pipeline import Pace, Place
from desk.work.standing import Standing
from journal import clock
from proposals.models import Proposal, Step
from tests.support import site_for

NOW = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
BALLOT, DEAN = "The committee decides", "The dean approves the pilot"


def days(number):
    return NOW - dt.timedelta(days=number)


def proposal(at, state, since, **more):
    return Proposal.objects.create(
        institution=at.institution,
        unit=at.unit,
        type="badge",
        title=f"{state} for {since} days",
        state=state,
        policy=at.institution.policy,
        created_by=at.proposer,
        created_at=days(600),
        submitted_at=days(600),
        state_since=days(since),
        **more,
    )


def step(of, key, *, began, took=None, state="committee_review", kind="ballot", actor="", **more):
    """A step that began so many days ago and took so many, or waits."""
    ended = (
        {} if took is None else {"outcome": "approve", "completed_at": days(began) + dt.timedelta(days=took)}
    )
    return Step.objects.create(
        proposal=of,
        state=state,
        key=key,
        kind=kind,
        title={"committee_ballot": BALLOT, "dean_signoff": DEAN}.get(key, key),
        actor=actor,
        body="committee" if kind == "ballot" else "",
        position=0,
        status="open" if took is None else "complete",
        opened_at=days(began),
        **ended,
        **more,
    )


@pytest.fixture
def model(campus):
    """Five ballots took 1, 2, 3, 4 and 10 days; two wait for 5 and 9; the dean has one for 30 days, and took 400 once."""
    at = campus("model")
    decided = proposal(at, "pilot", 100)
    for round, took in enumerate((1, 2, 3, 4, 10), 1):
        step(decided, "committee_ballot", began=60, took=took, round=round)
    step(decided, "committee_ballot", began=500, took=90, round=6)  # more than a year ago
    step(decided, "extra", began=60, took=50, ad_hoc=True)  # added for this proposal alone
    for since in (5, 9):
        step(proposal(at, "committee_review", since), "committee_ballot", began=since)
    held = proposal(at, "on_hold", 3, held_from="committee_review")
    step(held, "committee_ballot", began=200)  # waits for nobody
    dean = {"state": "unit_approval", "kind": "signoff", "actor": "section_head"}
    step(proposal(at, "unit_approval", 30), "dean_signoff", began=30, **dean)
    proposal(at, "declined", 2)
    with clock.at(NOW):
        yield at


def test_states_say_how_many_and_how_long(model):
    assert pipeline.states([model.institution]) == [
        Place("committee_review", "With the committee", waiting=2, half=7, oldest=9),
        Place("unit_approval", "With the unit", waiting=1, half=30, oldest=30),
        Place("pilot", "In pilot", waiting=1, half=100, oldest=100),
        Place("on_hold", "On hold", waiting=1, half=3, oldest=3),
    ]


def test_steps_say_how_long_they_took_within_a_year_and_who_waits_now(model):
    """Of 1, 2, 3, 4, 10 the middle is 3, and nine tenths of the way from the first to the last, at 4.6, is 4 + 0.6 * 6 = 7.6."""
    with CaptureQueriesContext(connection) as queries:
        found = pipeline.steps([model.institution])
    assert len(queries) == 1
    assert found == [
        Pace("committee_ballot", BALLOT, waiting=2, half=7, oldest=9, done=5, median=3, most=8),
        Pace("dean_signoff", DEAN, waiting=1, half=30, oldest=30, done=0, median=None, most=None),
    ]
    assert pipeline.steps([model.elsewhere]) == []
    assert pipeline.overview([model.institution])["slowest"] == found[1]  # 1 for 30 days before 2 for 7
    assert pipeline.overview([model.elsewhere])["slowest"] is None


def table(person, what):
    answer = site_for(person).get(f"/admin/pipeline/{what}.csv")
    return answer.status_code, list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_the_files_hold_what_the_tables_hold(model):
    assert table(model.programme_manager, "steps") == (
        200,
        [
            list(pipeline.STEP_COLUMNS),
            [BALLOT, "5", "3", "8", "2", "7", "9"],
            [DEAN, "0", "", "", "1", "30", "30"],
        ],
    )
    assert table(model.administrator, "states")[1][1] == ["With the committee", "2", "7", "9"]
    assert table(model.stranger, "steps") == (200, [list(pipeline.STEP_COLUMNS)])
    assert table(model.programme_manager, "people")[0] == 404
    for person in (model.section_head, model.proposer, model.chair("committee")):
        assert table(person, "steps")[0] == 403


def test_the_dashboard_shows_the_figures_with_their_tables(model):
    page = " ".join(site_for(model.programme_manager).get("/admin/").content.decode().split())
    assert f"Most time is lost at <strong>{DEAN}</strong>: 1 waits there" in page
    assert '<caption class="unseen">Days in each step</caption>' in page
    assert '<a href="/admin/pipeline/steps.csv">CSV' in page
    assert "3 / 8" in page


def test_what_comes_to_who_signs(model):
    """To the provost comes all that is under way; to the dean what is before the dean, and not what waits there."""
    provost, dean = Standing(model.offices["provost"]), Standing(model.section_head)
    assert [
        (bar["cells"][0], bar["value"]) for bar in coming.figure(provost, coming.where(provost))["bars"]
    ] == [
        ("With the committee", 2),
        ("With the unit", 1),
        ("In pilot", 1),
    ]
    assert [(bar["cells"][0], bar["value"]) for bar in coming.figure(dean, coming.where(dean))["bars"]] == [
        ("With the committee", 2)
    ]
    late = coming.late(provost, coming.where(provost))
    assert [(item.title, item.text) for item in late] == [
        ("unit_approval for 30 days", f"With the dean: {DEAN}.")
    ]
    assert coming.where(Standing(model.offices["registrar"])) is None
    assert coming.where(Standing(model.proposer)) is None

"""Time from intent to approval and where proposals wait: added up by the worker, for campus and unit."""

import datetime as dt
import uuid

import pytest

from credentials.models import DefinitionVersion
from evaluation import waits
from evaluation.models import RouteFigures
from journal import clock
from proposals.models import Proposal, Step
from tests.credentials.support import definition, nothing_written, texts
from tests.support import queries_of, site_for

NOON = dt.datetime(2026, 5, 15, 12, tzinfo=dt.UTC)


def ago(days):
    return NOON - dt.timedelta(days=days)


def proposal(campus, unit, begun, state="committee_review", approved=None):
    """Submitted so many days ago, and approved so many days ago."""
    made = Proposal.objects.create(
        institution=campus.institution, unit=unit, type=campus.pack.types[0].id, title="A proposal", state=state,
        policy=campus.institution.policy, created_by=campus.proposer, created_at=ago(begun), submitted_at=ago(begun),
        state_since=ago(begun),
    )  # fmt: skip
    if approved is not None:
        with clock.at(ago(approved)):
            version = definition(campus, title=f"Approved {uuid.uuid4()}").current
        copied = {
            f.name: getattr(version, f.name)
            for f in version._meta.concrete_fields
            if f.name not in ("id", "proposal_id")
        }
        DefinitionVersion.objects.create(**copied | {"number": 2, "proposal_id": made.pk})
    return made


def step(made, title, opened, done=None, number=1):
    ended = (
        {"status": "complete", "outcome": "done", "completed_at": ago(done)}
        if done is not None
        else {"status": "open"}
    )
    Step.objects.create(
        proposal=made, state="committee_review", key=f"step{number}", kind="consultation", title=title, position=number,
        opened_at=ago(opened), **ended,
    )  # fmt: skip


@pytest.fixture
def model(campus):
    with clock.at(NOON):
        yield campus("model")


@pytest.fixture
def three(model):
    """Two approved within 10 and 40 days, one under way; the committee took 8 and 30 days and has the third for 12."""
    first = proposal(model, model.unit, 60, "pilot", approved=50)
    second = proposal(model, model.unit, 50, "pilot", approved=10)
    third = proposal(model, model.college, 20)
    proposal(model, model.unit, 90, "declined")
    step(first, "The committee decides", 58, 50)
    step(second, "The committee decides", 40, 10)
    step(second, "The dean signs", 10, 10, number=2)
    step(third, "The committee decides", 12)
    return model


def test_days_to_approval_and_the_steps_that_take_longest(three):
    waits.roll_up()
    found = RouteFigures.objects.get(institution=three.institution, unit=None).figures
    assert {name: found[name] for name in ("approved", "half", "ninety", "open")} == {
        "approved": 2,
        "half": 10,
        "ninety": 40,
        "open": 1,
    }
    assert found["places"] == [
        ["The committee decides", "committee_review", 2, 8, 30, 1, 12],
        ["The dean signs", "committee_review", 1, 0, 0, 0, 0],
    ]
    assert found["months"][-2:] == [["2026-04-01", 0, None, None], ["2026-05-01", 1, 40, 40]]
    assert found["months"][-3] == ["2026-03-01", 1, 10, 10]
    unit = RouteFigures.objects.get(unit=three.unit).figures
    assert (unit["approved"], unit["open"]) == (2, 0)
    assert RouteFigures.objects.get(unit=three.college).figures["open"] == 1  # with the departments below it


def test_page_shows_tables_and_files_for_campus_and_unit(three):
    waits.roll_up()
    site = site_for(three.programme_manager)
    with nothing_written():
        words = texts(site.get("/admin/approval-times/"))
    assert "Half of them within 10 days" in words
    assert "The committee decides (committee review) 8 days 30 days 2 1 12 days" in words
    assert "May 2026 1 40 days 40 days" in words
    unit = texts(site.get(f"/admin/approval-times/?unit={three.unit.pk}"))
    assert "The committee decides (committee review) 8 days 30 days 2 0 none" in unit
    file = site.get(f"/admin/approval-times/places.csv?unit={three.unit.pk}").content.decode("utf-8-sig")
    assert file.splitlines()[1] == "The committee decides (committee review),8 days,30 days,2,0,none"
    for path, status in (("?unit=nonsense", 404), (f"?unit={uuid.uuid4()}", 404), ("?campus=nowhere", 404)):
        assert site.get(f"/admin/approval-times/{path}").status_code == status
    assert site.get("/admin/approval-times/nothing.csv").status_code == 404


def test_only_those_who_manage_sign_or_lead_see_it(three, campus):
    for person, status in (
        (three.programme_manager, 200),
        (three.supervisor, 200),
        (three.issuer, 403),
        (three.learner, 403),
    ):
        assert site_for(person).get("/admin/approval-times/").status_code == status, person
    assert (
        site_for(campus("montana").programme_manager).get("/admin/approval-times/?campus=model").status_code
        == 404
    )


def test_adding_up_again_changes_nothing_and_before_it_the_page_says_so(three):
    site = site_for(three.programme_manager)
    assert "Nothing was approved yet" in texts(site.get("/admin/approval-times/"))
    assert waits.roll_up() == waits.roll_up() == 3
    assert RouteFigures.objects.count() == 3
    before = queries_of(site, "/admin/approval-times/")
    proposal(three, three.unit, 3)
    waits.roll_up()
    assert queries_of(site, "/admin/approval-times/") == before

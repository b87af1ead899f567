"""What is due of an established credential, and what the office writes down as received."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied

from accounts.actions import units
from credentials.models import Standing
from evaluation.actions import reviews
from journal.models import Entry
from policies.reasons import Refused
from proposals import deadlines
from proposals.actions.receiving import receive
from proposals.models import MetDeadline, Proposal
from tests.proposals import walking
from tests.proposals.packs import ruled
from tests.proposals.test_deadlines import due, keys, montana_pilot, on
from tests.support import site_for

REVIEWS = ("yearly_review", "periodic_review")


# --- the unit's review ------------------------------------------------------------------------------
def established(campus):
    """Established on 20 January 2029, put there by hand: the way there is walked elsewhere."""
    at, proposal = montana_pilot(campus)
    definition = proposal.definition
    definition.standing, definition.standing_since, definition.awards_until = (
        Standing.ESTABLISHED,
        dt.date(2029, 1, 20),
        None,
    )
    definition.save()
    Proposal.objects.filter(pk=proposal.pk).update(state="established")
    return at, proposal


@pytest.mark.clause("UM-20")
def test_an_established_credential_is_reviewed_with_its_unit(campus):
    at, proposal = established(campus)
    with on(2029, 2, 1):
        assert due(proposal) == []  # nobody has entered when the unit is reviewed
        units.set_review(unit=at.college, on=dt.date(2031, 3, 1), by=at.administrator)
        assert [(key, day) for key, day, _left in due(proposal)] == [("unit_review_2031", "2031-08-10")]
        units.set_review(unit=at.unit, on=dt.date(2030, 3, 1), by=at.administrator)
        found = deadlines.of(proposal)
    assert [(one.key, one.on, one.clause, one.owner) for one in found] == [
        ("unit_review_2030", dt.date(2030, 8, 10), "UM-20", "section_head")
    ]


@pytest.mark.clause("UM-20")
def test_a_review_that_came_in_does_not_stand_for_the_next(campus):
    at, proposal = established(campus)
    with on(2030, 8, 1):
        units.set_review(unit=at.unit, on=dt.date(2030, 3, 1), by=at.administrator)
        said = {"unit_cycle": {"worth": "It is.", "resources": "As before.", "next": "keep"}}
        review = reviews.save(
            proposal=proposal, deadline="unit_review_2030", answers=said, version=0, by=at.section_head
        )
        review = reviews.file(review=review, by=at.section_head)
        reviews.acknowledge(review=review, by=at.offices["um_online"])
        assert due(proposal) == []
        units.set_review(unit=at.unit, on=dt.date(2036, 3, 1), by=at.administrator)
        assert keys(proposal) == ["unit_review_2036"]


@pytest.mark.clause("UM-20")
def test_only_an_administrator_enters_the_day_of_a_review(campus):
    at = campus("montana")
    path = f"/campus/{at.institution.slug}/units/{at.unit.pk}/review/"
    assert site_for(at.administrator).post(path, {"review_on": "2030-03-01"}).status_code == 302
    at.unit.refresh_from_db()
    assert at.unit.review_on == dt.date(2030, 3, 1)
    assert (
        "1 March 2030"
        in site_for(at.programme_manager).get(f"/campus/{at.institution.slug}/units/").content.decode()
    )
    assert site_for(at.programme_manager).post(path, {"review_on": ""}).status_code == 403
    assert site_for(at.stranger).post(path, {"review_on": ""}).status_code == 404
    assert site_for(at.administrator).post(path, {"review_on": "2099-01-01"}).status_code == 409
    at.unit.refresh_from_db()
    assert at.unit.review_on == dt.date(2030, 3, 1)


# --- what has come in -------------------------------------------------------------------------------
def by_post(campus):
    """A pilot under rules without forms for reviews: the office writes down that one came in."""

    def change(data):
        data["forms"] = [form for form in data["forms"] if form["id"] not in REVIEWS]
        for deadline in data["deadlines"]:
            deadline.pop("form", None)

    at = ruled(campus("montana"), change)
    with on(2026, 10, 5):
        return at, walking.montana_pilot(at)


@pytest.mark.clause("UM-15", "UM-24")
def test_the_office_records_that_a_review_came_in(campus):
    at, proposal = by_post(campus)
    office = at.offices["um_online"]
    with on(2027, 8, 12):
        receive(proposal=proposal, deadline="yearly_review_1", by=office, note="By post.")
        assert keys(proposal)[0] == "yearly_review_2"
        with pytest.raises(Refused, match="has come in already"):
            receive(proposal=proposal, deadline="yearly_review_1", by=office)
    row = MetDeadline.objects.get()
    assert (row.due_on, row.act, row.met_by, row.note) == (
        dt.date(2027, 8, 10),
        "receive",
        office,
        "By post.",
    )
    last = Entry.objects.about("proposal", proposal.pk).last()
    assert (last.act, last.by, last.detail["deadline"]) == ("deadline_met", office, "yearly_review_1")


@pytest.mark.clause("UM-15", "UM-24")
@pytest.mark.parametrize(
    ("who", "may"),
    [
        ("programme_manager", True),
        ("administrator", True),
        ("proposer", False),
        ("supervisor", False),
        ("section_head", False),
        ("learner", False),
        ("stranger", False),
    ],
)
def test_who_may_record_that_a_review_came_in(campus, who, may):
    at, proposal = by_post(campus)
    person = getattr(at, who)
    with on(2027, 8, 12):
        if may:
            assert receive(proposal=proposal, deadline="yearly_review_1", by=person).met_by == person
            return
        with pytest.raises(PermissionDenied):
            receive(proposal=proposal, deadline="yearly_review_1", by=person)


@pytest.mark.clause("UM-15")
@pytest.mark.parametrize(
    "key", ["pilot_end", "pilot_decision", "yearly_review_1", "yearly_review_9", "nonsense"]
)
def test_what_only_a_move_meets_is_not_met_by_a_note(campus, key):
    at, proposal = montana_pilot(campus)
    with on(2027, 8, 12), pytest.raises(Refused):
        receive(proposal=proposal, deadline=key, by=at.programme_manager)
    assert not MetDeadline.objects.exists()

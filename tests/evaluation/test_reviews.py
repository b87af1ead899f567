"""The review of a pilot year: prefilled, filed by the unit's people, acknowledged by the office, refused where it is wrong.

Montana's academic year ends with its summer session on 10 August; the pilot of these tests began on 5 October 2026.
"""

import csv
import datetime as dt
import io

import pytest
from django.core.exceptions import PermissionDenied
from django.db import InternalError, transaction
from django.test import Client

from evaluation.actions import reviews
from evaluation.models import Filing, Review
from evaluation.reviews import asked
from journal import clock
from journal.models import Entry, Mail
from policies.reasons import Refused
from proposals import deadlines
from tests.credentials.support import award
from tests.proposals import walking
from tests.support import api_for, site_for

pytestmark = pytest.mark.django_db

ONE = "yearly_review_1"
SAID = {
    "pilot_year": {
        "happened": "Two cohorts of firefighters.",
        "learned": "They read the maps.",
        "resources": "One lecturer.",
        "changes": "More field work.",
        "outlook": "on",
    }
}
TYPED = {f"pilot_year-{name}": said for name, said in SAID["pilot_year"].items()}


def on(*day):
    return clock.at(dt.datetime(*day, 18, tzinfo=dt.UTC))


@pytest.fixture
def montana(campus):
    at = campus("montana")
    with on(2026, 10, 5):
        at.pilot = walking.montana_pilot(at)
    at.address = f"/proposals/{at.pilot.pk}/reviews/"
    return at


def filed(at, by=None):
    review = reviews.save(proposal=at.pilot, deadline=ONE, answers=SAID, version=0, by=by or at.proposer)
    return reviews.file(review=review, by=by or at.proposer)


def due(at):
    return [one.key for one in deadlines.of(at.pilot)]


def text(answer):
    return " ".join(answer.content.decode().split())


@pytest.mark.clause("UM-15", "UM-24")
def test_a_year_is_reviewed_in_the_browser_by_the_unit_and_acknowledged_by_the_office(montana):
    at, office = montana, montana.offices["um_online"]
    address = f"{at.address}{ONE}/"
    with on(2027, 6, 1):
        award(at.pilot.definition, at.learner)
    with on(2027, 8, 1):
        assert address in site_for(at.proposer).get(at.pilot.get_absolute_url()).content.decode()
        site = site_for(at.programme_director)
        shown = text(site.get(address))
        assert "Due by 10 August 2027, 9 days left. It goes to UM Online." in shown
        assert "In figures, 5 October 2026 to 1 August 2027" in shown
        assert "fewer than 5" in shown  # one award tells of one learner
        assert not Review.objects.exists()  # looking begins nothing
        left = site.post(address, {**TYPED, "version": "0", "pilot_year-changes": "", "file": "1"})
        assert left.status_code == 409
        assert "They read the maps." in text(left)
        done = site.post(address, {**TYPED, "version": "1", "file": "1"})
        assert (done.status_code, done["Location"]) == (302, address)
        assert due(at)[0] == f"review:{Review.objects.get().pk}"
        assert "yearly_review_1" not in due(at)
        said = text(site_for(office).get(address))
        assert "It is with UM Online, who answer by 31 August 2027." in said
        assert "Two cohorts of firefighters." in said
        assert "Reviews" in text(site_for(office).get(at.pilot.get_absolute_url()))
        answered = site_for(office).post(
            f"{address}answer/", {"version": "3", "note": "Thank you.", "acknowledge": "1"}
        )
        assert answered.status_code == 302, text(answered)
    review, acts = (
        Review.objects.get(),
        Entry.objects.about("proposal", at.pilot.pk).values_list("act", flat=True),
    )
    assert (review.state, review.decided_by, review.year) == ("acknowledged", office, 1)
    assert list(acts)[-2:] == ["deadline_met", "review_acknowledged"]
    assert due(at)[0] == "yearly_review_2"
    mails = Mail.objects.filter(kind="review_filed").values_list("recipient", flat=True)
    assert list(mails) == [office.pk]


@pytest.mark.clause("UM-15")
def test_what_was_filed_never_changes_and_keeps_its_figures_with_source_and_time(montana):
    at = montana
    with on(2027, 8, 1):
        for n in range(5):
            award(at.pilot.definition, at.spare[n])
        review = filed(at)
    filing = Filing.objects.get()
    numbers = next(chart for chart in filing.charts if chart["key"] == "numbers")
    assert numbers["at"] == "2027-08-01T18:00:00+00:00"
    assert "awards made here" in numbers["source"]
    assert [bar["cells"] for bar in numbers["bars"]][2] == ["Awards made", "5", "5"]
    with on(2027, 8, 2):
        award(at.pilot.definition, at.learner)
        page = text(site_for(at.section_head).get(review.get_absolute_url()))
        paper = site_for(at.section_head).get(f"{review.get_absolute_url()}review.pdf")
        rows = (
            site_for(at.section_head)
            .get(f"{review.get_absolute_url()}numbers.csv")
            .content.decode("utf-8-sig")
        )
    assert "As it was when the review was filed." in page
    assert (paper.status_code, paper.content[:5]) == (200, b"%PDF-")
    assert "Awards made,5,5" in rows
    for write in (lambda: Filing.objects.update(hash="0"), lambda: Filing.objects.all().delete()):
        with pytest.raises(InternalError), transaction.atomic():
            write()


@pytest.mark.clause("UM-15")
@pytest.mark.parametrize(
    ("day", "key", "says"),
    [
        ((2027, 8, 1), "yearly_review_2", "can be filed from 12 May 2028 on"),
        ((2027, 5, 11), ONE, "can be filed from 12 May 2027 on"),
        ((2027, 8, 1), "yearly_review_4", "This pilot has 3 years: there is no review of year 4."),
        ((2027, 8, 1), "yearly_review_0", "there is no review of year 0"),
        ((2029, 8, 12), "yearly_review_3", "No pilot runs"),
        ((2027, 8, 1), "unit_review_2027", "No review of its unit is entered"),
    ],
)
def test_a_review_for_the_wrong_year_is_refused_in_words(montana, day, key, says):
    at = montana
    with on(*day):
        if day[0] == 2029:
            from_lapse(at)
        with pytest.raises(Refused, match=says):
            reviews.save(proposal=at.pilot, deadline=key, answers=SAID, version=0, by=at.proposer)
        assert says in text(site_for(at.proposer).get(f"{at.address}{key}/"))
        sent = api_for(at.proposer).patch(
            f"/api/v1{at.address}{key}/", {"version": 0, "answers": SAID}, format="json"
        )
    assert sent.status_code == 409
    assert says in sent.json()["reasons"][0]["text"]
    assert not Review.objects.exists()


def from_lapse(at):
    from proposals.actions.lapsing import lapse_due  # noqa: PLC0415

    assert lapse_due() == 1


@pytest.mark.clause("UM-15")
def test_a_review_filed_twice_stale_or_unfinished_is_refused_in_words(montana):
    at = montana
    with on(2027, 8, 1):
        begun = reviews.save(proposal=at.pilot, deadline=ONE, answers={}, version=0, by=at.proposer)
        with pytest.raises(Refused) as lacking:
            reviews.file(review=begun, by=at.proposer)
        assert len(lacking.value.reasons) == 5
        with pytest.raises(Refused, match="Somebody changed this review"):
            reviews.save(proposal=at.pilot, deadline=ONE, answers=SAID, version=0, by=at.second_proposer)
        review = reviews.save(proposal=at.pilot, deadline=ONE, answers=SAID, version=1, by=at.second_proposer)
        reviews.file(review=review, by=at.second_proposer)
        for act in (
            lambda: reviews.file(review=review, by=at.proposer),
            lambda: reviews.save(proposal=at.pilot, deadline=ONE, answers=SAID, version=3, by=at.proposer),
        ):
            with pytest.raises(Refused, match="was filed on 1 August 2027: each review is filed once"):
                act()
        unfit = api_for(at.proposer).patch(
            f"/api/v1{at.address}{ONE}/", {"version": "x", "answers": []}, format="json"
        )
    assert unfit.status_code == 400
    assert Filing.objects.count() == 1


@pytest.mark.clause("UM-15")
def test_the_office_sends_a_review_back_and_it_is_due_again(montana):
    at, office = montana, montana.offices["um_online"]
    with on(2027, 8, 1):
        review = filed(at)
        with pytest.raises(Refused, match="Say what is missing"):
            reviews.send_back(review=review, by=office, note=" ")
        reviews.send_back(review=review, by=office, note="What did it cost?")
        assert due(at)[0] == ONE
        assert "What did it cost?" in text(site_for(at.proposer).get(review.get_absolute_url()))
        changed = {"pilot_year": {"resources": "One lecturer, 9,000 a year."}}
        review = reviews.save(proposal=at.pilot, deadline=ONE, answers=changed, version=3, by=at.proposer)
        reviews.acknowledge(review=reviews.file(review=review, by=at.proposer), by=office)
        with pytest.raises(Refused, match="not answered yet"):
            reviews.acknowledge(review=review, by=office)
    assert list(Filing.objects.values_list("number", flat=True)) == [1, 2]
    assert due(at)[0] == "yearly_review_2"


@pytest.mark.clause("UM-15", "UM-24")
def test_who_files_and_who_acknowledges_a_review(montana):
    at = montana
    answer = f"{at.address}{ONE}/answer/"
    with on(2027, 8, 1):
        assert Client().get(f"{at.address}{ONE}/").status_code == 302
        for person, status in (
            (at.supervisor, 403), (at.registrar, 403), (at.programme_manager, 403), (at.offices["um_online"], 403),
            (at.learner, 404), (at.stranger, 404),
        ):  # fmt: skip
            assert (
                site_for(person).post(f"{at.address}{ONE}/", {**TYPED, "version": "0"}).status_code == status
            )
            api = api_for(person).patch(
                f"/api/v1{at.address}{ONE}/", {"version": 0, "answers": SAID}, format="json"
            )
            assert api.status_code == status, person
        review = filed(at, at.programme_director)
        for person, status in (
            (at.proposer, 403), (at.programme_director, 403), (at.offices["senate_office"], 403),
            (at.programme_manager, 403), (at.stranger, 404),
        ):  # fmt: skip
            sent = site_for(person).post(answer, {"version": review.version, "note": "", "acknowledge": "1"})
            assert sent.status_code == status, person
        with pytest.raises(PermissionDenied):
            reviews.acknowledge(review=review, by=at.proposer)
        found = {
            person.name: len(api_for(person).get("/api/v1/reviews/").json()["results"])
            for person in (at.offices["senate_office"], at.offices["um_online"], at.proposer, at.stranger)
        }
        rows = list(csv.DictReader(io.StringIO(
            site_for(at.offices["senate_office"]).get("/reviews/reviews.csv").content.decode("utf-8-sig")
        )))  # fmt: skip
        sent = api_for(at.offices["um_online"]).post(
            f"/api/v1{at.address}{ONE}/acknowledge/", {}, format="json"
        )
        assert sent.json()["review"]["state"] == "acknowledged"
    assert list(found.values()) == [1, 1, 1, 0]
    assert [(row["Review"], row["Where it is"], row["Answer due"]) for row in rows] == [
        ("Review of the pilot year, year 1", "Filed", "2027-08-31")
    ]


@pytest.mark.clause("MU-22")
def test_the_model_university_reviews_its_pilot_years_too(campus):
    at = campus("model")
    with on(2026, 10, 5):
        at.pilot = walking.model_pilot(at)
    said = {"pilot_year": {name: SAID["pilot_year"][name] for name in ("happened", "resources", "changes")}}
    with on(2027, 5, 1):
        review = reviews.save(proposal=at.pilot, deadline=ONE, answers=said, version=0, by=at.proposer)
        review = reviews.file(review=review, by=at.proposer)
        reviews.acknowledge(review=review, by=at.programme_manager)
    assert due(at)[0] == "pilot_decision"


def test_a_key_is_read_by_the_policy_alone(montana):
    pack = montana.pack
    assert asked(pack, "yearly_review_2").number == 2
    assert asked(pack, "unit_review_2030").rule.form == "periodic_review"
    for key in ("yearly_review_x", "yearly_review_99999", "pilot_end", "nonsense", "yearly_review_-1"):
        assert asked(pack, key) is None
    assert site_for(montana.proposer).get(f"{montana.address}nonsense/").status_code == 404

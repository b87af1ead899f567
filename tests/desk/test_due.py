"""What is late or soon due: on people's home pages, on the dashboard, on the proposal's page, over the API."""

import datetime as dt
import re

import pytest

from journal import clock
from proposals.models import Proposal, Step
from reviews.actions import conditions
from reviews.models import Condition
from tests.proposals import walking
from tests.proposals.packs import ruled, step
from tests.proposals.test_deadlines_received import by_post
from tests.reviews.test_conditions import approved
from tests.reviews.test_conditions_signed import asked, sign
from tests.support import api_for, site_for

pytestmark = pytest.mark.django_db


def at_day(*day):
    return clock.at(dt.datetime(*day, 18, tzinfo=dt.UTC))


@pytest.fixture
def montana(campus):
    """A pilot since 5 October 2026: its first review is due on 10 August 2027."""
    at = campus("montana")
    with at_day(2026, 10, 5):
        at.pilot = walking.montana_pilot(at)
    return at


def text(person, address):
    answer = site_for(person).get(address)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def part(person, address, title="Late or due soon"):
    """What stands under this heading, also where it is fetched when the page stands."""
    said = text(person, address)
    _before, found, after = said.partition(title)
    section = after.partition("</section>")[0] if found else ""
    if fetched := re.search(r'hx-get="(/waiting/[a-z-]+/)"', section):
        answer = site_for(person).get(fetched[1], headers={"HX-Request": "true"})
        return " ".join(answer.content.decode().split())
    return section


REVIEW = "Review of the pilot year, year 1: due from the proposers."


@pytest.mark.clause("UM-15")
@pytest.mark.parametrize(
    ("day", "says"),
    [
        ((2027, 6, 10), None),  # 61 days left
        ((2027, 6, 11), "10 August 2027, 60 days left"),
        ((2027, 8, 10), "10 August 2027, today"),
        ((2027, 8, 11), "10 August 2027, 1 day late"),
    ],
)
def test_home_shows_what_i_owe_from_two_months_before(montana, day, says):
    with at_day(*day):
        said = part(montana.second_proposer, "/")
    if says is None:
        assert said == ""
        return
    assert "Review of the pilot year, year 1." in said
    assert says in said
    assert "/policies/montana/#UM-15" in said
    assert ("state--heed" in said) == ("late" in says)


@pytest.mark.clause("UM-15")
def test_others_homes_are_quiet_about_it(montana):
    with at_day(2027, 8, 11):
        for person in (montana.supervisor, montana.section_head, montana.learner, montana.stranger):
            assert part(person, "/") == ""


@pytest.mark.clause("UM-24")
@pytest.mark.parametrize("who", ["programme_manager", "administrator", "senate_office", "um_online"])
def test_the_dashboard_of_those_who_oversee_shows_what_is_late(montana, who):
    person = montana.offices.get(who) or getattr(montana, who)
    with at_day(2027, 8, 11):
        assert REVIEW in part(person, "/admin/")
        assert "/pilots/" in text(person, "/admin/")
    with at_day(2027, 2, 1):
        assert "Nothing is late, and nothing is due within two months." in part(person, "/admin/")


def test_the_dashboard_of_another_campus_says_nothing_of_it(montana):
    with at_day(2027, 8, 11):
        assert "Wildfire" not in text(montana.stranger, "/admin/")


def test_the_manager_sees_a_step_that_is_late_and_not_one_that_is_not(campus):
    at = ruled(campus("model"), lambda d: step(d, "dean_signoff").update(days=14))
    with at_day(2026, 11, 2):
        walking.model_unit_approval(at)
    with at_day(2026, 11, 16):
        assert "The dean approves the pilot" not in part(at.programme_manager, "/admin/")
    with at_day(2026, 11, 17):
        assert "With the dean: The dean approves the pilot." in part(at.programme_manager, "/admin/")


@pytest.mark.clause("UM-1", "UM-15", "UM-16")
def test_the_proposals_page_says_what_is_due_until_when_and_by_which_rule(montana):
    with at_day(2027, 8, 12):
        said = text(montana.proposer, montana.pilot.get_absolute_url())
    due = said[said.index("What is due") :]
    for words in (
        "By 10 August 2027, 2 days late",
        "By 15 December 2028, 491 days left",
        "By 10 August 2029, 729 days left",
        "Past that day no badge can be issued under the pilot",
        '/policies/montana/#UM-1"',
        "/policies/montana/#UM-15",
        "/policies/montana/#UM-16",
    ):
        assert words in due
    assert "It has come in" not in due


@pytest.mark.clause("UM-24")
def test_the_office_writes_down_in_the_browser_that_something_came_in(campus):
    at = by_post(campus)[0]
    pilot = Proposal.objects.get()
    office, address = site_for(at.offices["um_online"]), f"/proposals/{pilot.pk}/due/"
    with at_day(2027, 8, 12):
        assert f"{address}yearly_review_1/" in office.get(pilot.get_absolute_url()).content.decode()
        assert office.get(f"{address}yearly_review_1/").status_code == 200
        assert office.post(f"{address}yearly_review_1/", {"note": "In folder 7."}).status_code == 302
        page = " ".join(office.get(pilot.get_absolute_url()).content.decode().split())
        assert "What was due has come in: Review of the pilot year, year 1" in page
        assert "In folder 7." in page
        again = office.post(f"{address}yearly_review_1/", {"note": ""})
        assert again.status_code == 409
        assert "it has come in already" in " ".join(again.content.decode().split())
        assert office.get(f"{address}pilot_end/").status_code == 404
    for person, status in ((at.proposer, 403), (at.section_head, 403), (at.stranger, 404)):
        assert site_for(person).post(f"{address}yearly_review_2/", {"note": ""}).status_code == status


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ({"days": 14}, "An answer is due by 16 November 2026."),
        (
            {"working_days": 10, "on_silence": "approve"},
            "An answer counts until 16 November 2026, 23:59. If nobody objects by then, it counts as approved.",
        ),
    ],
)
def test_the_page_of_a_step_says_until_when(campus, rule, says):
    at = ruled(campus("model"), lambda d: step(d, "dean_signoff").update(rule))
    with at_day(2026, 11, 2):
        walking.model_unit_approval(at)
        row = Step.objects.get(key="dean_signoff")
        assert says in text(at.section_head, f"/admin/steps/{row.pk}/")


# --- the API ----------------------------------------------------------------------------------------
@pytest.mark.clause("UM-15")
def test_the_api_lists_what_is_due_from_me(montana):
    with at_day(2027, 8, 12):
        found = api_for(montana.proposer).get("/api/v1/deadlines/").json()
    assert sorted(found) == ["count", "next", "previous", "results"]
    assert found["count"] == 5
    assert found["results"][0] == {
        "key": "yearly_review_1",
        "title": "Review of the pilot year, year 1",
        "on": "2027-08-10",
        "days_left": -2,
        "late": True,
        "owner": "the proposers",
        "clause": "UM-15",
        "consequence": "",
        "proposal": str(montana.pilot.pk),
        "proposal_title": "Wildfire data analysis",
        "institution": "montana",
        "step": None,
        "waits_for_you": True,
        "path": f"/proposals/{montana.pilot.pk}/reviews/yearly_review_1/",
    }


@pytest.mark.clause("UM-15")
def test_the_api_lists_what_is_late_alone(montana):
    client = api_for(montana.proposer)
    with at_day(2027, 8, 10):
        assert client.get("/api/v1/deadlines/?late=1").json()["count"] == 0
    with at_day(2027, 8, 11):
        found = client.get("/api/v1/deadlines/?late=1").json()
    assert [(row["key"], row["days_left"]) for row in found["results"]] == [("yearly_review_1", -1)]


def test_the_api_lists_steps_and_votes_that_wait_for_me_and_nobody_elses(campus):
    at = ruled(
        campus("model"),
        lambda d: step(d, "dean_signoff").update(days=14),
    )
    with at_day(2026, 11, 2):
        walking.model_unit_approval(at)
        row = Step.objects.get(key="dean_signoff")
        found = api_for(at.section_head).get("/api/v1/deadlines/").json()["results"]
        assert [(one["step"], one["on"], one["owner"]) for one in found] == [
            (str(row.pk), "2026-11-16", "the dean")
        ]
        for person in (at.proposer, at.supervisor, at.stranger, at.learner):
            assert api_for(person).get("/api/v1/deadlines/").json()["count"] == 0


def test_a_vote_that_waits_for_me_is_among_what_is_due(campus):
    at = campus("model")
    with at_day(2026, 11, 2):
        walking.model_committee_review(at)
        member = at.members("committee")[0]
        found = api_for(member).get("/api/v1/deadlines/").json()["results"]
        for person in (at.proposer, at.section_head, at.stranger):
            assert api_for(person).get("/api/v1/deadlines/").json()["count"] == 0
    # Open for 14 days.
    assert [(one["title"], one["on"], one["owner"]) for one in found] == [
        ("The committee decides", "2026-11-16", "the Micro-credential Committee")
    ]


def conditions_due(person):
    """[(title, day, whether it waits for the person)] of the conditions among what the API lists."""
    found = api_for(person).get("/api/v1/deadlines/").json()["results"]
    return [(row["title"], row["on"], row["waits_for_you"]) for row in found if "condition" in row["key"]]


def test_a_condition_is_due_from_who_meets_it_accepts_it_or_oversees_it(campus):
    model = campus("model")
    with at_day(2026, 11, 2):
        row = Condition.objects.get(ballot=approved(model, "Fewer hours.", due_on=dt.date(2026, 12, 15)))
        by = "a condition of the Micro-credential Committee"
        chair, member = model.chair("committee"), model.members("committee")[0]
        meeting, accepting = (f"Meeting {by}", "2026-12-15"), (f"Accepting {by}", "2026-12-15")
        outside = (member, model.supervisor, model.section_head, model.learner, model.nobody, model.stranger)
        for person, waits in (
            (model.proposer, True),
            (chair, False),
            (model.programme_manager, False),
            (model.administrator, False),
        ):
            assert (str(person), conditions_due(person)) == (str(person), [(*meeting, waits)])
        conditions.meet(condition=row, note="Done", by=model.proposer)
        for person, waits in ((chair, True), (model.programme_manager, True), (model.administrator, False)):
            assert (str(person), conditions_due(person)) == (str(person), [(*accepting, waits)])
        for person in (model.proposer, *outside):
            assert (str(person), conditions_due(person)) == (str(person), [])
        conditions.accept(condition=row, by=chair)
        assert conditions_due(chair) == []


def test_a_condition_of_a_signature_is_due_from_the_office_that_signed(campus):
    model = campus("model")
    with at_day(2026, 11, 2):
        sign(asked(model), model.section_head, "Fewer hours.", due_on=dt.date(2026, 12, 15))
        assert conditions_due(model.section_head) == [
            ("Meeting a condition of the dean", "2026-12-15", False)
        ]
        conditions.meet(condition=Condition.objects.get(), note="Done", by=model.proposer)
        assert conditions_due(model.section_head) == [
            ("Accepting a condition of the dean", "2026-12-15", True)
        ]
        assert conditions_due(model.supervisor) == []


def test_the_api_asks_strangers_to_sign_in(client, db):
    assert client.get("/api/v1/deadlines/").status_code == 401

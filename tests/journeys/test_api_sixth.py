"""A sixth institution is a file: founded by a command from a folder of its own, then the whole way by the API."""

import datetime as dt
import shutil
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client

from accounts.models import Institution
from journal import clock
from proposals.actions.silence import end_silent
from proposals.models import Proposal, Step
from tests.journeys.walk import Walk, complete, make_badge, offer, release, request_for, verified
from tests.policies.examples import changed, words
from tests.support import seated

PACK = Path(__file__).parent.parent / "policies" / "sixth" / "example_state.toml"
DOCUMENT = {
    "course": {
        "title": "Reading a watershed",
        "summary": "You can read the map of a watershed and say where the water goes.",
        "hours": 45,
        "minors": True,
        "supervision": "Two teachers with a first-aid certificate at every outing.",
    },
    "outcomes": {
        "list": [
            {"outcome": "Draw the divide", "test": "A map"},
            {"outcome": "Name what pollutes it", "test": "A field report"},
        ],
        "criteria": "Both outcomes, shown in the field.",
    },
    "standard": {"level": "continuing_education", "language": "en"},
}
ADULTS = changed(changed(DOCUMENT, "course.minors", False), "course.supervision", None)
RESULTS = {"pilot": {"results": words(30)}}
# Monday; the tenth working day after it is the 16th of March.
MONDAY = dt.datetime(2026, 3, 2, 17, 0, tzinfo=dt.UTC)
MIDNIGHT = dt.datetime(2026, 3, 17, 7, 0, tzinfo=dt.UTC)  # when that day has ended in Arizona


@pytest.fixture
def sixth(db, tmp_path, monkeypatch):
    """The campus, founded from a file that only a variable of the environment names."""
    monkeypatch.setenv("IMPRIMATUR_POLICY_DIR", str(tmp_path))
    file = shutil.copy(PACK, tmp_path / "our_policy.toml")
    call_command("create_campus", str(file), "--administrator", "first@campus.example")
    return seated(Institution.objects.get(slug="example_state"))


def keys(walk):
    """The steps that are open."""
    return sorted(Step.objects.filter(proposal=walk.key, status="open").values_list("key", flat=True))


def row(walk, key):
    return Step.objects.filter(proposal=walk.key, key=key).latest("round")


def submitted(campus, document=DOCUMENT):
    walk = Walk(campus)
    walk.start(document, [campus.proposer])
    assert walk.move(campus.proposer, "submit")["state"] == "committee_review"
    return walk


def read_once(walk):
    """One board approved, the safeguarding office was heard, and the Senate has read it for the first time."""
    walk.vote("teaching_board")
    walk.sign(walk.campus.offices["safeguarding"], "done")
    assert walk.vote("senate")["outcome"] == "approve"


def vote_of(walk, body, *choices):
    """The chair votes first, then members, as many as there are choices; the chair closes."""
    chair = walk.campus.chair(body)
    for member, choice in zip([chair, *walk.campus.members(body)], choices, strict=False):
        walk.call(member, "post", f"ballots/{walk.ballot_of(member)}/vote/", {"choice": choice})
        ballot = row(walk, "first_reading").ballots.latest("opened_at").pk
    return walk.call(chair, "post", f"ballots/{ballot}/close/")


@pytest.mark.django_db(transaction=True)  # a worker has a part in it
def test_from_the_proposal_to_a_badge_and_to_stay(sixth):
    campus = sixth
    walk = Walk(campus)
    walk.start(changed(DOCUMENT, "course.hours", 61), [campus.proposer])
    long = walk.move(campus.proposer, "submit", 409)
    assert long["reasons"] == [
        {
            "clause": "EX-10",
            "text": "It takes 61 hours; sixty is the most. Propose it as a course.",
            "field": "course.hours",
            "url": "/policies/example_state/#EX-10",
        }
    ]
    walk.write(campus.proposer, {"course": {"hours": 45}})
    assert walk.move(campus.proposer, "submit")["state"] == "committee_review"
    assert keys(walk) == ["practice", "teaching"]
    assert walk.vote("practice_board", "decline")["outcome"] == "decline"
    assert keys(walk) == ["teaching"]  # one of two is enough, so one refusal is not the end
    walk.vote("teaching_board")
    assert keys(walk) == ["safeguarding"]
    walk.sign(campus.offices["safeguarding"], "done")
    walk.vote("senate")
    assert keys(walk) == ["objections"]
    walk.sign(campus.offices["assembly"], "done")
    assert keys(walk) == ["second_reading"]
    walk.vote("senate")
    found = walk.get(campus.proposer)
    assert found["state"] == "pilot"
    definition = found["definition"]
    make_badge(definition, campus.programme_manager)
    award = issued(walk, definition)
    assert verified(award)["credentialSubject"]["achievement"]["name"] == "Reading a watershed"
    walk.write(campus.proposer, RESULTS)
    assert walk.move(campus.proposer, "file_full_proposal")["state"] == "full_approval"
    walk.vote("senate")
    assert walk.get(campus.proposer)["state"] == "established"


def issued(walk, definition):
    """The course lead asks, Records releases; who has not met every outcome gets none."""
    campus, lead = walk.campus, walk.campus.programme_director
    offering = offer(walk, definition, lead)
    complete(walk, offering, campus.second_proposer, competencies=["Draw the divide"])
    refused = request_for(walk, definition, [campus.second_proposer], 409, issuer=lead)
    assert {reason["clause"] for reason in refused["reasons"]} == {"EX-9"}
    complete(walk, offering, campus.learner)
    return release(
        walk, request_for(walk, definition, [campus.learner], issuer=lead), campus.offices["records"], lead
    )


def test_the_other_board_is_not_needed_once_one_approved(sixth):
    walk = submitted(sixth)
    walk.vote("practice_board")
    assert keys(walk) == ["safeguarding"]
    assert (row(walk, "teaching").status, row(walk, "practice").outcome) == ("void", "approve")


def test_both_boards_refuse(sixth):
    walk = submitted(sixth)
    walk.vote("practice_board", "decline")
    walk.vote("teaching_board", "request_changes")
    assert walk.get(sixth.proposer)["state"] == "changes_requested"  # the milder of two refusals
    walk.write(sixth.proposer, {"course": {"summary": "You can read a watershed, and draw it."}})
    assert walk.move(sixth.proposer, "resubmit")["state"] == "committee_review"
    assert keys(walk) == ["practice", "teaching"]


def test_without_minors_nobody_asks_the_safeguarding_office(sixth):
    walk = submitted(sixth, ADULTS)
    walk.vote("teaching_board")
    assert keys(walk) == ["first_reading"]
    assert not Step.objects.filter(proposal=walk.key, key="safeguarding").exists()


@pytest.mark.parametrize(
    "choices,outcome",
    [
        (["approve"] * 4, "approve"),  # four of six: two thirds of the members, and the quorum
        (["approve"] * 3 + ["decline"] * 3, "no_decision"),
        (["approve"] * 3 + ["abstain"] * 3, "no_decision"),  # not of the votes, of the members
        (["approve"] * 3, "inquorate"),
    ],
)
def test_two_thirds_of_the_members_and_four_of_them_there(sixth, choices, outcome):
    walk = submitted(sixth, ADULTS)
    walk.vote("teaching_board")
    assert vote_of(walk, "senate", *choices)["outcome"] == outcome
    assert keys(walk) == (["objections"] if outcome == "approve" else ["first_reading"])


def test_the_second_reading_sends_it_back_to_itself(sixth):
    """The Senate meets twice; what it asked for the second time it looks at again, without a third reading."""
    walk = submitted(sixth)
    read_once(walk)
    walk.sign(sixth.offices["assembly"], "done")
    walk.vote("senate", "request_changes")
    walk.write(sixth.proposer, {"standard": {"information": "See the map room."}})  # not material
    walk.move(sixth.proposer, "resubmit")
    assert keys(walk) == ["second_reading"]
    walk.vote("senate")
    assert walk.get(sixth.proposer)["state"] == "pilot"


def test_a_material_change_is_read_from_the_beginning(sixth):
    walk = submitted(sixth)
    read_once(walk)
    walk.sign(sixth.offices["assembly"], "request_changes")
    walk.write(sixth.proposer, {"course": {"hours": 50}})
    walk.move(sixth.proposer, "resubmit")
    assert keys(walk) == ["practice", "teaching"]
    read_once(walk)
    assert keys(walk) == ["objections"]


def before_the_assembly(campus):
    """The first reading is over on Monday, and the assembly of schools has until the 16th to object."""
    walk = submitted(campus, ADULTS)
    walk.vote("practice_board")
    walk.vote("senate")
    assert keys(walk) == ["objections"]
    return walk


def test_silence_for_ten_working_days_agrees(sixth):
    with clock.at(MONDAY):
        walk = before_the_assembly(sixth)
    with clock.at(MIDNIGHT - dt.timedelta(minutes=1)):
        assert end_silent() == 0
    with clock.at(MIDNIGHT):
        assert (end_silent(), end_silent()) == (1, 0)
        assert keys(walk) == ["second_reading"]
        step = row(walk, "objections")
        assert (step.outcome, step.completed_by, step.completed_at) == ("done", None, MIDNIGHT)
        assert walk.vote("senate")["outcome"] == "approve"
        assert walk.get(sixth.proposer)["state"] == "pilot"


def test_an_objection_in_time_sends_it_back_and_silence_says_no_more(sixth):
    with clock.at(MONDAY):
        walk = before_the_assembly(sixth)
    with clock.at(MIDNIGHT - dt.timedelta(minutes=1)):
        walk.sign(sixth.offices["assembly"], "request_changes")
        assert walk.get(sixth.proposer)["state"] == "changes_requested"
    with clock.at(MIDNIGHT):
        assert end_silent() == 0
        assert walk.get(sixth.proposer)["state"] == "changes_requested"


def test_an_objection_that_comes_too_late_is_refused_by_clause(sixth):
    with clock.at(MONDAY):
        walk = before_the_assembly(sixth)
    with clock.at(MIDNIGHT):
        refused = walk.sign(sixth.offices["assembly"], "request_changes", expect=409)
        assert {reason["clause"] for reason in refused["reasons"]} == {"EX-7"}


def test_a_pilot_of_two_years_of_three_trimesters(sixth):
    """Begun in March, it has the rest of this academic year and the whole of the next."""
    with clock.at(MONDAY):
        walk = submitted(sixth, ADULTS)
        walk.vote("teaching_board")
        walk.vote("senate")
        walk.sign(sixth.offices["assembly"], "done")
        walk.vote("senate")
    proposal = Proposal.objects.get(pk=walk.key)
    assert (proposal.state, proposal.definition.awards_until) == ("pilot", dt.date(2027, 7, 15))


def test_its_page_says_the_policy(sixth):
    page = Client().get("/policies/example_state/").content.decode()
    assert "Example State University" in page
    assert "The Senate reads a proposal twice." in page

"""The routes of the three packs, walked whole."""

import datetime as dt

import pytest

from credentials.models import Standing
from journal import clock
from journal.models import Entry
from proposals.models import Step
from tests.policies.examples import BOULDER, MONTANA, changed
from tests.proposals import walking
from tests.proposals.walking import finish, fresh, move, open_keys, save

NOON = dt.datetime(2026, 10, 5, 18, tzinfo=dt.UTC)


def acts(proposal):
    """The record: what happened, from where to where."""
    rows = Entry.objects.about("proposal", proposal.pk)
    return [
        (
            row.act,
            row.detail.get("key") or row.detail.get("from"),
            row.detail.get("outcome") or row.detail.get("to"),
        )
        for row in rows
    ]


def test_model_university_from_intent_to_established(campus):
    at = campus("model")
    with clock.at(NOON):
        proposal = walking.model_established(at)
    assert proposal.state == "established"
    assert acts(proposal) == [
        ("start", None, None),
        ("submit", "intent", "intent"),
        ("step", "intent_acknowledged", "acknowledged"),
        ("advance", "intent", "proposal"),
        ("submit", "proposal", "committee_review"),
        ("step", "committee_ballot", "approve"),
        ("advance", "committee_review", "unit_approval"),
        ("step", "dean_signoff", "approve"),
        ("advance", "unit_approval", "pilot"),
        ("file_full_proposal", "pilot", "full_approval"),
        ("figures_kept", None, None),
        ("step", "full_committee_ballot", "approve"),
        ("step", "provost_adoption", "approve"),
        ("advance", "full_approval", "established"),
    ]
    definition = proposal.definition
    assert (definition.standing, definition.awards_until) == (Standing.ESTABLISHED, None)
    assert [version.number for version in definition.versions.all()] == [1, 2]
    assert definition.current.revision_hash == proposal.revisions.get(number=3).hash


def test_a_move_that_follows_from_a_step_is_in_the_name_of_who_completed_it(campus):
    at = campus("model")
    proposal = walking.model_unit_approval(at)
    finish(at, proposal, "dean_signoff")
    last = Entry.objects.about("proposal", proposal.pk).last()
    assert (last.act, last.by) == ("advance", at.section_head)


@pytest.mark.clause("CUB-7", "CUB-8")
def test_boulder_opens_the_form_by_hand_and_has_no_pilot(campus):
    at = campus("cu_boulder")
    proposal = walking.boulder_intent(at)
    assert (proposal.state, open_keys(proposal)) == ("intent", [])
    proposal = move(proposal, "open_proposal", at.programme_manager)
    assert (proposal.state, open_keys(proposal)) == ("proposal", ["file_proposal"])
    save(proposal, BOULDER, at.proposer)
    proposal = move(proposal, "submit", at.proposer)
    assert (proposal.state, open_keys(proposal)) == ("committee_review", ["mac_ballot"])
    finish(at, proposal, "mac_ballot")
    assert open_keys(proposal) == ["unit_signoff"]
    finish(at, proposal, "unit_signoff")
    proposal = fresh(proposal)
    assert proposal.state == "established"
    definition = proposal.definition
    assert (definition.standing, definition.awards_until) == (Standing.ESTABLISHED, None)
    assert (definition.current.title, definition.current.badge) == ("Inclusive facilitation", True)


@pytest.mark.clause("UM-13")
def test_montana_pilot_needs_three_signatures_in_order(campus):
    at = campus("montana")
    proposal = move(walking.montana_draft(at), "submit", at.proposer)
    assert (proposal.state, open_keys(proposal)) == ("unit_approval", ["supervisor_signoff"])
    finish(at, proposal, "supervisor_signoff")
    assert open_keys(proposal) == ["section_head_signoff"]
    finish(at, proposal, "section_head_signoff")
    assert open_keys(proposal) == ["um_online_signoff"]
    assert fresh(proposal).definition is None  # nothing exists before the pilot is approved
    finish(at, proposal, "um_online_signoff")
    assert (fresh(proposal).state, open_keys(proposal)) == ("pilot", [])


@pytest.mark.clause("UM-17", "UM-18", "UM-19")
def test_montana_from_the_pilot_to_established(campus):
    at = campus("montana")
    with clock.at(NOON):
        proposal = walking.montana_pilot(at)
    definition = proposal.definition
    assert (definition.standing, definition.awards_until) == (Standing.PILOT, dt.date(2029, 8, 10))
    with clock.at(NOON + dt.timedelta(days=500)):
        save(proposal, walking.MONTANA_FULL, at.second_proposer)
        proposal = move(proposal, "file_full_proposal", at.proposer)
        assert (proposal.state, open_keys(proposal)) == (
            "full_approval",
            ["full_section_head_signoff", "full_supervisor_signoff"],
        )
        finish(at, proposal, "full_section_head_signoff")  # one of the two is enough
        assert open_keys(proposal) == ["full_um_online_signoff"]
        assert Step.objects.get(proposal=proposal, key="full_supervisor_signoff").status == "void"
        for key in ("full_um_online_signoff", "subcommittee_ballot"):
            finish(at, proposal, key)
        assert open_keys(proposal) == ["ascrc_ballot"]  # an undergraduate offering
        for key in ("ascrc_ballot", "senate_ballot", "provost_adoption"):
            finish(at, proposal, key)
    proposal = fresh(proposal)
    definition = proposal.definition
    assert (proposal.state, definition.standing, definition.awards_until) == (
        "established",
        "established",
        None,
    )
    assert definition.current.answers["statement"]["pilot_data"].startswith("word0 word1")
    assert definition.current.answers["statement"]["career"]  # of the pilot's form alone


@pytest.mark.clause("UM-9", "UM-19")
def test_montana_both_councils_vote_where_the_level_asks_for_both(campus):
    at = campus("montana")
    proposal = walking.montana_full_approval(
        at, changed(MONTANA, "offering.level", ["undergraduate", "graduate"])
    )
    for key in ("full_supervisor_signoff", "full_um_online_signoff", "subcommittee_ballot"):
        finish(at, proposal, key)
    assert open_keys(proposal) == ["ascrc_ballot", "graduate_council_ballot"]
    finish(at, proposal, "graduate_council_ballot")
    assert open_keys(proposal) == ["ascrc_ballot"]
    finish(at, proposal, "ascrc_ballot")
    assert open_keys(proposal) == ["senate_ballot"]


def test_the_approvals_name_bodies_and_offices_and_no_people(campus):
    at = campus("montana")
    with clock.at(NOON):
        proposal = walking.montana_pilot(at)
    assert proposal.definition.current.approvals == [
        {
            "body": "Supervisor",
            "slug": "role-supervisor",
            "title": "The supervisor approves the pilot",
            "outcome": "approve",
            "on": "2026-10-05",
            "clause": "UM-13",
        },
        {
            "body": "Dean or vice president",
            "slug": "role-section_head",
            "title": "The section head approves the pilot",
            "outcome": "approve",
            "on": "2026-10-05",
            "clause": "UM-13",
        },
        {
            "body": "UM Online",
            "slug": "office-um_online",
            "title": "UM Online approves the pilot",
            "outcome": "approve",
            "on": "2026-10-05",
            "clause": "UM-13",
        },
    ]

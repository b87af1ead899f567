"""What pages and the API read: buttons with reasons, checklist, route, who has it, the record."""

import datetime as dt

import pytest

from journal import clock
from journal.actions import record
from policies.reasons import Refused
from proposals import hooks, moves
from proposals.journey import WhoHasIt
from proposals.models import Proposal
from tests.proposals import walking
from tests.proposals.packs import ruled, stage
from tests.proposals.walking import finish, fresh, move, save, start

NOON = dt.datetime(2026, 10, 5, 18, tzinfo=dt.UTC)
TODAY = dt.date(2026, 10, 5)


@pytest.fixture(autouse=True)
def noon():
    with clock.at(NOON):
        yield


BY_THEMSELVES = ("request_changes", "send_back", "hand_back", "undo", "lapse", "reconsider")


def loaded(proposal):
    """As a page loads it."""
    rows = Proposal.objects.select_related(
        "institution", "unit", "policy", "definition", "returned_from"
    ).prefetch_related("proposers")
    return rows.get(pk=proposal.pk)


# --- buttons --------------------------------------------------------------------------------------
def test_what_a_proposer_can_do_with_an_incomplete_draft(campus):
    at = campus("model")
    proposal = start(at, {"idea": {"title": "Only a title"}})
    assert moves.available(proposal, at.proposer) == ["withdraw"]
    greyed = dict(moves.greyed(proposal, moves.judged(proposal, at.proposer)))
    assert list(greyed) == ["submit", "open_proposal", "advance", "request_changes"]
    assert [reason.field for reason in greyed["submit"]] == ["idea.summary", "idea.audience"]
    assert [reason.text for reason in greyed["advance"]] == [
        "It moves on by itself when “File the intent” is complete."
    ]


def test_what_is_blocked_is_what_the_door_refuses_with_the_same_reasons(campus):
    at = campus("model")
    proposal = walking.model_committee_review(at)
    for person in (at.proposer, at.programme_manager):
        for transition, reasons in moves.blocked(proposal, person):
            with pytest.raises(Refused) as refused:
                move(proposal, transition, person)
            assert refused.value.reasons == reasons


def test_an_ended_proposal_says_so(campus):
    at = campus("model")
    blocked = dict(moves.blocked(walking.model_declined(at), at.programme_manager))
    assert {reasons[0].text for move, reasons in blocked.items() if move not in BY_THEMSELVES} == {
        "This proposal was declined."
    }


def test_a_stranger_is_offered_nothing_and_told_nothing(campus):
    at = campus("model")
    proposal = walking.model_committee_review(at)
    assert moves.available(proposal, at.stranger) == []
    assert moves.blocked(proposal, at.stranger) == []


def test_the_checklist_is_that_of_the_present_document(campus):
    at = campus("model")
    proposal = walking.model_pilot(at)
    assert {line.met for line in moves.checklist(proposal)} <= {True, None}
    save(proposal, {"results": {"figures": "Few."}}, at.proposer)
    unmet = [line for line in moves.checklist(fresh(proposal)) if line.met is False]
    assert [line.clause for line in unmet] == ["MU-15"]


# --- route ----------------------------------------------------------------------------------------
def stops(proposal):
    return [(stop.name, stop.state, stop.on) for stop in moves.route(proposal)]


def test_the_route_of_a_proposal_under_review(campus):
    at = campus("model")
    with clock.at(NOON - dt.timedelta(days=3)):
        proposal = walking.model_proposal(at)
    proposal = move(proposal, "submit", at.proposer)
    before = TODAY - dt.timedelta(days=3)
    assert stops(proposal) == [
        ("Intent", "done", before),
        ("Proposal", "done", TODAY),
        ("Committee review", "here", TODAY),
        ("Approval by the school", "ahead", None),
        ("Pilot", "ahead", None),
        ("Full approval", "ahead", None),
        ("Established", "ahead", None),
    ]
    route = moves.route(proposal)
    assert route[2].steps == [{"name": "The committee decides", "state": "here", "outcome": ""}]
    assert route[3].steps == [{"name": "The dean approves the pilot", "state": "ahead", "outcome": ""}]
    assert route[0].steps[1] == {
        "name": "The programme manager acknowledges the intent",
        "state": "done",
        "outcome": "acknowledged",
    }


def test_what_happened_aside_stands_at_its_stop(campus):
    at = campus("model")
    proposal = walking.model_committee_review(at)
    move(proposal, "hold", at.programme_manager, note="Until the budget is clear.")
    move(proposal, "resume", at.programme_manager)
    finish(at, proposal, "committee_ballot", "request_changes", "Say more.")
    here = moves.route(fresh(proposal))[2]
    assert (here.name, here.state) == ("Committee review", "here")
    assert here.asides == [
        {"state": "on_hold", "on": TODAY, "note": "Until the budget is clear."},
        {"state": "changes_requested", "on": TODAY, "note": "Say more."},
    ]


def test_nothing_lies_ahead_of_what_has_ended(campus):
    at = campus("model")
    proposal = walking.model_declined(at)
    route = moves.route(proposal)
    assert [stop.name for stop in route] == ["Intent", "Proposal", "Committee review"]
    assert route[-1].asides == [{"state": "declined", "on": TODAY, "note": ""}]


def test_the_pilot_says_until_when(campus):
    at = campus("model")
    route = moves.route(walking.model_pilot(at))
    assert (route[4].name, route[4].state, route[4].until) == ("Pilot", "here", dt.date(2028, 5, 20))


def test_a_retired_credential_was_established(campus):
    at = campus("model")
    route = moves.route(walking.model_retired(at))
    assert [stop.state for stop in route] == ["done"] * 6 + ["here"]
    assert [aside["state"] for aside in route[-1].asides] == ["retired"]


def test_a_state_that_was_passed_over_is_no_stop(campus):
    at = ruled(
        campus("model"),
        lambda d: stage(d, "unit_approval")["steps"][0].update(
            when={"field": "standard.credit", "any_of": ["credit"]}
        ),
    )
    proposal = walking.model_committee_review(at)
    without = ["Intent", "Proposal", "Committee review", "Pilot", "Full approval", "Established"]
    assert [stop.name for stop in moves.route(proposal)] == without
    finish(at, proposal, "committee_ballot")
    assert [stop.name for stop in moves.route(fresh(proposal))] == without


# --- who has it -----------------------------------------------------------------------------------
def test_who_has_it_under_review(campus):
    at = campus("model")
    proposal = walking.model_unit_approval(at)
    assert moves.who_has_it(proposal, at.proposer) == WhoHasIt(
        sentence="Your proposal has been with the dean since 5 October 2026. Next comes “Pilot”.",
        who="the dean",
        since=TODAY,
        next="An answer is due",
        next_on=dt.date(2026, 10, 19),
        waits_for="“The dean approves the pilot”",
        late=False,
    )
    with clock.at(NOON + dt.timedelta(days=15)):
        assert moves.who_has_it(proposal).late is True


def test_who_has_it_says_when_the_ballot_closes(campus, noted):
    at = campus("model")
    proposal = walking.model_committee_review(at)
    noted.closes_at = dt.datetime(2026, 10, 20, 4, 59, 59, tzinfo=dt.UTC)  # the 19th in Chicago
    has = moves.who_has_it(proposal, at.section_head)
    assert has.sentence == (
        "The proposal has been with the Micro-credential Committee since 5 October 2026. "
        "Next comes “Approval by the school”."
    )
    assert has.next_on == dt.date(2026, 10, 19)


@pytest.mark.parametrize(
    ("reach", "sentence"),
    [
        (walking.model_draft, "Your proposal has been with you since 5 October 2026."),
        (
            walking.model_intent,
            "Your proposal has been with the programme manager since 5 October 2026. Next comes “Proposal”.",
        ),
        (walking.model_changes_requested, "Your proposal was sent back to you on 5 October 2026."),
        (walking.model_on_hold, "Your proposal has been on hold since 5 October 2026."),
        (walking.model_declined, "Your proposal was declined (since 5 October 2026)."),
        (walking.model_established, "It is established (since 5 October 2026)."),
        (
            walking.model_pilot,
            "Your proposal has been in its pilot since 5 October 2026 and runs until 20 May 2028.",
        ),
    ],
)
def test_who_has_it_elsewhere(campus, reach, sentence):
    at = campus("model")
    assert moves.who_has_it(reach(at), at.proposer).sentence == sentence


def test_who_has_it_where_an_officer_moves_it_on(campus):
    at = campus("cu_boulder")
    has = moves.who_has_it(walking.boulder_intent(at))
    assert has.sentence == (
        "The proposal has been with the micro-credentials programme manager since 5 October 2026."
    )


def test_who_has_it_names_parallel_steps_together(campus):
    at = campus("montana")
    has = moves.who_has_it(walking.montana_full_approval(at))
    assert has.who == "the supervisor and the dean or vice president"


# --- the record -----------------------------------------------------------------------------------
def test_the_record_in_words_newest_first(campus):
    at = campus("model")
    proposal = walking.model_committee_review(at)
    finish(at, proposal, "committee_ballot", "request_changes", "Say more.")
    assert [(row["text"], row["by"]) for row in moves.record(proposal)] == [
        ("Sent it back for changes: Changes requested", str(at.chair("committee"))),
        ("The committee decides: asked for changes", str(at.chair("committee"))),
        ("Submitted it (revision 2): Committee review", str(at.proposer)),
        ("It moved on: Proposal", str(at.programme_manager)),
        ("The programme manager acknowledges the intent: acknowledged", str(at.programme_manager)),
        ("Submitted it (revision 1)", str(at.proposer)),
        ("Began the draft", str(at.proposer)),
    ]
    newest = moves.record(proposal)[0]
    assert (newest["at"], newest["note"], newest["state"], len(newest["proof"])) == (
        NOON,
        "Say more.",
        "changes_requested",
        64,
    )


def test_the_record_has_words_for_acts_of_higher_apps(campus, monkeypatch):
    at = campus("model")
    proposal = walking.model_draft(at)
    monkeypatch.setattr(hooks, "_acts", {})
    hooks.register_act_words({"ballot_closed": "The ballot was closed"})
    for act in ("ballot_closed", "something_else"):
        record.write(
            subject_kind="proposal", subject_id=proposal.pk, institution=at.institution, act=act, by=None
        )
    assert [row["text"] for row in moves.record(proposal)][:2] == ["Something else", "The ballot was closed"]


# --- what it costs --------------------------------------------------------------------------------
def queries(run, django_assert_max_num_queries, limit=100):
    with django_assert_max_num_queries(limit) as counted:
        run()
    return len(counted)


@pytest.mark.parametrize(
    "read",
    [
        lambda p, person: moves.available(p, person),
        lambda p, person: moves.blocked(p, person),
        lambda p, person: moves.checklist(p),
        lambda p, person: moves.route(p),
        lambda p, person: moves.who_has_it(p, person),
        lambda p, person: moves.record(p),
    ],
    ids=["available", "blocked", "checklist", "route", "who_has_it", "record"],
)
def test_a_long_history_costs_no_more_queries(campus, read, django_assert_max_num_queries):
    at = campus("model")
    proposal = walking.model_committee_review(at)
    short = queries(lambda: read(loaded(proposal), at.programme_manager), django_assert_max_num_queries)
    for n in range(3):
        finish(at, proposal, "committee_ballot", "request_changes", f"Round {n}.")
        save(proposal, {"learning": {"skills": f"Skill {n}"}}, at.proposer)
        move(proposal, "resubmit", at.proposer)
    long = queries(lambda: read(loaded(proposal), at.programme_manager), django_assert_max_num_queries)
    assert (short, long) == (short, short)
    assert short <= 14

"""The pilot: its dates, its second document, its extension, and the clock."""

import datetime as dt

import pytest

from accounts.models import Term
from credentials.models import Standing
from journal import clock
from journal.models import Entry, Mail
from policies.reasons import Refused
from proposals import pilots
from proposals.actions import proposals
from proposals.actions.lapsing import lapse_due
from proposals.tasks import lapse_pilots
from tests.policies.examples import MODEL
from tests.proposals import walking
from tests.proposals.walking import finish, fresh, move, save

UTC = dt.UTC


def on(year, month, day, hour=18):
    return clock.at(dt.datetime(year, month, day, hour, tzinfo=UTC))


def model_pilot(campus):
    """Begun on 5 October 2026: two academic years end on 20 May 2028, the decision is due on 20 December 2027."""
    with on(2026, 10, 5):
        return walking.model_pilot(campus)


def standing(proposal):
    definition = fresh(proposal).definition
    return definition.standing, definition.awards_until


@pytest.mark.clause("MU-12")
# --- dates ----------------------------------------------------------------------------------------
def test_the_pilot_ends_with_its_last_academic_year(campus):
    at = campus("model")
    proposal = model_pilot(at)
    assert standing(proposal) == (Standing.PILOT, dt.date(2028, 5, 20))
    assert proposal.definition.standing_since == dt.date(2026, 10, 5)
    assert pilots.decision_on(proposal) == dt.date(2027, 12, 20)


def test_the_dates_that_the_office_entered_come_before_the_usual_ones(campus):
    at = campus("model")
    for key, starts, ends in (
        ("autumn", (2027, 8, 30), (2027, 12, 18)),
        ("spring", (2028, 1, 20), (2028, 6, 2)),
    ):
        Term.objects.create(
            institution=at.institution, year=2027, key=key, starts_on=dt.date(*starts), ends_on=dt.date(*ends)
        )
    proposal = model_pilot(at)
    assert standing(proposal) == (Standing.PILOT, dt.date(2028, 6, 2))
    assert pilots.decision_on(proposal) == dt.date(2027, 12, 18)


def test_the_day_is_the_campuss(campus):
    """At 3 in the morning UTC it is still the day before in Chicago."""
    at = campus("model")
    with on(2026, 10, 5, hour=3):
        proposal = walking.model_pilot(at)
    assert proposal.definition.standing_since == dt.date(2026, 10, 4)


# --- the full proposal as a second document -------------------------------------------------------
def test_badges_may_be_issued_while_the_full_proposal_is_decided_and_after_it_was_turned_down(campus):
    at = campus("model")
    proposal = model_pilot(at)
    with on(2027, 6, 1):
        proposal = move(proposal, "file_full_proposal", at.proposer)
        assert fresh(proposal).definition.awardable_on(dt.date(2027, 6, 2))
        finish(at, proposal, "full_committee_ballot", "decline")
    assert fresh(proposal).state == "declined"
    assert fresh(proposal).definition.awardable_on(dt.date(2028, 5, 20))
    assert not fresh(proposal).definition.awardable_on(dt.date(2028, 5, 21))


def test_the_full_proposal_can_be_written_during_the_pilot_only_by_its_proposers(campus):
    at = campus("model")
    proposal = model_pilot(at)
    with on(2027, 6, 1):
        save(proposal, {"results": {"changes": "None so far."}}, at.proposer)
    assert fresh(proposal).revisions.count() == 2  # a draft is no revision
    assert fresh(proposal).definition.current.number == 1


@pytest.mark.clause("MU-14")
@pytest.mark.parametrize(
    ("day", "clause"), [((2027, 12, 20), None), ((2027, 12, 21), "MU-14"), ((2028, 5, 21), "MU-12")]
)
def test_the_full_proposal_is_due_on_the_decision_day(campus, day, clause):
    at = campus("model")
    proposal = model_pilot(at)
    with on(*day):
        if clause is None:
            assert move(proposal, "file_full_proposal", at.proposer).state == "full_approval"
            return
        with pytest.raises(Refused) as refused:
            move(proposal, "file_full_proposal", at.proposer)
    assert [reason.clause for reason in refused.value.reasons] == [clause]


@pytest.mark.clause("UM-16")
def test_montanas_decision_is_due_by_the_fall_of_the_third_year(campus):
    at = campus("montana")
    with on(2026, 10, 5):
        proposal = walking.montana_pilot(at)
        save(proposal, walking.MONTANA_FULL, at.proposer)
    with on(2028, 12, 16), pytest.raises(Refused) as refused:
        move(proposal, "file_full_proposal", at.proposer)
    assert [(reason.clause, reason.text) for reason in refused.value.reasons] == [
        ("UM-16", "The full proposal was due by 15 December 2028.")
    ]


@pytest.mark.clause("MU-15")
def test_an_incomplete_full_proposal_is_refused_with_its_reasons(campus):
    at = campus("montana")
    with on(2026, 10, 5):
        proposal = walking.montana_pilot(at)
        with pytest.raises(Refused) as refused:
            move(proposal, "file_full_proposal", at.proposer)
    assert {reason.clause for reason in refused.value.reasons} == {"UM-17"}


# --- extension ------------------------------------------------------------------------------------
def test_an_extension_moves_the_last_day_and_the_decision_once(campus):
    at = campus("model")
    proposal = model_pilot(at)
    with on(2028, 2, 1):
        proposal = move(proposal, "extend_pilot", at.programme_manager)
        assert standing(proposal) == (Standing.PILOT, dt.date(2029, 5, 20))
        assert fresh(proposal).definition.standing_since == dt.date(2026, 10, 5)
        assert pilots.decision_on(proposal) == dt.date(2029, 5, 20)
        with pytest.raises(Refused, match="extended already"):
            move(proposal, "extend_pilot", at.programme_manager)
        assert move(proposal, "file_full_proposal", at.proposer).state == "full_approval"


@pytest.mark.clause("UM-1")
def test_no_extension_where_the_policy_knows_none(campus):
    at = campus("montana")
    with on(2026, 10, 5):
        proposal = walking.montana_pilot(at)
        with pytest.raises(Refused) as refused:
            move(proposal, "extend_pilot", at.programme_manager)
    assert [(r.clause, r.text) for r in refused.value.reasons] == [
        ("UM-1", "A pilot runs for 3 academic years and cannot be extended.")
    ]


def test_a_pilot_that_is_over_is_not_extended(campus):
    at = campus("model")
    proposal = model_pilot(at)
    with on(2028, 5, 21), pytest.raises(Refused, match="has ended"):
        move(proposal, "extend_pilot", at.programme_manager)


@pytest.mark.clause("MU-12")
# --- the clock ------------------------------------------------------------------------------------
def test_a_pilot_lapses_when_its_last_day_is_over(campus):
    at = campus("model")
    proposal = model_pilot(at)
    with on(2028, 5, 21, hour=4):  # 23:00 on its last day in Chicago
        assert lapse_pilots() == 0
    with on(2028, 5, 21, hour=6):
        assert lapse_pilots() == 1
    assert (fresh(proposal).state, standing(proposal)) == ("lapsed", (Standing.LAPSED, dt.date(2028, 5, 20)))
    last = Entry.objects.about("proposal", proposal.pk).last()
    assert (last.act, last.by, last.detail["note"]) == ("lapse", None, "The pilot's last day is over.")
    told = Mail.objects.filter(kind="proposal_moved", text__contains="has lapsed")
    assert sorted(told.values_list("to", flat=True)) == sorted(
        [at.proposer.email, at.programme_manager.email]
    )


def test_lapsing_twice_changes_nothing(campus):
    at = campus("model")
    proposal = model_pilot(at)
    with on(2028, 6, 1):
        assert (lapse_due(), lapse_due()) == (1, 0)
    entries = Entry.objects.filter(act__in=["lapse", "standing changed"], subject_id__in=[proposal.pk])
    assert entries.count() == 1


def test_only_the_standing_lapses_while_the_full_proposal_is_decided(campus):
    at = campus("model")
    proposal = model_pilot(at)
    with on(2027, 6, 1):
        move(proposal, "file_full_proposal", at.proposer)
    with on(2028, 6, 1):
        assert lapse_due() == 1
        assert (fresh(proposal).state, standing(proposal)[0]) == ("full_approval", Standing.LAPSED)
        assert Mail.objects.filter(kind="pilot_awards_end", to=at.proposer.email).count() == 1
        finish(at, proposal, "full_committee_ballot")
        finish(at, proposal, "provost_adoption")
    assert (fresh(proposal).state, standing(proposal)) == ("established", (Standing.ESTABLISHED, None))


def test_a_full_proposal_that_was_sent_back_or_turned_down_does_not_keep_the_pilot_alive(campus):
    at = campus("model")
    sent_back, declined = model_pilot(at), model_pilot(at)
    with on(2027, 6, 1):
        for proposal, outcome in ((sent_back, "request_changes"), (declined, "decline")):
            move(proposal, "file_full_proposal", at.proposer)
            finish(at, proposal, "full_committee_ballot", outcome)
    with on(2028, 6, 1):
        assert lapse_due() == 2
    assert (fresh(sent_back).state, standing(sent_back)[0]) == ("changes_requested", Standing.LAPSED)
    assert (fresh(declined).state, standing(declined)[0]) == ("declined", Standing.LAPSED)


def test_a_pilot_on_hold_lapses_when_it_is_resumed(campus):
    at = campus("model")
    proposal = model_pilot(at)
    with on(2027, 6, 1):
        move(proposal, "hold", at.programme_manager)
    with on(2028, 6, 1):
        assert lapse_due() == 1
        assert (fresh(proposal).state, standing(proposal)[0]) == ("on_hold", Standing.LAPSED)
        assert lapse_due() == 0
        move(proposal, "resume", at.programme_manager)
        assert lapse_due() == 1
    assert fresh(proposal).state == "lapsed"


def test_the_full_proposal_cannot_be_written_when_the_pilot_is_over(campus):
    at = campus("model")
    proposal = model_pilot(at)
    with on(2028, 5, 21), pytest.raises(Refused) as refused:
        save(proposal, {"results": {"changes": "Late."}}, at.proposer)
    assert [reason.clause for reason in refused.value.reasons] == ["MU-12"]


# --- proposals about a credential that exists -----------------------------------------------------
@pytest.mark.parametrize(
    ("kind", "after"),
    [
        ("change", Standing.ESTABLISHED),
        ("retire", Standing.RETIRED),
    ],
)
def test_a_proposal_about_an_established_credential_ends_in_its_next_version(campus, kind, after):
    at = campus("model")
    definition = walking.model_established(at).definition
    proposal = proposals.start(
        institution=at.institution,
        unit=at.unit,
        type="badge",
        kind=kind,
        definition=definition,
        proposers=[],
        by=at.proposer,
        answers=walking.MODEL_INTENT,
    )
    move(proposal, "submit", at.proposer)
    finish(at, proposal, "intent_acknowledged", "acknowledged")
    save(proposal, {**MODEL, "idea": {**MODEL["idea"], "title": "Better writing"}}, at.proposer)
    move(proposal, "submit", at.proposer)
    finish(at, proposal, "committee_ballot")
    finish(at, proposal, "dean_signoff")
    proposal, before = fresh(proposal), definition.current
    assert (proposal.state, proposal.definition) == ("established", definition)  # no second pilot
    assert (proposal.definition.standing, proposal.definition.current.number) == (after, 3)
    assert (proposal.definition.current.title, before.title) == ("Better writing", "Technical writing")

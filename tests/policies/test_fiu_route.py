"""Florida International University's policy 380.104: who acts, in which order, and what is recorded with it."""

import datetime as dt

import pytest

from policies.calendar import Terms, year_terms
from policies.engine import certifier, clean_step, route_steps, transcript_notation
from policies.loader import packs
from tests.policies.examples import changed
from tests.policies.examples_riverside_fiu import (
    APPLICATION,
    CONSULTATION,
    DESIGN,
    SENATE,
    SET_APPLICATION,
    SET_CONSULTATION,
)

TODAY = dt.date(2020, 3, 2)


@pytest.fixture
def pack():
    return packs()["florida_international"]


def ids(pack, state, answers=APPLICATION, type="badge"):
    return [step.id for step in route_steps(pack, state, answers, type)]


@pytest.mark.clause("FIU-2")
def test_the_consultation_records_rigour_advice_and_day(pack):
    step = pack.step("asa_consultation")
    assert (step.kind, step.by, step.clause, step.when) == ("consultation", "office:asa", "FIU-2", None)
    assert clean_step(step, CONSULTATION, today=TODAY) == (CONSULTATION, [])
    for name in CONSULTATION:
        _kept, reasons = clean_step(step, {**CONSULTATION, name: None}, today=TODAY)
        assert [reason.field for reason in reasons] == [name]
    assert [r.clause for r in clean_step(step, {}, today=TODAY)[1]] == ["FIU-2", "FIU-2", "FIU-17", "FIU-16"]


@pytest.mark.clause("FIU-2", "FIU-9")
@pytest.mark.parametrize(
    "step,answers,field",
    [
        ("asa_consultation", CONSULTATION, "held_on"),
        ("asa_set_consultation", SET_CONSULTATION, "held_on"),
        ("senate_new_ground", SENATE, "decided_on"),
        ("senate_stack", SENATE, "decided_on"),
    ],
)
def test_what_is_to_come_is_not_recorded(pack, step, answers, field):
    given = {**answers, field: "2020-03-03"}
    assert [reason.field for reason in clean_step(pack.step(step), given, today=TODAY)[1]] == [field]


@pytest.mark.clause("FIU-2")
def test_the_consultation_stands_before_the_review(pack):
    states = [stage.state for stage in pack.stages for step in stage.steps if step.id == "asa_consultation"]
    assert states == ["intent"]
    assert [stage.state for stage in pack.stages] == ["intent", "proposal", "committee_review", "established"]


@pytest.mark.clause("FIU-7")
def test_only_asa_releases_and_a_unit_requests(pack):
    assert [(one.office, one.when, one.clause) for one in pack.issuance.certifiers] == [
        ("asa", None, "FIU-7")
    ]
    assert certifier(pack, DESIGN, "micro_certificate").office == "asa"
    assert pack.issuance.requesters == ["issuer", "programme_director"]


@pytest.mark.clause("FIU-8")
def test_five_kinds_of_unit_propose(pack):
    assert pack.proposing.unit_kinds == ["department", "college", "school", "center", "unit"]
    assert pack.proposing.clause == "FIU-8"


@pytest.mark.clause("FIU-9")
@pytest.mark.parametrize(
    "ground,stacking,asked",
    [
        ("existing", "none", []),
        ("new_other", "none", []),
        ("new_senate", "none", ["senate_new_ground"]),
        ("existing", "time_to_degree", []),
        ("existing", "graduate_transfer", []),
        ("existing", "outside", ["senate_stack"]),
        ("new_senate", "outside", ["senate_new_ground", "senate_stack"]),
    ],
)
def test_when_the_senates_approval_comes_first(pack, ground, stacking, asked):
    answers = changed(changed(APPLICATION, "basis.ground", ground), "basis.stacking", stacking)
    assert ids(pack, "intent", answers) == ["file_application", *asked, "asa_consultation"]
    assert ids(pack, "proposal", answers) == ["file_proposal"]


@pytest.mark.clause("FIU-9")
def test_the_senates_approval_is_recorded_with_day_and_place(pack):
    assert pack.stage("intent").join("senate") == "all"
    for name in ("senate_new_ground", "senate_stack"):
        step = pack.step(name)
        assert (step.kind, step.by, step.group, step.clause) == (
            "signoff",
            "office:senate_office",
            "senate",
            "FIU-9",
        )
        assert clean_step(step, SENATE, today=TODAY) == (SENATE, [])
        assert [reason.clause for reason in clean_step(step, {}, today=TODAY)[1]] == ["FIU-9", "FIU-9"]


@pytest.mark.clause("FIU-10")
def test_the_registrar_keeps_the_record(pack):
    assert (pack.transcript.keeper, pack.transcript.keeper_clause) == ("office:registrar", "FIU-10")
    assert transcript_notation(pack, DESIGN, "badge") is False


@pytest.mark.clause("FIU-11")
def test_a_sets_goal_and_organisation_are_settled_in_a_consultation(pack):
    assert ids(pack, "intent", SET_APPLICATION, "micro_certificate") == [
        "file_application",
        "asa_consultation",
        "asa_set_consultation",
    ]
    step = pack.step("asa_set_consultation")
    assert (step.kind, step.by, step.clause) == ("consultation", "office:asa", "FIU-11")
    assert clean_step(step, SET_CONSULTATION, today=TODAY) == (SET_CONSULTATION, [])
    assert [r.field for r in clean_step(step, {}, today=TODAY)[1]] == ["held_on", "goal", "organisation"]


@pytest.mark.clause("FIU-12")
def test_the_set_is_what_the_award_waits_for(pack):
    assert (pack.mapping.parts, pack.issuance.collection_clause) == ("about.parts", "FIU-12")


@pytest.mark.clause("FIU-14")
def test_the_policys_particulars(pack):
    policy = pack.policy
    assert (policy.number, policy.clause) == ("380.104", "FIU-14")
    assert "Academic and Student Affairs" in policy.division
    assert policy.effective_on == dt.date(2019, 10, 14)
    assert policy.revised_on == [dt.date(2020, 11, 17), dt.date(2024, 2, 7)]
    assert policy.reviewed_on == []
    assert [one.split(",")[0] for one in policy.authority] == [
        "Board of Governors Regulation 8.001",
        "Board of Governors Regulation 8.002 (1)",
    ]
    assert [one.split(",")[0] for one in policy.references] == ["Policy 340.350", "Policy 380.085"]
    assert policy.contact.startswith("Assistant Vice President")


@pytest.mark.clause("FIU-15")
def test_every_competency_is_met_before_a_badge(pack):
    rule = pack.issuance
    assert (rule.mastery_required, rule.mastery_clause) == (True, "FIU-15")
    assert (rule.completion_required, rule.completion_clause) == (True, "FIU-15")


@pytest.mark.clause("FIU-16")
def test_the_unit_applies_asa_advises_approves_and_awards(pack):
    route = [
        (stage.state, [(step.kind, step.by) for step in route_steps(pack, stage.state, APPLICATION, "badge")])
        for stage in pack.stages
    ]
    assert route == [
        ("intent", [("form", "proposer"), ("consultation", "office:asa")]),
        ("proposal", [("form", "proposer")]),
        ("committee_review", [("signoff", "office:asa")]),
        ("established", []),
    ]
    assert pack.step("asa_approval").outcomes == ["approve", "request_changes", "decline"]
    assert (pack.issuance.badge_by, pack.platform.kind) == ("office:asa", "open_badges")


def test_three_semesters(pack):
    assert [(term.id, term.ends_on) for term in year_terms(2026, Terms(pack.calendar))] == [
        ("fall", dt.date(2026, 12, 12)),
        ("spring", dt.date(2027, 4, 26)),
        ("summer", dt.date(2027, 8, 8)),
    ]

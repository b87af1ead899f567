"""Conditions of an approval: set by voters and the chair, met by proposers, accepted or waived, and what they hold up."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction

from journal.models import Entry, Mail, Notice
from policies.reasons import Refused
from proposals import moves
from proposals.models import Proposal
from reviews.actions import ballots, conditions
from reviews.models import Condition
from tests.proposals.packs import ruled
from tests.reviews.support import OUTSIDERS, acts, cast, committee_ballot, hold, refusal, voters

pytestmark = pytest.mark.django_db

WITH = "approve_with_conditions"


def approved(campus, *named, votes=None, **kwargs):
    """The committee has approved with the conditions that were named at closing; gives the closed ballot."""
    ballot = committee_ballot(campus)
    for person, asked in zip(voters(ballot), votes or [(), (), ()], strict=False):
        ballots.vote(ballot=ballot, choice=WITH, conditions=asked, by=person)
    return ballots.close(ballot=ballot, by=voters(ballot)[0], conditions=named, **kwargs)


def one(campus, text="Name the assessor."):
    return Condition.objects.get(ballot=approved(campus, text))


def chair_of(condition):
    return voters(condition.ballot)[0]


# --- set -----------------------------------------------------------------------------------------
def test_conditions_of_voters_and_chair_are_set_once_each(model):
    votes = [["Name the assessor."], ["name  the assessor.", "Fewer hours."], []]
    approved(model, "Fewer hours.", "Add a rubric.", votes=votes, due_on=dt.date(2099, 1, 31))
    found = Condition.objects.values_list("place", "text", "due_on", "state")
    day = dt.date(2099, 1, 31)
    assert list(found) == [
        (1, "Name the assessor.", day, "open"),
        (2, "Fewer hours.", day, "open"),
        (3, "Add a rubric.", day, "open"),
    ]


def test_another_outcome_sets_none(model):
    ballot = committee_ballot(model)
    cast(ballot, "approve", "approve", "approve")
    ballots.vote(ballot=ballot, choice=WITH, conditions=["Fewer hours."], by=voters(ballot)[3])
    ballots.close(ballot=ballot, by=voters(ballot)[0], conditions=["Add a rubric."])
    assert not Condition.objects.exists()


def test_conditions_of_who_stepped_aside_are_not_set(model):
    ballot = committee_ballot(model)
    for person in voters(ballot)[:4]:
        ballots.vote(ballot=ballot, choice=WITH, conditions=[f"Asked by {person.pk}"], by=person)
    away = voters(ballot)[3]
    ballots.recuse(ballot=ballot, by=away)
    ballots.close(ballot=ballot, by=voters(ballot)[0])
    assert Condition.objects.count() == 3
    assert not Condition.objects.filter(text__contains=str(away.pk)).exists()


def test_conditions_with_another_choice_are_refused_at_their_field(model):
    ballot = committee_ballot(model)
    with pytest.raises(Refused) as caught:
        ballots.vote(ballot=ballot, choice="approve", conditions=["Fewer hours."], by=voters(ballot)[1])
    assert [(r.field, r.clause) for r in caught.value.reasons] == [("conditions", "MU-10")]


def test_setting_is_recorded_and_the_proposers_are_told_without_content(model):
    ballot = approved(model, "Name the assessor.")
    entry = Entry.objects.get(act="conditions_set")
    assert (entry.detail["note"], entry.detail["hash"]) == ("Name the assessor.", ballot.revision.hash)
    assert Notice.objects.get(kind="conditions_set").person == model.proposer
    mail = Mail.objects.get(kind="conditions_set")
    assert "assessor" not in mail.text + mail.subject
    assert f"/proposals/{ballot.proposal_id}/" in mail.text


def test_day_that_is_past_is_refused_and_the_ballot_stays_open(model):
    with pytest.raises(Refused) as caught:
        approved(model, "Fewer hours.", due_on=dt.date(2020, 1, 1))
    assert refusal(caught) == [("", "Choose a day to come.")]


def test_conditions_can_be_named_after_the_ballot(model):
    ballot = approved(model)
    conditions.name(step=ballot.step, texts=["Fewer hours."], by=voters(ballot)[0])
    conditions.name(step=ballot.step, texts=["fewer hours.", "Add a rubric."], by=model.programme_manager)
    assert list(Condition.objects.values_list("text", flat=True)) == ["Fewer hours.", "Add a rubric."]


@pytest.mark.parametrize("role", [*(role for role in OUTSIDERS if role != "programme_manager"), "proposer"])
def test_naming_and_settling_by_others_is_denied(model, role):
    row = one(model)
    person = getattr(model, role)
    for act in (
        lambda: conditions.name(step=row.step, texts=["More"], by=person),
        lambda: conditions.accept(condition=row, by=person),
        lambda: conditions.send_back(condition=row, reason="No", by=person),
        lambda: conditions.waive(condition=row, reason="No", by=person),
    ):
        with pytest.raises(PermissionDenied):
            act()


def test_naming_where_nothing_was_conditional_is_refused(model):
    ballot = committee_ballot(model)
    cast(ballot, "approve", "approve", "approve")
    ballots.close(ballot=ballot, by=voters(ballot)[0])
    with pytest.raises(Refused) as caught:
        conditions.name(step=ballot.step, texts=["More"], by=model.programme_manager)
    assert refusal(caught) == [("MU-10", "Only an approval with conditions has conditions.")]


# --- met, accepted, sent back, waived ------------------------------------------------------------
def test_condition_is_met_and_accepted(model):
    row = conditions.meet(condition=one(model), note=" See section 4. ", by=model.proposer)
    assert (row.state, row.evidence, row.met_by) == ("met", "See section 4.", model.proposer)
    told = set(Notice.objects.filter(kind="condition_met").values_list("person", flat=True))
    assert told == {chair_of(row).pk, model.programme_manager.pk}
    row = conditions.accept(condition=row, by=chair_of(row))
    assert (row.state, row.settled_by) == ("accepted", chair_of(row))
    assert Notice.objects.get(kind="condition_settled").person == model.proposer
    assert acts(row.proposal)[-2:] == ["condition_met", "condition_accepted"]


def test_condition_that_is_not_met_yet_goes_back_with_the_reason(model):
    row = conditions.meet(condition=one(model), note="Done", by=model.proposer)
    row = conditions.send_back(condition=row, reason="Who assesses?", by=model.programme_manager)
    assert (row.state, row.reason, row.met_at) == ("open", "Who assesses?", None)
    assert conditions.meet(condition=row, note="The registrar", by=model.proposer).state == "met"
    assert "Who assesses?" in Entry.objects.get(act="condition_sent_back").detail["note"]


def test_condition_is_waived_with_a_reason_only(model):
    row = one(model)
    with pytest.raises(Refused) as caught:
        conditions.waive(condition=row, reason=" ", by=chair_of(row))
    assert refusal(caught) == [("", "Say why it is waived: it stands in the record.")]
    assert conditions.waive(condition=row, reason="Settled otherwise.", by=chair_of(row)).state == "waived"


def test_meeting_by_who_does_not_propose_is_denied(model):
    row = one(model)
    for person in (chair_of(row), model.programme_manager, model.second_proposer, model.stranger):
        with pytest.raises(PermissionDenied):
            conditions.meet(condition=row, note="Done", by=person)


def test_acceptance_before_anyone_said_it_is_met_is_refused(model):
    row = one(model)
    with pytest.raises(Refused) as caught:
        conditions.accept(condition=row, by=chair_of(row))
    said = "No proposer has said yet that it is met. Without that it can only be waived."
    assert refusal(caught) == [("MU-10", said)]


def test_settled_condition_is_final(model):
    row = one(model)
    conditions.waive(condition=row, reason="Enough.", by=chair_of(row))
    with pytest.raises(Refused) as caught:
        conditions.meet(condition=row, note="Done", by=model.proposer)
    assert refusal(caught) == [("MU-10", f"{chair_of(row)} has waived this condition.")]
    for change in (lambda: Condition.objects.update(text="Less"), lambda: Condition.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_nothing_is_done_with_it_on_hold(model):
    row = one(model)
    hold(row.proposal)
    for act in (
        lambda: conditions.meet(condition=row, note="Done", by=model.proposer),
        lambda: conditions.waive(condition=row, reason="Enough.", by=chair_of(row)),
    ):
        with pytest.raises(Refused) as caught:
            act()
        assert refusal(caught)[0][1].startswith("The proposal is on hold.")


def test_chair_who_proposes_does_not_settle(model):
    chair = model.chair("committee")
    ballot = committee_ballot(model, proposers=[model.proposer, chair])
    for person in voters(ballot)[1:4]:
        ballots.vote(ballot=ballot, choice=WITH, conditions=["Fewer hours."], by=person)
    ballots.close(ballot=ballot, by=model.programme_manager)
    with pytest.raises(PermissionDenied):
        conditions.waive(condition=Condition.objects.get(), reason="Enough.", by=chair)


# --- what they hold up ---------------------------------------------------------------------------
@pytest.fixture
def blocking(model):
    """The model university whose committee's conditions keep a proposal where it is."""

    def change(data):
        body = next(body for body in data["bodies"] if body["id"] == "committee")
        body["conditions_block"] = True

    return ruled(model, change)


def test_conditions_do_not_stop_the_next_stage_unless_the_pack_says_so(model):
    assert Proposal.objects.get(pk=approved(model, "Fewer hours.").proposal_id).state == "unit_approval"


def test_conditions_stop_the_next_stage_where_the_pack_says_so(blocking):
    ballot = approved(blocking, "Fewer hours.", "Add a rubric.")
    proposal = Proposal.objects.get(pk=ballot.proposal_id)
    assert proposal.state == "committee_review"
    who = moves.who_has_it(proposal, blocking.proposer)
    assert who.waits_for == "its conditions to be met and accepted (2 left)"
    first, second = Condition.objects.all()
    conditions.waive(condition=first, reason="Enough.", by=chair_of(first))
    assert Proposal.objects.get(pk=proposal.pk).state == "committee_review"
    conditions.meet(condition=second, note="Done", by=blocking.proposer)
    conditions.accept(condition=second, by=blocking.programme_manager)
    assert Proposal.objects.get(pk=proposal.pk).state == "unit_approval"

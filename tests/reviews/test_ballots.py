"""Ballots: opening, voting, stepping aside, closing, holding the vote again."""

import datetime as dt
import uuid
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction

from accounts.models import RoleGrant, SeatHolding
from journal import clock
from journal.models import Entry, Mail, Notice
from policies.reasons import Refused
from proposals.models import Proposal, Step
from reviews.actions import ballots, opening
from reviews.models import Ballot, BallotSeat, Recusal, Vote, VoteChange
from tests.reviews.support import at_step, committee_ballot, hold, voters
from tests.support import campus  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.fixture
def model(campus):  # noqa: F811
    return campus("model")


def refusal(caught):
    return [(reason.clause, reason.text) for reason in caught.value.reasons]


def cast(ballot, *choices):
    """Votes in the order of the roll; "" for who does not vote."""
    for person, choice in zip(voters(ballot), choices, strict=False):
        if choice:
            ballots.vote(ballot=ballot, choice=choice, by=person)


def close(ballot, **kwargs):
    return ballots.close(ballot=ballot, by=voters(ballot)[0], **kwargs)


def acts(proposal):
    return list(Entry.objects.about("proposal", proposal.pk).values_list("act", flat=True))


# --- opening -------------------------------------------------------------------------------------
def test_opening_a_step_opens_its_ballot_on_the_latest_revision(model):
    ballot = committee_ballot(model)
    assert (ballot.state, ballot.revision.number, ballot.body) == ("open", 1, "committee")
    assert ballot.outcomes == ["approve", "approve_with_conditions", "request_changes", "decline"]
    assert ballot.question == "Shall “Trial of the Trade” be approved?"


def test_opening_freezes_the_roll(model):
    ballot = committee_ballot(model)
    frozen = [
        ("chair", True), ("registrar", False), ("faculty", False), ("faculty", False), ("students", False)
    ]  # fmt: skip
    assert [(seat.seat, seat.chair) for seat in ballot.roll.all()] == frozen
    SeatHolding.objects.filter(seat="students").update(ends_on=dt.date(2021, 1, 1))
    assert ballot.roll.count() == 5
    with pytest.raises(DatabaseError), transaction.atomic():
        ballot.roll.update(title="Another")


def test_opening_tells_every_voter_without_content(model):
    ballot = committee_ballot(model)
    told = set(Notice.objects.filter(kind="ballot_opened").values_list("person", flat=True))
    assert told == {person.pk for person in voters(ballot)}
    mail = Mail.objects.filter(kind="ballot_opened")
    assert mail.count() == 5
    assert f"/admin/ballots/{ballot.pk}/" in mail[0].text
    assert "Trial of the Trade" not in mail[0].text + mail[0].subject


def test_opening_is_recorded_with_roll_and_revision(model):
    ballot = committee_ballot(model)
    entry = Entry.objects.get(act="ballot_opened")
    assert entry.detail["hash"] == ballot.revision.hash
    assert [line["person"] for line in entry.detail["roll"]] == [str(person.pk) for person in voters(ballot)]


def test_vote_over_days_ends_at_midnight_of_the_campus(model):
    with clock.at(dt.datetime(2026, 3, 2, 18, 0, tzinfo=dt.UTC)):
        ballot = committee_ballot(model)
    local = ballot.closes_at.astimezone(ZoneInfo("America/Chicago"))
    assert (local.date(), local.hour, local.minute) == (dt.date(2026, 3, 16), 23, 59)


def test_proposer_on_the_roll_is_recused_from_the_start(model):
    member = model.members("committee")[0] if "committee" in model.bodies else None
    ballot = committee_ballot(model, proposers=[model.proposer, model.bodies["committee"][0].person])
    recusal = Recusal.objects.get(ballot=ballot)
    assert (recusal.person, recusal.how) == (member, "author")


def test_body_without_a_required_seat_does_not_convene(model):
    RoleGrant.objects.filter(office="academic_affairs").delete()
    step = at_step(model, "committee_ballot")
    assert not Ballot.objects.exists()
    text = (
        "Micro-credential Committee cannot convene without the seat “Academic Affairs (chair)”: it is vacant."
    )
    assert [(r.clause, r.text) for r in opening.open_reasons(step)] == [("MU-9", text)]
    assert Notice.objects.get(kind="body_incomplete").person == model.programme_manager
    with pytest.raises(Refused) as caught:
        ballots.rerun(step=step, by=model.programme_manager)
    assert refusal(caught) == [("MU-9", text)]


def test_vote_opens_once_the_seat_is_filled(model):
    grants = list(RoleGrant.objects.filter(office="academic_affairs"))
    RoleGrant.objects.filter(office="academic_affairs").delete()
    step = at_step(model, "committee_ballot")
    RoleGrant.objects.bulk_create(grants)
    assert ballots.rerun(step=step, by=model.programme_manager).roll.count() == 5


# --- voting --------------------------------------------------------------------------------------
def test_vote_is_kept_with_its_comment_and_scores(model):
    ballot = committee_ballot(model)
    member = voters(ballot)[2]
    ballots.vote(
        ballot=ballot, choice="approve", comment=" Good. ", by=member, rubric={"It serves a need.": 4}
    )
    vote = Vote.objects.get()
    assert (vote.person, vote.choice, vote.comment, vote.rubric) == (
        member,
        "approve",
        "Good.",
        {"It serves a need.": 4},
    )


def test_vote_can_be_changed_and_each_is_kept(model):
    ballot = committee_ballot(model)
    member = voters(ballot)[1]
    for choice in ("approve", "decline", "abstain"):
        ballots.vote(ballot=ballot, choice=choice, by=member)
    assert (Vote.objects.get().choice, Vote.objects.get().changes) == ("abstain", 2)
    assert list(VoteChange.objects.values_list("choice", flat=True)) == ["approve", "decline", "abstain"]
    assert acts(ballot.proposal)[-3:] == ["vote_cast", "vote_changed", "vote_changed"]


def test_same_vote_twice_is_one_vote(model):
    ballot = committee_ballot(model)
    for _ in range(2):
        ballots.vote(ballot=ballot, choice="approve", comment="Yes", by=voters(ballot)[1])
    assert (Vote.objects.count(), VoteChange.objects.count(), acts(ballot.proposal).count("vote_cast")) == (
        1,
        1,
        1,
    )


def test_record_of_a_vote_says_nothing_of_the_choice(model):
    ballot = committee_ballot(model)
    ballots.vote(ballot=ballot, choice="decline", comment="Never", by=voters(ballot)[1])
    entry = Entry.objects.get(act="vote_cast")
    assert "decline" not in entry.canonical
    assert "Never" not in entry.canonical


def test_vote_by_a_proposer_is_refused_with_the_clause(model):
    ballot = committee_ballot(model)
    with pytest.raises(Refused) as caught:
        ballots.vote(ballot=ballot, choice="approve", by=model.proposer)
    assert refusal(caught) == [("MU-10", "You propose this credential, so you have no vote on it.")]


ROLES = (
    "supervisor", "section_head", "programme_manager", "programme_director", "issuer", "assessor",
    "administrator", "learner", "nobody", "stranger", "second_proposer",
)  # fmt: skip


@pytest.mark.parametrize("role", ROLES)
def test_vote_by_who_is_not_on_the_roll_is_denied(model, role):
    ballot = committee_ballot(model)
    with pytest.raises(PermissionDenied):
        ballots.vote(ballot=ballot, choice="approve", by=getattr(model, role))
    assert not Vote.objects.exists()


def test_vote_by_a_recused_member_is_refused(model):
    ballot = committee_ballot(model)
    member = voters(ballot)[1]
    ballots.recuse(ballot=ballot, by=member, reason="My sister teaches it.")
    with pytest.raises(Refused) as caught:
        ballots.vote(ballot=ballot, choice="approve", by=member)
    assert refusal(caught) == [("MU-10", "You are recused from this ballot, so you have no vote in it.")]


def test_vote_on_hold_is_refused(model):
    ballot = committee_ballot(model)
    hold(ballot.proposal)
    with pytest.raises(Refused) as caught:
        ballots.vote(ballot=ballot, choice="approve", by=voters(ballot)[1])
    assert refusal(caught) == [("MU-10", "The proposal is on hold. The ballot goes on once it is resumed.")]


def test_vote_after_the_last_day_is_refused(model):
    ballot = committee_ballot(model)
    with clock.at(ballot.closes_at + dt.timedelta(seconds=1)), pytest.raises(Refused) as caught:
        ballots.vote(ballot=ballot, choice="approve", by=voters(ballot)[1])
    assert refusal(caught)[0][1].startswith("Voting ended on ")


def test_vote_on_a_void_ballot_is_refused(model):
    ballot = committee_ballot(model)
    opening.void_ballots(step=ballot.step, reason="The proposers changed it.")
    with pytest.raises(Refused) as caught:
        ballots.vote(ballot=ballot, choice="approve", by=voters(ballot)[1])
    assert refusal(caught) == [("MU-10", "This ballot is void: The proposers changed it.")]
    assert Notice.objects.filter(kind="ballot_void").count() == 5


def test_vote_after_closing_is_refused(model):
    ballot = committee_ballot(model)
    close(ballot)
    with pytest.raises(Refused) as caught:
        ballots.vote(ballot=ballot, choice="approve", by=voters(ballot)[1])
    assert " closed this ballot on " in refusal(caught)[0][1]


def test_vote_into_a_closed_ballot_is_stopped_by_the_database(model):
    ballot = committee_ballot(model)
    seat = ballot.roll.first()
    close(ballot)
    with pytest.raises(DatabaseError), transaction.atomic():
        Vote.objects.create(
            ballot=ballot, seat=seat, person=seat.person, choice="approve", cast_at=clock.now()
        )


@pytest.mark.parametrize(
    ("vote", "field", "clause"),
    [
        ({"choice": "veto"}, "choice", "MU-10"),
        ({"choice": ""}, "choice", "MU-10"),
        ({"choice": "approve", "comment": "x" * 10_001}, "comment", ""),
        ({"choice": "approve", "rubric": {"It is cheap.": 3}}, "rubric", "MU-9"),
        ({"choice": "approve", "rubric": {"It serves a need.": 6}}, "rubric", "MU-9"),
        ({"choice": "approve", "rubric": {"It serves a need.": "5"}}, "rubric", "MU-9"),
    ],
)
def test_vote_that_does_not_fit_is_refused_at_its_field(model, vote, field, clause):
    ballot = committee_ballot(model)
    with pytest.raises(Refused) as caught:
        ballots.vote(ballot=ballot, by=voters(ballot)[1], **vote)
    assert [(r.field, r.clause) for r in caught.value.reasons] == [(field, clause)]


def test_vote_for_an_outcome_that_the_body_does_not_have_is_refused(campus):  # noqa: F811
    """Boulder's committee approves or asks for changes, these two only (CUB-9)."""
    boulder = campus("cu_boulder")
    ballot = Ballot.objects.get(step=at_step(boulder, "mac_ballot"))
    with pytest.raises(Refused) as caught:
        ballots.vote(ballot=ballot, choice="decline", by=voters(ballot)[0])
    assert refusal(caught) == [
        ("CUB-9", "Choose one of what this body can say: approve, request changes, abstain.")
    ]


def test_database_holds_one_vote_a_person(model):
    ballot = committee_ballot(model)
    first, second = ballot.roll.all()[:2]
    row = {"ballot": ballot, "person": first.person, "choice": "approve", "cast_at": clock.now()}
    Vote.objects.create(seat=first, **row)
    with pytest.raises(DatabaseError), transaction.atomic():
        Vote.objects.create(seat=second, **row)


def test_votes_can_be_neither_deleted_nor_rewritten_in_history(model):
    ballot = committee_ballot(model)
    ballots.vote(ballot=ballot, choice="approve", by=voters(ballot)[1])
    for change in (Vote.objects.all().delete, lambda: VoteChange.objects.update(choice="decline")):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


# --- stepping aside ------------------------------------------------------------------------------
def test_recusal_takes_a_cast_vote_out_of_the_count(model):
    ballot = committee_ballot(model)
    cast(ballot, "approve", "approve", "decline", "decline", "decline")
    ballots.recuse(ballot=ballot, by=voters(ballot)[4])
    tally = close(ballot).tally
    assert (tally["yes"], tally["no"], tally["recused"], tally["present"]) == (2, 2, 1, 5)


def test_recusal_twice_is_refused(model):
    ballot = committee_ballot(model)
    ballots.recuse(ballot=ballot, by=voters(ballot)[1])
    with pytest.raises(Refused) as caught:
        ballots.recuse(ballot=ballot, by=voters(ballot)[1])
    assert refusal(caught) == [("MU-10", "You are recused from this ballot already.")]


def test_recusal_by_who_is_not_on_the_roll_is_denied(model):
    with pytest.raises(PermissionDenied):
        ballots.recuse(ballot=committee_ballot(model), by=model.programme_manager)


def test_programme_manager_closes_when_the_chair_is_recused(model):
    ballot = committee_ballot(model)
    chair = voters(ballot)[0]
    ballots.recuse(ballot=ballot, by=chair)
    with pytest.raises(PermissionDenied):
        ballots.close(ballot=ballot, by=chair)
    assert ballots.close(ballot=ballot, by=model.programme_manager).state == "closed"


# --- closing -------------------------------------------------------------------------------------
def test_decision_completes_the_step_and_moves_the_proposal(model):
    ballot = committee_ballot(model)
    cast(ballot, "approve", "approve", "approve", "request_changes", "abstain")
    closed = close(ballot)
    assert closed.tally["sentence"] == (
        "5 of 5 seats took part; 3 are needed. Of 4 votes cast 3 are yes; more than half is needed. Carried."
    )
    step = Step.objects.get(pk=ballot.step_id)
    assert (step.status, step.outcome, step.counts["yes"]) == ("complete", "approve", 3)
    assert Proposal.objects.get(pk=ballot.proposal_id).state == "unit_approval"
    assert Step.objects.get(key="dean_signoff").status == "open"


def test_closing_is_recorded_with_every_choice(model):
    ballot = committee_ballot(model)
    cast(ballot, "approve", "approve", "approve")
    close(ballot)
    entry = Entry.objects.get(act="ballot_closed")
    assert entry.detail["outcome"] == "approve"
    assert [(v["seat"], v["choice"]) for v in entry.detail["votes"]] == [
        ("chair", "approve"), ("registrar", "approve"), ("faculty", "approve")
    ]  # fmt: skip
    assert acts(ballot.proposal).index("ballot_closed") < acts(ballot.proposal).index("step")


def test_request_for_changes_sends_it_back_with_what_the_members_wrote(model):
    ballot = committee_ballot(model)
    chair, second, third = voters(ballot)[:3]
    ballots.vote(ballot=ballot, choice="request_changes", comment="Name the assessor.", by=second)
    ballots.vote(ballot=ballot, choice="request_changes", comment="Fewer hours.", by=third)
    ballots.vote(ballot=ballot, choice="approve", comment="Fine with me.", by=chair)
    close(ballot, note="We meet again in May.")
    assert Proposal.objects.get(pk=ballot.proposal_id).state == "changes_requested"
    step = Step.objects.get(pk=ballot.step_id)
    assert (step.outcome, step.note) == (
        "request_changes",
        "We meet again in May.\n\nName the assessor.\n\nFewer hours.",
    )


@pytest.mark.parametrize(
    ("choices", "outcome"),
    [(("approve", "approve"), "inquorate"), (("approve", "approve", "decline", "decline"), "no_decision")],
)
def test_without_quorum_or_decision_nothing_moves(model, choices, outcome):
    ballot = committee_ballot(model)
    cast(ballot, *choices)
    assert close(ballot).outcome == outcome
    assert Step.objects.get(pk=ballot.step_id).status == "open"
    assert Proposal.objects.get(pk=ballot.proposal_id).state == "committee_review"


def test_vote_is_held_again_without_the_earlier_votes(model):
    ballot = committee_ballot(model)
    cast(ballot, "approve", "approve")
    close(ballot)
    again = ballots.rerun(step=ballot.step, by=voters(ballot)[0])
    assert (again.state, again.votes.count(), again.revision) == ("open", 0, ballot.revision)


def test_vote_is_not_held_twice_at_once(model):
    ballot = committee_ballot(model)
    with pytest.raises(Refused) as caught:
        ballots.rerun(step=ballot.step, by=voters(ballot)[0])
    assert refusal(caught) == [("MU-10", "A ballot of this step is open already.")]


def test_vote_is_not_held_again_once_decided(model):
    ballot = committee_ballot(model)
    cast(ballot, "approve", "approve", "approve")
    close(ballot)
    with pytest.raises(Refused) as caught:
        ballots.rerun(step=ballot.step, by=voters(ballot)[0])
    assert refusal(caught) == [("MU-10", "This step is not open, so there is nothing to vote on.")]


@pytest.mark.parametrize("role", [*ROLES, "proposer"])
def test_closing_and_rerunning_by_others_is_denied(model, role):
    ballot = committee_ballot(model)
    person = getattr(model, role)
    with pytest.raises(PermissionDenied):
        ballots.close(ballot=ballot, by=person)
    if role != "programme_manager":
        with pytest.raises(PermissionDenied):
            ballots.rerun(step=ballot.step, by=person)


def test_closing_by_a_member_who_does_not_chair_is_denied(model):
    ballot = committee_ballot(model)
    with pytest.raises(PermissionDenied):
        ballots.close(ballot=ballot, by=voters(ballot)[1])


def test_second_closing_is_told_who_was_faster(model):
    ballot = committee_ballot(model)
    close(ballot)
    with pytest.raises(Refused) as caught:
        close(ballot)
    assert refusal(caught)[0][1].startswith(f"{voters(ballot)[0]} closed this ballot on ")
    assert acts(ballot.proposal).count("ballot_closed") == 1


def test_closing_on_hold_is_refused(model):
    ballot = committee_ballot(model)
    hold(ballot.proposal)
    with pytest.raises(Refused) as caught:
        close(ballot)
    assert refusal(caught) == [("MU-10", "The proposal is on hold. The ballot goes on once it is resumed.")]


def test_closed_ballot_cannot_be_changed_by_sql(model):
    ballot = close(committee_ballot(model))
    with pytest.raises(DatabaseError), transaction.atomic():
        Ballot.objects.filter(pk=ballot.pk).update(outcome="approve")


def test_body_is_told_of_the_result(model):
    ballot = close(committee_ballot(model))
    assert Notice.objects.filter(kind="ballot_closed").count() == 5
    assert Mail.objects.filter(kind="ballot_closed", key__contains=str(ballot.pk)).count() == 5


# --- the date ------------------------------------------------------------------------------------
def test_last_day_can_be_moved_back_only(model):
    ballot = committee_ballot(model)
    chair = voters(ballot)[0]
    day = ballot.closes_at.astimezone(ZoneInfo("America/Chicago")).date()
    with pytest.raises(Refused):
        ballots.extend(ballot=ballot, until=day, by=chair)
    cast(ballot, "approve")
    longer = ballots.extend(ballot=ballot, until=day + dt.timedelta(days=7), by=chair)
    assert longer.closes_at == ballot.closes_at + dt.timedelta(days=7)
    assert Notice.objects.filter(kind="ballot_extended").count() == 4


def test_body_without_a_rule_for_it_has_no_last_day(model):
    ballot = committee_ballot(model)
    Ballot.objects.filter(pk=ballot.pk).update(closes_at=None)
    with pytest.raises(Refused) as caught:
        ballots.extend(ballot=ballot, until=dt.date(2099, 1, 1), by=voters(ballot)[0])
    assert refusal(caught)[0][0] == "MU-9"
    assert refusal(caught)[0][1].startswith("No rule of this body allows a vote over days")


# --- rules that no pack here uses ----------------------------------------------------------------
def with_rule(ballot, **changes):
    """The ballot under another rule of its body."""
    Ballot.objects.filter(pk=ballot.pk).update(rule={**ballot.rule, **changes})
    return Ballot.objects.get(pk=ballot.pk)


def test_chair_who_votes_if_decisive_is_waited_for(model):
    ballot = with_rule(committee_ballot(model), chair_votes="if_decisive")
    cast(ballot, "", "approve", "approve", "decline", "decline")
    with pytest.raises(Refused) as caught:
        close(ballot)
    assert refusal(caught) == [
        ("MU-9", "The chair's vote would decide this ballot. Vote or abstain, then close it.")
    ]
    ballots.vote(ballot=ballot, choice="approve", by=voters(ballot)[0])
    closed = close(ballot)
    assert (closed.outcome, closed.tally["chair_decided"]) == ("approve", True)


def test_chair_who_never_votes_is_refused(model):
    ballot = with_rule(committee_ballot(model), chair_votes="never")
    with pytest.raises(Refused) as caught:
        ballots.vote(ballot=ballot, choice="approve", by=voters(ballot)[0])
    assert refusal(caught) == [("MU-10", "The chair of this body has no vote.")]
    assert not Ballot.objects.waiting_for(voters(ballot)[0]).exists()


@pytest.fixture
def secret(model):
    """The committee's ballot as if its pack made it secret."""
    body = model.pack.body("committee")
    rule = body.rule.model_copy(update={"secret": True, "secret_rule": "Standing orders, section 6"})
    step = at_step(model, "committee_ballot")
    opening.void_ballots(step=step, reason="To be held in secret.")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(opening, "body_of", lambda step: body.model_copy(update={"rule": rule}))
        return opening.open_ballot(step=step, by=None)


def test_secret_vote_is_stored_without_its_voter(secret):
    cast(secret, "approve", "approve", "decline")
    assert set(Vote.objects.filter(ballot=secret).values_list("choice", "comment")) == {("", "")}
    assert not VoteChange.objects.filter(vote__ballot=secret).exists()
    counts = {"approve": 2, "approve_with_conditions": 0, "request_changes": 0, "decline": 1, "abstain": 0}
    assert secret.box.counts == counts


def test_secret_ballot_is_counted_like_any(secret):
    cast(secret, "approve", "approve", "decline", "abstain")
    ballots.recuse(ballot=secret, by=voters(secret)[4])
    tally = close(secret).tally
    assert (tally["yes"], tally["no"], tally["abstain"], tally["recused"], tally["outcome"]) == (
        2,
        1,
        1,
        1,
        "approve",
    )


def test_record_of_a_secret_ballot_holds_participation_only(secret):
    cast(secret, "approve", "approve", "decline")
    close(secret)
    for entry in Entry.objects.filter(act__in=["vote_cast", "recused"]):
        assert "choice" not in entry.detail
    closing = Entry.objects.get(act="ballot_closed")
    assert [set(vote) for vote in closing.detail["votes"]] == [{"seat", "person"}] * 3


@pytest.mark.parametrize("extra", [{"comment": "I say no"}, {"rubric": {"It serves a need.": 1}}])
def test_secret_vote_carries_nothing_else(secret, extra):
    with pytest.raises(Refused) as caught:
        ballots.vote(ballot=secret, choice="approve", by=voters(secret)[1], **extra)
    assert refusal(caught) == [
        ("", "A secret vote carries no comment or scores: they could tell whose it is.")
    ]


def test_secret_vote_can_be_neither_changed_nor_taken_out(secret):
    member = voters(secret)[1]
    ballots.vote(ballot=secret, choice="approve", by=member)
    for again in (
        lambda: ballots.vote(ballot=secret, choice="decline", by=member),
        lambda: ballots.recuse(ballot=secret, by=member),
    ):
        with pytest.raises(Refused):
            again()
    assert sum(secret.box.counts.values()) == 0  # as read before
    secret.box.refresh_from_db()
    assert sum(secret.box.counts.values()) == 1


def test_seats_of_a_closed_ballot_name_nobody_twice(model):
    ballot = committee_ballot(model)
    person = voters(ballot)[0]
    with pytest.raises(DatabaseError), transaction.atomic():
        BallotSeat.objects.create(ballot=ballot, seat="students", title="Students", person=person)


def test_ballots_of_other_bodies_are_not_mine(model):
    committee_ballot(model)
    assert not Ballot.objects.visible_to(model.stranger).exists()
    assert not Ballot.objects.visible_to(model.learner).exists()
    assert Ballot.objects.visible_to(model.proposer).count() == 1
    assert not Ballot.objects.filter(pk=uuid.uuid4()).visible_to(model.programme_manager).exists()

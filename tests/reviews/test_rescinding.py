"""A body rescinds what it decided: the motion and its notice, the vote, what becomes of the proposal, when it is too late."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied

from journal import clock
from journal.models import Entry, Mail, Notice
from policies.reasons import Refused
from proposals.actions import adhoc, transitions
from proposals.models import Proposal, Step
from reviews.actions import ballots, rescinding, signoffs, stopping
from reviews.models import Ballot, BallotBox
from tests.credentials import support as credentials
from tests.proposals import walking
from tests.proposals.packs import ruled
from tests.reviews.support import acts, cast, close, refusal, voters

pytestmark = pytest.mark.django_db
WHY = "The budget was misread."


def decided(campus, choice="approve"):
    """The committee has decided by a ballot that was held."""
    proposal = walking.model_committee_review(campus)
    ballot = Ballot.objects.open().get(proposal=proposal)
    cast(ballot, choice, choice, choice)
    return close(ballot)


def piloted(campus):
    """Approved by the committee and the dean, so that the pilot runs."""
    ballot = decided(campus)
    step = Step.objects.get(proposal=ballot.proposal, key="dean_signoff")
    signoffs.complete(step=step, outcome="approve", by=campus.section_head)
    return ballot


def motion(ballot, days=0):
    """A member moves to rescind it; so many days later the chair opens the vote."""
    rescinding.move(ballot=ballot, reason=WHY, by=voters(ballot)[1])
    with clock.at(clock.now() + dt.timedelta(days=days)):
        return rescinding.open_vote(ballot=ballot, by=voters(ballot)[0])


def rescinded(ballot):
    """Four of five for it."""
    opened = motion(ballot)
    cast(opened, "rescind", "rescind", "rescind", "rescind", "keep")
    return close(opened)


def steps_of(proposal):
    found = Step.objects.filter(proposal=proposal).exclude(kind="form").order_by("key", "round")
    return [
        (row.key, row.round, row.status) for row in found if row.key in ("committee_ballot", "dean_signoff")
    ]


def state(ballot):
    return Proposal.objects.get(pk=ballot.proposal_id).state


# --- the motion and its notice ----------------------------------------------------------------------
def test_motion_gives_notice_to_the_body_and_opens_nothing(model):
    ballot = decided(model)
    notice = rescinding.move(ballot=ballot, reason=WHY, by=voters(ballot)[1])
    assert (notice.reason, Ballot.objects.open().exists(), state(ballot)) == (WHY, False, "unit_approval")
    told = set(Notice.objects.filter(kind="rescind_moved").values_list("person", flat=True))
    assert told == {person.pk for person in voters(ballot)}
    assert WHY not in Mail.objects.filter(kind="rescind_moved").first().text
    assert Entry.objects.get(act="rescind_moved").detail["note"] == WHY
    with pytest.raises(Refused) as caught:
        rescinding.move(ballot=ballot, reason=WHY, by=voters(ballot)[2])
    assert refusal(caught)[0][1].startswith(f"{voters(ballot)[1]} moved this on ")


def test_vote_counts_as_one_after_notice_from_the_day_that_the_rule_sets(model):
    """Seven days, unless the pack says otherwise: on the sixth it is not one yet."""
    ballot = decided(model)
    chair, mover = voters(ballot)[:2]
    early = motion(ballot, days=6)
    assert (early.kind, early.outcomes, early.noticed_at) == ("rescind", ["rescind", "keep"], None)
    stopping.stop(ballot=early, reason="Too early.", by=chair)
    with clock.at(clock.now() + dt.timedelta(days=7)):
        late = rescinding.open_vote(ballot=ballot, by=chair)
    assert (late.noticed_at is not None, late.moved_by, late.motion) == (True, mover, WHY)


def test_vote_without_a_motion_is_refused_and_a_body_may_rescind_nothing(model):
    ballot = decided(model)
    with pytest.raises(Refused) as caught:
        rescinding.open_vote(ballot=ballot, by=voters(ballot)[0])
    assert refusal(caught)[0][1] == "Nobody has moved to rescind it."
    ruled(model, lambda data: data["bodies"][0]["rule"].update(rescind=False))
    strict = decided(model)
    with pytest.raises(Refused) as caught:
        rescinding.move(ballot=strict, reason=WHY, by=voters(strict)[1])
    said = "By its rules, Micro-credential Committee does not rescind what it decided."
    assert refusal(caught) == [("MU-9", said)]


def test_what_was_not_decided_and_a_vote_under_way_are_not_rescinded(model):
    ballot = decided(model)
    opened = motion(ballot)
    chair, member = voters(ballot)[:2]
    for taken, said in (
        (opened, "Only what was decided can be taken up again."),
        (ballot, "A vote on rescinding it is open already."),
    ):
        with pytest.raises(Refused) as caught:
            rescinding.move(ballot=taken, reason=WHY, by=member)
        assert refusal(caught)[0][1] == said
    with pytest.raises(Refused):
        rescinding.open_vote(ballot=ballot, by=chair)
    cast(opened, "keep", "keep", "keep")
    kept = close(opened)
    assert (kept.outcome, state(ballot)) == ("kept", "unit_approval")
    with pytest.raises(Refused) as caught:
        rescinding.move(ballot=kept, reason=WHY, by=member)
    assert refusal(caught)[0][1].startswith("Whether to rescind is not itself reconsidered.")
    with pytest.raises(Refused) as caught:
        rescinding.open_vote(ballot=ballot, by=chair)
    assert refusal(caught)[0][1] == "Nobody has moved to rescind it."  # that motion has been voted on
    assert rescinding.move(ballot=ballot, reason="Again.", by=member)


def test_vote_without_quorum_or_stopped_is_held_again_on_the_same_motion(model):
    ballot = decided(model)
    chair = voters(ballot)[0]
    first = motion(ballot)
    cast(first, "rescind", "rescind")
    assert (close(first).outcome, state(ballot)) == ("inquorate", "unit_approval")
    second = rescinding.open_vote(ballot=ballot, by=chair)
    stopping.stop(ballot=second, reason="Wrong week.", by=chair)
    third = rescinding.open_vote(ballot=ballot, by=chair)
    assert (third.state, third.motion) == ("open", WHY)


def test_proposers_and_recused_members_do_not_move_it(model):
    ballot = decided(model)
    for person in (model.proposer, model.programme_manager, model.stranger, model.nobody):
        with pytest.raises(PermissionDenied):
            rescinding.move(ballot=ballot, reason=WHY, by=person)
    proposal = walking.model_committee_review(model)
    other = Ballot.objects.open().get(proposal=proposal)
    ballots.recuse(ballot=other, by=voters(other)[4])
    cast(other, "approve", "approve", "approve")
    other = close(other)
    with pytest.raises(PermissionDenied):
        rescinding.move(ballot=other, reason=WHY, by=voters(other)[4])


# --- what becomes of the proposal -------------------------------------------------------------------
@pytest.mark.parametrize("choice", ["approve", "request_changes", "decline"])
def test_rescinded_decision_is_before_the_body_again(model, choice):
    ballot = decided(model, choice)
    result = rescinded(ballot)
    assert (result.outcome, [w["name"] for w in result.tally["ways"] if w["reached"]]) == (
        "rescinded",
        ["two_thirds", "members"],
    )
    assert state(ballot) == "committee_review"
    again = Ballot.objects.open().get(proposal=ballot.proposal)
    assert (again.kind, again.step.round, again.outcomes) == (
        "decide",
        2,
        model.pack.body("committee").outcomes,
    )
    assert not Step.objects.filter(proposal=ballot.proposal, key="dean_signoff", status="open").exists()
    said = acts(ballot.proposal)
    assert said.index("ballot_closed") < said.index("rescind_moved") < said.index("reconsider")
    ballot.refresh_from_db()
    assert (ballot.state, ballot.outcome) == ("closed", choice)


def test_approval_on_which_more_was_decided_comes_back_through_sending_back(model):
    """A library was asked beside the dean and has answered; once the committee approves anew, the dean has it again."""
    ballot = decided(model)
    proposal = Proposal.objects.get(pk=ballot.proposal_id)
    asked = adhoc.add(
        proposal=proposal,
        kind="consultation",
        title="The library",
        reason="Journals.",
        person=model.nobody,
        by=model.programme_manager,
    )
    signoffs.complete(step=asked, outcome="done", note="Fine.", by=model.nobody)
    rescinded(ballot)
    assert (state(ballot), steps_of(proposal)) == (
        "committee_review",
        [
            ("committee_ballot", 1, "complete"),
            ("committee_ballot", 2, "open"),
            ("dean_signoff", 1, "void"),
            ("dean_signoff", 2, "waiting"),
        ],
    )
    entry = Entry.objects.get(act="send_back")
    assert (entry.detail["name"], entry.detail["note"]) == (ballot.step.title, WHY)
    again = Ballot.objects.open().get(proposal=proposal)
    cast(again, "approve", "approve", "approve")
    close(again)
    assert (state(ballot), steps_of(proposal)[-1]) == ("unit_approval", ("dean_signoff", 2, "open"))


def test_pilot_without_badges_is_suspended_until_it_is_approved_anew(model):
    ballot = piloted(model)
    rescinded(ballot)
    proposal = Proposal.objects.get(pk=ballot.proposal_id)
    assert (proposal.state, proposal.definition.standing) == ("committee_review", "suspended")
    again = Ballot.objects.open().get(proposal=proposal)
    cast(again, "approve", "approve", "approve")
    close(again)
    step = Step.objects.get(proposal=proposal, key="dean_signoff", status="open")
    signoffs.complete(step=step, outcome="approve", by=model.section_head)
    proposal = Proposal.objects.get(pk=proposal.pk)
    assert (proposal.state, proposal.definition.standing, proposal.definition.current.number) == (
        "pilot",
        "pilot",
        2,
    )


def test_pilot_with_badges_stands(model):
    ballot = piloted(model)
    opened = motion(ballot)
    credentials.award(Proposal.objects.get(pk=ballot.proposal_id).definition)
    said = (
        "1 badge has been awarded under it, and what people hold stands. Withdraw the pilot, or turn down its full "
        "proposal."
    )
    cast(opened, *["rescind"] * 5)
    with pytest.raises(Refused) as caught:
        close(opened)
    assert refusal(caught)[0][1] == f"{said} Nothing can come of this vote any more: stop it."
    stopping.stop(ballot=opened, reason="A badge was awarded meanwhile.", by=voters(ballot)[0])
    with pytest.raises(Refused) as caught:
        rescinding.open_vote(ballot=ballot, by=voters(ballot)[0])
    assert refusal(caught)[0][1] == said
    assert state(ballot) == "pilot"


def test_what_cannot_be_undone_any_more_says_why(model):
    """Held, ended, established, being decided as a whole: each has its reason."""
    said = {
        "on_hold": "It is on hold: it has to be resumed first.",
        "withdrawn": "This proposal was withdrawn.",
        "retired": "This credential is retired.",
        "lapsed": "The pilot of this proposal has lapsed.",
        "established": "The credential is established. Propose that it be retired instead.",
        "changes_requested": "It is with the proposers for changes. Once it is back, this can be taken up.",
        "full_approval": "The full proposal is being decided: that decision settles it.",
    }
    ballot = piloted(model)
    for name, text in said.items():
        back = ballot.step if name == "changes_requested" else None
        held = "pilot" if name == "on_hold" else ""
        rows = Proposal.objects.filter(pk=ballot.proposal_id)
        rows.update(state=name, held_from=held, returned_from=back)
        with pytest.raises(Refused) as caught:
            rescinding.move(ballot=ballot, reason=WHY, by=voters(ballot)[1])
        assert (name, refusal(caught)[0][1]) == (name, text)


# --- what overtakes the vote ------------------------------------------------------------------------
def test_withdrawal_and_a_new_revision_void_the_vote_and_all_are_told(model):
    first, second = decided(model), decided(model, "request_changes")
    votes = [motion(first), motion(second)]
    transitions.perform(
        proposal=walking.fresh(first.proposal), transition="withdraw", by=model.proposer, note="No."
    )
    walking.save(second.proposal, {"learning": {"need": walking.words(25)}}, model.proposer)
    assert Ballot.objects.get(pk=votes[1].pk).state == "open"  # while they write, it goes on
    transitions.perform(
        proposal=walking.fresh(second.proposal), transition="resubmit", by=model.proposer, note="Done."
    )
    found = [
        (Ballot.objects.get(pk=vote.pk).state, Ballot.objects.get(pk=vote.pk).void_reason) for vote in votes
    ]
    assert found == [
        ("void", "This proposal was withdrawn."),
        ("void", "The proposers have submitted a further revision."),
    ]
    assert Notice.objects.filter(kind="ballot_void", path__contains=str(votes[1].pk)).count() == 5


def test_secret_vote_on_rescinding_keeps_participation_only(model):
    ruled(model, lambda data: data["bodies"][0]["rule"].update(secret=True, secret_rule="Bylaw 3"))
    opened = motion(decided(model))
    cast(opened, "rescind", "rescind", "rescind", "keep")
    assert BallotBox.objects.get(ballot=opened).counts == {"rescind": 3, "keep": 1, "abstain": 0}
    assert set(opened.votes.values_list("choice", flat=True)) == {""}
    assert close(opened).outcome == "rescinded"
    entry = Entry.objects.filter(act="ballot_closed").last()
    assert all("choice" not in vote for vote in entry.detail["votes"])

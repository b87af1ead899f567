"""A concern waits for a written answer: what it keeps from closing, who answers it, who settles it."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied

from journal import clock
from policies.reasons import Refused
from proposals.actions.steps import complete_by_silence
from proposals.models import Proposal, Step
from reviews.actions import comments, signoffs
from reviews.models import Ballot, Comment, Recusal
from tests.proposals.test_objection_window import silent_campus
from tests.reviews.support import cast, close, refusal, revise
from tests.reviews.talking import SECRET, ballot_with, concern, field_of, say, signed_step

pytestmark = pytest.mark.django_db


def test_concern_without_an_answer_keeps_the_ballot_open(model):
    ballot, member, chair = ballot_with(model)
    cast(ballot, "approve", "approve", "approve")
    made = concern(ballot, member, field=field_of(model))
    label = model.pack.form("proposal").fields_by_path()[field_of(model)].label
    with pytest.raises(Refused) as caught:
        close(ballot)
    (reason,) = caught.value.reasons
    assert reason.text == f"A concern of {member} about “{label}” waits for a written answer."
    assert reason.url == f"/comments/{made.pk}/"
    say(ballot.proposal, chair, "I think so too.", parent=made)
    with pytest.raises(Refused):
        close(ballot)
    say(ballot.proposal, model.proposer, "Two assessors.", parent=made)
    assert close(ballot).outcome == "approve"


def test_withdrawn_answer_lets_the_concern_wait_again(model):
    ballot, member, _chair = ballot_with(model)
    made = concern(ballot, member)
    reply = say(ballot.proposal, model.proposer, "Two assessors.", parent=made)
    assert not Comment.objects.unanswered().exists()
    comments.withdraw(comment=reply, by=model.proposer)
    assert Comment.objects.unanswered().get() == made


def test_concern_within_the_body_is_answered_by_another_member_and_keeps_its_own_ballot(model):
    ballot, member, chair = ballot_with(model)
    cast(ballot, "approve", "approve", "approve")
    made = concern(ballot, member, visibility="body", text=SECRET)
    assert not say(ballot.proposal, member, "I mean it.", parent=made).answers
    with pytest.raises(Refused):
        close(ballot)
    assert say(ballot.proposal, chair, "The department will.", parent=made).answers
    assert close(ballot).outcome == "approve"


def test_concern_of_a_body_that_has_voted_keeps_no_later_step(model):
    ballot, member, _chair = ballot_with(model)
    cast(ballot, "approve", "approve", "approve")
    close(ballot)
    concern(Ballot.objects.get(pk=ballot.pk), member, visibility="body", text=SECRET)
    step = Step.objects.get(key="dean_signoff")
    signoffs.complete(step=step, outcome="request_changes", note="More", by=model.section_head)
    assert Proposal.objects.get().state == "changes_requested"


@pytest.mark.parametrize("who", ["author", "chair"])
def test_settled_concern_waits_no_more(model, who):
    ballot, member, chair = ballot_with(model)
    cast(ballot, "approve", "approve", "approve")
    made = concern(ballot, member)
    settled = comments.settle(comment=made, by=member if who == "author" else chair)
    assert settled.settled_by == (member if who == "author" else chair)
    assert close(ballot).outcome == "approve"


def test_settling_is_refused_to_others_and_once_only(model):
    ballot, member, chair = ballot_with(model)
    made = concern(ballot, member)
    for person in (
        model.proposer,
        model.registrar,
        model.programme_manager,
        model.section_head,
        model.stranger,
    ):
        with pytest.raises(PermissionDenied):
            comments.settle(comment=made, by=person)
    comments.settle(comment=made, by=chair)
    with pytest.raises(Refused) as caught:
        comments.settle(comment=made, by=member)
    assert refusal(caught) == [("", f"Someone was faster: {chair} has settled this concern already.")]


def test_manager_settles_where_the_chair_is_recused(model):
    ballot, member, chair = ballot_with(model)
    made = concern(ballot, member)
    Recusal.objects.create(ballot=ballot, person=chair, how="declared", at=made.written_at)
    assert comments.settle(comment=made, by=model.programme_manager).settled_at


def test_withdrawn_concern_waits_no_more(model):
    ballot, member, _chair = ballot_with(model)
    cast(ballot, "approve", "approve", "approve")
    comments.withdraw(comment=concern(ballot, member), by=member)
    assert close(ballot).outcome == "approve"


def test_concern_keeps_a_signature_from_being_given(model):
    step = signed_step(model)
    say(step.proposal, model.section_head, "Who pays?", concern=True)
    with pytest.raises(Refused) as caught:
        signoffs.complete(step=step, outcome="decline", note="No", by=model.section_head)
    assert refusal(caught) == [("", f"A concern of {model.section_head} waits for a written answer.")]
    assert Step.objects.get(pk=step.pk).status == "open"


def test_concern_stands_over_a_new_revision(model):
    ballot, member, _chair = ballot_with(model)
    made = concern(ballot, member)
    revise(ballot.proposal, {"idea": {}}, by=model.proposer)
    assert Comment.objects.unanswered().get() == made
    assert say(ballot.proposal, member).revision.number == 2


def test_silence_ends_no_step_while_a_concern_waits(campus):
    """The step stays open until the concern is answered; then the clock ends it."""
    model = silent_campus(campus)
    step = signed_step(model)
    made = say(step.proposal, model.section_head, "Who pays?", concern=True)
    with clock.at(clock.now() + dt.timedelta(days=60)):
        assert not complete_by_silence(step=step)
        say(step.proposal, model.proposer, "The college.", parent=made)
        assert complete_by_silence(step=step)

"""Comments and concerns: who says what to whom, what stays, what a concern keeps from closing."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction

from journal.models import Entry, Mail, Notice
from policies.reasons import Refused
from proposals.models import Proposal
from reviews.actions import ballots, comments
from reviews.models import Comment, CommentVersion
from tests.reviews.support import OUTSIDERS, acts, at_step, hold, refusal
from tests.reviews.talking import SECRET, ballot_with, concern, field_of, say, signed_step

pytestmark = pytest.mark.django_db


def readers(comment, campus, *more):
    """Who of the campus's cast may read it."""
    cast_of = {name: getattr(campus, name) for name in ("proposer", "registrar", *OUTSIDERS)}
    cast_of |= dict(more)
    return {
        name for name, person in cast_of.items() if Comment.objects.visible_to(person).filter(pk=comment.pk)
    }


# --- who reads -----------------------------------------------------------------------------------
def test_comment_for_the_body_is_read_by_the_body_and_its_manager_alone(model):
    ballot, member, chair = ballot_with(model)
    made = say(ballot.proposal, member, SECRET, "body")
    assert made.body == "committee"
    assert readers(made, model, ("chair", chair), ("member", member)) == {
        "registrar", "chair", "member", "programme_manager",
    }  # fmt: skip


def test_comment_for_the_proposers_is_read_by_them_and_those_who_decide(model):
    ballot, member, chair = ballot_with(model)
    made = say(ballot.proposal, member)
    assert readers(made, model, ("chair", chair)) >= {"proposer", "registrar", "chair", "programme_manager"}
    assert not readers(made, model) & {
        "learner",
        "nobody",
        "stranger",
        "second_proposer",
        "issuer",
        "assessor",
    }


def test_comment_for_everyone_is_read_by_who_may_see_the_proposal(model):
    ballot, member, _chair = ballot_with(model)
    made = say(ballot.proposal, member, visibility="everyone")
    seen = {
        name
        for name in ("proposer", "registrar", *OUTSIDERS)
        if Proposal.objects.visible_to(getattr(model, name)).exists()
    }
    assert readers(made, model) == seen
    assert not seen & {"stranger", "nobody", "learner"}


def test_signer_reads_what_is_for_those_who_decide(model):
    step = signed_step(model)
    made = say(step.proposal, model.proposer)
    assert "section_head" in readers(made, model)


def test_recused_member_reads_nothing_that_is_for_the_body_alone(model):
    ballot, member, chair = ballot_with(model)
    made = say(ballot.proposal, chair, SECRET, "body")
    ballots.recuse(ballot=ballot, by=member)
    assert "member" not in readers(made, model, ("member", member))


def test_member_who_proposes_reads_nothing_that_is_for_the_body_alone(model):
    member = model.members("committee")[1]
    step = at_step(model, "committee_ballot", proposers=[model.proposer, member])
    made = say(step.proposal, model.chair("committee"), SECRET, "body")
    assert "member" not in readers(made, model, ("member", member))
    with pytest.raises(Refused) as caught:
        say(step.proposal, member, SECRET, "body")
    assert caught.value.reasons[0].field == "visibility"


def test_reply_is_read_by_who_reads_its_thread(model):
    ballot, member, chair = ballot_with(model)
    made = say(ballot.proposal, member, SECRET, "body")
    reply = say(ballot.proposal, chair, "Me", "everyone", parent=made)
    assert (reply.visibility, reply.body, reply.parent) == ("body", "committee", made)
    with pytest.raises(PermissionDenied):
        say(ballot.proposal, model.proposer, "What?", parent=made)


# --- what may be said ----------------------------------------------------------------------------
def test_comment_is_on_a_question_of_the_latest_revision(model):
    ballot, member, _chair = ballot_with(model)
    made = say(ballot.proposal, member, field=field_of(model))
    assert (made.revision, made.field) == (ballot.revision, field_of(model))
    with pytest.raises(Refused) as caught:
        say(ballot.proposal, member, field="idea.no_such_question")
    assert refusal(caught) == [("", "Revision 1 has no question “idea.no_such_question”.")]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Write something first."),
        (" \n", "Write something first."),
        ("x" * 100_000, "A comment has at most 20,000 characters; this one has 100,000."),
    ],
)
def test_comment_without_words_or_with_too_many_is_refused(model, text, said):
    ballot, member, _chair = ballot_with(model)
    with pytest.raises(Refused) as caught:
        say(ballot.proposal, member, text)
    assert [(r.text, r.field) for r in caught.value.reasons] == [(said, "text")]
    assert not Comment.objects.exists()


def test_comment_of_the_longest_length_is_kept(model):
    ballot, member, _chair = ballot_with(model)
    assert say(ballot.proposal, member, "é" * 20_000).text == "é" * 20_000


@pytest.mark.parametrize("role", ["nobody", "stranger", "learner", "second_proposer"])
def test_comment_by_who_does_not_see_the_proposal_is_denied(model, role):
    ballot, _member, _chair = ballot_with(model)
    with pytest.raises(PermissionDenied):
        say(ballot.proposal, getattr(model, role), visibility="everyone")


def test_comment_on_an_ended_proposal_is_refused(model):
    ballot, member, _chair = ballot_with(model)
    made = say(ballot.proposal, member)
    Proposal.objects.update(state="withdrawn")
    for act in (
        lambda: say(ballot.proposal, member),
        lambda: say(ballot.proposal, model.proposer, parent=made),
        lambda: comments.edit(comment=made, text="Other", by=member),
        lambda: comments.withdraw(comment=made, by=member),
    ):
        with pytest.raises(Refused) as caught:
            act()
        assert caught.value.reasons[0].text.startswith("This proposal has ended")


def test_comment_on_hold_is_taken(model):
    ballot, member, _chair = ballot_with(model)
    assert say(hold(ballot.proposal), member).pk


def test_concern_is_raised_by_who_decides_alone(model):
    ballot, member, _chair = ballot_with(model)
    assert concern(ballot, member).concern
    with pytest.raises(Refused) as caught:
        concern(ballot, model.proposer)
    assert caught.value.reasons[0].field == "concern"


# --- what stays ----------------------------------------------------------------------------------
def test_every_version_is_kept(model):
    ballot, member, _chair = ballot_with(model)
    made = say(ballot.proposal, member, "First")
    comments.edit(comment=made, text="Second", by=member)
    again = comments.edit(comment=made, text="Second", by=member)
    assert [(v.number, v.text) for v in again.history] == [(1, "First"), (2, "Second")]
    assert again.text == "Second"
    assert again.edited_at == again.history[1].at
    assert acts(ballot.proposal).count("comment_edited") == 1


def test_changing_and_withdrawing_is_the_authors_own(model):
    ballot, member, chair = ballot_with(model)
    made = say(ballot.proposal, member)
    for person in (chair, model.proposer, model.programme_manager, model.stranger):
        with pytest.raises(PermissionDenied):
            comments.edit(comment=made, text="Mine", by=person)
        with pytest.raises(PermissionDenied):
            comments.withdraw(comment=made, by=person)


def test_withdrawn_comment_keeps_its_words_and_takes_no_reply(model):
    ballot, member, chair = ballot_with(model)
    made = comments.withdraw(comment=say(ballot.proposal, member, "Rash"), by=member)
    assert (made.text, bool(made.withdrawn_at)) == ("Rash", True)
    with pytest.raises(Refused):
        say(ballot.proposal, chair, parent=made)
    with pytest.raises(Refused):
        comments.withdraw(comment=made, by=member)


def test_database_keeps_what_was_said(model):
    ballot, member, _chair = ballot_with(model)
    made = say(ballot.proposal, member)
    for act in (
        lambda: CommentVersion.objects.update(text="Other"),
        lambda: CommentVersion.objects.filter(comment=made).delete(),
        lambda: Comment.objects.filter(pk=made.pk)._raw_delete("default"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()


# --- the record, mail and notices ----------------------------------------------------------------
def test_record_of_a_comment_within_the_body_says_only_that_there_was_one(model):
    ballot, member, chair = ballot_with(model)
    made = concern(ballot, member, visibility="body", text=SECRET, field=field_of(model))
    say(ballot.proposal, chair, f"{SECRET} Again.", parent=made)
    entries = Entry.objects.filter(act="comment_in_body").order_by("number")
    assert [entry.detail["did"] for entry in entries] == ["concern_raised", "concern_answered"]
    assert all("field" not in entry.detail for entry in entries)
    assert not Entry.objects.filter(canonical__contains="Between us").exists()


def test_no_record_holds_the_words_of_a_comment(model):
    ballot, member, _chair = ballot_with(model)
    concern(ballot, member, text="Who assesses it?")
    entry = Entry.objects.get(act="concern_raised")
    assert "Who assesses" not in entry.canonical


def test_proposers_are_told_of_a_concern_with_a_link_and_no_words(model):
    ballot, member, _chair = ballot_with(model)
    made = concern(ballot, member)
    mail = Mail.objects.get(kind="concern_raised")
    assert mail.recipient == model.proposer
    assert f"/comments/{made.pk}/" in mail.text
    assert "assesses" not in mail.text + mail.subject + Notice.objects.get(kind="concern_raised").text


def test_proposers_are_told_nothing_of_what_is_within_the_body(model):
    ballot, member, chair = ballot_with(model)
    made = concern(ballot, member, visibility="body", text=SECRET)
    say(ballot.proposal, chair, "I shall.", parent=made)
    say(ballot.proposal, member, SECRET, "body")
    for rows in (Mail.objects.all(), Notice.objects.all()):
        about = rows.filter(kind__in=["concern_raised", "concern_answered", "comment_written"])
        people = {row.recipient if isinstance(row, Mail) else row.person for row in about}
        assert people
        assert model.proposer not in people
        assert not people & {model.section_head, model.stranger}
    assert not Mail.objects.filter(text__contains="Between us").exists()
    assert not Notice.objects.filter(text__contains="Between us").exists()


def test_answer_is_told_to_who_raised_the_concern(model):
    ballot, member, _chair = ballot_with(model)
    made = concern(ballot, member)
    reply = say(ballot.proposal, model.proposer, "Two assessors.", parent=made)
    assert reply.answers
    assert Mail.objects.get(kind="concern_answered").recipient == member

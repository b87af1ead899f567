"""Comment, reply, change one's words, withdraw them, settle a concern. Every act locks the proposal first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction

from journal import clock
from journal.actions import record
from policies.reasons import Reason, Refused, refuse_if
from proposals.actions.locking import lock
from proposals.models import Proposal
from reviews import discussion
from reviews.actions import discussing
from reviews.models import Comment, CommentVersion, Visibility

if TYPE_CHECKING:
    from accounts.models import Person


@transaction.atomic
def add(
    *,
    proposal: Proposal,
    text: str,
    by: Person,
    visibility: str = "",
    field: str = "",
    concern: bool = False,
    parent: Comment | None = None,
) -> Comment:
    """Write a comment on a field (path "section.field") or on the whole ("") of the latest revision, or a reply.

    A reply takes field, visibility and body from its thread; a proposer's reply to a concern is its written answer.
    Effects: Comment with its first version; record (its id and kind, never its words); notices to who may read it,
    mail where an answer is asked for or given.
    Refused: a proposal not submitted yet or ended, no text or too much of it, a field that the revision does not have,
    a visibility that is not the person's, a concern of who neither votes nor signs, a reply in a withdrawn thread.
    PermissionDenied: who may not see the proposal or the thread.
    """
    proposal = lock(proposal.pk)
    if not Proposal.objects.visible_to(by).filter(pk=proposal.pk).exists():
        raise PermissionDenied("You cannot see this proposal.")
    thread = _thread(proposal, parent, by) if parent else None
    refuse_if(discussion.not_now(proposal))
    refuse_if(discussion.text_reasons(text))
    if thread:
        made = _reply(thread, by, concern)
    else:
        made = _opened(proposal, by, visibility, field, concern)
    made.proposal, made.author, made.written_at = proposal, by, clock.now()
    made.save(force_insert=True)
    _version(made, text, 1)
    did = "concern_raised" if made.concern else "concern_answered" if made.answers else "comment_written"
    _note(made, did, by)
    discussing.written(made)
    return made


def _thread(proposal: Proposal, parent: Comment, by: Person) -> Comment:
    """The comment that began the thread, if the person may read it."""
    rows = Comment.objects.readable_by(by).filter(proposal=proposal)
    found = rows.filter(pk=parent.parent_id or parent.pk).select_related("author", "revision").first()
    if found is None:
        raise PermissionDenied("This comment is not yours to read.")
    found.proposal = proposal
    return found


def _reply(thread: Comment, by: Person, concern: bool) -> Comment:
    if thread.withdrawn_at:
        raise Refused("This comment was withdrawn, so nobody replies to it any more.")
    if concern:
        raise Refused(Reason("A reply is no concern of its own: begin a new one.", "", "concern"))
    return Comment(
        revision=thread.proposal.revisions.latest("number"),
        field=thread.field,
        parent=thread,
        body=thread.body,
        visibility=thread.visibility,
        answers=discussion.answers(thread, by),
    )


def _opened(proposal: Proposal, by: Person, visibility: str, field: str, concern: bool) -> Comment:
    revision = proposal.revisions.latest("number")
    bodies = discussion.bodies_of(proposal, by)
    wrong = discussion.field_reasons(revision, field)
    if visibility not in discussion.visibilities(proposal, by):
        wrong.append(Reason("Say who may read it: choose one of what is offered.", "", "visibility"))
    if concern and not discussion.judges(proposal, by):
        text = "A concern is raised by who votes on it, signs it or was asked for a view. Write a comment."
        wrong.append(Reason(text, "", "concern"))
    refuse_if(wrong)
    body = bodies[0] if bodies else ""
    return Comment(revision=revision, field=field, body=body, visibility=visibility, concern=concern)


def _version(comment: Comment, text: str, number: int) -> None:
    CommentVersion.objects.create(comment=comment, number=number, text=text.strip(), at=clock.now())


@transaction.atomic
def edit(*, comment: Comment, text: str, by: Person) -> Comment:
    """Change one's words. Every version stays and is read by who reads the comment; the same words change nothing.

    Effects: CommentVersion, record. Refused: an ended proposal, a withdrawn comment, no text or too much of it.
    PermissionDenied: anyone but the author.
    """
    comment = _locked_own(comment, by)
    refuse_if(said_back(comment))
    refuse_if(discussion.text_reasons(text))
    if text.strip() != comment.text:
        _version(comment, text, len(comment.history) + 1)
        _note(comment, "comment_edited", by)
    return _fresh(comment)


@transaction.atomic
def withdraw(*, comment: Comment, by: Person) -> Comment:
    """Take back what one said: it is shown as withdrawn, its words stay in its history, a concern waits no more.

    Effects: the mark, record. Withdrawing an answer lets its concern wait again. Refused: an ended proposal, a second
    time. PermissionDenied: anyone but the author.
    """
    comment = _locked_own(comment, by)
    refuse_if(said_back(comment))
    comment.withdrawn_at = clock.now()
    comment.save(update_fields=["withdrawn_at"])
    _note(comment, "comment_withdrawn", by)
    return _fresh(comment)


@transaction.atomic
def settle(*, comment: Comment, by: Person) -> Comment:
    """Mark a concern as settled, so that no step waits for it.

    Effects: who and when, record, a notice to its author. Refused: what is no concern, a withdrawn or settled one, an
    ended proposal. PermissionDenied: anyone but its author and the chair (of its body, where only that reads it).
    """
    comment = _locked(comment, by)
    if not discussion.may_settle(comment, by):
        raise PermissionDenied("The author or the chair settles a concern.")
    refuse_if(settle_reasons(comment))
    comment.settled_at, comment.settled_by = clock.now(), by
    comment.save(update_fields=["settled_at", "settled_by"])
    _note(comment, "concern_settled", by)
    discussing.settled(comment)
    return _fresh(comment)


def said_back(comment: Comment) -> list[Reason]:
    """Why the author can neither change nor withdraw it any more."""
    if comment.withdrawn_at:
        return [Reason("You have withdrawn this comment already.")]
    return discussion.not_now(comment.proposal)


def settle_reasons(comment: Comment) -> list[Reason]:
    """Why a concern cannot be settled now."""
    if not comment.concern:
        return [Reason("Only a concern is settled.")]
    if comment.withdrawn_at:
        return [Reason("This concern was withdrawn, so nothing waits for it.")]
    if comment.settled_at:
        return [Reason(f"Someone was faster: {comment.settled_by} has settled this concern already.")]
    return discussion.not_now(comment.proposal)


def _locked(comment: Comment, by: Person) -> Comment:
    """The comment as it now is, under the lock of its proposal, if the person may read it."""
    proposal = lock(comment.proposal_id)
    if not Comment.objects.visible_to(by).filter(pk=comment.pk).exists():
        raise PermissionDenied("This comment is not yours to read.")
    found = _fresh(comment)
    found.proposal = proposal
    return found


def _locked_own(comment: Comment, by: Person) -> Comment:
    found = _locked(comment, by)
    if found.author_id != by.pk:
        raise PermissionDenied("Only who wrote it changes or withdraws it.")
    return found


def _fresh(comment: Comment) -> Comment:
    return Comment.objects.whole().get(pk=comment.pk)


def _note(comment: Comment, did: str, by: Person) -> None:
    """An entry in the proposal's chain; of what is said within a body only that something was."""
    inside = comment.visibility == Visibility.BODY
    detail = {"comment": comment.pk, "revision": comment.revision.number, "hash": comment.revision.hash}
    told = {"did": did} if inside else {"thread": comment.parent_id, "field": comment.field}
    record.write(
        subject_kind="proposal",
        subject_id=comment.proposal_id,
        institution=comment.proposal.institution,
        act="comment_in_body" if inside else did,
        by=by,
        detail={**detail, **{name: value for name, value in told.items() if value}},
    )

"""Tell people that something was said or asked: a notice, and mail with a link.

Called inside the transaction of the act. Neither carries a word of what was said, and each goes only to who may read it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from accounts.authority import people_with
from accounts.hooks import Message
from journal.actions import mail, notices
from proposals.actions.telling import proposers_of
from reviews import discussion
from reviews.models import BallotSeat, Comment, Visibility
from reviews.viewpoint import MANAGER

if TYPE_CHECKING:
    from accounts.models import Person, Unit
    from proposals.models import Proposal
    from reviews.models import AskedView


OFFICES = {  # who is told of what proposers may know of, in words
    "concern_raised": "the proposers",
    "concern_answered": "who raised the concern",
    "comment_written": "who takes part in the discussion",
}


def _tell(
    people: Iterable[Person],
    proposal: Proposal,
    *,
    kind: str,
    key: object,
    text: str,
    path: str,
    post: bool = True,
    office: str = "",
) -> None:
    """`office` is what proposers read of who got it; "" keeps it from them altogether."""
    once = {person.pk: person for person in people if person.is_active}
    notices.tell(people=once.values(), kind=kind, text=text, path=path)
    if post:
        context = {"path": path}
        messages = [Message(kind, f"{kind}:{key}:{person.pk}", person, context) for person in once.values()]
        mail.post_many(messages=messages, institution=proposal.institution, about=proposal.pk, office=office)


def written(comment: Comment) -> None:
    """A concern asks its answerers; an answer or a reply goes to who is answered, a comment to whom it concerns."""
    thread = comment.parent
    if comment.concern:
        kind, text, people = "concern_raised", "a concern waits for a written answer.", _answerers(comment)
    elif thread and comment.answers:
        kind, text, people = "concern_answered", "your concern was answered.", [thread.author]
    elif thread:
        kind, text, people = "comment_written", "there is a reply to your comment.", [thread.author]
    else:
        kind, text, people = "comment_written", "there is a new comment.", _audience(comment)
    _tell(
        [person for person in people if _reads(comment, person)],
        comment.proposal,
        kind=kind,
        key=comment.pk,
        text=f"{comment.proposal}: {text}",
        path=comment.get_absolute_url(),
        office="" if comment.visibility == Visibility.BODY else OFFICES[kind],
    )


def _reads(comment: Comment, person: Person) -> bool:
    """Whether it is for this person, and not their own."""
    if person.pk == comment.author_id:
        return False
    return Comment.objects.visible_to(person).filter(pk=comment.pk).exists()


def _answerers(comment: Comment) -> list[Person]:
    return _members(comment) if comment.visibility == Visibility.BODY else proposers_of(comment.proposal)


def _audience(comment: Comment) -> list[Person]:
    """Who hears of a comment: the body of a body's own; else the proposers, and of theirs the programme manager."""
    if comment.visibility == Visibility.BODY:
        return _members(comment)
    team = proposers_of(comment.proposal)
    if comment.author in team:
        team += people_with(MANAGER, comment.proposal.institution, comment.proposal.unit)
    return team


def _members(comment: Comment) -> list[Person]:
    """Everyone on the roll of the body's latest ballot on the proposal."""
    ballots = comment.proposal.ballots.filter(body=comment.body).order_by("-opened_at")
    seats = BallotSeat.objects.filter(ballot=ballots.first(), person__isnull=False)
    return [seat.person for seat in seats.select_related("person") if seat.person]


def settled(comment: Comment) -> None:
    """Its author hears that the chair has settled a concern."""
    if comment.author_id == comment.settled_by_id:
        return
    text = f"{comment.proposal}: your concern was marked as settled."
    path = comment.get_absolute_url()
    _tell(
        [comment.author],
        comment.proposal,
        kind="concern_settled",
        key=comment.pk,
        text=text,
        path=path,
        post=False,
    )


def heads(unit: Unit, proposal: Proposal) -> list[Person]:
    """Who can say what the unit thinks: its head, those above it and their designees, never a proposer."""
    people = people_with(discussion.HEAD, proposal.institution, unit)
    return list(people.exclude(pk__in=proposal.proposers.values("person")))


def view_asked(view: AskedView) -> None:
    need = "An answer is required." if view.required else "It is for your information; you may answer."
    people, text = heads(view.unit, view.proposal), f"{view.unit} is asked for its view. {need}"
    _view(view, people, "view_asked", text, office=f"the head of {view.unit}")


def view_given(view: AskedView) -> None:
    text = f"{view.unit} has said what it thinks."
    _view(view, [view.asked_by], "view_given", text, office="who asked for the view")


def view_withdrawn(view: AskedView) -> None:
    text = f"The view of {view.unit} is not asked for any more."
    _view(view, heads(view.unit, view.proposal), "view_withdrawn", text, post=False)


def _view(
    view: AskedView, people: list[Person], kind: str, text: str, *, post: bool = True, office: str = ""
) -> None:
    said, path = f"{view.proposal}: {text}", view.get_absolute_url()
    _tell(people, view.proposal, kind=kind, key=view.pk, text=said, path=path, post=post, office=office)

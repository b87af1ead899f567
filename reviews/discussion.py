"""Who may say, answer, settle and ask what about a proposal, and why not now; what keeps a step from closing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q

from accounts import authority
from accounts.models import Role
from policies.reasons import Reason
from proposals.models import Revision
from proposals.owing import covers, grants_of
from proposals.states import ENDED
from reviews.models import AskedView, BallotSeat, Comment, PanelMember, Recusal, Visibility
from reviews.models.roll import may_preside
from reviews.viewpoint import MANAGER

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from accounts.models import Person
    from proposals.models import Proposal, Step
    from reviews.models import Ballot

LONGEST = 20_000
HEAD = str(Role.SECTION_HEAD)
NOT_SUBMITTED = Reason("Comments begin once the proposal has been submitted.")
OVER = Reason("This proposal has ended, so nothing more is said or asked about it. What was said stays.")


# --- who -----------------------------------------------------------------------------------------
def proposes(proposal: Proposal, person: Person) -> bool:
    return proposal.proposers.filter(person=person).exists()


def bodies_of(proposal: Proposal, person: Person) -> list[str]:
    """The bodies for which the person judges it, the one that votes now first; none for a proposer or a conflict."""
    if proposes(proposal, person):
        return []
    seats = BallotSeat.objects.filter(ballot__proposal=proposal, person=person)
    rows = seats.order_by("-ballot__opened_at").values_list("ballot__body", "ballot__state")
    found = [body for body, _state in sorted(rows, key=lambda row: row[1] != "open")]
    found += PanelMember.objects.filter(panel__proposal=proposal, person=person).values_list(
        "panel__body", flat=True
    )
    recused = Recusal.objects.filter(ballot__proposal=proposal, person=person)
    conflicts = set(recused.values_list("ballot__body", flat=True)) if found else set()
    return [body for body in dict.fromkeys(found) if body not in conflicts]


def manages(proposal: Proposal, person: Person) -> bool:
    """The programme manager of the proposal's unit or campus, unless they propose it."""
    held = authority.holds(person, MANAGER, proposal.institution, proposal.unit)
    return held and not proposes(proposal, person)


def signs(proposal: Proposal, person: Person) -> bool:
    """Whether the person completes a step of it, or could for somebody; never a proposer."""
    if proposes(proposal, person):
        return False
    actors = set(proposal.steps.exclude(actor__in=["", "proposer"]).values_list("actor", flat=True))
    return any(covers(grant, actor, proposal) for grant in grants_of(person) for actor in actors)


def judges(proposal: Proposal, person: Person) -> bool:
    """Whether the person may raise a concern: who votes on it, signs it, manages it, or heads a unit that was asked."""
    return bool(
        bodies_of(proposal, person)
        or manages(proposal, person)
        or signs(proposal, person)
        or AskedView.objects.asked_of(person).filter(proposal=proposal).exists()
    )


def chairs(proposal: Proposal, person: Person, body: str = "") -> bool:
    """Who presides over a body (over this one, where it is named) that votes or voted on it and, where nobody does, the
    programme manager; neither proposer nor recused."""
    managing = manages(proposal, person)
    if not (managing or may_preside(person)):
        return False
    rows = BallotSeat.objects.filter(ballot__proposal=proposal).presiding(person)
    if body:
        rows = rows.filter(ballot__body=body)
    seats = rows.values_list("person", "ballot__body").distinct()
    recused = set(Recusal.objects.filter(ballot__proposal=proposal).values_list("person", "ballot__body"))
    acting = {seat[0] for seat in seats if seat not in recused}
    if acting:
        return person.pk in acting and not proposes(proposal, person)
    return managing


def may_settle(comment: Comment, person: Person) -> bool:
    """The author, or the chair (of the same body, where only that body reads it)."""
    body = comment.body if comment.visibility == Visibility.BODY else ""
    return comment.author_id == person.pk or chairs(comment.proposal, person, body)


def may_ask(proposal: Proposal, person: Person) -> bool:
    """Whether the person asks units for their views: the programme manager, or the chair of a body that votes on it."""
    return manages(proposal, person) or chairs(proposal, person)


def answers(thread: Comment, person: Person) -> bool:
    """Whether a reply of this person is the written answer that a concern waits for: a proposer's or, where proposers
    do not read it, another member's of the body."""
    if not thread.concern or thread.author_id == person.pk:
        return False
    proposing = proposes(thread.proposal, person)
    return not proposing if thread.visibility == Visibility.BODY else proposing


# --- what ----------------------------------------------------------------------------------------
def visibilities(proposal: Proposal, person: Person) -> list[str]:
    """Who a comment of this person may be for; the narrowest first."""
    found = [Visibility.BODY.value] if bodies_of(proposal, person) else []
    return [*found, Visibility.PROPOSERS.value, Visibility.EVERYONE.value]


def not_now(proposal: Proposal) -> list[Reason]:
    """Why nothing can be said about the proposal now. A step that is closed closes nobody's mouth: a comment belongs
    to a revision, and later steps read it."""
    if proposal.submitted_at is None or not proposal.revisions.exists():
        return [NOT_SUBMITTED]
    return [OVER] if proposal.state in ENDED else []


def text_reasons(text: str, name: str = "A comment", field: str = "text") -> list[Reason]:
    """What is wrong with words as they were sent."""
    if not text.strip():
        return [Reason("Write something first.", "", field)]
    if len(text) > LONGEST:
        return [Reason(f"{name} has at most {LONGEST:,} characters; this one has {len(text):,}.", "", field)]
    return []


def field_reasons(revision: Revision, field: str) -> list[Reason]:
    """A comment is on a question of the revision, or on the whole."""
    if not field or field in labels(revision.form):
        return []
    return [Reason(f"Revision {revision.number} has no question “{field[:80]}”.", "", "field")]


def labels(form: Mapping[str, Any]) -> dict[str, str]:
    """The questions of a revision's form by their path, as they were asked."""
    return {
        f"{section['id']}.{asked['id']}": asked["label"]
        for section in form["sections"]
        for asked in section["fields"]
    }


def asked_in(comments: Iterable[Comment]) -> dict[object, str]:
    """What each of these comments is about, in the words of its own revision; one query, each form read once."""
    comments = [comment for comment in comments if comment.field]
    revisions = Revision.objects.filter(pk__in={comment.revision_id for comment in comments})
    known = {key: labels(form) for key, form in revisions.values_list("pk", "form")}
    return {comment.pk: known[comment.revision_id].get(comment.field, comment.field) for comment in comments}


# --- what keeps a step from closing --------------------------------------------------------------
def holding(step: Step) -> list[Reason]:
    """The concerns and required views that wait for an answer, so that the step cannot close.

    A concern that only one body reads keeps that body's ballot alone.
    """
    read = ~Q(visibility=Visibility.BODY) | (Q(body=step.body) & ~Q(body=""))
    rows = Comment.objects.filter(read, proposal=step.proposal_id).unanswered()
    concerns = list(rows.select_related("author").order_by("written_at"))
    about = asked_in(concerns)
    views = AskedView.objects.filter(proposal=step.proposal_id, required=True).waiting()
    return [
        *(_concern(comment, about.get(comment.pk, "")) for comment in concerns),
        *(_view(view) for view in views.select_related("unit")),
    ]


def held(ballots: Iterable[Ballot]) -> set[object]:
    """Those of these ballots that cannot close yet, by the rule of `holding`; two queries for all of them."""
    ballots = list(ballots)
    proposals = {ballot.proposal_id for ballot in ballots}
    concerns = Comment.objects.filter(proposal__in=proposals).unanswered()
    waiting = set(concerns.values_list("proposal", "visibility", "body"))
    views = AskedView.objects.filter(proposal__in=proposals, required=True).waiting()
    asked = set(views.values_list("proposal", flat=True))
    return {
        ballot.pk
        for ballot in ballots
        if ballot.proposal_id in asked
        or any(
            key == ballot.proposal_id and (readers != Visibility.BODY or body == ballot.body)
            for key, readers, body in waiting
        )
    }


def _concern(comment: Comment, about: str) -> Reason:
    of = f"about “{about}” " if about else ""
    said = f"A concern of {comment.author} {of}waits for a written answer"
    return Reason(f"{said}.", url=comment.get_absolute_url())


def _view(view: AskedView) -> Reason:
    said = f"The view of {view.unit} was asked for and has not come in yet."
    return Reason(said, url=view.get_absolute_url())

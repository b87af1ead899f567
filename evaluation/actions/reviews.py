"""Programme reviews: begun, written, filed by the unit; acknowledged or sent back by the office that the policy names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.authority import people_with
from evaluation import evidence, reviews
from evaluation.models import Filing, Review, ReviewState
from journal import clock
from journal.actions import record
from policies import engine
from policies.reasons import Reason, Refused, refuse_if
from proposals import words
from proposals.actions import receiving, telling
from proposals.actions.locking import lock

if TYPE_CHECKING:
    from accounts.authority import Authority
    from accounts.models import Person
    from evaluation.reviews import Asked
    from proposals.models import Proposal

STALE = Reason("Somebody changed this review after you opened it. Look at it again, then decide.")
FILED = "It is filed already, so nobody can change it."


@transaction.atomic
def save(*, proposal: Proposal, deadline: str, answers: dict[str, Any], version: int, by: Person) -> Review:
    """Lay these answers over the review that is due under this key; the first save begins it (version 0).

    Effects: the row; its version rises. What is only being written leaves no entry in the record.
    PermissionDenied unless `by` writes it. Refused: another year's review, one that was filed, before it can be
    filed, answers that cannot be stored, and a page drawn from an older version.
    """
    proposal, asked = _theirs(proposal, deadline, by)
    refuse_if(reviews.not_now(proposal, deadline))
    review = _begun(proposal, deadline, asked, by)
    if version != review.version:
        raise Refused(STALE)
    laid = engine.merged(review.answers, answers)
    review.answers, reasons = engine.clean(proposal.policy.pack, review.form, laid)
    refuse_if(reasons)
    review.version, review.updated_at, review.updated_by = review.version + 1, clock.now(), by
    review.save()
    return review


def _theirs(proposal: Proposal, deadline: str, by: Person) -> tuple[Proposal, Asked]:
    """The proposal under lock, and what is asked; PermissionDenied unless the person writes it."""
    proposal = lock(proposal.pk)
    asked = reviews.asked(proposal.policy.pack, deadline)
    if asked is None:
        raise Refused(reviews.not_now(proposal, deadline))
    if not reviews.may_write(by, proposal, asked.rule):
        raise PermissionDenied(reviews.NOT_YOURS)
    return proposal, asked


def _begun(proposal: Proposal, deadline: str, asked: Asked, by: Person) -> Review:
    """The row, or a new one with version 0, not stored yet."""
    found = Review.objects.filter(proposal=proposal, deadline=deadline).first()
    if found:
        found.proposal = proposal
        return found
    due, now = reviews.due(proposal, deadline), clock.now()
    assert due is not None  # noqa: S101 (`not_now` has refused)
    return Review(
        proposal=proposal,
        deadline=deadline,
        form=str(asked.rule.form),
        title=due.title,
        year=due.year if asked.rule.anchor == "pilot_start" else None,
        due_on=due.on,
        version=0,
        created_at=now,
        created_by=by,
        updated_at=now,
        updated_by=by,
    )


@transaction.atomic
def file(*, review: Review, by: Person, version: int | None = None) -> Review:
    """File it: the figures are frozen with it, what was due has come in, and the office is asked to acknowledge it.

    Effects, all or none: an immutable filing (form, answers, figures with their sources, hash), the deadline met, an
    entry in the record, notices and mail to the office. PermissionDenied unless `by` writes it. Refused: whatever the
    form still lacks, another year's review, one that was filed, a page drawn from an older version.
    """
    proposal, asked = _theirs(review.proposal, review.deadline, by)
    review = Review.objects.get(pk=review.pk)
    review.proposal = proposal
    refuse_if(reviews.not_now(proposal, review.deadline))
    if version is not None and version != review.version:
        raise Refused(STALE)
    refuse_if(reviews.lacking(review))
    filing = _freeze(review, by)
    due = reviews.due(proposal, review.deadline)
    assert due is not None  # noqa: S101 (`not_now` has refused)
    review.state, review.due_on, review.filed_at = ReviewState.FILED, due.on, filing.filed_at
    review.answer_by, review.version = reviews.answer_by(asked.rule, proposal), review.version + 1
    review.save()
    receiving.meet(proposal=proposal, due=due, act="review", by=by, review=review.pk, hash=filing.hash)
    _ask(review, asked)
    return review


def _freeze(review: Review, by: Person) -> Filing:
    about = reviews.about(review.proposal, review.deadline)
    charts = evidence.frozen(about) if about else []
    form = review.proposal.policy.pack.form(review.form).model_dump(mode="json")
    whole = {"form": review.form, "answers": review.answers, "charts": charts}
    return Filing.objects.create(
        review=review,
        number=review.filings.count() + 1,
        answers=review.answers,
        form=form,
        charts=charts,
        hash=evidence.digest(whole),
        filed_at=clock.now(),
        filed_by=by,
    )


def _ask(review: Review, asked: Asked) -> None:
    """The office hears of it."""
    proposal = review.proposal
    people = people_with(asked.rule.received_by or "", proposal.institution, proposal.unit)
    telling.tell(
        people,
        proposal,
        "review_filed",
        f"“{review.title}” was filed and waits for you to acknowledge it.",
        of=f"{review.pk}:{review.version}",
        office=words.who(proposal.policy.pack, asked.rule.received_by or "", ""),
        path=review.get_absolute_url(),
    )


@transaction.atomic
def acknowledge(*, review: Review, by: Person, note: str = "", version: int | None = None) -> Review:
    """The office has read it and acknowledges it; nothing more is asked for that year.

    Effects: the row, an entry in the record, notices and mail to the proposers. PermissionDenied unless `by` holds
    the office that the policy names. Refused: one's own, one that is not filed, a page drawn from an older version.
    """
    review, right = _to_answer(review, by, version)
    said = f"“{review.title}” was read and acknowledged."
    return _answered(review, ReviewState.ACKNOWLEDGED, right, note, "review_acknowledged", said)


@transaction.atomic
def send_back(*, review: Review, by: Person, note: str, version: int | None = None) -> Review:
    """The office asks for more: the review is due again and can be written again, with what it says already.

    Effects and refusals as of `acknowledge`; what was due is due again. Refused too without a word what is missing.
    """
    review, right = _to_answer(review, by, version)
    if not note.strip():
        raise Refused(Reason("Say what is missing, so that they know.", field="note"))
    receiving.due_again(proposal=review.proposal, key=review.deadline)
    said = f"“{review.title}” was sent back: more is asked for."
    return _answered(review, ReviewState.RETURNED, right, note, "review_returned", said)


def _to_answer(review: Review, by: Person, version: int | None) -> tuple[Review, Authority]:
    """The review as it is now, its proposal under lock, and in which right the person answers it."""
    proposal = lock(review.proposal_id)
    review = Review.objects.get(pk=review.pk)
    review.proposal = proposal
    asked = reviews.asked(proposal.policy.pack, review.deadline)
    right = reviews.answers_for(by, proposal, asked.rule) if asked else None
    if right is None:
        raise PermissionDenied("Only the office that the policy names answers a review.")
    refuse_if(reviews.own(review, by))
    if version is not None and version != review.version:
        raise Refused(STALE)
    if review.state != ReviewState.FILED:
        raise Refused(Reason("Only a review that was filed, and not answered yet, can be answered."))
    return review, right


def _answered(review: Review, state: ReviewState, right: Authority, note: str, act: str, said: str) -> Review:
    proposal = review.proposal
    review.state, review.note, review.version = state, note.strip(), review.version + 1
    review.decided_at, review.decided_by = clock.now(), right.person
    review.on_behalf_of = right.on_behalf_of
    review.save()
    record.write(
        subject_kind="proposal",
        subject_id=proposal.pk,
        institution=proposal.institution,
        act=act,
        by=right.person,
        on_behalf_of=right.on_behalf_of,
        detail={"name": review.title, "review": review.pk, **({"note": review.note} if review.note else {})},
    )
    of = f"{review.pk}:{review.version}"
    people = [*telling.proposers_of(proposal), review.filings.latest("number").filed_by]
    telling.tell(people, proposal, "proposal_moved", said, of=of, path=review.get_absolute_url())
    return review

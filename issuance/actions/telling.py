"""Who is told what about a request, by notice and mail, in the caller's transaction."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.conf import settings

from accounts.authority import people_with
from accounts.hooks import Message
from journal.actions import mail, notices

if TYPE_CHECKING:
    from issuance.models import IssuanceRequest, StackReview


def certifiers(request: IssuanceRequest, count: int) -> None:
    """The certifying office: a request waits."""
    people = people_with(f"office:{request.certifier}", request.institution, request.definition.unit)
    path, title = f"/admin/requests/{request.pk}/", str(request.definition)
    text = f"A badge issuance request waits for your office: {title}, {count:,} recipients."
    notices.tell(people=people, kind="request_waits", text=text, path=path)
    context = {
        "title": title,
        "count": count,
        "requester": str(request.requested_by or ""),
        "url": f"{settings.SITE_URL}{path}",
    }
    key = f"request_waits:{request.pk}:{_moment(request.submitted_at)}"
    messages = [Message("request_waits", f"{key}:{person.pk}", person, context) for person in people]
    mail.post_many(messages=messages, institution=request.institution)


def sent_back(request: IssuanceRequest, commented: int = 0) -> None:
    """The requester: it came back, with the note and so many lines with a comment."""
    if request.requested_by is None:
        return
    path = f"/issuance/{request.pk}/"
    words = [request.note] if request.note else []
    words += (
        [f"{commented:,} {'line has' if commented == 1 else 'lines have'} a comment."] if commented else []
    )
    text = f"Your badge issuance request for {request.definition} came back: {' '.join(words)}"
    notices.tell(people=[request.requested_by], kind="request_returned", text=text, path=path)
    mail.post(
        kind="request_returned",
        key=f"request_returned:{request.pk}:{_moment(request.decided_at)}",
        to=request.requested_by,
        institution=request.institution,
        context={
            "title": str(request.definition),
            "url": f"{settings.SITE_URL}{path}",
        },
    )


def stopped(request: IssuanceRequest, lines: int, deliveries: int, reason: str) -> None:
    """The requester: what had not left was stopped, and why."""
    asked = [request.requested_by] if request.requested_by else []
    text = (
        f"The certifying office stopped what had not left of your request for {request.definition}: "
        f"{lines:,} not awarded, {deliveries:,} not sent. {reason}"
    )
    notices.tell(people=asked, kind="request_stopped", text=text, path=f"/issuance/{request.pk}/")


def reviewers(review: StackReview) -> None:
    """Those who can revoke an award of a stack: it no longer has all its parts, so it is theirs to decide."""
    award = review.award
    offices = [one.office for one in award.version.policy.pack.issuance.certifiers]
    actors = ["programme_manager", *(f"office:{office}" for office in offices)]
    people = {
        person.pk: person
        for actor in actors
        for person in people_with(actor, award.institution, award.definition.unit)
    }
    how = "has expired" if review.expired else "was revoked"
    text = f"A part of “{award.version.title}” {how}. Say whether its award to {award.recipient_name} stands."
    path = f"/admin/stacks/reviews/{review.pk}/"
    notices.tell(people=people.values(), kind="stack_review", text=text, path=path)


def kept(review: StackReview) -> None:
    """The learner: the award was looked at again, and stands. Nobody where they had their data erased."""
    award = review.award
    if award.erased_at:
        return
    mail.post(
        kind="stack_kept",
        key=f"stack_kept:{review.pk}",
        to=award.holder,
        institution=award.institution,
        context={
            "title": award.version.title,
            "part": review.cause.version.title,
            "how": "has expired" if review.expired else "was revoked",
            "url": f"{settings.SITE_URL}/wallet/{award.pk}/",
        },
    )


def _moment(at: dt.datetime | None) -> str:
    """A moment as part of a mail's key: filed twice means told twice."""
    return at.isoformat() if at else ""

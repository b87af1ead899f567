"""A release for a later day: change the day, take it back; and stop what has not left of a release under way."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import transaction

from accounts.locking import locked
from issuance import wake
from issuance.actions import telling
from issuance.actions.deciding import day_begins, in_hand, write_down
from issuance.checking import decisions
from issuance.finishing import finish_requests
from issuance.models import Delivery, DeliveryState, IssuanceRequest, Job, RequestState
from journal import clock
from policies.reasons import Reason, Refused, refuse_if

if TYPE_CHECKING:
    from accounts.authority import Authority
    from accounts.models import Person

REASON_NEEDED = Reason("Say why; it is kept in the record.", field="reason")
LONGEST_REASON = 250
STOPPED = "Stopped before it was awarded: {reason}"


@transaction.atomic
def change_day(*, request: IssuanceRequest, due_on: dt.date | None, by: Person) -> IssuanceRequest:
    """Award what is released on another day, or now (None).

    Refused unless it still waits for its day, and for a day that is over, too far away or after the last day of awards.
    Only the certifying office.
    """
    request, standing, job = _planned(request, by)
    refuse_if(decisions.day_reasons(request, due_on))
    request.due_on = due_on if due_on and due_on > request.institution.today() else None
    request.save(update_fields=["due_on"])
    job.due_at = day_begins(request)
    job.save(update_fields=["due_at"])
    if job.due_at is None:
        wake.job_after_commit(job.pk)
    day = str(request.due_on) if request.due_on else ""
    write_down(request, "day changed", by, {"day": day}, standing)
    return request


@transaction.atomic
def recall(*, request: IssuanceRequest, by: Person, reason: str) -> IssuanceRequest:
    """Take back a release whose day has not come: the request waits to be checked again.

    Refused without a reason, and once its day has come. Only the certifying office.
    """
    request, standing, job = _planned(request, by)
    if not reason.strip():
        raise Refused(REASON_NEEDED)
    job.delete()
    request.state, request.due_on = RequestState.SUBMITTED, None
    request.decided_at = request.decided_by = request.on_behalf_of = None
    request.note = ""
    request.save()
    write_down(request, "release taken back", by, {"reason": reason.strip()[:300]}, standing)
    return request


def _planned(request: IssuanceRequest, by: Person) -> tuple[IssuanceRequest, Authority, Job]:
    """The request and its job under lock, while no worker has it."""
    request = in_hand(request)
    standing = decisions.require_certifier(request, by)
    job = Job.objects.select_for_update().filter(request=request).first()
    if job is None or not request.due_on or job.claim_token or job.done_at:
        raise Refused(decisions.planned_reasons(request) or [Reason(decisions.STALE)])
    return request, standing, job


@transaction.atomic
def stop(*, request: IssuanceRequest, by: Person, reason: str) -> dict[str, int]:
    """Stop what has not left: lines that are not awarded yet are not awarded, badges that never left are not sent.

    What was awarded stands; what may have left for a platform goes on. Returns the counts `lines` and `deliveries`.
    Refused without a reason, or when the request is not under way. Only the certifying office.
    """
    standing = decisions.require_certifier(request, by)
    found = decisions.stop_reasons(IssuanceRequest.objects.get(pk=request.pk))
    if not reason.strip():
        found.append(REASON_NEEDED)
    elif len(reason.strip()) > LONGEST_REASON:
        found.append(Reason(f"Say it in {LONGEST_REASON} characters.", field="reason"))
    refuse_if(found)
    # Lines first, as the worker does, who holds them for as long as a chunk takes; what it awarded meanwhile is not hit.
    lines = request.lines.to_award().order_by().update(problem=STOPPED.format(reason=reason.strip()))
    waiting = Delivery.objects.filter(request=request).never_left()
    sent = waiting.update(state=DeliveryState.CANCELLED, message=reason.strip(), settled_at=clock.now())
    request = locked(IssuanceRequest.objects.select_related("institution", "requested_by"), request.pk)
    Job.objects.filter(request=request, done_at__isnull=True).update(due_at=None)
    detail = {"lines": lines, "deliveries": sent, "reason": reason.strip()}
    write_down(request, "stopped", by, detail, standing)
    telling.stopped(request, lines, sent, reason.strip())
    _wake(request)
    return {"lines": lines, "deliveries": sent}


def _wake(request: IssuanceRequest) -> None:
    """The job ends by itself, now that nothing is left; and the request, if nothing of it is under way."""
    for key in Job.objects.filter(request=request, done_at__isnull=True).values_list("pk", flat=True):
        wake.job_after_commit(key)
    finish_requests([request.pk])

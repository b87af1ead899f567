"""Requests come to their end once every badge of theirs is where it belongs."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q

from issuance.models import UNDER_WAY, Delivery, DeliveryState, IssuanceRequest, RequestState
from journal.actions import notices, record


@transaction.atomic
def finish_requests(request_ids: Sequence[uuid.UUID] | None = None) -> int:
    """Mark approved requests done whose job is done and none of whose deliveries is under way or waits for a person.

    The requester, if there is one, is told. Of all requests when none are named (the sweep). Returns how many.
    """
    waiting = Delivery.objects.filter(
        request=OuterRef("pk"), state__in=[*UNDER_WAY, DeliveryState.NEEDS_PERSON]
    )
    rows = IssuanceRequest.objects.filter(
        ~Exists(waiting), state=RequestState.APPROVED, job__done_at__isnull=False
    )
    if request_ids is not None:
        rows = rows.filter(pk__in=request_ids)
    done = list(rows.select_for_update(of=("self",)).select_related("institution", "requested_by"))
    for request in done:
        request.state = RequestState.DONE
        request.save(update_fields=["state"])
        _tell_done(request)
    return len(done)


def _tell_done(request: IssuanceRequest) -> None:
    counts = request.lines.aggregate(awards=Count("award"), problems=Count("pk", filter=~Q(problem="")))
    left = (
        f" {counts['problems']} could not be awarded; the reasons stand there." if counts["problems"] else ""
    )
    text = f"Your badge issuance request is done: {counts['awards']} awarded.{left}"
    asked = [request.requested_by] if request.requested_by else []
    notices.tell(people=asked, kind="request_done", text=text, path=f"/issuance/{request.pk}/")
    record.write(
        subject_kind="request",
        subject_id=request.pk,
        institution=request.institution,
        act="done",
        by=None,
        detail=counts,
    )

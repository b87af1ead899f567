"""A worker turns an approved request into awards, chunk by chunk; each chunk is one transaction and can be repeated."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from accounts.actions import people
from accounts.models import Person
from credentials.actions import claims
from credentials.actions.awards import Maker, Recipient
from credentials.models import Award
from issuance import wake
from issuance.models import (
    Delivery,
    IssuanceRequest,
    Job,
    PlatformAccount,
    RequestLine,
    RequestState,
)
from issuance.platforms import registry
from journal import clock
from journal.actions import record
from learning.models import Completion

CHUNK = 500
LEASE = dt.timedelta(minutes=5)


@dataclass(frozen=True)
class Claim:
    """A worker's right to a job until the lease runs out; every chunk renews it."""

    job_id: int
    token: uuid.UUID


def claim(job_id: int) -> Claim | None:
    """Take the job if nobody holds it; None when it is done, gone or held."""
    now = clock.now()
    free = Q(claimed_until__isnull=True) | Q(claimed_until__lt=now)
    token = uuid.uuid4()
    taken = Job.objects.filter(free, pk=job_id, done_at__isnull=True).update(
        claimed_until=now + LEASE, claim_token=token
    )
    return Claim(job_id, token) if taken else None


def run(job_id: int) -> int:
    """Make all awards of a job; returns how many. Does nothing when another worker has it."""
    held = claim(job_id)
    if held is None:
        return 0
    request = (
        IssuanceRequest.objects.select_related(
            "institution", "definition__institution", "version__definition__institution", "version__policy"
        )
        .get(job__pk=job_id)
    )
    maker = Maker(request.version, request.pk)
    account = account_for(request)
    made = 0
    while (count := _chunk(held, request, maker, account)) is not None:
        made += count
        if account:
            wake.lane(account.pk)
    return made


def account_for(request: IssuanceRequest) -> PlatformAccount | None:
    """The platform account that the policy names; None for a type without a badge or a platform we do not push to."""
    platform = request.version.policy.pack.platform
    if not request.version.badge or platform.kind not in registry.KINDS:
        return None
    account, _ = PlatformAccount.objects.get_or_create(
        institution=request.institution, platform=platform.kind, name=platform.account
    )
    return account


@transaction.atomic
def _chunk(
    held: Claim, request: IssuanceRequest, maker: Maker, account: PlatformAccount | None
) -> int | None:
    """Award the next lines; None when none is left (then the job is done). One transaction with outbox and record."""
    job = Job.objects.select_for_update().get(pk=held.job_id)
    if job.claim_token != held.token:
        return None  # the lease ran out and another worker goes on
    open_lines = RequestLine.objects.filter(request=request, award__isnull=True, problem="")
    lines = list(open_lines.order_by("number")[:CHUNK])
    if not lines:
        _finish(job, request)
        return None
    fit = _sort_out(lines, request)
    awards = maker.make([recipient for _, recipient in fit])
    for (line, _), award in zip(fit, awards, strict=True):
        line.award = award
    RequestLine.objects.bulk_update(lines, ["award", "problem"])
    _outbox(request, awards, account)
    record.write(
        subject_kind="request",
        subject_id=request.pk,
        institution=request.institution,
        act="awarded",
        by=request.decided_by,
        detail={"from": lines[0].number, "to": lines[-1].number, "awards": len(awards)},
    )
    job.claimed_until = clock.now() + LEASE
    job.save(update_fields=["claimed_until"])
    return len(awards)


def _sort_out(lines: Sequence[RequestLine], request: IssuanceRequest) -> list[tuple[RequestLine, Recipient]]:
    """The lines that can be awarded with their recipients; the others get their problem in words."""
    holders = _holders(lines)
    completions = Completion.objects.in_bulk([line.completion_id for line in lines if line.completion_id])
    holding = set(
        Award.objects.live()
        .filter(definition=request.definition, holder__in=[h.pk for h in holders.values()])
        .values_list("holder_id", flat=True)
    )
    fit = []
    for line in lines:
        holder = holders[line.email]
        if holder.pk in holding:
            line.problem = "This person holds the badge already; nothing was awarded twice."
            continue
        fit.append((line, _recipient(line, holder, completions.get(line.completion_id) if line.completion_id else None)))
    return fit


def _holders(lines: Sequence[RequestLine]) -> dict[str, Person]:
    """The person of each line by address; people we did not know yet are made."""
    return people.ensure_learners(recipients=[(line.email, line.name) for line in lines])


def _recipient(line: RequestLine, holder: Person, completion: Completion | None) -> Recipient:
    return Recipient(
        holder=holder,
        name=line.name,
        email=line.email,
        completed_on=completion.completed_on if completion else None,
        evidence=completion.evidence if completion else "",
        evidence_url=line.evidence_url or (completion.evidence_url if completion else ""),
        narrative=line.narrative,
    )


def _outbox(request: IssuanceRequest, awards: Sequence[Award], account: PlatformAccount | None) -> None:
    """The mails to the learners and the deliveries to the platform: rows now, sent later."""
    now = clock.now()
    claims.invite(awards, request.institution, settings.SITE_URL)
    if account:
        Delivery.objects.bulk_create(
            Delivery(award=award, account=account, request=request, due_at=now, created_at=now) for award in awards
        )


def _finish(job: Job, request: IssuanceRequest) -> None:
    """The job is done; the request too, unless deliveries are still on their way (the lane then finishes it)."""
    job.done_at, job.claimed_until, job.claim_token = clock.now(), None, None
    job.save()
    finish_request(request.pk)


def finish_request(request_id: uuid.UUID) -> None:
    """Mark an approved request done once its job is done and no delivery is still under way."""
    under_way = Delivery.objects.filter(request_id=request_id, state__in=["queued", "sending", "needs_person"])
    if not under_way.exists():
        IssuanceRequest.objects.filter(
            pk=request_id, state=RequestState.APPROVED, job__done_at__isnull=False
        ).update(state=RequestState.DONE)


def open_jobs() -> list[int]:
    """Jobs that no worker holds: what the sweep wakes."""
    now = clock.now()
    free = Q(claimed_until__isnull=True) | Q(claimed_until__lt=now)
    return list(Job.objects.filter(free, done_at__isnull=True).order_by("created_at").values_list("pk", flat=True))

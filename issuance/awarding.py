"""A worker turns an approved request into awards, chunk by chunk; each chunk is one transaction and can be repeated."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from accounts.actions import people
from accounts.models import Person
from credentials.actions import claims
from credentials.actions.awards import Maker, Recipient
from credentials.learned import Mastered
from credentials.models import Award
from issuance import wake
from issuance.checks import standing_reasons
from issuance.learners import Records
from issuance.models import (
    UNDER_WAY,
    Delivery,
    DeliveryState,
    IssuanceRequest,
    Job,
    PlatformAccount,
    RequestLine,
    RequestState,
)
from issuance.platforms import registry
from journal import clock
from journal.actions import notices, record
from learning.models import Completion
from learning.readiness import sentences
from learning.reading import shown_for

log = structlog.get_logger(__name__)

CHUNK = 500
LEASE = dt.timedelta(minutes=2)  # many times what a chunk takes; renewed by each
REPEATS = 3
HELD_ALREADY = "This person holds the badge already; nothing was awarded twice."


@dataclass(frozen=True)
class Work:
    """One worker's right to a job until its lease runs out, and what all chunks of the job share."""

    job_id: int
    token: uuid.UUID
    request: IssuanceRequest
    maker: Maker
    account: PlatformAccount | None


def run(job_id: int) -> int:
    """Make all awards of a job; returns how many. Does nothing when another worker has it, or it is done.

    When it fails, the reason stays on the job and the lease is left to run out, so that it is tried again later.
    """
    token = claim(job_id)
    if token is None:
        return 0
    try:
        work = _work(job_id, token)
        made = 0
        while (count := _chunk_again(work)) is not None:
            made += count
            if work.account:
                wake.lane(work.account.pk)
    except Exception as error:
        Job.objects.filter(pk=job_id, claim_token=token).update(
            error=f"{type(error).__name__}: {error}"[:2000]
        )
        raise
    return made


def claim(job_id: int) -> uuid.UUID | None:
    """Take the job if nobody holds it; None when it is done, gone or held."""
    token, now = uuid.uuid4(), clock.now()
    taken = _open().filter(pk=job_id).update(claimed_until=now + LEASE, claim_token=token)
    return token if taken else None


def _work(job_id: int, token: uuid.UUID) -> Work:
    related = (
        "institution",
        "definition__institution",
        "definition__current__policy",
        "decided_by",
        "version__definition__institution",
        "version__policy",
    )
    request = IssuanceRequest.objects.select_related(*related).get(job__pk=job_id)
    return Work(job_id, token, request, Maker(request.version, request.pk), account_for(request))


def account_for(request: IssuanceRequest) -> PlatformAccount | None:
    """The platform account that the policy names; None for a type without a badge or a platform we do not push to."""
    platform = request.version.policy.pack.platform
    if not request.version.badge or platform.kind not in registry.KINDS:
        return None
    account, _ = PlatformAccount.objects.get_or_create(
        institution=request.institution, platform=platform.kind, name=platform.account
    )
    return account


def _chunk_again(work: Work) -> int | None:
    """A chunk, repeated when another request awarded one of these people the same badge meanwhile."""
    waiting = RequestLine.objects.filter(request=work.request).to_award()[:CHUNK].count()
    for _ in range(REPEATS - 1):
        work.maker.reserve(waiting)
        try:
            return _chunk(work)
        except IntegrityError:
            log.info("a chunk is repeated", job=work.job_id)
    return _chunk(work)


@transaction.atomic
def _chunk(work: Work) -> int | None:
    """Award the next lines; None when none is left (then the job is done). One transaction with outbox and record."""
    job = Job.objects.select_for_update().get(pk=work.job_id)
    if job.claim_token != work.token:
        return None  # the lease ran out and another worker goes on
    request = work.request
    lines = list(RequestLine.objects.filter(request=request).to_award()[:CHUNK])
    if not lines:
        _finish(job, request)
        return None
    awards = _award(work, lines)
    RequestLine.objects.write_awards({line.pk: line.award_id for line in lines if line.award_id})
    RequestLine.objects.bulk_update([line for line in lines if line.problem], ["problem"])
    _outbox(work, awards)
    job.claimed_until, job.error = clock.now() + LEASE, ""
    job.save(update_fields=["claimed_until", "error"])
    record.write(
        subject_kind="request",
        subject_id=request.pk,
        institution=request.institution,
        act="awarded",
        by=request.decided_by,
        on_behalf_of=request.on_behalf_of,
        detail={"from": lines[0].number, "to": lines[-1].number, "awards": len(awards)},
    )
    return len(awards)


def _award(work: Work, lines: Sequence[RequestLine]) -> list[Award]:
    """Make the awards of these lines; a line that cannot be awarded gets its problem in words."""
    fit = _sort_out(lines, work.request)
    awards = []
    for (line, _), made in zip(fit, work.maker.make([recipient for _, recipient in fit]), strict=True):
        if isinstance(made, Award):
            line.award = made
            awards.append(made)
        else:
            line.problem = made[:300]
    return awards


def _sort_out(lines: Sequence[RequestLine], request: IssuanceRequest) -> list[tuple[RequestLine, Recipient]]:
    """The lines that can be awarded with their recipients; the others get their problem in words."""
    # In the order of addresses, so that two chunks with the same people wait for each other instead of locking up.
    holders = people.ensure_learners(recipients=sorted((line.email, line.name) for line in lines))
    records = Records(request.definition, list(holders), lock=True)
    shown = [one.completion_id for one in records.shown.values()]
    completions = {row.learner_id: row for row in _recorded(shown)}
    holding = set(
        Award.objects.live()
        .filter(definition=request.definition, holder__in=[holder.pk for holder in holders.values()])
        .values_list("holder_id", flat=True)
    )
    met = shown_for(request.definition, list(holders))
    over = standing_reasons(request.definition)
    fit = []
    for line in lines:
        holder = holders[line.email]
        if over:
            line.problem = sentences(over)[:300]
        elif holder.pk in holding:
            line.problem = HELD_ALREADY
        elif missing := records.problems(line.email):  # taken back or revoked since the release
            line.problem = sentences(missing)[:300]
        else:
            fit.append((line, _recipient(line, holder, completions.get(holder.pk), met.get(line.email, {}))))
            holding.add(holder.pk)  # who stands in the list under two addresses gets one
    return fit


def _recorded(keys: Sequence[uuid.UUID]) -> QuerySet[Completion]:
    return Completion.objects.filter(pk__in=keys).select_related("offering")


def _recipient(
    line: RequestLine, holder: Person, completion: Completion | None, met: dict[str, str]
) -> Recipient:
    return Recipient(
        holder=holder,
        name=line.name,
        email=line.email,
        started_on=_begun(completion),
        completed_on=completion.completed_on if completion else None,
        evidence=completion.evidence if completion else "",
        evidence_url=line.evidence_url or (completion.evidence_url if completion else ""),
        narrative=line.narrative,
        mastered=tuple(Mastered(competency, evidence) for competency, evidence in met.items()),
    )


def _begun(completion: Completion | None) -> dt.date | None:
    """When the offering began that the learner completed."""
    if completion is None or completion.completed_on is None:
        return None
    return min(completion.offering.starts_on, completion.completed_on)


def _outbox(work: Work, awards: Sequence[Award]) -> None:
    """The mails to the learners and the deliveries to the platform: rows now, sent later."""
    now = clock.now()
    claims.invite(awards, work.request.institution, settings.SITE_URL)
    if work.account:
        Delivery.objects.bulk_create(
            Delivery(award=award, account=work.account, request=work.request, due_at=now, created_at=now)
            for award in awards
        )


def _finish(job: Job, request: IssuanceRequest) -> None:
    """The job is done; the request too, unless deliveries are still on their way (the lane then finishes it)."""
    job.done_at, job.claimed_until, job.claim_token, job.error = clock.now(), None, None, ""
    job.save()
    finish_requests([request.pk])


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


def open_jobs() -> list[int]:
    """Jobs that no worker holds, oldest first: what the sweep wakes."""
    return list(_open().order_by("created_at").values_list("pk", flat=True))


def _open() -> QuerySet[Job]:
    free = Q(claimed_until__isnull=True) | Q(claimed_until__lt=clock.now())
    return Job.objects.filter(free, done_at__isnull=True)

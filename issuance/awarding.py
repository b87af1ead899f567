"""A worker turns an approved request into awards, chunk by chunk; each chunk is one transaction and can be repeated.

One worker holds the job and brings it to its end. A second lends a hand with a large one: each chunk locks its own lines,
so that no line is awarded twice, and those of a hand that is killed are free again at once.
"""

from __future__ import annotations

import datetime as dt
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from django.conf import settings
from django.db import IntegrityError, OperationalError, transaction
from django.db.models import Q, QuerySet
from psycopg2.errors import DeadlockDetected

from accounts.actions import people
from accounts.models import Person
from credentials.actions import claims
from credentials.actions.awards import Maker, Recipient
from credentials.learned import Mastered
from credentials.models import Award
from issuance import wake
from issuance.checking.checks import standing_reasons
from issuance.checking.learners import Records
from issuance.finishing import finish_requests
from issuance.models import (
    Delivery,
    IssuanceRequest,
    Job,
    PlatformAccount,
    RequestLine,
)
from issuance.platforms import registry
from journal import clock
from journal.actions import record
from learning.readiness import sentences
from learning.reading import Shown

log = structlog.get_logger(__name__)

CHUNK = 500
LEASE = dt.timedelta(minutes=2)  # many times what a chunk takes; renewed by each
REPEATS = 3
HAND_SECONDS = 5.0  # of a helping hand, then other work gets its turn
PAUSE_SECONDS = 0.2
HELD_ALREADY = "This person holds the badge already; nothing was awarded twice."


@dataclass(frozen=True)
class Work:
    """One worker's right to a job until its lease runs out, and what all chunks of the job share."""

    job_id: int
    token: uuid.UUID | None  # None for a helping hand
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
        if RequestLine.objects.filter(request=work.request).to_award()[CHUNK : CHUNK + 1].exists():
            wake.hand(job_id)
        made = _chunks(work)
    except Exception as error:
        Job.objects.filter(pk=job_id, claim_token=token).update(
            error=f"{type(error).__name__}: {error}"[:2000]
        )
        raise
    return made


def lend_hand(job_id: int) -> bool:
    """Award lines of a job that somebody else holds, for a few seconds; returns whether there may be more to do."""
    if not Job.objects.filter(pk=job_id, done_at__isnull=True, claimed_until__gt=clock.now()).exists():
        return False
    work, until = _work(job_id, None), time.monotonic() + HAND_SECONDS
    while _chunk_again(work):
        if time.monotonic() > until:
            return True
    return False


def _chunks(work: Work) -> int:
    """Chunk after chunk until the job is done, or lost to another worker; returns how many awards."""
    made = 0
    while (count := _chunk_again(work)) is not None:
        made += count
        if work.account:
            wake.lane(work.account.pk)
        if not count and _in_other_hands(work):
            time.sleep(PAUSE_SECONDS)
    if work.account:
        wake.lane(work.account.pk)  # for what other hands made after the last chunk of this one
    return made


def _in_other_hands(work: Work) -> bool:
    """Whether lines are left, which somebody else is awarding at this moment."""
    return RequestLine.objects.filter(request=work.request).to_award().exists()


def claim(job_id: int) -> uuid.UUID | None:
    """Take the job if nobody holds it; None when it is done, gone or held, or its day has not come."""
    token, now = uuid.uuid4(), clock.now()
    taken = _open().filter(pk=job_id).update(claimed_until=now + LEASE, claim_token=token)
    return token if taken else None


def _work(job_id: int, token: uuid.UUID | None) -> Work:
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
        except (IntegrityError, OperationalError) as error:
            if isinstance(error, OperationalError) and not isinstance(error.__cause__, DeadlockDetected):
                raise
            log.info("a chunk is repeated", job=work.job_id)
    return _chunk(work)


@transaction.atomic
def _chunk(work: Work) -> int | None:
    """Award the next lines that nobody else has in hand; one transaction with outbox and record.

    Returns how many; None when the holder of the job has none left (then it is done), or has lost it.
    """
    request = work.request
    if work.token and not Job.objects.filter(pk=work.job_id, claim_token=work.token).exists():
        return None  # the lease ran out and another worker goes on
    rows = RequestLine.objects.filter(request=request).to_award()
    lines = list(rows.select_for_update(skip_locked=True)[:CHUNK])
    if not lines:
        return None if work.token and _finished(work) else 0
    awards = _award(work, lines)
    RequestLine.objects.write_awards({line.pk: line.award_id for line in lines if line.award_id})
    RequestLine.objects.bulk_update([line for line in lines if line.problem], ["problem"])
    _outbox(work, awards)
    if work.token:
        held = Job.objects.filter(pk=work.job_id, claim_token=work.token)
        held.update(claimed_until=clock.now() + LEASE, error="")
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
    records = Records(request.definition, list(holders), lock=True, told=True)
    holding = set(
        Award.objects.live()
        .filter(definition=request.definition, holder__pk__among=[holder.pk for holder in holders.values()])
        .values_list("holder_id", flat=True)
    )
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
            shown = records.shown.get(line.email)
            fit.append((line, _recipient(line, holder, shown, records.told.get(line.email, ()))))
            holding.add(holder.pk)  # who stands in the list under two addresses gets one
    return fit


def _recipient(
    line: RequestLine, holder: Person, shown: Shown | None, met: tuple[Mastered, ...]
) -> Recipient:
    return Recipient(
        holder=holder,
        name=line.name,
        email=line.email,
        started_on=_begun(shown),
        completed_on=shown.completed_on if shown else None,
        evidence=shown.evidence if shown else "",
        evidence_url=line.evidence_url or (shown.evidence_url if shown else ""),
        narrative=line.narrative,
        mastered=met,
    )


def _begun(shown: Shown | None) -> dt.date | None:
    """When the offering began that the learner completed."""
    if shown is None or shown.completed_on is None:
        return None
    return min(shown.completed_on, shown.starts_on or shown.completed_on)


def _outbox(work: Work, awards: Sequence[Award]) -> None:
    """The mails to the learners and the deliveries to the platform: rows now, sent later."""
    claims.invite(awards, work.request.institution, settings.SITE_URL)
    if work.account:
        Delivery.objects.queue_new(awards, account=work.account, request=work.request)


def _finished(work: Work) -> bool:
    """Whether nothing is left, in nobody's hands: then the job is done, and the request too, unless deliveries are still
    on their way (the lane then finishes it)."""
    job = Job.objects.select_for_update().get(pk=work.job_id)
    if job.claim_token != work.token:
        return True  # lost to another worker, who finishes it
    if _in_other_hands(work):
        return False
    job.done_at, job.claimed_until, job.claim_token, job.error = clock.now(), None, None, ""
    job.save()
    finish_requests([work.request.pk])
    return True


def open_jobs() -> list[int]:
    """Jobs whose day has come and that no worker holds, oldest first: what the sweep wakes."""
    return list(_open().order_by("created_at").values_list("pk", flat=True))


def _open() -> QuerySet[Job]:
    now = clock.now()
    set_back = Q(claimed_until__gt=now + 2 * LEASE)  # written by a clock that has been set back since
    free = Q(claimed_until__isnull=True) | Q(claimed_until__lt=now) | set_back
    come = Q(due_at__isnull=True) | Q(due_at__lte=now)
    return Job.objects.filter(free, come, done_at__isnull=True)

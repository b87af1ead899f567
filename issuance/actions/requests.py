"""A request's life: submitted, sent back, approved (which leaves a job for a worker), cancelled."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.authority import authority, people_with
from issuance import checks, wake
from issuance.checks import Line
from issuance.models import IssuanceRequest, Job, RequestLine, RequestState
from journal import clock
from journal.actions import notices, record
from policies import engine
from policies.reasons import Reason, Refused, refuse_if

if TYPE_CHECKING:
    from accounts.authority import Authority
    from accounts.models import Person
    from credentials.models import Definition


@transaction.atomic
def submit(*, definition: Definition, lines: Sequence[Line], by: Person) -> IssuanceRequest:
    """File a request with all its lines; the certifying office is told.

    Refused with every reason (whole request and each line) when anything stands against it; nothing is written then.
    Only whoever the pack lets request for the unit may.
    """
    if not checks.may_request(by, definition):
        raise PermissionDenied("Only an issuer of this unit requests badges.")
    verdict = checks.check(definition, lines, by)
    refuse_if(verdict.all_reasons)
    version = definition.current
    assert version is not None  # noqa: S101  (checked above)
    request = IssuanceRequest.objects.create(
        institution=definition.institution,
        definition=definition,
        version=version,
        certifier=engine.certifier(version.policy.pack, version.answers, definition.type).office,
        state=RequestState.SUBMITTED,
        requested_by=by,
        created_at=clock.now(),
        submitted_at=clock.now(),
    )
    _store_lines(request, lines, verdict)
    _tell_certifiers(request)
    _note(request, "submitted", by, {"lines": len(lines)})
    return request


def _store_lines(request: IssuanceRequest, lines: Sequence[Line], verdict: checks.Verdict) -> None:
    RequestLine.objects.bulk_create(
        (_stored(request, line, verdict) for line in lines),
        batch_size=1000,
    )


def _stored(request: IssuanceRequest, line: Line, verdict: checks.Verdict) -> RequestLine:
    completion = verdict.completions.get(line.address)
    return RequestLine(
        request=request,
        number=line.number,
        name=line.name.strip(),
        email=line.address,
        learner_id=completion.learner_id if completion else None,
        completion_id=completion.pk if completion else None,
        evidence_url=line.evidence_url.strip(),
        narrative=line.narrative.strip(),
    )


def _tell_certifiers(request: IssuanceRequest) -> None:
    people = people_with(f"office:{request.certifier}", request.institution, request.definition.unit)
    text = f"A badge issuance request for {request.definition} waits for your office."
    notices.tell(people=people, kind="request_waits", text=text, path=f"/admin/requests/{request.pk}/")


@transaction.atomic
def resubmit(*, request: IssuanceRequest, lines: Sequence[Line], by: Person) -> IssuanceRequest:
    """Replace the lines of a request that was sent back, and file it again. Refused like `submit`; the requester's alone."""
    request = _locked(request)
    if request.requested_by_id != by.pk:
        raise PermissionDenied("Only the requester files it again.")
    if request.state != RequestState.RETURNED:
        raise Refused("This request was not sent back, so it cannot be filed again.")
    verdict = checks.check(request.definition, lines, by)
    refuse_if(verdict.all_reasons)
    request.lines.all().delete()
    _store_lines(request, lines, verdict)
    request.state, request.submitted_at = RequestState.SUBMITTED, clock.now()
    request.decided_at = request.decided_by = request.on_behalf_of = None
    request.save()
    _tell_certifiers(request)
    _note(request, "submitted again", by, {"lines": len(lines)})
    return request


def certifying(request: IssuanceRequest, person: Person) -> Authority | None:
    """Whether the person releases this request, and for whom: the office the pack names, and nobody else."""
    return authority(person, f"office:{request.certifier}", request.institution, request.definition.unit)


@transaction.atomic
def approve(*, request: IssuanceRequest, by: Person, note: str = "") -> IssuanceRequest:
    """Release: the approval and a job row in one transaction; a worker then makes the awards.

    Refused when it is not waiting, when a guard no longer holds (pilot lapsed, completion withdrawn, badge held
    meanwhile), or when the certifier would release their own request or award.
    """
    request = _locked(request)
    standing = _require_certifier(request, by)
    refuse_if(approval_reasons(request, by))
    _decide(request, RequestState.APPROVED, by, standing, note)
    job = Job.objects.create(request=request, created_at=clock.now())
    _note(request, "approved", by, {"lines": request.lines.count(), "note": note}, standing)
    transaction.on_commit(lambda: wake.job(job.pk), robust=True)
    return request


def approval_reasons(request: IssuanceRequest, person: Person) -> list[Reason]:
    """What stands against releasing the request now; the button, the API and the action read this list."""
    if request.state != RequestState.SUBMITTED:
        return [Reason(f"This request is not waiting: {request.get_state_display().lower()}.")]
    found = []
    if request.requested_by_id == person.pk:
        found.append(Reason("You made this request; someone else of the office must release it."))
    if request.lines.filter(email=person.email).exists():
        found.append(Reason("You are one of the recipients; someone else of the office must release it."))
    return found + checks.check(request.definition, lines_of(request), None).all_reasons


def lines_of(request: IssuanceRequest) -> list[Line]:
    """The stored lines as values."""
    rows = request.lines.values_list("number", "name", "email", "evidence_url", "narrative")
    return [Line(*row) for row in rows]


@transaction.atomic
def send_back(*, request: IssuanceRequest, by: Person, note: str) -> IssuanceRequest:
    """Return the request to the requester with a note; refused without one or when it is not waiting."""
    request = _locked(request)
    standing = _require_certifier(request, by)
    found = []
    if request.state != RequestState.SUBMITTED:
        found.append(Reason(f"This request is not waiting: {request.get_state_display().lower()}."))
    if not note.strip():
        found.append(Reason("Say what the requester should change.", field="note"))
    refuse_if(found)
    _decide(request, RequestState.RETURNED, by, standing, note)
    text = f"Your badge issuance request for {request.definition} came back: {note.strip()[:120]}"
    notices.tell(
        people=[request.requested_by], kind="request_returned", text=text, path=f"/issuance/{request.pk}/"
    )
    _note(request, "sent back", by, {"note": note}, standing)
    return request


@transaction.atomic
def cancel(*, request: IssuanceRequest, by: Person) -> IssuanceRequest:
    """Take a request back before it is approved; the requester's alone."""
    request = _locked(request)
    if request.requested_by_id != by.pk:
        raise PermissionDenied("Only the requester cancels a request.")
    if request.state not in (RequestState.DRAFT, RequestState.SUBMITTED, RequestState.RETURNED):
        raise Refused("This request has been approved; it cannot be cancelled any more.")
    request.state = RequestState.CANCELLED
    request.save(update_fields=["state"])
    _note(request, "cancelled", by, {})
    return request


def _locked(request: IssuanceRequest) -> IssuanceRequest:
    rows = IssuanceRequest.objects.select_for_update(of=("self",))
    return rows.select_related("institution", "definition__unit", "definition__current__policy").get(pk=request.pk)


def _require_certifier(request: IssuanceRequest, person: Person) -> Authority:
    standing = certifying(request, person)
    if standing is None:
        office = request.version.policy.pack.actor_name(f"office:{request.certifier}")
        raise PermissionDenied(f"Only {office} releases this request.")
    return standing


def _decide(request: IssuanceRequest, state: RequestState, by: Person, standing: Authority, note: str) -> None:
    request.state, request.note = state, note.strip()
    request.decided_at, request.decided_by = clock.now(), by
    request.on_behalf_of = standing.on_behalf_of
    request.save()


def _note(
    request: IssuanceRequest, act: str, by: Person, detail: dict[str, object], standing: Authority | None = None
) -> None:
    record.write(
        subject_kind="request",
        subject_id=request.pk,
        institution=request.institution,
        act=act,
        by=by,
        on_behalf_of=standing.on_behalf_of if standing else None,
        detail=detail,
    )

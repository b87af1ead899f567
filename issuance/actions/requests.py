"""A request's life: submitted, sent back, approved (which leaves a job for a worker), cancelled."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.authority import authority
from accounts.locking import locked
from credentials.actions import transcripts
from issuance import checks, prepared, wake
from issuance.actions import telling
from issuance.checks import Line
from issuance.models import IssuanceRequest, Job, RequestLine, RequestState
from journal import clock
from journal.actions import record
from policies import engine
from policies.reasons import Reason, Refused, refuse_if

if TYPE_CHECKING:
    from accounts.authority import Authority
    from accounts.models import Person
    from credentials.models import Definition

OPEN = (RequestState.DRAFT, RequestState.SUBMITTED, RequestState.RETURNED)
NOTE_NEEDED = "Say what the requester should change."
STALE = "The request was filed again after you opened this page. Look at it anew."


@transaction.atomic
def submit(*, definition: Definition, lines: Sequence[Line], by: Person) -> IssuanceRequest:
    """File a request with all its lines; the certifying office is told.

    Refused with every reason (whole request and each line) when anything stands against it; nothing is written then.
    Only whoever the pack lets request for the unit may.
    """
    require_requester(by, definition)
    verdict = checks.check(definition, lines, by)
    version = definition.current
    refuse_if(verdict.all_reasons)
    assert version is not None  # noqa: S101  (the check refuses it)
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
    telling.certifiers(request, len(lines))
    _note(request, "submitted", by, {"lines": len(lines)})
    return request


def require_requester(person: Person, definition: Definition) -> None:
    """PermissionDenied unless the pack lets this person request for the definition's unit."""
    if checks.may_request(person, definition):
        return
    pack = checks.pack_of(definition)
    who = " or ".join(pack.actor_name(actor) for actor in pack.issuance.requesters)
    raise PermissionDenied(f"Badges of {definition} are requested by the {who} of {definition.unit}.")


def office_of(definition: Definition) -> str:
    """The name of the office that releases badges of this definition, as the pack calls it."""
    pack, version = checks.pack_of(definition), definition.current
    answers = version.answers if version else {}
    return pack.actor_name(f"office:{engine.certifier(pack, answers, definition.type).office}")


def _store_lines(request: IssuanceRequest, lines: Sequence[Line], verdict: checks.Verdict) -> None:
    RequestLine.objects.bulk_create((_stored(request, line, verdict) for line in lines), batch_size=1000)


def _stored(request: IssuanceRequest, line: Line, verdict: checks.Verdict) -> RequestLine:
    shown = verdict.completions.get(line.address)
    return RequestLine(
        request=request,
        number=line.number,
        name=line.name.strip(),
        email=line.address,
        learner_id=shown.learner_id if shown else None,
        completion_id=shown.completion_id if shown else None,
        evidence_url=line.evidence_url.strip(),
        narrative=line.narrative.strip(),
    )


@transaction.atomic
def resubmit(*, request: IssuanceRequest, lines: Sequence[Line], by: Person) -> IssuanceRequest:
    """Replace the lines of a request that was sent back, and file it again. Refused like `submit`; the requester's alone."""
    request = _locked(request)
    if request.requested_by_id != by.pk:
        raise PermissionDenied("Only the requester files it again.")
    require_requester(by, request.definition)
    if request.state != RequestState.RETURNED:
        raise Refused("This request was not sent back, so it cannot be filed again.")
    verdict = checks.check(request.definition, lines, by, request)
    refuse_if(verdict.all_reasons)
    request.lines.all().delete()
    _store_lines(request, lines, verdict)
    request.state, request.submitted_at = RequestState.SUBMITTED, clock.now()
    request.decided_at = request.decided_by = request.on_behalf_of = None
    request.save()
    telling.certifiers(request, len(lines))
    _note(request, "submitted again", by, {"lines": len(lines)})
    return request


def certifying(request: IssuanceRequest, person: Person) -> Authority | None:
    """Whether the person releases this request, and for whom: the office the pack names, and nobody else."""
    return authority(person, f"office:{request.certifier}", request.institution, request.definition.unit)


@transaction.atomic
def approve(
    *, request: IssuanceRequest, by: Person, note: str = "", seen: dt.datetime | None = None
) -> IssuanceRequest:
    """Release: the approval and a job row in one transaction; a worker then makes the awards.

    Refused when it is not waiting, when it was filed again since it was `seen` (its `submitted_at`), when a guard no
    longer holds (pilot lapsed, completion withdrawn, badge held meanwhile), or when the certifier would release their
    own request or award. Only the certifying office.
    """
    request = _locked(request)
    standing = require_certifier(request, by)
    refuse_if(_stale(request, seen) or approval_reasons(request, by))
    request.version = request.definition.current or request.version  # what the lines were checked against
    _decide(request, RequestState.APPROVED, by, standing, note)
    job = Job.objects.create(request=request, created_at=clock.now())
    _note(request, "approved", by, {"lines": request.lines.count(), "note": note.strip()}, standing)
    wake.job_after_commit(job.pk)
    return request


def approval_reasons(request: IssuanceRequest, person: Person) -> list[Reason]:
    """What stands against releasing the request now; the button, the API and the action read this list."""
    found = standing_reasons(request, person)
    if found:
        return found
    verdict = checks.check(request.definition, lines_of(request), None, request)
    return verdict.all_reasons if request.requested_by_id else prepared.reasons(verdict, request)


def standing_reasons(request: IssuanceRequest, person: Person) -> list[Reason]:
    """What stands against it whatever its lines hold: its state, and a certifier with an interest of their own."""
    if waits := _waits(request):
        return waits
    found = []
    if request.requested_by_id == person.pk:
        found.append(Reason("You made this request; someone else of the office must release it."))
    if request.lines.filter(email=person.email).exists():
        found.append(Reason("You are one of the recipients; someone else of the office must release it."))
    return found + _elsewhere(request) + transcripts.code_reasons(request.definition)


def wants_code(request: IssuanceRequest, person: Person) -> bool:
    """Whether the release waits for an event code that this person may record."""
    missing = bool(transcripts.code_reasons(request.definition))
    return missing and transcripts.keeping(person, request.definition) is not None


def _elsewhere(request: IssuanceRequest) -> list[Reason]:
    """Whether another office releases the credential since it was approved anew."""
    version = request.definition.current
    if version is None:
        return []
    pack = checks.pack_of(request.definition)
    now = engine.certifier(pack, version.answers, request.definition.type)
    if now.office == request.certifier:
        return []
    who = pack.actor_name(f"office:{now.office}")
    text = f"Since this was filed the credential was approved anew, and {who} releases it. Send it back."
    return [Reason(text, now.clause)]


def lines_of(request: IssuanceRequest) -> list[Line]:
    """The stored lines as values."""
    rows = request.lines.order_by("number")
    return [Line(*row) for row in rows.values_list("number", "name", "email", "evidence_url", "narrative")]


def return_reasons(request: IssuanceRequest) -> list[Reason]:
    """Why it cannot be sent back."""
    return _waits(request) or prepared.return_reasons(request)


@transaction.atomic
def send_back(
    *, request: IssuanceRequest, by: Person, note: str, seen: dt.datetime | None = None
) -> IssuanceRequest:
    """Return the request to the requester with a note; refused without one, or when it is not waiting.

    Effects: the requester is told by notice and mail. Only the certifying office.
    """
    request = _locked(request)
    standing = require_certifier(request, by)
    found = _stale(request, seen) or return_reasons(request)
    if not note.strip():
        found.append(Reason(NOTE_NEEDED, field="note"))
    refuse_if(found)
    _decide(request, RequestState.RETURNED, by, standing, note)
    telling.sent_back(request)
    _note(request, "sent back", by, {"note": note.strip()}, standing)
    return request


def cancel_reasons(request: IssuanceRequest) -> list[Reason]:
    """Why it can no longer be taken back."""
    if request.state in OPEN:
        return []
    if request.state == RequestState.CANCELLED:
        return [Reason("This request has been taken back already.")]
    return [Reason("This request has been approved; it cannot be taken back any more.")]


@transaction.atomic
def cancel(*, request: IssuanceRequest, by: Person) -> IssuanceRequest:
    """Take a request back before it is approved; the requester's alone."""
    request = _locked(request)
    if request.requested_by_id != by.pk:
        raise PermissionDenied("Only the requester takes a request back.")
    refuse_if(cancel_reasons(request))
    request.state = RequestState.CANCELLED
    request.save(update_fields=["state"])
    _note(request, "cancelled", by, {})
    return request


def _locked(request: IssuanceRequest) -> IssuanceRequest:
    related = (
        "institution",
        "definition__institution",
        "definition__unit",
        "definition__current__policy",
        "version__policy",
        "requested_by",
    )
    return locked(IssuanceRequest.objects.select_related(*related), request.pk)


def require_certifier(request: IssuanceRequest, person: Person) -> Authority:
    """The right to release or send back; PermissionDenied without it."""
    standing = certifying(request, person)
    if standing is None:
        raise PermissionDenied(f"Only {office_in_charge(request)} releases this request.")
    return standing


def office_in_charge(request: IssuanceRequest) -> str:
    """The office that releases it, as the policy calls it, with the clause that says so."""
    pack = request.version.policy.pack
    name = pack.actor_name(f"office:{request.certifier}")
    clause = next((c.clause for c in pack.issuance.certifiers if c.office == request.certifier), "")
    return f"{name} ({clause})" if clause else name


def _waits(request: IssuanceRequest) -> list[Reason]:
    """Why there is nothing to decide; [] while it waits."""
    if request.state == RequestState.SUBMITTED:
        return []
    return [Reason(f"This request is not waiting: {request.get_state_display().lower()}.")]


def _stale(request: IssuanceRequest, seen: dt.datetime | None) -> list[Reason]:
    return [Reason(STALE)] if seen is not None and seen != request.submitted_at else []


def _decide(
    request: IssuanceRequest, state: RequestState, by: Person, standing: Authority, note: str
) -> None:
    request.state, request.note = state, note.strip()
    request.decided_at, request.decided_by = clock.now(), by
    request.on_behalf_of = standing.on_behalf_of
    request.save()


def _note(
    request: IssuanceRequest,
    act: str,
    by: Person,
    detail: dict[str, object],
    standing: Authority | None = None,
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

"""A request's life: submitted, sent back, approved (which leaves a job for a worker), cancelled."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts import copying
from issuance import wake
from issuance.actions import parting, telling
from issuance.actions.deciding import NOTE_NEEDED, day_begins, decide, in_hand, write_down
from issuance.actions.parting import RETURN
from issuance.checking import checks, decisions, doubts, looking
from issuance.checking.checks import Verdict
from issuance.checking.typed import Line
from issuance.models import IssuanceRequest, Job, RequestLine, RequestState
from journal import clock
from policies import engine
from policies.reasons import Reason, Refused, refuse_if

if TYPE_CHECKING:
    from accounts.models import Person
    from credentials.models import Definition


@transaction.atomic
def submit(*, definition: Definition, lines: Sequence[Line], by: Person) -> IssuanceRequest:
    """File a request with all its lines; the certifying office is told.

    Refused with every reason (whole request and each line) when anything stands against it; nothing is written then.
    Only whoever the pack lets request for the unit may.
    """
    require_requester(by, definition)
    against = checks.list_reasons(definition, lines, by)
    version = definition.current
    if version is None:
        raise Refused(against)
    request = IssuanceRequest.objects.create(
        institution=definition.institution,
        definition=definition,
        version=version,
        certifier=engine.certifier(version.policy.pack, version.answers, definition.type).office,
        state=RequestState.SUBMITTED,
        requested_by=by,
        created_at=clock.now(),
        submitted_at=clock.now(),
        looked_at=clock.now(),
    )
    _file_lines(request, lines, against)
    telling.certifiers(request, len(lines))
    write_down(request, "submitted", by, {"lines": len(lines)})
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


def _file_lines(
    request: IssuanceRequest,
    lines: Sequence[Line],
    against: list[Reason],
    said: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Check the lines and write them with what is to be looked at, part by part; Refused with every reason at the end.

    What the certifier said of an address before stands at it again, for when they look once more.
    """
    whole, most = Verdict(against), checks.MAX_LINES
    for part, verdict in checks.in_parts(request.definition, lines, request) if len(lines) <= most else ():
        whole.lines |= verdict.lines
        if whole.ok:
            rows = [_stored(request, line, verdict, said.get(line.address, "")) for line in part]
            looking.noted(doubts.look(request, rows, verdict))
            copying.copy(RequestLine, (vars(row) for row in rows), request_id=request.pk)
    refuse_if(whole.all_reasons)


def _stored(request: IssuanceRequest, line: Line, verdict: Verdict, comment: str) -> RequestLine:
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
        comment=comment,
    )


@transaction.atomic
def resubmit(*, request: IssuanceRequest, lines: Sequence[Line], by: Person) -> IssuanceRequest:
    """Replace the lines of a request that was sent back, and file it again. Refused like `submit`; the requester's alone."""
    request = in_hand(request)
    if request.requested_by_id != by.pk:
        raise PermissionDenied("Only the requester files it again.")
    require_requester(by, request.definition)
    if request.state != RequestState.RETURNED:
        raise Refused("This request was not sent back, so it cannot be filed again.")
    against = checks.list_reasons(request.definition, lines, by)
    said = dict(request.lines.exclude(comment="").values_list("email", "comment"))
    request.lines.all().delete()
    _file_lines(request, lines, against, said)
    request.state, request.submitted_at = RequestState.SUBMITTED, clock.now()
    request.looked_at = request.submitted_at
    request.decided_at = request.decided_by = request.on_behalf_of = None
    request.save()
    telling.certifiers(request, len(lines))
    write_down(request, "submitted again", by, {"lines": len(lines)})
    return request


@transaction.atomic
def approve(
    *,
    request: IssuanceRequest,
    by: Person,
    note: str = "",
    seen: dt.datetime | None = None,
    rest: str = RETURN,
    due_on: dt.date | None = None,
) -> IssuanceRequest:
    """Release the lines that are not left out: the approval and a job row in one transaction; a worker makes the awards.

    With `due_on` the worker does so when that day begins on the campus. Lines left out become a request of their own,
    which goes back to the requester or (`rest="keep"`) stays with the certifier. Refused when it is not waiting, when
    it was filed again since it was `seen` (its `submitted_at`), when a guard no longer holds (pilot lapsed, completion
    withdrawn, badge held meanwhile), when a line goes back without a word, or when the certifier would release their
    own request or award. Only the certifying office.
    """
    request = in_hand(request)
    standing = decisions.require_certifier(request, by)
    refuse_if(decisions.stale(request, seen) or decisions.approval_reasons(request, by, due_on))
    left_out = parting.part(request, rest=rest, note=note, standing=standing)
    request.version = request.definition.current or request.version  # what the lines were checked against
    request.due_on = due_on if due_on and due_on > request.institution.today() else None
    decide(request, RequestState.APPROVED, standing, note)
    job = Job.objects.create(request=request, created_at=clock.now(), due_at=day_begins(request))
    detail = {"lines": request.lines.count(), "note": note.strip()}
    detail |= {"left_out": left_out} if left_out else {}
    detail |= {"day": str(request.due_on)} if request.due_on else {}
    write_down(request, "approved", by, detail, standing)
    if job.due_at is None:
        wake.job_after_commit(job.pk)
    return request


@transaction.atomic
def send_back(
    *, request: IssuanceRequest, by: Person, note: str = "", seen: dt.datetime | None = None
) -> IssuanceRequest:
    """Return the whole request to the requester with a note, comments on its lines, or both; refused without any word,
    or when it is not waiting.

    Effects: the requester is told by notice and mail. Only the certifying office.
    """
    request = in_hand(request)
    standing = decisions.require_certifier(request, by)
    found = decisions.stale(request, seen) or decisions.return_reasons(request)
    commented = request.lines.exclude(comment="").count()
    if not note.strip() and not commented:
        found.append(Reason(NOTE_NEEDED, field="note"))
    refuse_if(found)
    decide(request, RequestState.RETURNED, standing, note)
    request.lines.filter(held=True).update(held=False)
    telling.sent_back(request, commented)
    write_down(request, "sent back", by, {"note": note.strip(), "comments": commented}, standing)
    return request


@transaction.atomic
def cancel(*, request: IssuanceRequest, by: Person) -> IssuanceRequest:
    """Take a request back before it is approved; the requester's alone."""
    request = in_hand(request)
    if request.requested_by_id != by.pk:
        raise PermissionDenied("Only the requester takes a request back.")
    refuse_if(decisions.cancel_reasons(request))
    request.state = RequestState.CANCELLED
    request.save(update_fields=["state"])
    write_down(request, "cancelled", by, {})
    return request

"""Who decides about a request, and what stands against each decision: read by the buttons, the API and the actions."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied

from accounts.authority import authority
from credentials.actions import transcripts
from issuance import prepared
from issuance.checking import checks
from issuance.checking.typed import Line
from issuance.models import RequestState
from policies import engine
from policies.reasons import Reason

if TYPE_CHECKING:
    from accounts.authority import Authority
    from accounts.models import Person
    from issuance.models import IssuanceRequest

OPEN = (RequestState.DRAFT, RequestState.SUBMITTED, RequestState.RETURNED)
STALE = "The request was filed again after you opened this page. Look at it anew."
NONE_LEFT = "Every line is left out, so there is nothing to release. Send the request back instead."
LONGEST_AHEAD = 366  # days


def certifying(request: IssuanceRequest, person: Person) -> Authority | None:
    """Whether the person releases this request, and for whom: the office the pack names, and nobody else."""
    return authority(person, f"office:{request.certifier}", request.institution, request.definition.unit)


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


def lines_of(request: IssuanceRequest, *, released: bool = False) -> list[Line]:
    """The stored lines as values; with `released` without those that the certifier leaves out."""
    rows = request.lines.filter(held=False) if released else request.lines.all()
    columns = ("number", "name", "email", "evidence_url", "narrative")
    return [Line(*row) for row in rows.order_by("number").values_list(*columns)]


def approval_reasons(request: IssuanceRequest, person: Person, due_on: dt.date | None = None) -> list[Reason]:
    """What stands against releasing the lines that are not left out."""
    found = standing_reasons(request, person) + day_reasons(request, due_on)
    if found:
        return found
    lines = lines_of(request, released=True)
    if not lines:
        return [Reason(NONE_LEFT)]
    verdict = checks.check(request.definition, lines, None, request)
    return verdict.all_reasons if request.requested_by_id else prepared.reasons(verdict, len(lines))


def standing_reasons(request: IssuanceRequest, person: Person) -> list[Reason]:
    """What stands against it whatever its lines hold: its state, and a certifier with an interest of their own."""
    if found := waits(request):
        return found
    found = []
    if request.requested_by_id == person.pk:
        found.append(Reason("You made this request; someone else of the office must release it."))
    if request.lines.filter(email=person.email, held=False).exists():
        found.append(Reason("You are one of the recipients; someone else of the office must release it."))
    return found + _elsewhere(request) + transcripts.code_reasons(request.definition)


def wants_code(request: IssuanceRequest, person: Person) -> bool:
    """Whether the release waits for an event code that this person may record."""
    missing = bool(transcripts.code_reasons(request.definition))
    return missing and transcripts.keeping(person, request.definition) is not None


def day_reasons(request: IssuanceRequest, due_on: dt.date | None) -> list[Reason]:
    """What stands against awarding it on a later day: over by then, past, or too far away."""
    if due_on is None:
        return []
    definition, today = request.definition, request.institution.today()
    if due_on < today:
        return [Reason("This day is over. Choose today or a later one.", field="due_on")]
    if due_on > today + dt.timedelta(days=LONGEST_AHEAD):
        return [Reason("Choose a day within a year.", field="due_on")]
    if definition.awards_until and due_on > definition.awards_until:
        text = f"Badges of it may be issued until {definition.awards_until:%-d %B %Y}, not on that day."
        return [Reason(text, checks.standing_clause(definition), "due_on")]
    return []


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


def return_reasons(request: IssuanceRequest) -> list[Reason]:
    """Why it cannot be sent back."""
    return waits(request) or prepared.return_reasons(request)


def cancel_reasons(request: IssuanceRequest) -> list[Reason]:
    """Why it can no longer be taken back."""
    if request.state in OPEN:
        return []
    if request.state == RequestState.CANCELLED:
        return [Reason("This request has been taken back already.")]
    return [Reason("This request has been approved; it cannot be taken back any more.")]


def planned_reasons(request: IssuanceRequest) -> list[Reason]:
    """Why there is no later day to change, or to take back."""
    if request.state == RequestState.APPROVED and request.due_on and not _begun(request):
        return []
    return [
        Reason("This request does not wait for its day: it is not released, or its awards are being made.")
    ]


def _begun(request: IssuanceRequest) -> bool:
    """Whether a worker has it in hand, or its day has come."""
    job = getattr(request, "job", None)
    return job is None or job.done_at is not None or job.claim_token is not None


def stop_reasons(request: IssuanceRequest) -> list[Reason]:
    """Why nothing of it can be stopped."""
    if request.state == RequestState.APPROVED:
        return []
    return [Reason(f"There is nothing to stop: {request.get_state_display().lower()}.")]


def waits(request: IssuanceRequest) -> list[Reason]:
    """Why there is nothing to decide; [] while it waits."""
    if request.state == RequestState.SUBMITTED:
        return []
    return [Reason(f"This request is not waiting: {request.get_state_display().lower()}.")]


def stale(request: IssuanceRequest, seen: dt.datetime | None) -> list[Reason]:
    """Whether it was filed again since it was `seen`."""
    return [Reason(STALE)] if seen is not None and seen != request.submitted_at else []

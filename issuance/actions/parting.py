"""Lines that a certifier leaves out of a release become a request of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from issuance.actions import telling
from issuance.actions.deciding import decide, write_down
from issuance.models import IssuanceRequest, RequestState
from policies.reasons import Reason, Refused, refuse_if

if TYPE_CHECKING:
    from accounts.authority import Authority

RETURN, KEEP = "return", "keep"
WORD_NEEDED = "Say what the requester should change: here, or beside each line that goes back."
NOBODY = "Nobody asked for this, so what is left out cannot go back; it stays with you."


def part(request: IssuanceRequest, *, rest: str, note: str, standing: Authority) -> int:
    """Move the lines left out of the request to a new one, in the caller's transaction; returns how many.

    It goes back to the requester, who is told, or (`keep`) waits on with the certifier, to be checked later. Refused
    for another word than these, and when a line goes back without a comment while there is no note.
    """
    held = request.lines.filter(held=True)
    count = held.count()
    if not count:
        return 0
    _check(request, rest, note, silent=held.filter(comment="").count())
    other = IssuanceRequest.objects.create(
        institution=request.institution,
        definition=request.definition,
        version=request.version,
        certifier=request.certifier,
        state=RequestState.SUBMITTED,
        requested_by=request.requested_by,
        created_at=request.created_at,
        submitted_at=request.submitted_at,
        looked_at=request.looked_at,
        parted_from=request,
    )
    held.update(request=other, held=False)
    detail = {"lines": count, "of": str(request.pk)}
    write_down(other, "left out", standing.person, detail, standing)
    if rest == RETURN:
        _return(other, note, standing)
    return count


def _check(request: IssuanceRequest, rest: str, note: str, silent: int) -> None:
    if rest not in (RETURN, KEEP):
        raise Refused(Reason(f"Say “{RETURN}” or “{KEEP}”.", field="rest"))
    if rest == KEEP:
        return
    found = [] if request.requested_by_id else [Reason(NOBODY, field="rest")]
    if silent and not note.strip():
        found.append(Reason(WORD_NEEDED, field="note"))
    refuse_if(found)


def _return(other: IssuanceRequest, note: str, standing: Authority) -> None:
    decide(other, RequestState.RETURNED, standing, note)
    commented = other.lines.exclude(comment="").count()
    telling.sent_back(other, commented)
    write_down(other, "sent back", standing.person, {"note": note.strip(), "comments": commented}, standing)

"""Mail about a proposal and how far each has come, as far as a person may know of it. Never what it says."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from journal.models import Mail, MailState

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import Person
    from proposals.models import Proposal

SIGNS = {  # tone and shape of each state
    MailState.QUEUED: ("past", "waiting"),
    MailState.SENDING: ("now", "here"),
    MailState.SENT: ("yes", "done"),
    MailState.FAILED: ("no", "stopped"),
    MailState.DIGEST: ("past", "waiting"),
    MailState.WEEKLY: ("past", "waiting"),
    MailState.BUNDLED: ("past", "waiting"),
    MailState.UNWANTED: ("past", "ended"),
}
NOT_YOURS = "Not delivered. The programme manager sees why."


def oversees(proposal: Proposal, person: Person) -> bool:
    """Whether the person sees every mail of the campus, and sends again what failed; never one of the proposers."""
    managed = person.is_superuser or person.managed().filter(pk=proposal.institution_id).exists()
    return managed and not _proposes(proposal, person)


def of(proposal: Proposal, person: Person) -> QuerySet[Mail]:
    """Newest first: who manages the campus sees all; proposers what went to them and, without names, what went to
    offices and bodies; everybody else who sees the proposal, what went to themselves."""
    rows = Mail.objects.filter(about=proposal.pk).select_related("recipient", "digest").defer("text", "html")
    if _proposes(proposal, person):
        rows = rows.filter(Q(recipient__in=team(proposal)) | ~Q(office=""))
    elif not oversees(proposal, person):
        rows = rows.filter(recipient=person)
    return rows.order_by("-created_at", "kind", "office", "state", "pk")


def lines(rows: Iterable[Mail], proposal: Proposal, person: Person) -> list[dict[str, Any]]:
    """Each as `line`; what went to several at once and came as far is one line with their names, or their number."""
    people, again = team(proposal), oversees(proposal, person)
    found: list[dict[str, Any]] = []
    for row in rows:
        shown = line(row, named=person.pk not in people or row.recipient_id in people, again=again)
        if found and _same(found[-1], shown):
            found[-1]["number"] += 1
            if shown["named"]:
                found[-1]["to"] += f"; {shown['to']}"
        else:
            found.append(shown)
    return found


def line(row: Mail, *, named: bool, again: bool) -> dict[str, Any]:
    """One mail as pages and the API show it. Unless `named`, by the office of who got it; `again`: failed, send anew."""
    state = MailState(row.state)
    tone, shape = SIGNS[state]
    sent_at, word = row.sent_at, str(state.label)
    if state == MailState.BUNDLED and row.digest and row.digest.sent_at:
        tone, shape, sent_at, word = "yes", "done", row.digest.sent_at, "Sent with others"
    return {
        "id": str(row.pk) if named else "",
        "kind": row.kind,
        "subject": row.subject,
        "to": (str(row.recipient) if row.recipient else row.to) if named else row.office,
        "named": named,
        "office": row.office,
        "number": 1,
        "state": row.state,
        "word": word,
        "tone": tone,
        "shape": shape,
        "at": row.created_at,
        "sent_at": sent_at,
        "error": row.error if named else NOT_YOURS if state == MailState.FAILED else "",
        "again": again and state == MailState.FAILED,
    }


def _same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether they are told of together; who sends a failed one again does so one by one."""
    if other["again"]:
        return False
    return all(
        one[name] == other[name] for name in ("named", "kind", "subject", "office", "word", "error", "at")
    )


def team(proposal: Proposal) -> set[object]:
    """The ids of those who propose it."""
    return {row.person_id for row in proposal.proposers.all()}


def _proposes(proposal: Proposal, person: Person) -> bool:
    return person.pk in team(proposal)

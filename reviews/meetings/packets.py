"""Packets of meetings: what one holds, what has to be kept from whom, and what a person is shown of it."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Any

import rfc8785
from django.db.models import Max, Q, QuerySet
from django.urls import reverse

from journal.actions.record import plain
from policies.reasons import Reason
from proposals.models import Proposal
from reviews.models import AgendaItem, Comment, ItemKind, Meeting, MeetingState, Packet, Visibility

if TYPE_CHECKING:
    from accounts.models import Person
    from journal.models import StoredFile

MADE_FOR = (MeetingState.PLANNED, MeetingState.CALLED, MeetingState.IN_SESSION)
KIND = "packet"  # of a stored file's subject
MOST = 5  # attempts, until somebody asks again or the agenda changes
NOT_YOURS = "The packet is for the members of the body who see every proposal in it."
BROKEN = "Something broke on our side while it was being made. It was recorded; ask for it again later."


# --- what it holds ---------------------------------------------------------------------------------
def comments(meeting: Meeting) -> QuerySet[Comment]:
    """What is said to the body about the proposals on the agenda, what was withdrawn left out."""
    proposals = meeting.items.filter(kind=ItemKind.PROPOSAL).values("step__proposal")
    meant = ~Q(visibility=Visibility.BODY) | Q(body=meeting.body)
    return Comment.objects.filter(meant, proposal__in=proposals, withdrawn_at__isnull=True)


def state_of(meeting: Meeting) -> str:
    """A hash over all that decides what the packet says; it changes when the agenda does. Two queries."""
    facts = ("position", "kind", "step", "revision", "reading", "minutes_of", "title", "text", "consent")
    rows = comments(meeting).annotate(last=Max("versions__number")).order_by("pk")
    said = [str(meeting.starts_at), meeting.place]
    whole = [said, list(meeting.items.order_by("position").values_list(*facts))]
    whole.append(list(rows.values_list("pk", "last", "settled_at")))
    return hashlib.sha256(rfc8785.dumps(plain(whole))).hexdigest()


# --- for whom --------------------------------------------------------------------------------------
def may_read(meeting: Meeting, person: Person) -> bool:
    """Who sees the meeting and every proposal on its agenda."""
    if not Meeting.objects.visible_to(person).filter(pk=meeting.pk).exists():
        return False
    here = Proposal.objects.filter(steps__agenda_items__meeting=meeting)
    return not here.exclude(pk__in=Proposal.objects.visible_to(person).values("pk")).exists()


def withheld(meeting: Meeting, person: Person) -> set[str]:
    """What this person may not read of it, by the rule of comments: their own proposal's, one on which they are recused."""
    rows = comments(meeting)
    unread = rows.exclude(pk__in=Comment.objects.readable_by(person).values("pk"))
    return {
        f"{proposal}:{seen}" for proposal, seen in unread.values_list("proposal", "visibility").distinct()
    }


def edition_of(kept: Collection[str]) -> str:
    """The name of the edition without these."""
    return hashlib.sha256("\n".join(sorted(kept)).encode()).hexdigest()[:16] if kept else ""


def for_person(meeting: Meeting, person: Person) -> Packet | None:
    """Their edition; None while nobody asked for it."""
    edition = edition_of(withheld(meeting, person))
    return Packet.objects.select_related("file").filter(meeting=meeting, edition=edition).first()


def may_download(stored: StoredFile, person: Person) -> bool:
    """The file of a packet: for who may read all that stands in it, as things are now."""
    packet = Packet.objects.select_related("meeting").filter(pk=stored.subject_id, file=stored).first()
    if packet is None or not may_read(packet.meeting, person):
        return False
    return withheld(packet.meeting, person) <= set(packet.withheld)


# --- why not ---------------------------------------------------------------------------------------
def reasons(meeting: Meeting) -> list[Reason]:
    """Why no packet can be made now."""
    if meeting.state not in MADE_FOR:
        return [Reason("This meeting is over, so its packet is not made anew.")]
    if not AgendaItem.objects.filter(meeting=meeting).exists():
        return [Reason("Nothing stands on the agenda yet, so there is nothing to read.")]
    return []


# --- showing ---------------------------------------------------------------------------------------
def shown(meeting: Meeting, person: Person) -> dict[str, Any]:
    """The packet for page and API: `state` is none, waiting, making, made or failed; while `behind`, its file shows an
    earlier agenda."""
    packet = for_person(meeting, person)
    file = packet.file if packet else None
    return {
        "meeting": str(meeting.pk),
        "state": _state(packet),
        "behind": packet is not None and (packet.is_behind or packet.shows != state_of(meeting)),
        "done": packet.done if packet else 0,
        "items": meeting.items.count(),
        "made_at": packet.made_at if packet else None,
        "error": _error(packet) if packet else "",
        "url": reverse("file", args=[file.pk]) if file else "",
        "size": file.size if file else 0,
        "withheld": len(packet.withheld) if packet else 0,
        "reasons": [reason.as_dict() for reason in reasons(meeting)],
    }


def _state(packet: Packet | None) -> str:
    if packet is None:
        return "none"
    if not packet.is_behind:
        return "made"
    if packet.is_being_made:
        return "making"
    return "failed" if packet.error or packet.attempts >= MOST else "waiting"


def _error(packet: Packet) -> str:
    return packet.error or (BROKEN if packet.attempts >= MOST else "")


def changed(packets: Iterable[Packet]) -> list[Packet]:
    """Those whose meeting has changed since they were asked for; two queries a meeting."""
    states: dict[object, str] = {}
    found = []
    for packet in packets:
        state = states.setdefault(packet.meeting_id, "") or state_of(packet.meeting)
        states[packet.meeting_id] = state
        if state != packet.wanted:
            found.append(packet)
    return found

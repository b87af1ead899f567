"""The record of a proposal, read: in words for people, as data for whoever checks the chain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import rfc8785
from django.db.models import Q, QuerySet

from journal import clock
from journal.models import Entry, Head
from proposals import words
from proposals.machine import TRANSITIONS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from accounts.models import Person
    from policies.schema import Pack
    from proposals.models import Proposal

STEPS = ("step", "undo", "add_step", "cancel_step", "cancel_ballot")
# What one can look for in a record: a name in the address, what people read, which entries.
KINDS: dict[str, tuple[str, Q]] = {
    "moves": ("Where it went", Q(act__in=TRANSITIONS) & ~Q(act="undo")),
    "steps": ("What was decided", Q(act__in=STEPS)),
    "writing": ("Writing", Q(act__in=words.ACTS) & ~Q(act__in=(*TRANSITIONS, *STEPS))),
    "bodies": ("Bodies and votes", ~Q(act__in=(*words.ACTS, *STEPS))),
}
HOW = (
    "Each entry: SHA-256 over the UTF-8 text in `canonical` (RFC 8785) gives `hash`, and `previous` is the hash of the "
    "entry before, empty for the first. `head` is the last entry. Of an entry that is withheld from you only the "
    "hashes stand here: the chain can be followed through it."
)


def entries(proposal: Proposal, kind: str = "") -> QuerySet[Entry]:
    """The entries of the proposal's chain, newest first; with a kind only those."""
    rows = Entry.objects.about("proposal", proposal.pk).select_related("by", "on_behalf_of")
    return (rows.filter(KINDS[kind][1]) if kind in KINDS else rows).order_by("-number")


def lines(rows: Iterable[Entry], pack: Pack) -> list[dict[str, Any]]:
    """Entries in words: at, act, text, by, on_behalf_of, note, recorded, state, proof (the entry's hash)."""
    return [
        {
            "at": row.at,
            "act": row.act,
            "text": words.what_happened(row.act, row.detail, pack),
            "by": str(row.by) if row.by else "",
            "on_behalf_of": str(row.on_behalf_of) if row.on_behalf_of else "",
            "note": str(row.detail.get("note", "")),
            "recorded": words.recorded(pack, row.detail.get("key", ""), row.detail.get("recorded", {})),
            "state": str(row.detail.get("to", "")),
            "proof": row.hash,
        }
        for row in rows
    ]


def exported(proposal: Proposal, person: Person) -> bytes:
    """The whole chain as canonical JSON (RFC 8785), so that somebody without access here can check it.

    What bodies do (who voted how in an open ballot, who stepped aside) stands in the record for those who manage the
    campus; from everybody else the texts of these entries are withheld, their hashes are not.
    """
    rows, shown = told(proposal, person)
    known = {who for row in rows if row.pk in shown for who in (row.by, row.on_behalf_of) if who}
    whole: dict[str, Any] = {
        "subject": {"kind": "proposal", "id": str(proposal.pk), "title": str(proposal)},
        "institution": {"id": str(proposal.institution_id), "slug": proposal.institution.slug},
        "made_at": clock.now().isoformat(),
        "how": HOW,
        "people": {str(who.pk): str(who) for who in known},
        "entries": [_link(row, shown=row.pk in shown) for row in rows],
        "head": seal(proposal),
    }
    return rfc8785.dumps(whole)


def told(proposal: Proposal, person: Person) -> tuple[list[Entry], set[int]]:
    """The whole chain, oldest first, and the keys of the entries that this person reads (see `exported`)."""
    rows = list(entries(proposal).order_by("number"))
    manages = Entry.objects.visible_to(person).about("proposal", proposal.pk).exists()
    return rows, {row.pk for row in rows if manages or row.act in words.ACTS or row.act == "step"}


def seal(proposal: Proposal) -> dict[str, Any]:
    """The last entry of the chain: its number and its hash."""
    head = Head.objects.get(subject_kind="proposal", subject_id=proposal.pk)
    return {"number": head.number, "hash": head.hash}


def _link(row: Entry, *, shown: bool) -> dict[str, Any]:
    """One entry of the chain; `canonical` is the text that was hashed."""
    link = {"number": row.number, "previous": row.previous, "hash": row.hash, "withheld": not shown}
    return {**link, "act": row.act, "canonical": row.canonical} if shown else link

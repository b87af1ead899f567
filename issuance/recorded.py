"""The record of issuing: whose acts a person may see, each in words, newest first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from credentials.models import Definition
from issuance.models import IssuanceRequest
from issuance.sending.causes import cause_of
from journal.models import Entry

if TYPE_CHECKING:
    import uuid

    from django.db.models import QuerySet

    from accounts.models import Person

MOST = 40
RELATED = ("by", "on_behalf_of", "institution")
# What is recorded of requests, and of credentials as far as their awards are concerned.
ACTS = {
    "request": (
        "submitted", "submitted again", "lines marked", "approved", "left out", "sent back", "cancelled", "day changed",
        "release taken back", "stopped", "awarded", "done", "delivery sent again", "deliveries sent again",
        "delivery cancelled", "deliveries cancelled", "stack fulfilled",
    ),
    "definition": (
        "award revoked", "award suspended", "award reinstated", "award renewed", "award corrected", "awards to revoke",
        "awards to correct", "credit gained", "stack award reviewed", "claim link sent again", "badge template made",
        "badge template linked", "badge image changed at the platform", "badge design set at the platform",
        "badge adopted", "badge sent again", "badge to be withdrawn at the platform", "badge withdrawn again",
        "difference left", "event code recorded", "notations recorded", "notations removed",
    ),
}  # fmt: skip


def acts(kind: str = "") -> tuple[str, ...]:
    """The acts of issuing; with a kind those recorded of that kind of subject."""
    return ACTS[kind] if kind else ACTS["request"] + ACTS["definition"]


def seen_by(
    person: Person,
    *,
    words: str = "",
    act: str = "",
    mine: bool = False,
    first: dt.date | None = None,
    last: dt.date | None = None,
) -> QuerySet[Entry]:
    """The entries of requests that the person may see, and about awards of their offices; narrowed by words in who did
    it or in the credential's title, by an act, to the person's own, by days."""
    requests = IssuanceRequest.objects.visible_to(person)
    certified = IssuanceRequest.objects.to_certify(person).values("definition")
    definitions = Definition.objects.filter(Q(pk__in=certified) | Q(institution__in=person.managed()))
    about = Q(subject_kind="request", subject_id__in=requests.values("pk"))
    about |= Q(subject_kind="definition", subject_id__in=definitions.values("pk"), act__in=acts("definition"))
    rows = Entry.objects.filter(about).order_by("-at", "-pk")
    if words:
        titled = Q(current__title__icontains=words)
        of = requests.filter(definition__in=Definition.objects.filter(titled)).values("pk")
        by = Q(by__name__icontains=words) | Q(by__email__icontains=words)
        rows = rows.filter(
            by | Q(subject_id__in=of) | Q(subject_id__in=definitions.filter(titled).values("pk"))
        )
    narrowed = {"act": act, "by": person if mine else None, "at__date__gte": first, "at__date__lte": last}
    return rows.filter(**{key: value for key, value in narrowed.items() if value}).select_related(*RELATED)


def subjects_of(entries: Iterable[Entry]) -> dict[uuid.UUID, IssuanceRequest | Definition]:
    """What these entries are about, by id; two queries for any number."""
    keys = {entry.subject_id for entry in entries}
    of = IssuanceRequest.objects.select_related("definition__current").in_bulk(keys)
    return {**of, **Definition.objects.select_related("current").in_bulk(keys)}


def title_of(about: IssuanceRequest | Definition | None) -> str:
    """The credential's title; "" where what it is about is gone."""
    return str(getattr(about, "definition", about) or "")


def entries(request: IssuanceRequest) -> list[dict[str, Any]]:
    """What the record component shows; one query."""
    rows = Entry.objects.filter(subject_kind="request", subject_id=request.pk).order_by("-number")
    return [
        {
            "at": entry.at,
            "text": said_of(entry),
            "by": who_did(entry),
            "note": entry.detail.get("note") or entry.detail.get("reason") or "",
            "proof": entry.hash,
        }
        for entry in rows.select_related("by", "on_behalf_of")[:MOST]
    ]


def who_did(entry: Entry) -> str:
    """Who did it, and for whom; nobody where it went by itself."""
    if entry.act == "awarded" or entry.by is None:
        return ""
    return f"{entry.by}, for {entry.on_behalf_of}" if entry.on_behalf_of else str(entry.by)


def said_of(entry: Entry) -> str:
    """What was done, as a sentence."""
    detail = entry.detail
    said = {
        "submitted": f"Sent to the certifying office with {_many(detail.get('lines'), 'line')}.",
        "submitted again": f"Mended and sent again with {_many(detail.get('lines'), 'line')}.",
        "approved": _released(detail),
        "left out": f"{_many(detail.get('lines'), 'line')} left out of a release.",
        "lines marked": f"Noted at {_many(detail.get('lines'), 'line')}.",
        "day changed": f"To be awarded on {detail['day']}."
        if detail.get("day")
        else "To be awarded at once.",
        "release taken back": "The release was taken back before its day.",
        "stopped": f"Stopped: {_many(detail.get('lines'), 'line')} not awarded, "
        f"{_many(detail.get('deliveries'), 'badge')} not sent.",
        "deliveries cancelled": f"{_many(detail.get('count'), 'delivery', 'deliveries')} cancelled.",
        "sent back": "Sent back.",
        "cancelled": "Taken back.",
        "awarded": f"{_many(detail.get('awards'), 'award')} made, lines {detail.get('from')} to {detail.get('to')}.",
        "done": f"Done: {_many(detail.get('awards'), 'award')}.",
        "delivery sent again": "One delivery sent again.",
        "deliveries sent again": f"{_many(detail.get('count'), 'delivery', 'deliveries')} sent again: "
        f"{cause_of(str(detail.get('cause', ''))).title.lower()}.",
        "delivery cancelled": "One delivery cancelled.",
        "awards to revoke": f"{_many(detail.get('count'), 'award')} to be revoked by a list.",
        "awards to correct": f"{_many(detail.get('count'), 'award')} to be corrected by a list.",
        "badge adopted": "A badge found at the platform was taken as ours.",
        "badge sent again": "A badge that was gone from the platform sent again.",
        "difference left": "A difference with the platform left as it is.",
    }
    return said.get(entry.act, entry.act.capitalize() + ".")


def _released(detail: dict[str, Any]) -> str:
    day = f", to be awarded on {_day(detail['day'])}" if detail.get("day") else ""
    left = f"; {_many(detail['left_out'], 'line')} left out" if detail.get("left_out") else ""
    return f"Released, {_many(detail.get('lines'), 'line')}{day}{left}."


def _day(text: str) -> str:
    return f"{dt.date.fromisoformat(text):%-d %B %Y}"


def _many(number: object, one: str, many: str = "") -> str:
    count = number if isinstance(number, int) else 0
    return f"{count:,} {one if count == 1 else many or one + 's'}"

"""Reviews in lists: which a person sees there, and one line of the file."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db.models import Q

from evaluation.models import Review

if TYPE_CHECKING:
    import datetime as dt

    from accounts.models import Person
    from evaluation.models.review import ReviewQuerySet

HEADINGS = (
    "Review", "Credential", "Unit", "Institution", "Pilot year", "Due", "Where it is", "Filed", "Answer due", "Answered",
    "Address",
)  # fmt: skip


def seen_by(person: Person) -> ReviewQuerySet:
    """Filed ones, and one's own that are being written; the newest on top."""
    own = Q(proposal__proposers__person=person) | Q(created_by=person)
    rows = Review.objects.visible_to(person).filter(~Q(state="draft") | own).distinct()
    joined = ("proposal__institution", "proposal__unit", "proposal__policy")
    return rows.select_related(*joined).order_by("-due_on", "-created_at", "pk")


def cells(row: Review, site: str) -> tuple[object, ...]:
    """A line of the file, its days as the campus counts them."""
    proposal = row.proposal
    zone = ZoneInfo(proposal.institution.timezone)

    def day(moment: dt.datetime | None) -> object:
        return moment.astimezone(zone).date() if moment else ""

    return (
        row.title,
        str(proposal),
        str(proposal.unit),
        str(proposal.institution),
        row.year or "",
        row.due_on,
        row.get_state_display(),
        day(row.filed_at),
        row.answer_by or "",
        day(row.decided_at),
        f"{site}{row.get_absolute_url()}",
    )

"""While a request is checked: which lines the certifier leaves out of the release, and what they say of a line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from django.db import transaction
from django.db.models import Q

from issuance.actions.deciding import in_hand, write_down
from issuance.checking import decisions, doubts, looking
from policies.reasons import Reason, Refused, refuse_if

if TYPE_CHECKING:
    import datetime as dt

    from accounts.models import Person
    from issuance.models import IssuanceRequest
    from issuance.models.request import LineQuerySet

MAX_COMMENT = 1000


class Mark(NamedTuple):
    """What the certifier notes at a line."""

    held: bool
    comment: str = ""


@transaction.atomic
def mark(
    *, request: IssuanceRequest, marks: Mapping[int, Mark], by: Person, seen: dt.datetime | None = None
) -> int:
    """Note at these lines (by number) whether they are left out, and a comment; returns how many stand otherwise now.

    The requester reads the comments once the line comes back to them. Refused when the request is not waiting or was
    filed again since it was `seen`, for a line that it does not have, and for a comment that is too long. Only the
    certifying office.
    """
    request = in_hand(request)
    standing = decisions.require_certifier(request, by)
    rows = {line.number: line for line in request.lines.filter(number__in=marks)}
    refuse_if(decisions.stale(request, seen) or decisions.waits(request) or _wrong(marks, set(rows)))
    changed = []
    for number, given in marks.items():
        line, comment = rows[number], given.comment.strip()
        if (line.held, line.comment) != (given.held, comment):
            line.held, line.comment = given.held, comment
            changed.append(line)
    request.lines.bulk_update(changed, ["held", "comment"])
    if changed:
        held = sum(line.held for line in changed)
        commented = sum(bool(line.comment) for line in changed)
        detail = {"lines": len(changed), "held": held, "comments": commented}
        write_down(request, "lines marked", by, detail, standing)
    return len(changed)


def _wrong(marks: Mapping[int, Mark], known: set[int]) -> list[Reason]:
    """Lines that are not there, and comments that cannot be kept."""
    found = [
        Reason(f"The request has no line {number}.", field="lines") for number in marks if number not in known
    ]
    for number, given in marks.items():
        if len(given.comment.strip()) > MAX_COMMENT:
            text = f"Line {number}: the comment is longer than {MAX_COMMENT:,} characters."
            found.append(Reason(text, field="lines"))
        elif "\x00" in given.comment:
            found.append(Reason(f"Line {number}: there are control characters.", field="lines"))
    return found


@transaction.atomic
def leave_out(*, request: IssuanceRequest, kind: str, by: Person, held: bool = True) -> int:
    """Leave out, or take in again, every line of one kind of doubt (or `against`: all that cannot be awarded, or "" for
    all lines); returns how many. Refused when it is not waiting. Only the certifying office."""
    request = in_hand(request)
    standing = decisions.require_certifier(request, by)
    refuse_if(decisions.waits(request))
    count = of_kind(request.lines.exclude(held=held), kind).update(held=held)
    if count:
        write_down(request, "lines marked", by, {"lines": count, "held": count if held else 0}, standing)
    return count


def of_kind(lines: LineQuerySet, kind: str) -> LineQuerySet:
    """The lines with that doubt; refused for a kind that there is not."""
    if kind == "":
        return lines
    if kind in FILTERS:
        return lines.filter(FILTERS[kind])
    if kind not in doubts.KINDS:
        raise Refused(Reason("There is no such kind of doubt.", field="kind"))
    return lines.filter(kinds__contains=[kind])


FILTERS = {
    "against": Q(weight=doubts.AGAINST),
    "unusual": Q(weight=doubts.UNUSUAL),
    "doubtful": Q(weight__gt=0),
    "held": Q(held=True),
    "commented": ~Q(comment=""),
}


@transaction.atomic
def look_again(*, request: IssuanceRequest, by: Person) -> int:
    """Look at all lines anew and store what is found; returns how many stand otherwise. Only the certifying office."""
    decisions.require_certifier(in_hand(request), by)
    return looking.refresh(request)

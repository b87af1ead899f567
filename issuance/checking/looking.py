"""How a request's lines stand when they were last looked at: stored beside them, so that long lists are filtered in SQL.

A page shows at most a hundred lines and looks at those anew; the order, the filters and the numbers are the stored ones.
Whoever releases is refused by what stands then, not by what is stored.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Count, F, Func, Q

from accounts.locking import locked
from issuance.checking import checks, decisions, doubts
from issuance.checking.doubts import AGAINST, Look
from issuance.models import IssuanceRequest, RequestLine, RequestState
from journal import clock

AGAIN = dt.timedelta(minutes=15)  # a worker looks again at what waits longer than this
A_ROUND = 10  # requests a sweep looks at
RELATED = ("institution", "definition__institution", "definition__unit", "definition__current__policy")


TAKEN_IN = Q(held=False)
NUMBERS = {  # in the order of the fields of Tally
    "n_lines": Count("pk"),
    "n_held": Count("pk", filter=Q(held=True)),
    "n_against": Count("pk", filter=Q(weight=AGAINST) & TAKEN_IN),
    "n_unusual": Count("pk", filter=Q(weight=doubts.UNUSUAL) & TAKEN_IN),
    "n_commented": Count("pk", filter=~Q(comment="")),
    "n_all_against": Count("pk", filter=Q(weight=AGAINST)),
    "n_doubtful": Count("pk", filter=Q(weight__gt=0)),
}


@dataclass
class Tally:
    """How many lines there are, and of each kind of doubt. `against`, `unusual` and `to_release` are without those that
    are left out (`held`), the others with them."""

    lines: int = 0
    held: int = 0
    against: int = 0
    unusual: int = 0
    commented: int = 0
    all_against: int = 0
    doubtful: int = 0
    kinds: dict[str, int] = field(default_factory=dict)
    to_release: dict[str, int] = field(default_factory=dict)

    @property
    def released(self) -> int:
        """How many lines a release takes."""
        return self.lines - self.held


@transaction.atomic
def refresh(request: IssuanceRequest) -> int:
    """Look at every line of a request that waits and store what was found; returns how many lines stand otherwise now.

    Another's look at the same time is waited for.
    """
    request = locked(IssuanceRequest.objects.select_related(*RELATED), request.pk)
    if request.state != RequestState.SUBMITTED or request.definition.current is None:
        return 0
    changed = 0
    for part, verdict in checks.in_parts(request.definition, decisions.lines_of(request), request):
        lines = request.lines.filter(number__in=[line.number for line in part]).order_by("number")
        different = noted(doubts.look(request, list(lines), verdict))
        RequestLine.objects.write_looks(different)
        changed += len(different)
    IssuanceRequest.objects.filter(pk=request.pk).update(looked_at=clock.now())
    return changed


def noted(looks: Iterable[Look]) -> list[RequestLine]:
    """What was found, put on the lines; those that stand otherwise than before."""
    different = []
    for one in looks:
        if (one.line.weight, one.line.kinds) != (one.weight, one.kinds):
            one.line.weight, one.line.kinds = one.weight, one.kinds
            different.append(one.line)
    return different


def refresh_stale() -> int:
    """Look again at requests that wait and were not looked at for a while, the longest ago first; returns how many."""
    old = Q(looked_at__isnull=True) | Q(looked_at__lt=clock.now() - AGAIN)
    rows = IssuanceRequest.objects.waiting().filter(old).order_by(F("looked_at").asc(nulls_first=True), "pk")
    found = list(rows[:A_ROUND])
    for request in found:
        refresh(request)
    return len(found)


def tally(request: IssuanceRequest) -> Tally:
    """The numbers of one request, counted in SQL; two queries."""
    return tallies([request])[request.pk]


def tallies(requests: Sequence[IssuanceRequest]) -> dict[uuid.UUID, Tally]:
    """The same for several; two queries for any number."""
    found = {request.pk: Tally() for request in requests}
    lines = RequestLine.objects.filter(request__in=list(found)).order_by()
    for key, *numbers in lines.values("request").annotate(**NUMBERS).values_list("request", *NUMBERS):
        found[key] = Tally(*numbers)
    each = lines.annotate(kind=Func(F("kinds"), function="unnest")).values_list("request", "kind", "held")
    for key, kind, held, number in each.annotate(number=Count("pk")):
        found[key].kinds[kind] = found[key].kinds.get(kind, 0) + number
        if not held:
            found[key].to_release[kind] = number
    return found

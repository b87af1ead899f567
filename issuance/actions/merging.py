"""Requests and stacks follow a learner whose two records become one; what was put aside leaves the platforms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from credentials.models.award import Why
from issuance.actions.deliveries import take_back
from issuance.models import Delivery, RequestLine, StackCandidate

if TYPE_CHECKING:
    from accounts.merging import Moved
    from accounts.models import Person


def move(kept: Person, gone: Person) -> list[Moved]:
    """Lines of requests and stacks to look at name the one who stays; what they led to moves with the awards.

    Locks the deliveries of both, for `withdraw`: before the awards, as everywhere.
    """
    rows = Delivery.objects.bringing().filter(award__holder__in=[kept, gone]).order_by("pk")
    list(rows.select_for_update(of=("self",)).values_list("pk"))
    RequestLine.objects.filter(learner=gone).update(learner=kept)
    StackCandidate.objects.filter(learner=gone).update(learner=kept)
    return []


def withdraw(kept: Person, gone: Person) -> None:
    """Of two awards of one credential the newer was put aside: it leaves its platform, or never goes there."""
    aside = Delivery.objects.bringing().filter(award__holder=kept, award__superseded_why=Why.MERGE)
    for row in aside.select_related("award").defer("award__document").order_by("pk"):
        take_back(row)

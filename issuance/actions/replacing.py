"""Renew, correct, suspend and reinstate an award here, and do at its platforms what they know of that."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from django.db import transaction

from credentials.actions import later_credit, renewal, suspension
from issuance import wake
from issuance.actions.deliveries import OPEN, take_back
from issuance.models import Delivery, DeliveryState
from issuance.platforms import registry
from issuance.sending.outgoing import facets
from issuance.sending.settling import REVOKED
from journal import clock

if TYPE_CHECKING:
    from accounts.models import Person
    from credentials.actions.later_credit import Grounds
    from credentials.actions.renewal import Said
    from credentials.models import Award

GIVEN_UP = (DeliveryState.CANCELLED, DeliveryState.REJECTED)
ARRIVED = (DeliveryState.DELIVERED, DeliveryState.ACCEPTED, DeliveryState.UNPUBLISHED)


@transaction.atomic
def renew(*, award: Award, by: Person) -> Award:
    """As `renewal.renew`; at the platforms of the old one the badge is put right, or withdrawn and delivered anew."""
    return _replace(award, lambda: renewal.renew(award=award, by=by))


@transaction.atomic
def correct(*, award: Award, said: Said, reason: str, by: Person) -> Award:
    """As `renewal.correct`; at the platforms of the old one the badge is put right, or withdrawn and delivered anew."""
    return _replace(award, lambda: renewal.correct(award=award, said=said, reason=reason, by=by))


@transaction.atomic
def gain_credit(*, award: Award, grounds: Grounds, by: Person) -> Award:
    """As `later_credit.gain_credit`; at the platforms of the old one the badge is put right, or delivered anew."""
    return _replace(award, lambda: later_credit.gain_credit(award=award, grounds=grounds, by=by))


def _replace(award: Award, act: Callable[[], Award]) -> Award:
    """Do it here; a badge that the platform can put right keeps its place there, any other makes room for a new one."""
    rows = _bringing(award)
    newer = act()
    for row in rows:
        if row.state in GIVEN_UP:
            take_back(row)
    Delivery.objects.bulk_create(
        _next(row, newer, in_place=_made_over(row, award, newer)) for row in rows if row.state not in GIVEN_UP
    )
    return newer


def _next(row: Delivery, newer: Award, *, in_place: bool) -> Delivery:
    """The delivery that brings the newer award where the older one is; not saved. What the older one waits for ends."""
    now = clock.now()
    made = Delivery(
        award=newer, account_id=row.account_id, request_id=row.request_id, due_at=now, created_at=now
    )
    if not in_place:
        take_back(row)
        return made
    made.act, made.remote_id = "replace", row.remote_id
    if row.state in OPEN:
        row.state, row.message, row.settled_at = DeliveryState.CANCELLED, REVOKED, now
        row.save(update_fields=["state", "message", "settled_at"])
    wake.lane_after_commit(row.account_id)
    return made


def _made_over(row: Delivery, older: Award, newer: Award) -> bool:
    """Whether the platform holds the older one for sure and can have it say what the newer one says."""
    waits = row.act == "replace" and row.state in OPEN and not row.ask_first
    if not row.remote_id or not (row.state in ARRIVED or waits):
        return False
    kind = row.account.platform
    return kind in registry.KINDS and facets(older, newer) <= registry.platform_class(kind).replaces


@transaction.atomic
def suspend(*, award: Award, reason: str, by: Person) -> Award:
    """As `suspension.suspend`. What has not left for a platform waits; platforms know no suspension of what arrived."""
    return suspension.suspend(award=award, reason=reason, by=by)


@transaction.atomic
def reinstate(*, award: Award, by: Person) -> Award:
    """As `suspension.reinstate`; what waited for it leaves for its platform now."""
    rows = _bringing(award)
    award = suspension.reinstate(award=award, by=by)
    waiting = [row for row in rows if row.state == DeliveryState.QUEUED]
    Delivery.objects.filter(pk__in=[row.pk for row in waiting]).update(due_at=clock.now())
    for row in waiting:
        wake.lane_after_commit(row.account_id)
    return award


def _bringing(award: Award) -> Sequence[Delivery]:
    """The deliveries that bring it to its platforms, under lock: before the award's own row, as everywhere."""
    rows = Delivery.objects.bringing().filter(award=award).select_related("account")
    return list(rows.select_for_update(of=("self",)).order_by("pk"))

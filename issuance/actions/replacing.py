"""Renew, correct, suspend and reinstate an award here, and do at its platforms what they know of that."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from django.db import transaction

from credentials.actions import renewal, suspension
from issuance import wake
from issuance.actions.deliveries import take_back
from issuance.models import Delivery, DeliveryState
from journal import clock

if TYPE_CHECKING:
    from accounts.models import Person
    from credentials.actions.renewal import Said
    from credentials.models import Award

GIVEN_UP = (DeliveryState.CANCELLED, DeliveryState.REJECTED)


@transaction.atomic
def renew(*, award: Award, by: Person) -> Award:
    """As `renewal.renew`; the new award goes to the platforms of the old one, which is withdrawn there."""
    return _replace(award, lambda: renewal.renew(award=award, by=by))


@transaction.atomic
def correct(*, award: Award, said: Said, reason: str, by: Person) -> Award:
    """As `renewal.correct`; the new award goes to the platforms of the old one, which is withdrawn there."""
    return _replace(award, lambda: renewal.correct(award=award, said=said, reason=reason, by=by))


def _replace(award: Award, act: Callable[[], Award]) -> Award:
    rows = _issuing(award)
    newer = act()
    wanted = [row for row in rows if row.state not in GIVEN_UP]
    now = clock.now()
    for row in rows:
        take_back(row)
    Delivery.objects.bulk_create(
        Delivery(
            award=newer, account_id=row.account_id, request_id=row.request_id, due_at=now, created_at=now
        )
        for row in wanted
    )
    return newer


@transaction.atomic
def suspend(*, award: Award, reason: str, by: Person) -> Award:
    """As `suspension.suspend`. What has not left for a platform waits; platforms know no suspension of what arrived."""
    return suspension.suspend(award=award, reason=reason, by=by)


@transaction.atomic
def reinstate(*, award: Award, by: Person) -> Award:
    """As `suspension.reinstate`; what waited for it leaves for its platform now."""
    rows = _issuing(award)
    award = suspension.reinstate(award=award, by=by)
    waiting = [row for row in rows if row.state == DeliveryState.QUEUED]
    Delivery.objects.filter(pk__in=[row.pk for row in waiting]).update(due_at=clock.now())
    for row in waiting:
        wake.lane_after_commit(row.account_id)
    return award


def _issuing(award: Award) -> Sequence[Delivery]:
    """The deliveries that bring it to its platforms, under lock: before the award's own row, as everywhere."""
    return list(Delivery.objects.select_for_update().filter(award=award, act="issue").order_by("pk"))

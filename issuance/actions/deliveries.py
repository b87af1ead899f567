"""What a person can do with a delivery that failed: fix, send again, one or all of a cause, or cancel. And revoke."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.authority import holds
from credentials.actions import awards
from issuance import wake
from issuance.models import Delivery, DeliveryState
from journal import clock
from journal.actions import record
from policies.reasons import Reason, Refused

if TYPE_CHECKING:
    from accounts.models import Person
    from credentials.models import Award

STUCK = (DeliveryState.NEEDS_PERSON, DeliveryState.UNPUBLISHED)


def may_tend(person: Person, delivery: Delivery) -> bool:
    """The certifying office of the request, and the programme manager."""
    institution, unit = delivery.account.institution, delivery.award.definition.unit
    if holds(person, "programme_manager", institution, unit):
        return True
    request = delivery.request
    return bool(request) and holds(person, f"office:{request.certifier}", institution, unit)


@transaction.atomic
def retry(*, delivery: Delivery, by: Person) -> Delivery:
    """Queue it again at once. Refused unless it waits for a person or waits for its next try."""
    delivery = _locked(delivery, by)
    if delivery.state not in (*STUCK, DeliveryState.QUEUED):
        raise Refused(f"There is nothing to send again: {delivery.get_state_display().lower()}.")
    _queue(delivery)
    _note(delivery, "delivery sent again", by)
    transaction.on_commit(lambda: wake.lane(delivery.account_id), robust=True)
    return delivery


def _queue(delivery: Delivery) -> None:
    delivery.state, delivery.due_at, delivery.settled_at = DeliveryState.QUEUED, clock.now(), None
    delivery.tries = 0
    delivery.save()


@transaction.atomic
def retry_cause(*, delivery: Delivery, by: Person) -> int:
    """Queue again all of the same account that failed for the same cause; returns how many."""
    _locked(delivery, by)
    same = Delivery.objects.filter(
        account=delivery.account, cause=delivery.cause, state=DeliveryState.NEEDS_PERSON
    )
    count = same.update(state=DeliveryState.QUEUED, due_at=clock.now(), settled_at=None, tries=0)
    _note(delivery, "deliveries sent again", by, {"cause": delivery.cause, "count": count})
    transaction.on_commit(lambda: wake.lane(delivery.account_id), robust=True)
    return count


@transaction.atomic
def cancel(*, delivery: Delivery, by: Person, reason: str) -> Delivery:
    """Give up on the platform for this award; the award itself stands. Refused without a reason, or once it arrived."""
    delivery = _locked(delivery, by)
    if delivery.state not in (*STUCK, DeliveryState.QUEUED):
        raise Refused(f"It cannot be cancelled: {delivery.get_state_display().lower()}.")
    if not reason.strip():
        raise Refused(Reason("Say why it is not to be sent.", field="reason"))
    delivery.state, delivery.settled_at = DeliveryState.CANCELLED, clock.now()
    delivery.message = reason.strip()
    delivery.save()
    _note(delivery, "delivery cancelled", by, {"reason": reason.strip()})
    return delivery


@transaction.atomic
def revoke_award(*, award: Award, reason: str, by: Person) -> Award:
    """Revoke the award here, and leave a delivery that withdraws it at the platform where it is held."""
    award = awards.revoke(award=award, reason=reason, by=by)
    now = clock.now()
    Delivery.objects.filter(award=award, act="issue", state=DeliveryState.QUEUED).update(
        state=DeliveryState.CANCELLED, message="The award was revoked.", settled_at=now
    )
    for sent in Delivery.objects.filter(award=award, act="issue").exclude(remote_id=""):
        Delivery.objects.get_or_create(
            award=award,
            account=sent.account,
            act="revoke",
            defaults={"request": sent.request, "remote_id": sent.remote_id, "due_at": now, "created_at": now},
        )
        account_id = sent.account_id
        transaction.on_commit(lambda account_id=account_id: wake.lane(account_id), robust=True)
    return award


def _locked(delivery: Delivery, by: Person) -> Delivery:
    rows = Delivery.objects.select_for_update(of=("self",))
    related = rows.select_related("account__institution", "award__definition__unit", "request")
    delivery = related.get(pk=delivery.pk)
    if not may_tend(by, delivery):
        raise PermissionDenied("Only the certifying office or the programme manager tends deliveries.")
    return delivery


def _note(delivery: Delivery, act: str, by: Person, detail: dict[str, object] | None = None) -> None:
    record.write(
        subject_kind="request" if delivery.request_id else "definition",
        subject_id=delivery.request_id or delivery.award.definition_id,
        institution=delivery.account.institution,
        act=act,
        by=by,
        detail={"delivery": str(delivery.pk), **(detail or {})},
    )

"""What a person can do with a delivery that failed: send again, one or all of a cause, or cancel. And revoke an award."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.locking import locked
from credentials.actions import awards
from issuance import wake
from issuance.finishing import finish_requests
from issuance.models import STUCK, Delivery, DeliveryState
from issuance.sending.settling import REVOKED, withdrawal
from journal import clock
from journal.actions import record
from policies.reasons import Reason, Refused, refuse_if

if TYPE_CHECKING:
    from collections.abc import Sequence

    from accounts.models import Person
    from credentials.models import Award
    from issuance.models.delivery import DeliveryQuerySet

OPEN = (*STUCK, DeliveryState.QUEUED)
UNEXPLAINED = Reason("Say why it is not to be sent.", field="reason")
NOT_YOURS = "Only the certifying office and those who manage the campus tend deliveries."


def may_tend(person: Person, delivery: Delivery) -> bool:
    """The certifying office of the request, and those who manage the campus."""
    return Delivery.objects.tended_by(person).filter(pk=delivery.pk).exists()


def require_tender(person: Person, delivery: Delivery) -> None:
    """PermissionDenied unless the person may send it again or cancel it."""
    if not may_tend(person, delivery):
        raise PermissionDenied(NOT_YOURS)


def retry_reasons(delivery: Delivery) -> list[Reason]:
    """Why there is nothing to send again."""
    if delivery.state in OPEN:
        return []
    return [Reason(f"There is nothing to send again: {delivery.get_state_display().lower()}.")]


@transaction.atomic
def retry(*, delivery: Delivery, by: Person) -> Delivery:
    """Queue it again at once. Refused unless it waits for a person or waits for its next try."""
    delivery = _locked(delivery, by)
    refuse_if(retry_reasons(delivery))
    delivery.state, delivery.due_at = DeliveryState.QUEUED, clock.now()
    delivery.settled_at, delivery.tries = None, 0
    delivery.save(update_fields=["state", "due_at", "settled_at", "tries"])
    _note(delivery, "delivery sent again", by)
    wake.lane_after_commit(delivery.account_id)
    return delivery


@transaction.atomic
def retry_cause(*, delivery: Delivery, by: Person) -> int:
    """Queue again all of the same account that wait for a person for the same cause; returns how many.

    Only those that the person may tend.
    """
    delivery = _locked(delivery, by)
    return retry_many(rows=same_cause(delivery, by), by=by)


@transaction.atomic
def retry_many(*, rows: DeliveryQuerySet, by: Person) -> int:
    """Queue again at once all of these that wait for a person and that this person may tend; returns how many.

    One entry in the record of each request. What may have arrived is asked about first, as always.
    """
    found = _tended(rows.stuck(), by)
    Delivery.objects.filter(pk__in=[row.pk for row in found]).update(
        state=DeliveryState.QUEUED, due_at=clock.now(), settled_at=None, tries=0
    )
    for several in _by_request(found):
        causes = ", ".join(sorted({row.cause for row in several}))
        _note(several[0], "deliveries sent again", by, {"cause": causes, "count": len(several)})
    for account in {row.account_id for row in found}:
        wake.lane_after_commit(account)
    return len(found)


@transaction.atomic
def cancel_many(*, rows: DeliveryQuerySet, by: Person, reason: str) -> int:
    """Do not send those of these that never left and that this person may tend; the awards stand. Returns how many.

    What may have arrived is left as it is. Refused without a reason. One entry in the record of each request.
    """
    if not reason.strip():
        raise Refused(UNEXPLAINED)
    found = _tended(rows.never_left(), by)
    Delivery.objects.filter(pk__in=[row.pk for row in found]).update(
        state=DeliveryState.CANCELLED, message=reason.strip(), settled_at=clock.now()
    )
    finish_requests([row.request_id for row in found if row.request_id])
    for several in _by_request(found):
        _note(several[0], "deliveries cancelled", by, {"reason": reason.strip(), "count": len(several)})
    return len(found)


def _tended(rows: DeliveryQuerySet, by: Person) -> list[Delivery]:
    """Those that the person may tend, under lock."""
    mine = Delivery.objects.tended_by(by).filter(pk__in=rows.order_by().values("pk"))
    keys = list(mine.order_by("pk").values_list("pk", flat=True))
    related = Delivery.objects.filter(pk__in=keys).select_related("account__institution", "award__definition")
    locked_rows = related.defer("award__document").select_for_update(of=("self",)).order_by("pk")
    still = set(rows.filter(pk__in=keys).order_by().values_list("pk", flat=True))
    return [row for row in locked_rows if row.pk in still]


def _by_request(rows: Sequence[Delivery]) -> list[list[Delivery]]:
    found: dict[object, list[Delivery]] = {}
    for row in rows:
        found.setdefault(row.request_id or row.pk, []).append(row)
    return list(found.values())


def same_cause(delivery: Delivery, person: Person) -> DeliveryQuerySet:
    """Deliveries that wait at the same account for the same cause, as far as the person may tend them."""
    tended = Delivery.objects.tended_by(person).stuck().filter(account=delivery.account, cause=delivery.cause)
    return tended.select_related("account__institution", "award")


def cancel_reasons(delivery: Delivery) -> list[Reason]:
    """Why it cannot be cancelled."""
    if delivery.state in OPEN:
        return []
    return [Reason(f"It cannot be cancelled: {delivery.get_state_display().lower()}.")]


@transaction.atomic
def cancel(*, delivery: Delivery, by: Person, reason: str) -> Delivery:
    """Give up on the platform for this award; the award itself stands. Refused without a reason, or once it arrived."""
    delivery = _locked(delivery, by)
    found = cancel_reasons(delivery)
    if not reason.strip():
        found.append(UNEXPLAINED)
    refuse_if(found)
    delivery.state, delivery.settled_at = DeliveryState.CANCELLED, clock.now()
    delivery.message = reason.strip()
    delivery.save(update_fields=["state", "settled_at", "message"])
    if delivery.act == "replace" and delivery.award.ended:
        take_back(delivery)
    if delivery.request_id:
        finish_requests([delivery.request_id])
    _note(delivery, "delivery cancelled", by, {"reason": reason.strip()})
    return delivery


@transaction.atomic
def revoke_award(*, award: Award, reason: str, by: Person) -> Award:
    """Revoke the award here, and withdraw it at the platform.

    Effects: as `awards.revoke`; a delivery that never left is cancelled; one that arrived is withdrawn by a delivery of
    its own; of one that is under way, or may have arrived, the platform is asked, and it is withdrawn if it is there.
    """
    rows = list(Delivery.objects.bringing().select_for_update().filter(award=award).order_by("pk"))
    award = awards.revoke(award=award, reason=reason, by=by)
    for row in rows:
        take_back(row)
    return award


def take_back(row: Delivery) -> None:
    """Withdraw what a delivery brought there or may have; what never left does not leave. The row is locked."""
    now = clock.now()
    # A replacement whose end is not known may have got another id there: it is looked for before it is withdrawn.
    unclear = row.act == "replace" and (
        row.state == DeliveryState.SENDING or (row.state in OPEN and row.ask_first)
    )
    if row.remote_id and not unclear:
        Delivery.objects.bulk_create([withdrawal(row, now)], ignore_conflicts=True)
    if row.state in OPEN:
        row.state, row.due_at = DeliveryState.QUEUED, now
        if not row.ask_first or (row.remote_id and not unclear):
            row.state, row.message, row.settled_at = DeliveryState.CANCELLED, REVOKED, now
        row.save(update_fields=["state", "due_at", "message", "settled_at"])
    wake.lane_after_commit(row.account_id)


def _locked(delivery: Delivery, by: Person) -> Delivery:
    found = locked(Delivery.objects.select_related("account__institution", "award__definition"), delivery.pk)
    require_tender(by, found)
    return found


def _note(delivery: Delivery, act: str, by: Person, detail: dict[str, object] | None = None) -> None:
    record.write(
        subject_kind="request" if delivery.request_id else "definition",
        subject_id=delivery.request_id or delivery.award.definition_id,
        institution=delivery.account.institution,
        act=act,
        by=by,
        detail={"delivery": str(delivery.pk), **(detail or {})},
    )

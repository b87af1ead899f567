"""What a person does about a badge on which the platform and we do not agree: take it as ours, send it again, have it
withdrawn there, or leave it as it is with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.locking import locked
from credentials.models import Award
from issuance import wake
from issuance.models import Comparison, Delivery, DeliveryState, Difference, Kind, Standing
from issuance.platforms.base import Outcome
from issuance.reconciling import sides
from issuance.sending.leases import LATE
from issuance.sending.settling import withdrawal
from journal import clock
from journal.actions import record
from policies.reasons import Reason, Refused, refuse_if

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import Person
    from issuance.models.delivery import AccountQuerySet
    from issuance.models.reconciling import DifferenceQuerySet

MOST_AT_ONCE = 500
NOT_YOURS = "Only the certifying office and those who manage the campus settle differences."
OVER = Reason("This has been settled already.")
NO_REASON = Reason("Say why.", field="reason")
NOBODY = Reason(
    "No award of ours is waiting for it: nobody with this address or number holds this credential without a badge "
    "there. File a request for them first; what is made then takes this badge by itself."
)
REASONED = ("withdraw", "ignore")
ACTS = {
    Kind.UNKNOWN: ("adopt", "withdraw", "ignore"),
    Kind.TWICE: ("withdraw", "ignore"),
    Kind.MISSING: ("send", "ignore"),
    Kind.ENDED_THERE: ("send", "ignore"),
    Kind.ENDED_HERE: ("withdraw", "ignore"),
    Kind.GIVEN_UP: ("adopt", "withdraw", "ignore"),
}
WAYS = ("adopt", "send", "withdraw", "ignore")


def may_settle(person: Person, difference: Difference) -> bool:
    """Who manages the campus, and the certifying office of the credential."""
    return Difference.objects.tended_by(person).filter(pk=difference.pk).exists()


def reasons(difference: Difference, act: str, reason: str | None = None) -> list[Reason]:
    """Why this cannot be done about it now, and not with these words."""
    if difference.state != Standing.OPEN:
        return [OVER]
    if unhelpful := against(Kind(difference.kind), act, reason):
        return unhelpful
    if act == "adopt" and not _waiting(difference).exists() and not _without(difference).exists():
        return [NOBODY]
    return _of_award(difference) if act == "send" else []


def against(kind: Kind, act: str, reason: str | None = None) -> list[Reason]:
    """Why this cannot be done about any of this kind; with a `reason` given also whether it says enough."""
    found = [] if act in ACTS[kind] else [Reason("This is not what helps here.")]
    unsaid = reason is not None and act in REASONED and not reason.strip()
    return [*found, NO_REASON] if unsaid else found


def _of_award(difference: Difference) -> list[Reason]:
    award = difference.delivery.award if difference.delivery else None
    if award is None or award.ended:
        return [Reason("The award is not in force any more, so it is not sent again.")]
    return []


@transaction.atomic
def adopt(*, difference: Difference, by: Person) -> Difference:
    """The badge there stands for an award of ours that has none. Refused where there is no such award."""
    found = _held(difference, by, "adopt")
    row = _waiting(found).select_for_update(of=("self",)).first() or _made(found)
    states = (*sides.UNSENT, DeliveryState.CANCELLED)
    outcome = Outcome("delivered", found.remote_id, found.remote_url, claim_url=found.remote_url)
    refuse_if([] if sides.adopt(row, outcome, states) else [NOBODY])
    return _settled(found, by, "badge adopted")


def _matching(difference: Difference) -> QuerySet[Award]:
    """Awards in force of this credential for whom the badge is, by their address."""
    awards = Award.objects.live().filter(version=difference.template.version_id)
    return awards.filter(recipient_email__iexact=difference.email or "-")


def _waiting(difference: Difference) -> QuerySet[Delivery]:
    """Deliveries of such awards that did not arrive."""
    rows = Delivery.objects.filter(account=difference.account_id, act="issue", remote_id="")
    states = (*sides.UNSENT, DeliveryState.CANCELLED)
    if difference.delivery_id:
        return rows.filter(pk=difference.delivery_id, state__in=states).select_related("award")
    return rows.filter(award__in=_matching(difference), state__in=states).select_related("award")


def _without(difference: Difference) -> QuerySet[Award]:
    """Such awards that never had a delivery to this account."""
    rows = Delivery.objects.filter(account=difference.account_id, act="issue")
    return _matching(difference).exclude(pk__in=rows.values("award"))


def _made(difference: Difference) -> Delivery:
    award, now = _without(difference).first(), clock.now()
    if award is None:
        raise Refused([NOBODY])
    return Delivery.objects.create(
        award=award, account=difference.account, state=DeliveryState.CANCELLED, due_at=now, created_at=now
    )


@transaction.atomic
def send_again(*, difference: Difference, by: Person) -> Difference:
    """It goes to the platform anew. Refused unless the award is in force."""
    found = _held(difference, by, "send")
    row = _row(found)
    refuse_if([] if row.remote_id == found.remote_id else [OVER])
    row.attempts.filter(outcome=LATE).update(outcome="delivered")
    row.state, row.due_at, row.tries, row.ask_first = DeliveryState.QUEUED, clock.now(), 0, True
    row.act, row.remote_id = "issue", ""  # also what had taken another's place: that place is gone
    row.remote_url = row.claim_url = row.cause = row.message = ""
    row.settled_at = None
    row.save()
    wake.lane_after_commit(row.account_id)
    return _settled(found, by, "badge sent again")


@transaction.atomic
def withdraw(*, difference: Difference, reason: str, by: Person) -> Difference:
    """Have it withdrawn there, by a worker. Refused without a reason, which the platform may tell the learner."""
    found = _held(difference, by, "withdraw", reason)
    found.reason = reason.strip()
    if found.kind != Kind.ENDED_HERE:
        found.state, found.due_at, found.tries, found.message = Standing.ACTING, clock.now(), 0, ""
        found.settled_by = by
        found.save()
        _note(found, by, "badge to be withdrawn at the platform")
        wake.comparison_after_commit(found.account_id)
        return found
    _withdraw_again(found)
    return _settled(found, by, "badge withdrawn again")


def _withdraw_again(difference: Difference) -> None:
    row, now = _row(difference), clock.now()
    again = Delivery.objects.filter(award=row.award, account=row.account_id, act="revoke")
    values = {
        "state": DeliveryState.QUEUED,
        "due_at": now,
        "tries": 0,
        "settled_at": None,
        "remote_id": row.remote_id,
    }
    if not again.exclude(state=DeliveryState.SENDING).update(**values):
        Delivery.objects.bulk_create([withdrawal(row, now)], ignore_conflicts=True)
    wake.lane_after_commit(row.account_id)


@transaction.atomic
def ignore(*, difference: Difference, reason: str, by: Person) -> Difference:
    """Leave it as it is; it is not shown again. Refused without a reason."""
    found = _held(difference, by, "ignore", reason)
    found.reason = reason.strip()
    return _settled(found, by, "difference left", Standing.IGNORED)


@transaction.atomic
def ask(*, accounts: AccountQuerySet, by: Person) -> int:
    """Compare these accounts now; returns how many. Only those of campuses that the person manages or certifies for."""
    mine = list(accounts.compared_for(by))
    if not mine:
        raise PermissionDenied(NOT_YOURS)
    for account in mine:
        Comparison.objects.bulk_create(
            (Comparison(template=template) for template in account.templates.all()), ignore_conflicts=True
        )
        Comparison.objects.filter(template__account=account).update(asked_at=clock.now())
        wake.comparison_after_commit(account.pk)
    return len(mine)


def settle(*, difference: Difference, act: str, reason: str = "", by: Person) -> Difference:
    """Settle it by one of the acts of its kind, by name: adopt, send, withdraw or ignore. Refused as each of them is."""
    if act == "adopt":
        return adopt(difference=difference, by=by)
    if act == "send":
        return send_again(difference=difference, by=by)
    if act == "withdraw":
        return withdraw(difference=difference, reason=reason, by=by)
    return ignore(difference=difference, reason=reason, by=by)


def settle_all(*, rows: DifferenceQuerySet, act: str, reason: str = "", by: Person) -> tuple[int, int]:
    """Settle the oldest `MOST_AT_ONCE` of these in the same way, each for itself; (how many were, how many refused)."""
    done = left = 0
    for found in rows.order_by("found_at", "pk")[:MOST_AT_ONCE]:
        try:
            settle(difference=found, act=act, reason=reason, by=by)
        except Refused:
            left += 1
        else:
            done += 1
    return done, left


def _held(difference: Difference, by: Person, act: str, reason: str | None = None) -> Difference:
    found = locked(
        Difference.objects.select_related("account__institution", "template__version", "delivery__award"),
        difference.pk,
    )
    if not may_settle(by, found):
        raise PermissionDenied(NOT_YOURS)
    refuse_if(reasons(found, act, reason))
    return found


def _row(found: Difference) -> Delivery:
    """The delivery that it is about, locked."""
    if found.delivery is None:
        raise Refused([OVER])
    return locked(Delivery.objects.select_related("award"), found.delivery.pk)


def _settled(found: Difference, by: Person, act: str, state: Standing = Standing.SETTLED) -> Difference:
    found.state, found.settled_at, found.settled_by = state, clock.now(), by
    found.save()
    _note(found, by, act)
    return found


def _note(found: Difference, by: Person, act: str) -> None:
    """The reason may be about a learner, so it stays with the difference."""
    record.write(
        subject_kind="definition",
        subject_id=found.template.version.definition_id,
        institution=found.account.institution,
        act=act,
        by=by,
        detail={"difference": found.kind, "badge": found.remote_id, "platform": found.account.platform},
    )

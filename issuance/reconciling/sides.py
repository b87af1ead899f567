"""One template, the platform's list against our deliveries: what is adopted by itself, and what differs."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from issuance.models import (
    Comparison,
    Delivery,
    DeliveryState,
    Difference,
    Kind,
    PlatformAccount,
    PlatformTemplate,
    Standing,
)
from issuance.platforms.base import Outcome, Platform
from issuance.sending.outgoing import told
from issuance.sending.settling import HELD, withdrawal
from journal import clock

IN_FORCE = ("delivered", "accepted", "unpublished")
OVER = ("revoked", "expired")
UNSENT = (DeliveryState.QUEUED, DeliveryState.NEEDS_PERSON)
TAKEN = "An award that waited for it has taken it."
ADOPTED = "Found at the platform when both sides were compared; nothing was sent."


@dataclass
class Side:
    """One template on its way through a comparison."""

    template: PlatformTemplate
    platform: Platform
    began: dt.datetime
    comparison: Comparison
    seen: set[str] = field(default_factory=set)
    theirs: int = 0
    adopted: int = 0
    requests: set[uuid.UUID] = field(default_factory=set)

    @property
    def rows(self) -> QuerySet[Delivery]:
        """Our deliveries of this template."""
        found = Delivery.objects.bringing().filter(account=self.template.account_id)
        return (
            found.filter(award__version=self.template.version_id)
            .select_related("award")
            .defer("award__document")
        )


def look_at(side: Side, part: Sequence[Outcome]) -> None:
    """A part of the platform's list."""
    side.seen |= {outcome.remote_id for outcome in part}
    side.theirs += sum(outcome.state in IN_FORCE for outcome in part)
    rows = Delivery.objects.bringing().filter(account=side.template.account_id).select_related("award")
    found = rows.filter(remote_id__in=[outcome.remote_id for outcome in part]).defer("award__document")
    # One badge may have stood for several awards, one after another: the one in force counts.
    known = {row.remote_id: row for row in sorted(found, key=lambda row: not row.award.ended)}
    for outcome in part:
        if row := known.get(outcome.remote_id):
            _known(side, row, outcome)
    strangers = [o for o in part if o.remote_id not in known and o.state not in OVER]
    if strangers:
        _strangers(side, strangers)


def _known(side: Side, row: Delivery, outcome: Outcome) -> None:
    """Both know it: does it stand on both sides?"""
    award = row.award
    if award.ended and outcome.state in IN_FORCE and not _being_withdrawn(side, row):
        put(side, Kind.ENDED_HERE, outcome, row)
    ran_out = outcome.state == "expired" and award.expires_on and award.expires_on <= clock.today()
    if not award.ended and outcome.state in OVER and row.state in HELD and not ran_out:
        put(side, Kind.ENDED_THERE, outcome, row)


def _being_withdrawn(side: Side, row: Delivery) -> bool:
    """A withdrawal is on its way, waits for a person, or was carried out after the list was read; or another badge took
    its place there."""
    newer = Delivery.objects.filter(award=row.award.superseded_by_id, account=row.account_id, act="replace")
    if row.award.superseded_by_id and newer.exists():
        return True
    found = Delivery.objects.filter(award=row.award_id, account=row.account_id, act="revoke")
    settled = Q(state=DeliveryState.DELIVERED, settled_at__gte=side.began - _lag(side))
    return found.filter(Q(state__in=(*UNSENT, DeliveryState.SENDING)) | settled).exists()


def _lag(side: Side) -> dt.timedelta:
    return dt.timedelta(seconds=side.platform.index_lag_seconds)


def _strangers(side: Side, outcomes: Sequence[Outcome]) -> None:
    """Badges that stand for none of our deliveries: whose are they?"""
    index = _candidates(side, outcomes)
    for outcome in outcomes:
        rows = next((index[key] for key in _keys(outcome) if index.get(key)), [])
        if any(_moving(row) or row.remote_id == outcome.remote_id for row in rows):
            continue
        unsent = next((row for row in rows if not row.remote_id and row.state in UNSENT), None)
        if unsent and _adopt(side, unsent, outcome):
            unsent.remote_id = outcome.remote_id
        elif outcome.state in IN_FORCE:
            _stranger(side, rows, outcome)


def _moving(row: Delivery) -> bool:
    """Under way at this moment, or about to get another id there."""
    return row.state == DeliveryState.SENDING or (row.act == "replace" and row.state in UNSENT)


def _stranger(side: Side, rows: Sequence[Delivery], outcome: Outcome) -> None:
    there = next((row for row in rows if row.remote_id), None)
    given_up = next((row for row in rows if row.state == DeliveryState.CANCELLED), None)
    kind = Kind.TWICE if there else Kind.GIVEN_UP if given_up else Kind.UNKNOWN
    put(side, kind, outcome, there or given_up)


def _keys(outcome: Outcome) -> list[tuple[str, str]]:
    """What may tell whose it is, the surest first."""
    found = (("award", outcome.own_key), ("holder", outcome.earner_id), ("email", outcome.email.lower()))
    return [key for key in found if key[1]]


def _candidates(side: Side, outcomes: Sequence[Outcome]) -> dict[tuple[str, str], list[Delivery]]:
    """Our deliveries to these people, by everything that may tell; awards in force first."""
    wanted = defaultdict(list)
    for outcome in outcomes:
        for what, value in _keys(outcome):
            wanted[what].append(value)
    rows = side.rows.filter(
        Q(award__in=_ids(wanted["award"]))
        | Q(award__holder__in=_ids(wanted["holder"]))
        | Q(award__recipient_email__in=wanted["email"])
    )
    index = defaultdict(list)
    for row in sorted(rows, key=lambda row: row.award.ended):
        index["award", str(row.award_id)].append(row)
        index["holder", str(row.award.holder_id)].append(row)
        index["email", row.award.recipient_email.lower()].append(row)
    return index


def _ids(values: Iterable[str]) -> list[uuid.UUID]:
    found = []
    for value in values:
        try:
            found.append(uuid.UUID(value))
        except ValueError:
            continue
    return found


def _adopt(side: Side, row: Delivery, outcome: Outcome) -> bool:
    """What waits here and is there already has arrived; of an award that is over it is withdrawn."""
    if not adopt(row, outcome):
        return False
    side.adopted += 1
    if row.request_id:
        side.requests.add(row.request_id)
    return True


def adopt(row: Delivery, outcome: Outcome, states: Sequence[str] = UNSENT) -> bool:
    """Write that a delivery in one of these states is at the platform; False when it has moved on meanwhile."""
    row.remote_id = outcome.remote_id
    free = Delivery.objects.filter(pk=row.pk, state__in=states, remote_id="")
    try:
        with transaction.atomic():
            written = free.update(
                state=outcome.state if outcome.state in HELD else DeliveryState.DELIVERED,
                remote_id=outcome.remote_id,
                remote_url=outcome.remote_url,
                claim_url=outcome.claim_url,
                cause="unpublished" if outcome.state == "unpublished" else "",
                message=ADOPTED,
                ask_first=False,
                settled_at=clock.now(),
            )
            if written and row.award.ended:
                Delivery.objects.bulk_create([withdrawal(row, clock.now())], ignore_conflicts=True)
    except IntegrityError:  # it stands for another delivery since a moment ago
        written = 0
    if not written:
        row.remote_id = ""
    return bool(written)


def take_known(account: PlatformAccount) -> int:
    """Before anything is sent: what waits for somebody for whom a badge of unknown origin was seen there takes that one.

    So an award that was lost with a backup and is made anew finds its badge again. Returns how many.
    """
    unknown = Difference.objects.filter(account=account, kind=Kind.UNKNOWN).open()
    if not unknown.exists():
        return 0
    same = unknown.filter(
        template__version=OuterRef("award__version"), email__iexact=OuterRef("award__recipient_email")
    )
    rows = Delivery.objects.filter(Exists(same), account=account, act="issue", remote_id="", state__in=UNSENT)
    taken = 0
    for row in rows.select_related("award").defer("award__document"):
        found = unknown.filter(
            template__version=row.award.version_id, email__iexact=row.award.recipient_email
        ).first()
        if found and adopt(row, Outcome("delivered", found.remote_id, found.remote_url)):
            found.state, found.settled_at, found.message = Standing.SETTLED, clock.now(), TAKEN
            found.save(update_fields=["state", "settled_at", "message"])
            taken += 1
    return taken


def look_for_ours(side: Side) -> None:
    """What we say it holds and its list does not show is asked about one by one."""
    settled = side.rows.filter(state__in=HELD, settled_at__lt=side.began - _lag(side)).exclude(remote_id="")
    ours = settled.filter(award__revoked_at=None, award__superseded_by=None)
    gone = [pk for pk, remote_id in ours.values_list("pk", "remote_id") if remote_id not in side.seen]
    zone = ZoneInfo(side.template.account.institution.timezone)
    for key in gone:
        row = Delivery.objects.select_related("award").get(pk=key)
        known = told(row.award, side.template.remote_id, zone)
        there = side.platform.status(known, row.remote_id)
        if there is None:
            put(side, Kind.MISSING, Outcome("revoked", row.remote_id, row.remote_url, email=known.email), row)
        else:
            _known(side, row, there)


def put(side: Side, kind: Kind, outcome: Outcome, row: Delivery | None) -> None:
    """Open a difference, or note that it is still there. What a person left as it is stays left."""
    now = clock.now()
    values = {
        "account": side.template.account,
        "delivery": row,
        "remote_url": outcome.remote_url,
        "remote_state": "" if kind == Kind.MISSING else outcome.state,
        "email": outcome.email,
        "earner": outcome.earner_id,
        "seen_at": now,
    }
    found, made = Difference.objects.get_or_create(
        template=side.template, kind=kind, remote_id=outcome.remote_id, defaults={**values, "found_at": now}
    )
    if made:
        return
    rows = Difference.objects.filter(pk=found.pk)
    rows.update(**values)
    rows.filter(state__in=(Standing.SETTLED, Standing.GONE)).update(
        state=Standing.OPEN, found_at=now, settled_at=None, settled_by=None
    )

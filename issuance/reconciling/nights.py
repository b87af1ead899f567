"""Every night, and after a backup was restored, what each platform holds is compared with what we say it holds.

Beat only wakes; the rows decide which templates are due. A template is compared by one worker at a time, in parts of
the list, so that memory does not grow with its badges.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterable, Iterator
from itertools import islice
from zoneinfo import ZoneInfo

from django.db.models import Q

from credentials.models import DefinitionVersion
from issuance import finishing, wake
from issuance.models import (
    Comparison,
    Delivery,
    Difference,
    Ledger,
    PlatformAccount,
    PlatformTemplate,
    Standing,
)
from issuance.platforms import registry
from issuance.platforms.base import Outcome, Platform, PlatformError
from issuance.reconciling import restoring, sides
from issuance.reconciling.sides import Side
from issuance.sending import leases, limiter, withdrawing
from issuance.sending.outgoing import template_id
from journal import clock

NIGHT = (1, 2, 3, 4)  # the hours of the campus in which it is done
AGAIN, OVERDUE = dt.timedelta(hours=20), dt.timedelta(hours=30)
LEASE = dt.timedelta(minutes=15)  # renewed with each part of a list
RETRY = dt.timedelta(minutes=10)  # after the platform could not be asked
PART = 500
PATIENCE = 120.0  # seconds that one page may wait for its place under the limit, of which reading has a tenth


def due_accounts() -> list[PlatformAccount]:
    """Accounts with a template to compare now, or whose records were restored: what beat wakes."""
    accounts = PlatformAccount.objects.filter(active=True).select_related("institution")
    return [
        account
        for account in accounts
        if _doubted(account) or _due(account) or withdrawing.due(account).exists()
    ]


def _due(account: PlatformAccount) -> list[PlatformTemplate]:
    """Asked for, or not compared since last night, when it is night there; or long overdue."""
    now = clock.now()
    night = now.astimezone(ZoneInfo(account.institution.timezone)).hour in NIGHT
    before = now - (AGAIN if night else OVERDUE)
    old = Q(comparison__compared_at__lt=before) | Q(
        comparison__compared_at__isnull=True, created_at__lt=before
    )
    set_back = Q(comparison__claimed_until__gt=now + 2 * LEASE)
    free = Q(comparison__claimed_until__isnull=True) | Q(comparison__claimed_until__lt=now) | set_back
    return list(account.templates.filter(free, old | Q(comparison__asked_at__lte=now)).order_by("pk"))


def _doubted(account: PlatformAccount) -> bool:
    ledger = Ledger.objects.filter(account=account).first()
    return bool(ledger and ledger.doubted_at)


def run(account_id: str, seconds: float) -> bool:
    """Compare templates of one account for a while; returns whether there is more to do.

    While its records are doubted, the badge templates of what was not sent are looked for first, and nothing is
    compared before every call that may still be under way is over and shows.
    """
    account = PlatformAccount.objects.select_related("institution").get(pk=account_id)
    try:
        with limiter.reading_for(account.pk, patience=PATIENCE):
            return _run(account, time.monotonic() + seconds)
    except PlatformError:
        return False


def _run(account: PlatformAccount, until: float) -> bool:
    platform = registry.connect(account.platform, account.name)
    withdrawing.carry_out(account, platform)
    if _doubted(account) and not _ready(account, platform):
        return False
    for template in _due(account):
        if time.monotonic() > until:
            return True
        compare(template, platform)
    _trust(account)
    return False


def _ready(account: PlatformAccount, platform: Platform) -> bool:
    """Whether what left before the doubt shows by now; if so every template is to be compared."""
    ledger = Ledger.objects.get(account=account)
    wait = dt.timedelta(seconds=platform.index_lag_seconds + leases.lease_seconds(platform))
    if ledger.doubted_at is None or clock.now() < ledger.doubted_at + wait:
        return False
    unsent = Delivery.objects.filter(account=account, act="issue", state__in=restoring.UNSENT, remote_id="")
    known = account.templates.values("version")
    versions = DefinitionVersion.objects.filter(pk__in=unsent.values("award__version")).exclude(pk__in=known)
    for version in versions.select_related("definition").order_by("pk"):
        try:
            template_id(platform, account, version)
        except PlatformError as error:
            if not error.permanent or error.account_wide:
                raise  # else nothing can be sent for it
    restoring.ask(account, ledger.doubted_at)
    return True


def _trust(account: PlatformAccount) -> None:
    """Once every template has been compared since the doubt began."""
    ledger = Ledger.objects.filter(account=account, doubted_at__isnull=False).first()
    if ledger is None:
        return
    fresh = account.templates.filter(comparison__compared_at__gte=ledger.doubted_at)
    if not account.templates.exclude(pk__in=fresh).exists():
        restoring.trust(account)
        wake.lane(account.pk)


def compare(template: PlatformTemplate, platform: Platform) -> Comparison | None:
    """Both sides of one template. None when another worker has it; a platform away is tried again later.

    Effects: what was not known to have arrived is adopted; differences are opened, seen again, or gone.
    """
    comparison, _ = Comparison.objects.get_or_create(template=template)
    now = clock.now()
    free = Q(claimed_until__isnull=True) | Q(claimed_until__lt=now) | Q(claimed_until__gt=now + 2 * LEASE)
    if not Comparison.objects.filter(free, pk=comparison.pk).update(claimed_until=now + LEASE):
        return None
    side = Side(template, platform, now, comparison)
    try:
        for part in _parts(platform.statuses(template.remote_id)):
            sides.look_at(side, part)
            Comparison.objects.filter(pk=comparison.pk).update(claimed_until=clock.now() + LEASE)
        sides.look_for_ours(side)
    except PlatformError as error:
        _put_off(side, error)
        raise
    return _done(side)


def _parts(outcomes: Iterable[Outcome]) -> Iterator[list[Outcome]]:
    rest = iter(outcomes)
    while part := list(islice(rest, PART)):
        yield part


def _put_off(side: Side, error: PlatformError) -> None:
    """What concerns this template for good counts as compared: nothing can be sent for it. Else it is asked again."""
    own = error.permanent and not error.account_wide
    later = None if own else clock.now() + RETRY
    values = {"claimed_until": None, "asked_at": later, "problem": error.message}
    Comparison.objects.filter(pk=side.comparison.pk).update(
        **values, **({"compared_at": side.began} if own else {})
    )


def _done(side: Side) -> Comparison:
    open_before = Difference.objects.filter(template=side.template, seen_at__lt=side.began).open()
    open_before.update(state=Standing.GONE, settled_at=clock.now())
    found = side.comparison
    found.theirs, found.adopted, found.problem = side.theirs, side.adopted, ""
    found.ours = side.rows.filter(
        state__in=sides.IN_FORCE, award__revoked_at=None, award__superseded_by=None
    ).count()
    found.compared_at, found.asked_at, found.claimed_until = side.began, None, None
    found.save()
    finishing.finish_requests(list(side.requests))
    return found

"""How the accounts at platforms are: usable, how long the token lives, how many credits are left; who is told in time."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog
from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac

from accounts.authority import people_with
from accounts.hooks import Message
from accounts.locking import locked
from accounts.models import Person
from issuance import wake
from issuance.models import Delivery, DeliveryState, PlatformAccount
from issuance.platforms import registry
from issuance.platforms.base import Health, Platform, PlatformError
from journal import clock
from journal.actions import mail, notices

if TYPE_CHECKING:
    from collections.abc import Iterable

log = structlog.get_logger(__name__)

TOKEN_DAYS = (30, 14, 7, 1)  # before its end, on which people are told
FEW_CREDITS = 100
EVERY = dt.timedelta(hours=1)


@dataclass(frozen=True)
class Warning:
    """What somebody should do about an account. `key` tells one from the next, so that people are told once of each."""

    key: str
    text: str


def due() -> list[PlatformAccount]:
    """Those that were not looked at within the hour."""
    before = clock.now() - EVERY
    return [one for one in in_use() if one.checked_at is None or one.checked_at <= before]


def look(account: PlatformAccount) -> list[Warning]:
    """Ask the platform how the account is, keep the answer, tell people of what is new, publish what waited for credits.

    A platform that cannot be reached just now changes nothing.
    """
    try:
        platform = registry.connect(account.platform, account.name)
    except PlatformError as error:
        return _keep(account, Health(False, error.message), None)
    found = platform.health()
    if not found.ok and not found.lasting:
        log.info("a platform could not be asked", account=str(account.pk), said=found.message)
        return warnings(account)
    return _keep(account, found, platform)


def warnings(account: PlatformAccount) -> list[Warning]:
    """What is wrong with it, or will be soon, as it was last seen. Reads how many badges wait where credits are counted."""
    label, today = registry.label(account.platform), account.institution.today()
    if account.usable is False:
        return [Warning("unusable", account.message)]
    found = []
    if account.token_expires_on and (account.token_expires_on - today).days <= TOKEN_DAYS[0]:
        found.append(_of_token(account, label, (account.token_expires_on - today).days))
    left = account.credits_left
    waiting = (
        Delivery.objects.under_way().filter(account=account, act="issue").count() if left is not None else 0
    )
    if left is not None and left < waiting + FEW_CREDITS:
        waits = (
            f", and {waiting:,} {'badge waits' if waiting == 1 else 'badges wait'} to be sent"
            if waiting
            else ""
        )
        text = f"{label} has {left:,} credits left{waits}. Buy more there."
        found.append(Warning("no credits" if left <= 0 else "few credits", text))
    return found


def _of_token(account: PlatformAccount, label: str, days: int) -> Warning:
    day = f"{account.token_expires_on:%-d %B %Y}"
    passed = next((n for n in reversed(TOKEN_DAYS) if days <= n), TOKEN_DAYS[0])
    what = f"ends on {day} at the latest" if days >= 0 else f"ended on {day}"
    variable = registry.platform_class(account.platform).token_variable
    text = f"The access token for {label} {what}. Get a new one there; the system’s operator puts it in {variable}."
    return Warning(f"token {passed if days >= 0 else 'over'}", text)


@transaction.atomic
def _keep(account: PlatformAccount, found: Health, platform: Platform | None) -> list[Warning]:
    account = locked(PlatformAccount.objects.select_related("institution"), account.pk)
    credits_before = account.credits_left
    # Whoever counts our credits knows us: that none are left is another warning.
    account.usable = found.ok or found.credits_left is not None
    account.checked_at, account.message = clock.now(), found.message
    account.credits_left = found.credits_left
    if platform:
        _keep_token(account, found, platform)
    now = warnings(account)
    keys = ", ".join(warning.key for warning in now)[:40]
    if now and keys != account.warned:
        _tell(account, now, keys)
    account.warned = keys
    account.save()
    if found.ok and (found.credits_left or 0) > (credits_before or 0):
        _publish(account, found.credits_left or 0)
    return now


def _keep_token(account: PlatformAccount, found: Health, platform: Platform) -> None:
    """When the token ends: as the platform says, else as long after we first saw it as such tokens live."""
    today = account.institution.today()
    mark = salted_hmac("issuance.health", platform.account.token, algorithm="sha256").hexdigest()
    if mark != account.token_mark:
        account.token_mark, account.token_since = mark, today
    given = platform.account.option(f"{platform.kind.upper()}_TOKEN_DAYS")
    days = int(given) if given.isdigit() else platform.token_days
    latest = account.token_since + dt.timedelta(days=days) if days and account.token_since else None
    account.token_expires_on = found.token_expires_on or latest


def _publish(account: PlatformAccount, most: int) -> None:
    """Badges that were made there without credits are published now, the oldest first."""
    rows = Delivery.objects.filter(account=account, state=DeliveryState.UNPUBLISHED).order_by("created_at")
    ids = list(rows.select_for_update(skip_locked=True).values_list("pk", flat=True)[:most])
    Delivery.objects.filter(pk__in=ids).update(
        state=DeliveryState.QUEUED, due_at=clock.now(), settled_at=None, tries=0
    )
    if ids:
        wake.lane_after_commit(account.pk)


def _tell(account: PlatformAccount, found: Iterable[Warning], keys: str) -> None:
    """Who manages the campus or certifies there, and the system's operators: by notice and mail."""
    text = " ".join(warning.text for warning in found)
    label = registry.label(account.platform)
    people = list(told(account).values())
    notices.tell(people=people, kind="platform_warning", text=text, path="/admin/")
    context = {"label": label, "text": text, "url": f"{settings.SITE_URL}/admin/"}
    key = f"platform_warning:{account.pk}:{keys}:{clock.now():%Y-%m-%d}"
    messages = [Message("platform_warning", f"{key}:{one.pk}", one, context) for one in people]
    mail.post_many(messages=messages, institution=account.institution)


def told(account: PlatformAccount) -> dict[object, Person]:
    """Programme managers, campus administrators, the certifying offices of the policy in force, and system operators."""
    policy = account.institution.in_force
    offices = policy.pack.issuance.certifiers if policy else []
    actors = ["programme_manager", "campus_administrator", *(f"office:{one.office}" for one in offices)]
    people = {one.pk: one for actor in actors for one in people_with(actor, account.institution)}
    operators = Person.objects.filter(is_superuser=True, is_active=True)
    return people | {one.pk: one for one in operators}


def in_use() -> list[PlatformAccount]:
    """All active accounts, by campus."""
    rows = PlatformAccount.objects.filter(active=True, platform__in=registry.KINDS)
    return list(rows.select_related("institution").order_by("institution__name", "platform", "name"))

"""Reminds learners of what runs out. Safe to repeat, and by several clocks at once: each reminder goes out once."""

from __future__ import annotations

import datetime as dt
from itertools import groupby
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.db.models import Case, CharField, Exists, F, IntegerField, OuterRef, Q, Value, When
from django.db.models.functions import Cast, Concat
from django.urls import reverse

from accounts.hooks import Message
from accounts.models import Institution
from credentials import expiring
from credentials.looks import look_of
from credentials.models import Award
from journal import clock
from journal.actions import mail, notices
from journal.models import Mail

if TYPE_CHECKING:
    from credentials.models.award_queries import AwardQuerySet

KIND = "badge_expires"  # of mail and notice
# Days before the last one: each reminder with how many may be left when it goes out, should the clock have stood still.
STEPS = {90: (31, 90), 30: (8, 30), 7: (0, 7), -1: (-7, -1)}
MARGIN = 1  # no campus is a day further than this from UTC
AT_ONCE = 500


def remind() -> int:
    """Tell holders 90, 30 and 7 days before an award runs out, and the day after; returns how many were told.

    Effects: a mail, as they choose to have it, and a notice. Only of what they accepted and what is in force, and not
    of a day that had passed when they accepted. A clock that is stopped in the middle leaves the rest to the next.
    """
    told = 0
    while some := _remind_some():
        told += some
    return told


@transaction.atomic
def _remind_some() -> int:
    rows = _due().select_related("institution", "holder", "version", "definition__unit")
    rows = rows.defer("document", "version__answers", "version__approvals").order_by("institution", "pk")
    locked = list(rows.select_for_update(of=("self",), skip_locked=True)[:AT_ONCE])
    # Asked again under the lock: another clock may have sent them since the rows were found.
    sent = set(Mail.objects.filter(key__in=map(_key, locked)).values_list("key", flat=True))
    found = [award for award in locked if _key(award) not in sent]
    for institution, awards in groupby(found, key=lambda award: award.institution):
        mail.post_many(messages=map(_message, awards), institution=institution)
    notices.tell_each(kind=KIND, notes=map(_note, found))
    return len(found)


def _due() -> AwardQuerySet:
    """Awards with the reminder, as `step`, whose day has come at their campus and that was not sent."""
    today, days = clock.today(), [day for span in STEPS.values() for day in span]
    span = (dt.timedelta(days=min(days) - MARGIN), dt.timedelta(days=max(days) + MARGIN))
    rows = Award.objects.ending(today + span[0], today + span[1]).accepted().filter(erased_at=None)
    zones = Institution.objects.order_by().values_list("timezone", flat=True).distinct()
    steps = [When(_come(zone, step), then=Value(step)) for zone in zones for step in STEPS]
    key = Concat(
        Value(f"{KIND}:"),
        Cast(OuterRef("pk"), CharField()),
        Value(":"),
        Cast(OuterRef("step"), CharField()),
    )
    rows = rows.annotate(step=Case(*steps, default=None, output_field=IntegerField()))
    return rows.filter(~Exists(Mail.objects.filter(key=key)), step__isnull=False, holder__is_active=True)


def _come(zone: str, step: int) -> Q:
    """Whether this reminder's day has come where it is that time, and the next one's has not."""
    today = clock.today(zone)
    few, many = (today + dt.timedelta(days=days) for days in STEPS[step])
    before = F("expires_on") - dt.timedelta(days=step)
    return Q(institution__timezone=zone, expires_on__range=(few, many), accepted_at__lt=before)


def _key(award: Award) -> str:
    return f"{KIND}:{award.pk}:{award.step}"  # type: ignore[attr-defined]


def _message(award: Award) -> Message:
    title, day = award.version.title, award.institution.today()
    context = {
        "title": title,
        "institution": look_of(award.institution, award.version.policy_id),
        "sentence": expiring.sentence(award),
        "over": (expiring.days_left(award) or 0) < 0,
        "zone": award.institution.timezone,
        "renewing": expiring.renewing(award),
        "url": f"{settings.SITE_URL}{_path(award)}",
        "page": award.definition.awardable_on(day)
        and f"{settings.SITE_URL}{reverse('credential', args=[award.definition.slug])}",
        "link": f"{settings.SITE_URL}{reverse('wallet_link')}",
    }
    return Message(KIND, _key(award), award.holder, context)


def _note(award: Award) -> notices.Note:
    return notices.Note(award.holder, f"“{award.version.title}” {expiring.sentence(award)}.", _path(award))


def _path(award: Award) -> str:
    return reverse("wallet_badge", args=[award.pk])

"""Ask, remind and close: rows are claimed under lock, and their mail is written in the same transaction.

So whoever is killed on the way has asked nobody or has asked for good: a row that is asked has its mail in the outbox, and
the outbox sends each once under its key. Two workers step over each other's rows.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from accounts.hooks import Message
from credentials.looks import look_of
from evaluation import questions as rules
from evaluation.actions import templates
from evaluation.models import Invitation, InvitationState, SurveyLink, SurveyStop
from journal import clock
from journal.actions import mail

if TYPE_CHECKING:
    from django.db.models import QuerySet

BATCH = 200
KIND, AGAIN, PARTNER, PARTNER_AGAIN = (
    "survey_asked", "survey_reminder", "survey_partner", "survey_partner_reminder",
)  # fmt: skip
RELATED = (
    "survey__current",
    "version",
    "institution__in_force",
    "definition__current",
    "offering",
    "completion",
    "person",
)


def ask_due() -> int:
    """Ask everyone whose time has come; returns how many were asked."""
    return _in_batches(lambda: Invitation.objects.due(clock.now()), _ask)


def remind_due() -> int:
    """Remind those who have not answered; returns how many."""
    return _in_batches(lambda: Invitation.objects.to_remind(clock.now()), _remind)


def close_over() -> int:
    """Close what was not answered in time; returns how many."""
    with transaction.atomic():
        return Invitation.objects.over(clock.now()).update(state=InvitationState.CLOSED, remind_at=None)


def _in_batches(rows: Callable[[], QuerySet[Invitation]], act: Callable[[Sequence[Invitation]], int]) -> int:
    done = 0
    while True:
        with transaction.atomic():
            claimed = rows().select_for_update(skip_locked=True, of=("self",)).order_by("due_at", "pk")
            keys = list(claimed.values_list("pk", flat=True)[:BATCH])
            if not keys:
                return done
            found = Invitation.objects.filter(pk__in=keys).select_related(*RELATED).order_by("due_at", "pk")
            done += act(list(found))


def stopped_of(rows: Sequence[Invitation]) -> set[Invitation]:
    """Those among them who do not want to be asked; one query."""
    people = [row.person_id for row in rows if row.person_id]
    hashes = [address_hash(row.email) for row in rows if row.email]
    stops = SurveyStop.objects.filter(Q(person__in=people) | Q(address_hash__in=hashes))
    known = {
        (campus, person or address)
        for campus, person, address in stops.values_list("institution", "person", "address_hash")
    }
    return {row for row in rows if (row.institution_id, row.person_id or address_hash(row.email)) in known}


def address_hash(email: str) -> str:
    """What is kept of an address that is never asked again."""
    return hashlib.sha256(email.strip().lower().encode()).hexdigest()


def token_hash(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _ask(rows: Sequence[Invitation]) -> int:
    """Bind each to its version, open it and write its mail; those who are gone or do not want it are put aside."""
    stopped, now, asked = stopped_of(rows), clock.now(), []
    for row in rows:
        row.state = _state(row, stopped)
        if row.state == InvitationState.ASKED:
            row.version = templates.opened(row.survey, row.offering) if row.offering else row.survey.current
            row.asked_at = now
            row.closes_at = now + dt.timedelta(days=row.survey.open_days)
            row.remind_at = _next_reminder(row)
            asked.append(row)
    fields = ["state", "version", "asked_at", "closes_at", "remind_at"]
    Invitation.objects.bulk_update(rows, fields)
    _write(asked, again=False)
    return len(asked)


def _state(row: Invitation, stopped: set[Invitation]) -> str:
    person, completion = row.person, row.completion
    gone = row.survey.retired_at or (person is not None and not (person.is_active and person.email))
    if gone or (completion is not None and completion.withdrawn_at) or not (person or row.email):
        return InvitationState.DROPPED
    return InvitationState.STOPPED if row in stopped else InvitationState.ASKED


def _next_reminder(row: Invitation) -> dt.datetime | None:
    days = sorted(row.survey.reminders_days)[row.reminded :]
    return row.asked_at + dt.timedelta(days=days[0]) if days and row.asked_at else None


def _remind(rows: Sequence[Invitation]) -> int:
    stopped, reminded = stopped_of(rows), []
    for row in rows:
        if row in stopped:
            row.state, row.remind_at = InvitationState.STOPPED, None
            continue
        row.reminded += 1
        row.remind_at = _next_reminder(row)
        reminded.append(row)
    Invitation.objects.bulk_update(rows, ["state", "reminded", "remind_at"])
    _write(reminded, again=True)
    return len(reminded)


def _write(rows: Sequence[Invitation], *, again: bool) -> None:
    """A link and a mail for each, in the caller's transaction."""
    tokens = {row.pk: secrets.token_urlsafe(32) for row in rows}
    SurveyLink.objects.bulk_create(
        SurveyLink(invitation=row, token_hash=token_hash(tokens[row.pk]), made_at=clock.now()) for row in rows
    )
    for row in rows:
        kind = (AGAIN if again else KIND) if row.person else (PARTNER_AGAIN if again else PARTNER)
        key = f"{kind}:{row.pk}:{row.reminded}"
        context = context_of(row, tokens[row.pk])
        if row.person:
            message = Message(kind, key, row.person, context)
            mail.post_many(messages=[message], institution=row.institution)
        else:
            mail.post(kind=kind, key=key, to=row.email, institution=row.institution, context=context)


def context_of(row: Invitation, token: str) -> dict[str, object]:
    """What the mail and the page say of an asking."""
    version, now = row.version, clock.now()
    assert version is not None  # noqa: S101  (it was opened)
    assert row.closes_at is not None  # noqa: S101
    current = row.definition.current
    ends = row.closes_at.astimezone(ZoneInfo(row.institution.timezone))
    return {
        "institution": look_of(row.institution, current.policy_id if current else None),
        "title": version.title,
        "intro": version.intro,
        "credential": str(row.definition),
        "about": row.about,
        "minutes": rules.minutes(rules.read(version.questions)),
        "until": f"{ends:%-d %B %Y}",
        "days_left": max(0, (row.closes_at - now).days),
        "url": f"{settings.SITE_URL}{reverse('survey_answer', args=[token])}",
        "stop_url": f"{settings.SITE_URL}{reverse('survey_stop', args=[token])}",
    }

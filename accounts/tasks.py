"""What the worker does for accounts; idempotent, only woken by commits and by beat."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from celery import shared_task
from django.db import transaction

from accounts import checking, filing, forgetting
from accounts.hooks import journal, now
from accounts.invitations import invitation
from accounts.models import Affiliation

CHUNK = 200


@shared_task(name="accounts.invite_newcomers")
def invite_newcomers() -> int:
    """Write the invitations that are due, 200 a transaction; returns how many."""
    done = 0
    while count := _invite_some():
        done += count
    return done


@shared_task(name="accounts.check_lists")
def check_lists() -> int:
    """Look through the lists that wait; returns how many."""
    return checking.run_due()


@shared_task(name="accounts.file_lists")
def file_lists() -> int:
    """File the long lists that wait; returns how many."""
    return filing.run_due()


@shared_task(name="accounts.forget_lists")
def forget_lists() -> int:
    """Delete lists that nobody came back to; returns how many."""
    return forgetting.forget_lists()


@transaction.atomic
def _invite_some() -> int:
    due: Any = Affiliation.objects.filter(invitation_due=True).select_related("person", "institution")
    due = due.order_by("institution_id", "pk").select_for_update(skip_locked=True, of=("self",))
    rows = list(due[:CHUNK])
    for institution, group in groupby(rows, key=lambda row: row.institution):
        journal().post(institution, [invitation(row) for row in group if row.left_at is None])
    Affiliation.objects.filter(pk__in=[row.pk for row in rows]).update(invitation_due=False, invited_at=now())
    return len(rows)

"""Lists name people, so those that nobody came back to are deleted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction

from accounts.hooks import now
from accounts.models import UploadedList

KEPT = dt.timedelta(days=7)


def forget_lists() -> int:
    """Delete lists that were sent a week ago, with their files; returns how many."""
    return sum(
        _forget(uploaded)
        for uploaded in UploadedList.objects.filter(uploaded_at__lt=now() - KEPT).exclude(state="filing")
    )


def forget_lists_of(addresses: Iterable[str]) -> int:
    """Delete the lists that name one of these addresses and are not filed yet; returns how many."""
    return sum(_forget(uploaded) for uploaded in UploadedList.objects.naming(addresses))


def _forget(uploaded: UploadedList) -> bool:
    storage, stored = uploaded.file.storage, uploaded.file.name
    uploaded.delete()
    if stored:
        transaction.on_commit(lambda: storage.delete(stored), robust=True)
    return True

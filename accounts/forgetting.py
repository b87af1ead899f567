"""Lists name people, so those that nobody came back to are deleted."""

from __future__ import annotations

import datetime as dt

from accounts.hooks import now
from accounts.models import UploadedList

KEPT = dt.timedelta(days=7)


def forget_lists() -> int:
    """Delete lists that were sent a week ago, with their files; returns how many."""
    done = 0
    for uploaded in UploadedList.objects.filter(uploaded_at__lt=now() - KEPT).iterator():
        storage, stored = uploaded.file.storage, uploaded.file.name
        uploaded.delete()
        if stored:
            storage.delete(stored)
        done += 1
    return done

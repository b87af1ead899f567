"""Addresses of employers and partners are kept no longer than they are needed."""

from __future__ import annotations

import datetime as dt

from evaluation.models import Invitation, InvitationState
from journal import clock

REST = dt.timedelta(days=90)  # nobody is asked the same about the same credential within


def forget_addresses() -> int:
    """Take the addresses of partners out once nobody needs them: 90 days after they were asked; returns how many."""
    settled = Invitation.objects.exclude(state__in=[InvitationState.PLANNED, InvitationState.ASKED])
    return settled.filter(person=None, created_at__lte=clock.now() - REST).exclude(email="").update(email="")

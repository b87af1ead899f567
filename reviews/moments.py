"""Times of a ballot in words."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.formats import date_format

if TYPE_CHECKING:
    from reviews.models import Ballot


def written(moment: dt.datetime, ballot: Ballot) -> str:
    """A time in the institution's zone, written out: "3 March 2027, 23:59"."""
    zone = ZoneInfo(ballot.proposal.policy.pack.calendar.timezone)
    return date_format(timezone.localtime(moment, zone), "j F Y, H:i")

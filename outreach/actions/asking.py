"""What a stranger's address may ask for before it is confirmed: so much of one address, so much of a campus, an hour."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from journal import clock
from outreach.models import Enquiry, Place, Registration
from outreach.wording import LONGEST_NAME, text_reasons
from policies.reasons import Reason

if TYPE_CHECKING:
    from accounts.models import Institution

HOUR = dt.timedelta(hours=1)
KEPT = dt.timedelta(days=3)  # how long what nobody confirmed is kept
OF_ONE_ADDRESS = 5
CROWDED = "Very many people are writing at this moment. Try again in an hour, or sign in."
OFTEN = "This address asked several times. Look for our message, or wait an hour."


def person_reasons(name: str, email: str) -> list[Reason]:
    """Why a name and an address are none."""
    found = text_reasons(name, "name", longest=LONGEST_NAME, empty="Write your name.")
    try:
        validate_email(email)
    except ValidationError:
        found.append(Reason("This is not an e-mail address.", field="email"))
    return found or ([Reason("This address is too long.", field="email")] if len(email) > 254 else [])


def crowd_reasons(institution: Institution, email: str) -> list[Reason]:
    """Why nothing more is taken for now: too much that nobody has confirmed."""
    since = clock.now() - HOUR
    seats = Registration.objects.filter(
        asked_at__gt=since, state=Place.ASKED, session__institution=institution
    )
    enquiries = Enquiry.objects.filter(asked_at__gt=since, confirmed_at__isnull=True, institution=institution)
    if seats.filter(email=email).count() + enquiries.filter(email=email).count() >= OF_ONE_ADDRESS:
        return [Reason(OFTEN, field="email")]
    if seats.count() + enquiries.count() >= settings.UNCONFIRMED_AN_HOUR:
        return [Reason(CROWDED)]
    return []


def forget() -> int:
    """Delete what nobody confirmed within three days; returns how many."""
    before = clock.now() - KEPT
    seats = Registration.objects.filter(state=Place.ASKED, asked_at__lt=before).delete()[0]
    return seats + Enquiry.objects.filter(confirmed_at__isnull=True, asked_at__lt=before).delete()[0]

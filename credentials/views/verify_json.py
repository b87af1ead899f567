"""The report on an award of ours for programs: the same answers as on its page, as JSON."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest, HttpResponse

from credentials.checking import ours
from credentials.models import Award
from credentials.versions import version_of
from credentials.views.finding import NOT_ACCEPTED, NoAward, find, hidden_from, kept_from
from credentials.views.machines import refusal
from credentials.views.reports import as_json
from journal import clock

CODES = {"revoked": 410, "superseded": 410, "suspended": 403}  # as of their pages


def award_report(request: HttpRequest, key: str) -> HttpResponse:
    """400, 403 and 404 as on the page; 410 or 403 with the report for one that is not in force."""
    try:
        found = find(key, Award.objects.shown)
    except NoAward as error:
        no = "This is not the address of an award." if error.malformed else "There is no such award here."
        return refusal(no, error.status)
    if not found.erased_at and found.accepted_at is None and hidden_from(request, found):
        return refusal(NOT_ACCEPTED, 403)
    email = request.POST.get("email", "").strip()
    try:
        validate_email(email or "nobody@example.org")
    except ValidationError:
        return refusal("This is not an e-mail address.", 400)
    status = found.status_on(clock.today(found.campus_zone))
    return as_json(_checks(found, status, email), _facts(request, found), CODES.get(status, 200))


def _checks(award: Award, status: str, email: str) -> tuple[ours.Check, ...]:
    """All of them; of a notation without a file, how it stands."""
    word = ours.status_check(status)
    if not award.text:
        return (word,)
    now = clock.now().astimezone(ZoneInfo(award.campus_zone))
    return ours.check_ours(award.text, word, now, email).checks


def _facts(request: HttpRequest, award: Award) -> list[dict[str, str]]:
    """What the page says, and no more of its holder than there."""
    found: dict[str, str | dt.date | None] = {
        "Badge": version_of(award.version_id).title,
        "Issuer": award.campus_name,
        "Holder": None if "name" in kept_from(request, award) else award.recipient_name,
        "Awarded on": award.awarded_on,
        "Valid until": award.expires_on,
    }
    return [{"term": term, "value": str(value)} for term, value in found.items() if value]

"""The verification page: is it genuine, is it in force, is it this person's; what was learned; how it was approved."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.safestring import SafeString
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from credentials.checking import ours
from credentials.looks import Look, pack_of
from credentials.models import Award
from credentials.models.award import Visibility
from credentials.openbadges.carried import Carried, carried
from credentials.openbadges.verify import Answer, Report
from credentials.versions import version_of
from credentials.views import counted, kept
from credentials.views.awards import file_list
from credentials.views.embed import discovery
from credentials.views.finding import NOT_ACCEPTED, NoAward, find, hidden_from, kept_from, previews
from credentials.views.reports import shown, untimely, wants_json
from credentials.views.short import short_address
from credentials.views.verify_json import award_report
from journal import clock

LEADS = {
    "yes": "This badge is genuine and in force.",
    "expired": "This badge is genuine, but its time has run out.",
    "untimely": "This badge is genuine, but not in force at this time.",
    "no": "This badge failed a check. Do not rely on it.",
    "unknown": "Not everything about this badge could be checked.",
}
# The pages of awards that are not in force, and their status codes.
PAGES = {
    "revoked": ("credentials/revoked.html", 410),
    "superseded": ("credentials/superseded.html", 410),
    "suspended": ("credentials/suspended.html", 403),
}


class RecipientForm(forms.Form):
    """The address of the person who showed the badge. Compared, never kept."""

    email = forms.EmailField(
        error_messages={
            "required": "Type the address to compare with.",
            "invalid": "This is not an e-mail address.",
        }
    )


@csrf_exempt  # the POST compares and keeps nothing, so strangers need no cookie
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest, key: str) -> HttpResponse:
    """One award of ours for a stranger; a POST compares a typed address. 400, 404 and 410 have pages of their own.

    Programs that ask for JSON get the report alone.
    """
    if wants_json(request):
        response = award_report(request, key)
    else:
        response = _for_people(request, key)
    patch_vary_headers(response, ["Accept"])
    return response


def _for_people(request: HttpRequest, key: str) -> HttpResponse:
    try:
        found = find(key, Award.objects.shown)
    except NoAward as error:
        return render(
            request, "credentials/no_award.html", {"malformed": error.malformed}, status=error.status
        )
    if found.erased_at:
        return erased(request, found)
    if found.accepted_at is None and hidden_from(request, found):
        return not_accepted(request)
    status = found.status_on(clock.today(found.campus_zone))
    form = RecipientForm(request.POST) if request.method == "POST" else None
    if status in PAGES:
        template, code = PAGES[status]
        response = render(request, template, _frame(found) | _ending(found), status=code)
    else:
        counted.seen(request, found, counted.way(request))
        response = HttpResponse(_page(request, found, status, form))
    response["Cache-Control"] = "private, no-store" if form else "private, no-cache"
    return response


def erased(request: HttpRequest, award: Award) -> HttpResponse:
    """An award whose holder had all erased that says whose it was: what is left is that it was made, and how it stands."""
    standing = award.status_on(clock.today(award.campus_zone))
    context = {
        **_frame(award),
        "standing": ours.STATUS_WORDS[standing][1],
        "in_force": standing == "valid",
    }
    return render(request, "credentials/erased.html", context, status=200 if standing == "valid" else 410)


def not_accepted(request: HttpRequest) -> HttpResponse:
    """For strangers, an award that waits for its holder or was declined: which of the two, and of what, is not told."""
    response = render(request, "credentials/not_accepted.html", {"sentence": NOT_ACCEPTED}, status=403)
    response["Cache-Control"] = "private, no-store"
    return response


def _page(request: HttpRequest, award: Award, status: str, form: RecipientForm | None) -> str:
    """The page of an award in force; only the name and the address differ between awards of a kind."""
    report = _report(award, status, form.cleaned_data["email"] if form and form.is_valid() else "")
    kept_items, hidden = kept_from(request, award), hidden_from(request, award)
    key = (
        *(award.version_id, award.campus_name, award.badge_image, award.badge_alt, award.awarded_on),
        *(award.visibility, hidden, kept_items, status, report and report.checks),
    )

    def context(values: Mapping[str, str]) -> dict[str, Any]:
        return {
            **_frame(award),
            **values,
            "hidden": hidden,
            "kept": kept_items,
            "answers": shown(ours.in_short(report, award.campus_name)) if report else [],
            "details": shown(list(report.checks)) if report else [],
            "lead": _lead(report, status),
            "form": form,
            "preview": award.pk if previews(request, award) else None,
            "link": request.GET.get("link", ""),
            "files": file_list(values["key"], bool(award.badge_image)),
            "findable": award.visibility == Visibility.PUBLIC and not hidden,
            "address": reverse("verify", args=[values["key"]]),
            "short_address": short_address(values["code"]),
            "oembed": discovery(f"{settings.SITE_URL}{reverse('verify', args=[values['key']])}"),
            "site": settings.SITE_URL,
        }

    values = {
        "name": award.recipient_name,
        "key": str(award.pk),
        "code": award.code,
        "work": _work(award, kept_items),
        "via": counted.via(request) and f"?via={counted.via(request)}",
    }
    return kept.page(request, "credentials/verify.html", key, values, context)


def _work(award: Award, kept_items: frozenset[str]) -> SafeString:
    """What the file says of the holder's work, as far as this visitor sees it."""
    return work(carried(award.text).without(kept_items)) if award.status_list_id else SafeString()


@lru_cache(maxsize=1024)
def work(shown: Carried) -> SafeString:
    """The part of a page that tells it; "" when there is nothing to tell."""
    if not shown:
        return SafeString()
    return render_to_string("credentials/parts/carried.html", {"carried": shown})


def _frame(award: Award) -> dict[str, Any]:
    """What every page about an award shows, whoever holds it."""
    version = version_of(award.version_id)
    pack = pack_of(version.policy_id)
    return {
        "version": version,
        "awarded_on": award.awarded_on,
        "revoked_on": award.revoked_at and award.revoked_at.astimezone(ZoneInfo(award.campus_zone)).date(),
        "image_url": reverse("badge_image", args=[award.badge_slug]) if award.badge_image else "",
        "image_alt": award.badge_alt,
        "institution": Look(award.campus_name, award.campus_slug, pack.look.colour, pack.look.badge_shape),
        "policy": pack.policy,
    }


def _ending(award: Award) -> dict[str, Any]:
    """When it was suspended, and what stands in its place and why."""
    zone, day = ZoneInfo(award.campus_zone), award.suspended_at
    return {
        "suspended_on": day and day.astimezone(zone).date(),
        "newer": award.superseded_by_id,
        "why": award.superseded_why,
    }


def _report(award: Award, status: str, email: str) -> Report | None:
    """The checks; None for an award that has no file."""
    if not award.status_list_id:
        return None
    now = clock.now().astimezone(ZoneInfo(award.campus_zone))
    return ours.check_ours(award.text, ours.status_check(status), now, email)


def _lead(report: Report | None, status: str) -> str:
    if status == "expired":
        return LEADS["expired"]
    if report is None:
        return "This award stands on the learner’s record and is in force."
    checks = [check for check in report.checks if check.key != "recipient"]
    if untimely(checks):
        return LEADS["untimely"]
    if any(check.answer is Answer.NO for check in checks):
        return LEADS["no"]
    return LEADS["yes"] if all(check.answer is Answer.YES for check in checks) else LEADS["unknown"]

"""The verification page: is it genuine, is it in force, is it this person's; what was learned; how it was approved."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from credentials import checking
from credentials.looks import look_of, pack_of
from credentials.models import Award
from credentials.openbadges.verify import Answer, Check, Report
from credentials.views.awards import file_names
from credentials.views.finding import NoAward, find, hidden_from
from journal import clock

QUESTIONS = {
    "genuine": "Is it genuine?",
    "force": "Is it in force?",
    "document": "Is it an Open Badges credential?",
    "issuer": "Is it from whom it says?",
    "signature": "Is it unchanged?",
    "dates": "Are its dates in order?",
    "status": "Does its issuer stand by it?",
    "recipient": "Is it this person’s?",
}
LEADS = {
    "yes": "This badge is genuine and in force.",
    "expired": "This badge is genuine, but its time has run out.",
    "no": "This badge failed a check. Do not rely on it.",
    "unknown": "Not everything about this badge could be checked.",
}
PAGES = {"revoked": "credentials/revoked.html", "superseded": "credentials/superseded.html"}
UNREAD = ("version__answers", "definition__unit", "definition__created_at")


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
    """One award of ours for a stranger; a POST compares a typed address. 400, 404 and 410 have pages of their own."""
    rows = Award.objects.select_related("institution", "definition", "version").defer(*UNREAD).with_text()
    try:
        found = find(rows, key)
    except NoAward as error:
        return render(
            request, "credentials/no_award.html", {"malformed": error.malformed}, status=error.status
        )
    status = found.status_on(found.institution.today())
    form = RecipientForm(request.POST) if request.method == "POST" else None
    if status in PAGES:
        response = render(request, PAGES[status], _frame(found), status=410)
    else:
        response = render(request, "credentials/verify.html", _context(request, found, status, form))
    response["Cache-Control"] = "private, no-store" if form else "private, no-cache"
    return response


def _frame(award: Award) -> dict[str, Any]:
    return {
        "award": award,
        "version": award.version,
        "institution": look_of(award.institution, award.version.policy_id),
    }


def _context(request: HttpRequest, award: Award, status: str, form: RecipientForm | None) -> dict[str, Any]:
    email = form.cleaned_data["email"] if form and form.is_valid() else ""
    report = _report(award, status, email)
    return {
        **_frame(award),
        "hidden": hidden_from(request, award),
        "answers": shown(checking.in_short(report, award.institution.name)) if report else [],
        "details": shown(list(report.checks)) if report else [],
        "lead": _lead(report, status),
        "form": form,
        "link": request.GET.get("link", ""),
        "policy": pack_of(award.version.policy_id).policy,
        **file_names(award),
    }


def _report(award: Award, status: str, email: str) -> Report | None:
    """The checks; None for an award that has no file."""
    if not award.status_list_id:
        return None
    now = clock.now().astimezone(ZoneInfo(award.institution.timezone))
    return checking.check_ours(award.text, checking.status_check(status), now, email)


def _lead(report: Report | None, status: str) -> str:
    if status == "expired":
        return LEADS["expired"]
    if report is None:
        return "This award stands on the learner’s record and is in force."
    checks = [check for check in report.checks if check.key != "recipient"]
    if any(check.answer is Answer.NO for check in checks):
        return LEADS["no"]
    return LEADS["yes"] if all(check.answer is Answer.YES for check in checks) else LEADS["unknown"]


def shown(checks: list[Check]) -> list[dict[str, Any]]:
    """Checks as the component of three answers shows them."""
    return [
        {
            "question": QUESTIONS.get(check.key, check.key),
            "answer": check.answer.value,
            "meaning": check.sentence,
        }
        for check in checks
    ]

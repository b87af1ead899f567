"""Check any badge: a file, a text or an address. Ours are checked whole; of others we say what we could not check."""

from __future__ import annotations

import re
import uuid
from typing import Any
from urllib.parse import SplitResult, urlsplit

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from credentials import checking
from credentials.models import Award
from credentials.openbadges import structure
from credentials.openbadges.verify import Answer, Report
from credentials.views.verify import shown
from journal import clock

LARGEST = 5 * 1024 * 1024
LARGEST_POST = LARGEST + 1024 * 1024  # the file, a pasted text and what the form itself needs
TOO_LARGE = "The file is larger than 5 MB; a badge is much smaller."
ADDRESS = re.compile(r"https?://\S+", re.I)
ELSEWHERE = "We do not fetch badges from elsewhere. Download the file there, then choose it above."
PLACES = re.compile(r"/(?:awards|verify)/(?P<award>[^/]+?)(?:\.(?:json|jwt|png))?/?|/s/(?P<link>[\w-]+)/?")


class CheckForm(forms.Form):
    """A file, or a text, and perhaps the address of the person who showed it."""

    file = forms.FileField(
        label="The badge as a file",
        required=False,
        help_text="An image (PNG or SVG), or a .json or .jwt file, up to 5 MB.",
    )
    text = forms.CharField(
        label="Or its text, or its address",
        required=False,
        max_length=500_000,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
        help_text="Paste the JSON or the token; or the address of a badge that was issued here.",
    )
    email = forms.EmailField(
        label="Address of the person who showed it",
        required=False,
        help_text="To see whether the badge is theirs. We do not keep it.",
    )

    def clean_file(self) -> UploadedFile | None:
        """Not larger than any badge is."""
        upload: UploadedFile | None = self.cleaned_data.get("file")
        if upload and (upload.size or 0) > LARGEST:
            raise forms.ValidationError(TOO_LARGE)
        return upload

    def clean(self) -> dict[str, Any]:
        """One of the two is needed."""
        given = super().clean() or {}
        if not self.errors and not given.get("file") and not given.get("text", "").strip():
            self.add_error("file", "Choose a file, or paste a text below.")
        return given


@csrf_exempt  # the POST looks and keeps nothing, so strangers need no cookie
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def verify_any(request: HttpRequest) -> HttpResponse:
    """The page where anyone checks a badge."""
    if request.method != "POST":
        return _page(request, CheckForm())
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_POST:  # before any of it is read
        form = CheckForm({})
        form.errors.clear()
        form.add_error("file", TOO_LARGE)
        return _page(request, form, status=413)
    form = CheckForm(request.POST, request.FILES)
    return _checked(request, form) if form.is_valid() else _page(request, form, status=400)


def _page(request: HttpRequest, form: CheckForm, *, status: int = 200, **found: Any) -> HttpResponse:
    response = render(request, "credentials/verify_any.html", {"form": form, **found}, status=status)
    response["Cache-Control"] = "private, no-store"
    return response


def _checked(request: HttpRequest, form: CheckForm) -> HttpResponse:
    given = form.cleaned_data
    text = given["text"].strip()
    own = _own_address(request, text) if not given["file"] else ""
    if own:
        return redirect(own)
    if not given["file"] and ADDRESS.fullmatch(text):
        form.add_error("text", ELSEWHERE)
        return _page(request, form, status=400)
    report = checking.check_any(given["file"].read() if given["file"] else text, clock.now(), given["email"])
    found: dict[str, Any] = {"answers": shown(list(report.checks)), "facts": facts_of(report.credential)}
    return _page(request, CheckForm(), verdict=_verdict(report), **found)


def _verdict(report: Report) -> str:
    """All answers in one sentence."""
    given = {check.answer for check in report.checks}
    if Answer.NO in given:
        return "At least one answer is no. Do not rely on it."
    if Answer.UNKNOWN in given:
        return "Nothing speaks against it, but not everything could be checked."
    return "Everything is in order."


def _own_address(request: HttpRequest, text: str) -> str:
    """Where to look, when the text is the id or the address of an award or a shared link of ours; "" otherwise."""
    key = text.removeprefix("urn:uuid:")
    if _is_uuid(key):
        return reverse("verify", args=[key]) if Award.objects.filter(pk=key).exists() else ""
    parts = _parts(text)
    if parts is None or parts.netloc not in {request.get_host(), *_hosts()}:
        return ""
    found = PLACES.fullmatch(parts.path)
    if found is None:
        return ""
    return (
        reverse("share", args=[found["link"]]) if found["link"] else reverse("verify", args=[found["award"]])
    )


def _parts(text: str) -> SplitResult | None:
    try:
        return urlsplit(text) if len(text) < 500 and ADDRESS.fullmatch(text) else None
    except ValueError:  # such as half an IPv6 address
        return None


def _hosts() -> set[str]:
    return {urlsplit(address).netloc for address in (settings.SITE_URL, settings.ISSUER_ORIGIN)}


def _is_uuid(text: str) -> bool:
    try:
        return len(text) == 36 and bool(uuid.UUID(text))
    except ValueError:
        return False


def facts_of(credential: dict[str, Any] | None) -> list[dict[str, str]]:
    """What the document says of itself, as far as it can be read; never trusted beyond text."""
    if not isinstance(credential, dict):
        return []
    subject, issuer = credential.get("credentialSubject"), credential.get("issuer")
    achievement = subject.get("achievement") if isinstance(subject, dict) else None
    found = {
        "Badge": achievement.get("name") if isinstance(achievement, dict) else credential.get("name"),
        "Issuer": issuer.get("name") or issuer.get("id") if isinstance(issuer, dict) else issuer,
        "Valid from": _day(credential.get("validFrom")),
        "Valid until": _day(credential.get("validUntil")),
    }
    return [
        {"term": term, "value": value[:300]}
        for term, value in found.items()
        if isinstance(value, str) and value
    ]


def _day(value: Any) -> Any:
    """A moment of the document as a day in words; as it stands when it is none."""
    moment = structure.moment(value)
    return f"{moment:%-d %B %Y}" if moment else value

"""Check any badge: a file, a text or an address, of any issuer; for people a page, for programs JSON."""

from __future__ import annotations

import re
import uuid
from typing import Any
from urllib.parse import SplitResult, urlsplit

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from credentials.checking.allowance import fetcher_for, visitor_of
from credentials.checking.anyone import check_any
from credentials.checking.fetching import BADGE_TYPES, LARGEST_IMAGE, Fetcher, NotFetched
from credentials.codes import read_code
from credentials.models import Award
from credentials.openbadges.verify import Answer, Check, Report, unanswered
from credentials.views.machines import answer
from credentials.views.reports import as_json, facts_of, shown, verdict, wants_json
from journal import clock

LARGEST = 5 * 1024 * 1024
LARGEST_POST = LARGEST + 1024 * 1024  # the file, a pasted text and what the form itself needs
TOO_LARGE = "The file is larger than 5 MB; a badge is much smaller."
ADDRESS = re.compile(r"https?://\S+", re.I)
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
PAGE = (
    "At this address is a page for people, not a badge. Look there for a download, then choose the file above"
)
OURS = "This is an address of ours, but not that of a badge."
PLACES = re.compile(
    r"/(?:awards|verify|embed)/(?P<award>[^/.]+)(?:\.\w+|/ob2\.\w+)?/?"
    r"|/b/(?P<code>[^/]+)/?|/s/(?P<link>[\w-]+)/?"
)


class CheckForm(forms.Form):
    """A file, or a text, and perhaps the address of the person who showed it."""

    file = forms.FileField(
        label="The badge as a file",
        required=False,
        allow_empty_file=True,
        help_text="An image (PNG or SVG), or a .json or .jwt file, up to 5 MB.",
    )
    text = forms.CharField(
        label="Or its text, or its address",
        required=False,
        max_length=500_000,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
        help_text="Paste the JSON or the token; or the address where the badge is, here or elsewhere.",
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
    """The page where anyone checks a badge. Programs may POST the badge itself as the body and take JSON."""
    if request.method != "POST":
        return _page(request, CheckForm())
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_POST:  # before any of it is read
        form = CheckForm({})
        form.errors.clear()
        form.add_error("file", TOO_LARGE)
        return _refused(request, form, status=413)
    form = _form(request)
    return _checked(request, form) if form.is_valid() else _refused(request, form, status=400)


def _form(request: HttpRequest) -> CheckForm:
    """What was sent: the fields of the form, or the badge itself as the body."""
    if request.content_type in FORMS:
        return CheckForm(request.POST, request.FILES)
    files: MultiValueDict[str, UploadedFile] = MultiValueDict()
    if request.body:
        files["file"] = SimpleUploadedFile("badge", request.body)
    return CheckForm({}, files)


def _page(request: HttpRequest, form: CheckForm, *, status: int = 200, **found: Any) -> HttpResponse:
    response = render(request, "credentials/verify_any.html", {"form": form, **found}, status=status)
    response["Cache-Control"] = "private, no-store"
    return response


def _refused(request: HttpRequest, form: CheckForm, *, status: int) -> HttpResponse:
    """What is wrong with what was sent."""
    if not wants_json(request):
        return _page(request, form, status=status)
    reasons = [
        {"clause": "", "text": text, "field": name} for name, texts in form.errors.items() for text in texts
    ]
    return answer({"detail": reasons[0]["text"], "reasons": reasons}, status=status, seconds=0)


def _checked(request: HttpRequest, form: CheckForm) -> HttpResponse:
    given = form.cleaned_data
    text = given["text"].strip()
    own = _own_address(request, text) if not given["file"] else ""
    if own:
        return redirect(own)
    with fetcher_for(visitor_of(request)) as fetcher:
        try:
            source = brought(request, given, fetcher)
        except NotThere as error:
            report = _not_had(str(error), given["email"])
        else:
            report = check_any(source, clock.now(), given["email"], fetcher=fetcher)
    facts = facts_of(report.credential)
    if wants_json(request):
        return as_json(report.checks, facts)
    again = CheckForm(initial={"text": text} if ADDRESS.fullmatch(text) else {})
    return _page(request, again, verdict=verdict(report.checks), answers=shown(report.checks), facts=facts)


class NotThere(ValueError):
    """No badge can be had at an address; the sentence says why."""


def brought(request: HttpRequest, given: dict[str, Any], fetcher: Fetcher) -> bytes | str:
    """What a filled-in CheckForm brings: the file, else the text, or what stands at the address that the text is."""
    text = given["text"].strip()
    if given["file"]:
        return bytes(given["file"].read())
    return _at_address(request, text, fetcher) if ADDRESS.fullmatch(text) else str(text)


def _at_address(request: HttpRequest, url: str, fetcher: Fetcher) -> bytes:
    """NotThere for an address of ours, which is never fetched, one that gives nothing, and a page for people."""
    if _is_own(request, url):
        raise NotThere(OURS)
    try:
        found = fetcher.get(url, BADGE_TYPES, LARGEST_IMAGE)
    except NotFetched as error:
        raise NotThere(f"We could not get a badge from this address: {error}.") from error
    if "html" in found.content_type:
        raise NotThere(f"{PAGE}.")
    return found.body


def _not_had(sentence: str, email: str) -> Report:
    others = ["issuer", "signature", "dates", "status", *(["recipient"] if email else [])]
    return Report((Check("document", Answer.UNKNOWN, sentence), *map(unanswered, others)))


def _own_address(request: HttpRequest, text: str) -> str:
    """Where to look, when the text is the id, the code or an address of an award of ours; "" otherwise."""
    key = text.removeprefix("urn:uuid:")
    if _is_uuid(key):
        return reverse("verify", args=[key]) if Award.objects.filter(pk=key).exists() else ""
    code = read_code(text) if len(text) < 20 else ""
    if code and Award.objects.filter(code=code).exists():
        return reverse("short", args=[code])
    parts = _parts(text)
    if parts is None or not _is_own(request, text):
        return ""
    found = PLACES.fullmatch(parts.path)
    if found is None:
        return ""
    for name, place in (("share", "link"), ("short", "code"), ("verify", "award")):
        if found[place]:
            return reverse(name, args=[found[place]])
    return ""


def _is_own(request: HttpRequest, text: str) -> bool:
    """Whether an address is of this site."""
    parts = _parts(text)
    return parts is not None and parts.netloc in {request.get_host(), *_hosts()}


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

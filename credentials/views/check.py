"""Check any badge: a file or a pasted text. Ours are checked whole; of others we say what we could not check."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from credentials import checking
from credentials.models import Award
from credentials.views.awards import answers_of
from journal import clock

LARGEST = 5 * 1024 * 1024


class CheckForm(forms.Form):
    """A file, or a text, and perhaps the address of the person who showed it."""

    file = forms.FileField(label="The badge as a file", required=False, help_text="An image (PNG, SVG) or a .json or .jwt file, up to 5 MB.")
    text = forms.CharField(
        label="Or its text or address",
        required=False,
        max_length=500_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Paste the JSON, the token, or the address of a badge of ours.",
    )
    email = forms.EmailField(label="Address of the person who showed it", required=False, help_text="To see whether it is theirs. We do not keep it.")

    def clean_file(self) -> UploadedFile | None:
        upload = self.cleaned_data.get("file")
        if upload and upload.size > LARGEST:
            raise forms.ValidationError("The file is larger than 5 MB; a badge is much smaller.")
        return upload

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.errors and not given.get("file") and not given.get("text", "").strip():
            raise forms.ValidationError("Choose a file, or paste a text.")
        return given


@login_not_required
def verify_any(request: HttpRequest) -> HttpResponse:
    """The page where anyone checks a badge."""
    form = CheckForm(request.POST or None, request.FILES or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "credentials/verify_any.html", {"form": form}, status=400 if form.errors else 200)
    given = form.cleaned_data
    own = _own_address(given["text"])
    if own:
        return redirect("verify", own)
    source = given["file"].read() if given["file"] else given["text"].strip()
    report = checking.check_any(source, clock.now(), given["email"])
    context = {"form": form, "answers": answers_of(report), "facts": facts_of(report.credential)}
    return render(request, "credentials/verify_any.html", context)


def _own_address(text: str) -> str:
    """The id of an award of ours in an address or alone; "" when it is none."""
    last = text.strip().rstrip("/").rsplit("/", 1)[-1].partition(".")[0]
    try:
        return str(Award.objects.filter(pk=last).values_list("pk", flat=True).first() or "") if len(last) == 36 else ""
    except (ValueError, forms.ValidationError):
        return ""


def facts_of(credential: dict[str, Any] | None) -> list[dict[str, str]]:
    """What the document says of itself, as far as it can be read; never trusted beyond text."""
    if not isinstance(credential, dict):
        return []
    subject = credential.get("credentialSubject")
    achievement = subject.get("achievement") if isinstance(subject, dict) else None
    issuer = credential.get("issuer")
    found = {
        "Badge": achievement.get("name") if isinstance(achievement, dict) else credential.get("name"),
        "Issuer, by its own word": issuer.get("name") or issuer.get("id") if isinstance(issuer, dict) else issuer,
        "From": credential.get("validFrom"),
        "Until": credential.get("validUntil"),
    }
    return [{"term": term, "value": str(value)[:300]} for term, value in found.items() if value]

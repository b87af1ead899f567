"""The learner's badges from elsewhere: brought as a file, a text or an address, checked on entry and again when asked."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.addresses import proven_by
from accounts.forms import add_refusal
from accounts.models import Person
from accounts.staff import person_of
from credentials.actions import importing
from credentials.actions.importing import Brought
from credentials.checking.allowance import fetcher_for, visitor_of
from credentials.checking.anyone import check_any, is_ours
from credentials.checking.fetching import Fetcher
from credentials.models import ImportedBadge
from credentials.openbadges.answers import Answer, Check
from credentials.openbadges.structure import issuer_of
from credentials.views.check import CheckForm, NotThere, brought
from credentials.views.people import in_wallet
from credentials.views.reports import facts_of, told, verdict
from journal import clock
from policies.reasons import Reason, Refused


class BringForm(CheckForm):
    """A file, a text or an address, and which of one's own addresses it was made out to."""

    def __init__(self, person: Person, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(address, address) for address in proven_by(person)]
        self.fields["email"] = forms.ChoiceField(
            label="Made out to",
            choices=choices,
            initial=choices[0][0],
            help_text="The address that you earned it with. Others of yours can be added to your wallet.",
            error_messages={"invalid_choice": "Choose one of your own addresses."},
        )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def elsewhere(request: HttpRequest) -> HttpResponse:
    """What I earned elsewhere; the form to bring another."""
    me = person_of(request)
    form = BringForm(me, *((request.POST, request.FILES) if request.method == "POST" else ()))
    if form.is_valid():
        try:
            kept = _kept(request, form.cleaned_data, me)
        except Refused as error:
            add_refusal(form, error)
        else:
            messages.success(request, f"“{kept.title}” is in your wallet. Only you see it there.")
            return redirect("elsewhere")
    context = {
        "form": form,
        "badges": [_row(badge) for badge in ImportedBadge.objects.held_by(me)],
        "tabs": in_wallet("elsewhere"),
    }
    return render(request, "credentials/elsewhere.html", context, status=400 if form.errors else 200)


def _kept(request: HttpRequest, given: dict[str, Any], me: Person) -> ImportedBadge:
    with fetcher_for(visitor_of(request)) as fetcher:
        try:
            source = brought(request, given, fetcher)
        except NotThere as error:
            raise Refused(Reason(str(error), field="text")) from error
        whole = source.encode("utf-8", "replace") if isinstance(source, str) else source
        found = _looked_at(whole, given["email"], fetcher)
    return importing.keep(brought=found, address=given["email"], by=me)


def _looked_at(source: bytes, address: str, fetcher: Fetcher) -> Brought:
    """The badge checked; refused when it is one of ours, which need not be brought."""
    report = check_any(source, clock.now(), address, fetcher=fetcher)
    credential = report.credential or {}
    if is_ours(issuer_of(credential)):
        raise Refused(Reason(importing.OURS, field="file"))
    said = {fact["term"]: fact["value"] for fact in facts_of(credential)}
    return Brought(source, report, told(report.checks), said.get("Badge", "A badge"), said.get("Issuer", ""))


def _read_back(badge: ImportedBadge) -> list[Check]:
    """The checks as they were kept."""
    return [Check(one["check"], Answer(one["answer"]), one["meaning"]) for one in badge.checks]


def _row(badge: ImportedBadge) -> dict[str, Any]:
    """A badge as the page lists it."""
    return {"badge": badge, "verdict": verdict(_read_back(badge)), "answers": badge.checks}


@require_POST
def elsewhere_again(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Look again at what I brought."""
    me = person_of(request)
    badge = get_object_or_404(ImportedBadge, pk=key, holder=me)
    with fetcher_for(visitor_of(request)) as fetcher:
        brought = _looked_at(bytes(badge.source), badge.address, fetcher)
    importing.note(key=badge.pk, brought=brought, by=me)
    messages.success(request, f"“{badge.title}”: {verdict(brought.report.checks)}")
    return redirect("elsewhere")


@require_POST
def elsewhere_remove(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Take it out of my wallet."""
    importing.remove(key=key, by=person_of(request))
    messages.success(request, "It is no longer in your wallet.")
    return redirect("elsewhere")


@never_cache
@require_safe
def elsewhere_file(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The file as I brought it; only ever a download."""
    badge = get_object_or_404(ImportedBadge, pk=key, holder=person_of(request))
    response = HttpResponse(bytes(badge.source), content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="badge-{badge.digest[:8]}{_ending(badge)}"'
    return response


def _ending(badge: ImportedBadge) -> str:
    """By its first bytes."""
    start = bytes(badge.source)[:8].lstrip()
    kinds = ((b"\x89PNG", ".png"), (b"<", ".svg"), (b"{", ".json"))
    return next((ending for mark, ending in kinds if start.startswith(mark)), ".jwt")

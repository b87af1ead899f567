"""What the pages of issuing share: clauses in words, refusals at their fields, the frame around them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

if TYPE_CHECKING:
    from accounts.models import Institution
    from policies.reasons import Refused

UNDONE = "Not done yet: please look at this"
MOST_REASONS = 100


def put_refusal(form: forms.Form, error: Refused) -> None:
    """Each reason at its field ("recipients.1.email" is the field email), the rest on top; what was typed stays."""
    for reason in error.reasons[:MOST_REASONS]:
        field = reason.field.rpartition(".")[2]
        text = f"{reason.text} ({reason.clause})" if reason.clause else reason.text
        form.add_error(field if field in form.fields else None, text.removeprefix("Line 1: "))
    more = len(error.reasons) - MOST_REASONS
    if more > 0:
        form.add_error(None, f"And {more:,} more.")


def words_of(request: HttpRequest) -> str:
    """What is searched for, by `?q=`."""
    return request.GET.get("q", "").replace("\x00", "").strip()[:200]


def on_site(
    request: HttpRequest,
    template: str,
    institution: Institution | None,
    context: Mapping[str, Any],
    status: int = 200,
) -> HttpResponse:
    """A page of the site, in the campus's own time."""
    whole = {"errors_title": UNDONE, **context}
    if institution is None:
        return render(request, template, whole, status=status)
    whole["institution"] = institution
    with timezone.override(ZoneInfo(institution.timezone)):
        return render(request, template, whole, status=status)


def inside(
    request: HttpRequest,
    template: str,
    institution: Institution | None,
    context: Mapping[str, Any],
    status: int = 200,
) -> HttpResponse:
    """A page inside the dashboard, in the campus's own time."""
    return on_site(request, template, institution, {**admin.site.each_context(request), **context}, status)

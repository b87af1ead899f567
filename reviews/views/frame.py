"""What the pages here share: the dashboard around them, refusals at their fields, clauses in their words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone

from accounts.clauses import marked
from accounts.staff import dashboard

if TYPE_CHECKING:
    from accounts.models import AdoptedPolicy
    from policies.reasons import Refused
    from proposals.models import Proposal

__all__ = ["dashboard", "framed", "page", "posted", "put_refusal"]
UNDONE = "Not done yet: please look at this"


def posted(request: HttpRequest) -> QueryDict | None:
    """What was sent, also where it was nothing; None before anything was."""
    return request.POST if request.method == "POST" else None


def page(
    request: HttpRequest,
    template: str,
    proposal: Proposal,
    context: Mapping[str, Any],
    *,
    refused: bool = False,
) -> HttpResponse:
    """A page about a proposal inside the dashboard, in the campus's own time; 409 when it shows why something was not done."""
    zone = ZoneInfo(proposal.policy.pack.calendar.timezone)
    whole = {"institution": proposal.institution, "proposal": proposal, **context}
    return framed(request, template, zone, whole, refused=refused)


def framed(
    request: HttpRequest,
    template: str,
    zone: ZoneInfo,
    context: Mapping[str, Any],
    *,
    refused: bool = False,
) -> HttpResponse:
    """A page inside the dashboard, in this time zone."""
    whole = {**admin.site.each_context(request), "errors_title": UNDONE, **context}
    with timezone.override(zone):
        return render(request, template, whole, status=409 if refused else 200)


def put_refusal(form: forms.Form, error: Refused, policy: AdoptedPolicy) -> list[dict[str, Any]]:
    """Each reason at its field; gives back those that belong to none, for the summary on top."""
    rest = []
    for reason in error.reasons:
        field = reason.field.rpartition(".")[2]
        if field in form.fields:
            form.add_error(field, f"{reason.text} ({reason.clause})" if reason.clause else reason.text)
        else:
            rest.append(reason)
    return marked(policy, rest)

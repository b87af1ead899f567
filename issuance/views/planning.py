"""The pages before a release for a day is changed or taken back, and before what has not left is stopped."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.staff import dashboard, person_of
from issuance.actions import planning
from issuance.checking import decisions
from issuance.forms import ReasonForm
from issuance.forms_deciding import DayForm
from issuance.models import Delivery, IssuanceRequest
from issuance.views.following import found_of
from issuance.views.frame import inside, put_refusal
from policies.reasons import Reason, Refused


@dashboard
def change_day(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Another day for the awards, or now."""
    found, person = found_of(request, key), person_of(request)
    form = DayForm(request.POST if request.method == "POST" else None, initial={"due_on": found.due_on})
    return _decide(
        request,
        found,
        form,
        lambda given: planning.change_day(request=found, due_on=given["due_on"], by=person),
        reasons=decisions.planned_reasons(found),
        done="The day is changed.",
        title="Change the day",
        submit="Change the day",
        changes=["The awards are made on the day that you write, or at once where you leave it empty."],
        told=["Nobody now; each learner when their award is made."],
    )


@dashboard
def recall(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Take the release back before its day."""
    found, person = found_of(request, key), person_of(request)
    return _decide(
        request,
        found,
        ReasonForm(request.POST if request.method == "POST" else None),
        lambda given: planning.recall(request=found, by=person, reason=given["reason"]),
        reasons=decisions.planned_reasons(found),
        done="The release is taken back. The request waits to be checked again.",
        title="Take the release back",
        submit="Take it back",
        changes=["Nothing is awarded on that day. The request waits for your office again."],
        told=["Nobody: nothing was made yet."],
        no=True,
    )


@dashboard
def stop(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Stop what has not left."""
    found, person = found_of(request, key), person_of(request)
    lines = found.lines.to_award().count()
    waiting = Delivery.objects.filter(request=found)
    sent = waiting.never_left().count()
    rest = waiting.aggregate(
        gone=Count("pk", filter=~Q(remote_id="")), unclear=Count("pk", filter=Q(remote_id="", ask_first=True))
    )
    return _decide(
        request,
        found,
        ReasonForm(request.POST if request.method == "POST" else None),
        lambda given: planning.stop(request=found, by=person, reason=given["reason"]),
        reasons=decisions.stop_reasons(found),
        done="Stopped. The record says what was not awarded and what was not sent.",
        title="Stop what has not left",
        submit="Stop it",
        changes=_stopped(lines, sent, rest),
        told=["The requester, with your reason. Learners who were awarded keep their awards."],
        final=["A line that was stopped is awarded only by a new request."],
        no=True,
    )


def _stopped(lines: int, sent: int, rest: dict[str, int]) -> list[str]:
    """What a stop does and what it leaves as it is."""
    there = f"{rest['gone']:,} that are there already stay there, and {rest['unclear']:,} that may be there go on."
    return [
        f"{lines:,} {'line is' if lines == 1 else 'lines are'} not awarded.",
        f"{sent:,} {'award is' if sent == 1 else 'awards are'} not sent to the platform; the awards stand.",
        there,
    ]


def _decide(
    request: HttpRequest,
    found: IssuanceRequest,
    form: forms.Form,
    act: Callable[[dict[str, Any]], object],
    *,
    reasons: list[Reason],
    done: str,
    **frame: Any,
) -> HttpResponse:
    """The page before the decision; its POST decides and leads back to the request."""
    decisions.require_certifier(found, person_of(request))
    if request.method == "POST" and form.is_valid():
        try:
            act(form.cleaned_data)
        except Refused as error:
            put_refusal(form, error)
        else:
            messages.success(request, done)
            return redirect("request_check", found.pk)
    context = {"found": found, "form": form, "reasons": reasons, **frame}
    status = 409 if reasons or form.errors else 200
    return inside(request, "issuance/decide.html", found.institution, context, status=status)

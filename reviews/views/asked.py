"""Pages of the views of units: ask, answer, take the request back."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from accounts.clauses import marked as in_words
from accounts.staff import person_of
from policies.reasons import Refused
from proposals.views.finding import find
from reviews import discussion
from reviews.actions import views
from reviews.discussion_forms import AskForm, ReasonForm, TextForm
from reviews.models import AskedView
from reviews.views.comments import page
from reviews.views.frame import posted, put_refusal

RELATED = (
    "unit", "revision", "asked_by", "answered_by", "on_behalf_of", "withdrawn_by",
    "proposal__institution", "proposal__policy__institution", "proposal__unit",
)  # fmt: skip


def _asked(request: HttpRequest, key: uuid.UUID) -> AskedView:
    rows = AskedView.objects.visible_to(person_of(request)).select_related(*RELATED)
    return get_object_or_404(rows, pk=key)


def view_ask(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Ask a unit of the campus for its view."""
    proposal, person = find(request, key), person_of(request)
    if not discussion.may_ask(proposal, person):
        raise PermissionDenied("The programme manager or the chair asks units for their views.")
    form = AskForm(proposal.institution, posted(request))
    refusals = in_words(proposal.policy, discussion.not_now(proposal)) if request.method == "GET" else []
    if request.method == "POST" and form.is_valid():
        try:
            made = views.ask(proposal=proposal, by=person, **form.cleaned_data)
        except Refused as error:
            refusals = put_refusal(form, error, proposal.policy)
        else:
            messages.success(request, f"{made.unit} is asked. Its head is told.")
            return redirect(made)
    context = {
        "title": "Ask a unit for its view",
        "lead": "The head of the unit answers in writing. Everyone who may see the proposal reads question and answer.",
        "form": form,
        "refusals": refusals,
        "submit": "Ask",
        "back": reverse("proposal", args=[proposal.pk]),
    }
    return page(request, "reviews/comments/form.html", proposal, context, refused=request.method == "POST")


def view_asked(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """What a unit is asked, and its answer; whoever heads it answers here."""
    found, person = _asked(request, key), person_of(request)
    acting = views.head(found, person)
    form = TextForm(f"What {found.unit} thinks", posted(request))
    refusals: list[dict[str, Any]] = []
    if request.method == "POST" and acting is None:
        raise PermissionDenied(f"The head of {found.unit} says what the unit thinks.")
    if request.method == "POST" and form.is_valid():
        try:
            views.answer(view=found, by=person, **form.cleaned_data)
        except Refused as error:
            refusals = put_refusal(form, error, found.proposal.policy)
        else:
            messages.success(request, "Recorded: what your unit thinks.")
            return redirect(found)
    can = acting is not None and not views.answer_reasons(found)
    context = {
        "view": found,
        "acting": acting,
        "form": form if can or form.errors else None,
        "refusals": refusals,
        "takes_back": found.is_open and discussion.may_ask(found.proposal, person),
    }
    return page(
        request, "reviews/comments/view.html", found.proposal, context, refused=request.method == "POST"
    )


def view_withdraw(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Take back a request, with a reason."""
    found, person = _asked(request, key), person_of(request)
    if not discussion.may_ask(found.proposal, person):
        raise PermissionDenied("The programme manager or the chair withdraws such a request.")
    policy = found.proposal.policy
    form = ReasonForm(posted(request))
    refusals = in_words(policy, views.answer_reasons(found)) if request.method == "GET" else []
    if request.method == "POST" and form.is_valid():
        try:
            views.withdraw(view=found, reason=form.cleaned_data["reason"], by=person)
        except Refused as error:
            refusals = put_refusal(form, error, policy)
        else:
            messages.success(request, f"{found.unit} is not asked any more. Its head is told.")
            return redirect(found)
    context = {
        "title": f"Take back the request to {found.unit}",
        "lead": "No step waits for it any more. The reason stays with it.",
        "form": form,
        "refusals": refusals,
        "submit": "Take it back",
        "back": found.get_absolute_url(),
        "no": True,
    }
    return page(
        request, "reviews/comments/form.html", found.proposal, context, refused=request.method == "POST"
    )

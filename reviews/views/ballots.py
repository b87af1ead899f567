"""A ballot's pages: read and vote, step aside, close, extend."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from accounts.clauses import marked as in_words
from accounts.staff import person_of
from policies.reasons import Refused
from reviews import rules
from reviews.actions import ballots
from reviews.actions.telling import electorate
from reviews.forms import CloseForm, ExtendForm, RecusalForm, VoteForm
from reviews.models import Ballot
from reviews.queues import ballots_for
from reviews.viewpoint import Viewpoint
from reviews.views.card import ballot_page
from reviews.views.frame import dashboard, page, posted, put_refusal


def _view(request: HttpRequest, key: uuid.UUID) -> Viewpoint:
    """This person before the ballot; another campus's is 404."""
    person = person_of(request)
    return Viewpoint(get_object_or_404(ballots_for(Ballot.objects.visible_to(person)), pk=key), person)


@dashboard
@require_GET
def ballot(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The question, what it is about, who may vote and how it is counted, and my vote; afterwards the arithmetic."""
    view = _view(request, key)
    form = VoteForm(view.ballot, view.vote)
    return page(request, "reviews/ballot.html", view.ballot.proposal, ballot_page(view, form))


@dashboard
@require_POST
def ballot_vote(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Cast or change my vote."""
    view = _view(request, key)
    form = VoteForm(view.ballot, view.vote, request.POST)
    refusals: list[dict[str, Any]] = []
    if form.is_valid():
        try:
            ballots.vote(ballot=view.ballot, by=view.person, **form.vote())
        except Refused as error:
            refusals = put_refusal(form, error, view.ballot.proposal.policy)
        else:
            messages.success(request, "Your vote is counted. You can change it until the ballot closes.")
            return redirect("ballot", key)
    context = ballot_page(view, form)
    context["reasons" if context["form"] else "refusals"] = refusals
    return page(request, "reviews/ballot.html", view.ballot.proposal, context, refused=True)


@dashboard
def ballot_recuse(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """I have a conflict: a page that says what follows, and the act."""
    view = _view(request, key)
    rules.require_voter(view)
    policy = view.ballot.proposal.policy
    form = RecusalForm(posted(request))
    refusals = in_words(policy, rules.recuse_reasons(view)) if request.method == "GET" else []
    if request.method == "POST" and form.is_valid():
        try:
            ballots.recuse(ballot=view.ballot, by=view.person, reason=form.cleaned_data["reason"])
        except Refused as error:
            refusals = put_refusal(form, error, policy)
        else:
            messages.success(request, "You have stepped aside. Nobody counts a vote of yours in this ballot.")
            return redirect("ballot", key)
    context = {"title": "I have a conflict", "ballot": view.ballot, "form": form, "refusals": refusals}
    context |= {"counts": view.ballot.voting_rule.recused_counts_for_quorum, "voted": view.vote is not None}
    return page(
        request, "reviews/recuse.html", view.ballot.proposal, context, refused=request.method == "POST"
    )


@dashboard
def ballot_close(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Before it closes: who has not voted, what will follow; then the act."""
    view = _view(request, key)
    rules.require_closer(view)
    policy = view.ballot.proposal.policy
    form = CloseForm(posted(request))
    refusals = in_words(policy, rules.close_reasons(view.ballot)) if request.method == "GET" else []
    if request.method == "POST" and form.is_valid():
        try:
            closed = ballots.close(ballot=view.ballot, by=view.person, note=form.cleaned_data["note"])
        except Refused as error:
            refusals = put_refusal(form, error, policy)
        else:
            messages.success(request, closed.tally["sentence"])
            return redirect("ballot", key)
    context = {**_consequences(view), "title": "Close the ballot", "form": form, "refusals": refusals}
    return page(
        request, "reviews/close.html", view.ballot.proposal, context, refused=request.method == "POST"
    )


def _consequences(view: Viewpoint) -> dict[str, Any]:
    waiting = [str(seat.person) for seat in view.waiting]
    changes = (
        [f"{len(waiting)} of the members who can vote have not: {', '.join(waiting)}."] if waiting else []
    )
    if view.ballot.closes_at and waiting:
        changes.append(
            f"They were told that they can vote until {rules.written(view.ballot.closes_at, view.ballot)}."
        )
    changes.append(
        "The votes are counted. A decision moves the proposal on at once; without one nothing moves."
    )
    members = len(electorate(view.ballot))
    return {
        "ballot": view.ballot,
        "waiting": waiting,
        "changes": changes,
        "told": [f"The {members} members of the body.", "The proposers, if it is decided."],
        "final": ["A closed ballot stays closed. Without quorum or decision the vote can be held again."],
        "back": reverse("ballot", args=[view.ballot.pk]),
    }


@dashboard
def ballot_extend(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """A later last day, where the body may vote over days."""
    view = _view(request, key)
    rules.require_closer(view)
    form = ExtendForm(posted(request))
    refusals: list[dict[str, Any]] = []
    if request.method == "POST" and form.is_valid():
        try:
            ballots.extend(ballot=view.ballot, until=form.cleaned_data["until"], by=view.person)
        except Refused as error:
            refusals = put_refusal(form, error, view.ballot.proposal.policy)
        else:
            messages.success(request, "The ballot stays open longer. Who has not voted is told.")
            return redirect("ballot", key)
    context = {
        "title": "Keep the ballot open longer",
        "ballot": view.ballot,
        "form": form,
        "refusals": refusals,
    }
    return page(
        request, "reviews/extend.html", view.ballot.proposal, context, refused=request.method == "POST"
    )

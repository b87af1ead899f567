"""A ballot's pages: read and vote, step aside, close, extend, stop."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from accounts.clauses import marked as in_words
from accounts.staff import person_of
from policies.reasons import Refused
from reviews import rules, wording
from reviews.actions import ballots, stopping
from reviews.actions.telling import electorate
from reviews.forms import CloseForm, ExtendForm, ReasonForm, RecusalForm, RulingForm, VoteForm
from reviews.models import Ballot
from reviews.moments import written
from reviews.queues import ballots_for, beside
from reviews.viewpoint import Viewpoint
from reviews.views.card import ballot_page
from reviews.views.frame import dashboard, page, posted, put_refusal

STOPPED = {
    False: "The proposal stays where it is, and the vote can be held again.",
    True: "What was decided stands. The motion stays, and the vote on it can be held again.",
}


def view_of(request: HttpRequest, key: uuid.UUID) -> Viewpoint:
    """This person before the ballot; another campus's is 404."""
    person = person_of(request)
    return Viewpoint(get_object_or_404(ballots_for(Ballot.objects.visible_to(person)), pk=key), person)


@dashboard
@require_GET
def ballot(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The question, what it is about, who may vote and how it is counted, and my vote; afterwards the arithmetic."""
    view = view_of(request, key)
    form = VoteForm(view.ballot, view.vote)
    context = {**ballot_page(view, form), "beside": beside(view.ballot, view.person)}
    return page(request, "reviews/ballot.html", view.ballot.proposal, context)


@dashboard
@require_POST
def ballot_vote(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Cast or change my vote."""
    view = view_of(request, key)
    form = VoteForm(view.ballot, view.vote, request.POST)
    refusals: list[dict[str, Any]] = []
    if form.is_valid():
        try:
            ballots.vote(ballot=view.ballot, by=view.person, **form.vote())
        except Refused as error:
            refusals = put_refusal(form, error, view.ballot.proposal.policy)
        else:
            messages.success(request, _counted(view))
            return redirect(f"{reverse('ballot', args=[key])}#next")  # the keyboard goes on from there
    context = ballot_page(view, form)
    context["reasons" if context["form"] else "refusals"] = refusals
    return page(request, "reviews/ballot.html", view.ballot.proposal, context, refused=True)


def _counted(view: Viewpoint) -> str:
    if view.ballot.secret:
        return "Your vote is counted. Nobody can tell which one it is, so it cannot be changed."
    return "Your vote is counted. You can change it until the ballot closes."


@dashboard
def ballot_recuse(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """I have a conflict: a page that says what follows, and the act."""
    view = view_of(request, key)
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
            return redirect(f"{reverse('ballot', args=[key])}#next")
    context = {"title": "I have a conflict", "ballot": view.ballot, "form": form, "refusals": refusals}
    context |= {"counts": view.ballot.voting_rule.recused_counts_for_quorum, "voted": view.vote is not None}
    return page(
        request, "reviews/recuse.html", view.ballot.proposal, context, refused=request.method == "POST"
    )


@dashboard
def ballot_rule(request: HttpRequest, key: uuid.UUID, line: int) -> HttpResponse:
    """Rule that a member has a conflict: a page that says what follows, and the act."""
    view = view_of(request, key)
    rules.require_closer(view)
    seat = next((seat for seat in view.roll if seat.pk == line and seat.person_id), None)
    if seat is None:
        raise Http404("Nobody sits there.")
    policy = view.ballot.proposal.policy
    form = RulingForm(posted(request))
    refusals = in_words(policy, rules.ruling_reasons(view, seat, "-")) if request.method == "GET" else []
    if request.method == "POST" and form.is_valid():
        try:
            ballots.rule_recusal(
                ballot=view.ballot, line=line, reason=form.cleaned_data["reason"], by=view.person
            )
        except Refused as error:
            refusals = put_refusal(form, error, policy)
        else:
            messages.success(request, f"{seat.person} has no vote in this ballot, and is told why.")
            return redirect("ballot", key)
    context = {"title": f"{seat.person} has a conflict", "ballot": view.ballot, "form": form, "seat": seat}
    context |= {"counts": view.ballot.voting_rule.recused_counts_for_quorum, "refusals": refusals}
    context |= {"voted": seat.pk in view.votes, "back": reverse("ballot", args=[key])}
    return page(
        request, "reviews/rule_recusal.html", view.ballot.proposal, context, refused=request.method == "POST"
    )


@dashboard
def ballot_close(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Before it closes: who has not voted, what will follow; then the act."""
    view = view_of(request, key)
    rules.require_closer(view)
    policy = view.ballot.proposal.policy
    form = CloseForm(view.ballot, posted(request))
    refusals = in_words(policy, rules.close_reasons(view.ballot)) if request.method == "GET" else []
    if request.method == "POST" and form.is_valid():
        try:
            closed = ballots.close(ballot=view.ballot, by=view.person, **form.closing())
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
            f"They were told that they can vote until {written(view.ballot.closes_at, view.ballot)}."
        )
    if view.ballot.rescinds:
        changes.append("The votes are counted. If the motion carries, the body decides anew at once.")
    else:
        changes.append(
            "The votes are counted. A decision moves the proposal on at once; without one nothing moves."
        )
    if view.ballot.secret:
        changes += wording.secrecy(len(view.votes), closing=True)
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
    view = view_of(request, key)
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


@dashboard
def ballot_stop(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Before a vote is stopped: what follows; then the act."""
    view = view_of(request, key)
    rules.require_closer(view)
    policy, ballot = view.ballot.proposal.policy, view.ballot
    form = ReasonForm(posted(request), help="Everyone on the roll reads it, and it stands in the record.")
    refusals = in_words(policy, rules.stop_reasons(ballot, "-")) if request.method == "GET" else []
    if request.method == "POST" and form.is_valid():
        try:
            stopping.stop(ballot=ballot, reason=form.cleaned_data["reason"], by=view.person)
        except Refused as error:
            refusals = put_refusal(form, error, policy)
        else:
            messages.success(request, "The vote is stopped. Everyone on the roll is told.")
            return redirect("ballot", key)
    context = {
        "title": "Stop the vote",
        "ballot": ballot,
        "form": form,
        "refusals": refusals,
        "changes": [
            "The ballot is void, and votes already cast count for nothing.",
            STOPPED[ballot.rescinds],
        ],
        "told": ["Everyone on the roll, with your reason."],
        "final": ["A void ballot stays void."],
        "submit": "Stop the vote",
        "no": True,
    }
    return page(request, "reviews/act.html", ballot.proposal, context, refused=request.method == "POST")

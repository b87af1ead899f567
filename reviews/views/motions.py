"""Pages on which a body takes up what it decided: decide anew, move to rescind, open the vote on that."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from accounts.clauses import marked as in_words
from policies.reasons import Refused
from reviews import motions
from reviews.actions import reconsidering, rescinding
from reviews.actions.ballots import may_convene
from reviews.forms import ReasonForm
from reviews.models import Ballot, MotionNotice
from reviews.moments import written
from reviews.views.ballots import view_of
from reviews.views.frame import dashboard, page, posted, put_refusal

READ = "The body reads it, and it stands in the record."


@dashboard
def ballot_reconsider(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Have the body decide anew: a page that says what follows, and the act."""
    view = view_of(request, key)
    motions.require_mover(view)
    policy, ballot = view.ballot.proposal.policy, view.ballot
    form = ReasonForm(posted(request))
    why = motions.reconsider_reasons(ballot) or motions.mover_reasons(view)
    refusals = in_words(policy, why) if request.method == "GET" else []
    if request.method == "POST" and form.is_valid():
        try:
            opened = reconsidering.reconsider(
                ballot=ballot, reason=form.cleaned_data["reason"], by=view.person
            )
        except Refused as error:
            refusals = put_refusal(form, error, policy)
        else:
            messages.success(request, "The body decides anew. Everyone it concerns is told.")
            return redirect("ballot", opened.pk) if opened else redirect("proposal", ballot.proposal_id)
    context = {"title": "Decide anew", "ballot": ballot, "form": form, "refusals": refusals}
    context |= {"back": reverse("ballot", args=[key]), "sentence": ballot.tally.get("sentence", "")}
    return page(
        request, "reviews/reconsider.html", ballot.proposal, context, refused=request.method == "POST"
    )


@dashboard
def ballot_rescind(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Move to rescind what was decided: a page that says what follows, and the act."""
    view = view_of(request, key)
    policy, ballot = view.ballot.proposal.policy, view.ballot
    motions.require_member(ballot, view.person)
    form = ReasonForm(posted(request), help=READ)
    refusals = in_words(policy, motions.move_reasons(ballot)) if request.method == "GET" else []
    if request.method == "POST" and form.is_valid():
        try:
            rescinding.move(ballot=ballot, reason=form.cleaned_data["reason"], by=view.person)
        except Refused as error:
            refusals = put_refusal(form, error, policy)
        else:
            messages.success(request, "Your motion is made, and the body has notice of it.")
            return redirect("ballot", key)
    days = ballot.body_rules.rule.notice_days
    context = {
        "title": "Move to rescind it",
        "ballot": ballot,
        "sentence": ballot.tally.get("sentence", ""),
        "form": form,
        "refusals": refusals,
        "changes": [
            "The body has notice of your motion. Nothing changes until it has voted.",
            "The chair opens the vote. Two thirds of the votes cast rescind it, or a majority of all members.",
            f"A majority of the votes cast is enough if the vote opens {days} {'day' if days == 1 else 'days'} from now or later.",
        ],
        "told": ["The members of the body."],
        "final": ["The motion stands in the record."],
        "submit": "Move to rescind it",
        "no": True,
    }
    return page(request, "reviews/act.html", ballot.proposal, context, refused=request.method == "POST")


@dashboard
def ballot_rescind_vote(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Open the vote on a motion to rescind: a page that says what will be enough, and the act."""
    view = view_of(request, key)
    policy, ballot = view.ballot.proposal.policy, view.ballot
    if not may_convene(ballot.step, view.person):
        raise PermissionDenied("The chair of the body or the programme manager opens its ballot.")
    why = motions.vote_reasons(ballot)
    if request.method == "POST":
        try:
            opened = rescinding.open_vote(ballot=ballot, by=view.person)
        except Refused as error:
            why = error.reasons
        else:
            messages.success(request, "The vote is open. Everyone who can vote is told.")
            return redirect("ballot", opened.pk)
    context = {
        "title": "Open the vote on rescinding",
        "ballot": ballot,
        "sentence": ballot.tally.get("sentence", ""),
        "form": forms.Form(),
        "refusals": in_words(policy, why),
        **_what_follows(motions.pending(ballot), ballot),
        "submit": "Open the vote",
    }
    return page(request, "reviews/act.html", ballot.proposal, context, refused=request.method == "POST")


def _what_follows(notice: MotionNotice | None, ballot: Ballot) -> dict[str, Any]:
    changes = ["A ballot opens on whether to rescind it, with the roll of the body as it is today."]
    if notice:
        since = motions.noticed_from(notice, ballot)
        changes.append(
            f"From {written(since, ballot)} on, a vote on it counts as one after notice: more than half of the votes "
            "cast is enough then. Before, it takes two thirds of them, or more than half of all members."
        )
    return {
        "changes": changes,
        "told": ["Everyone who can vote."],
        "final": ["If it carries, the body decides anew, and what followed from the decision is void."],
    }

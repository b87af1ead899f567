"""Pages of the talk about a proposal: all of it, one thread, writing, changing, withdrawing, settling."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from accounts.clauses import marked as in_words
from accounts.staff import person_of
from policies.reasons import Reason, Refused
from proposals.models import Proposal
from proposals.views.finding import find
from proposals.views.finding import page as proposal_page
from reviews import discussion, threads
from reviews.actions import comments
from reviews.discussion_forms import CommentForm, TextForm
from reviews.models import Comment
from reviews.views.frame import UNDONE, posted, put_refusal


def page(
    request: HttpRequest, template: str, proposal: Proposal, context: dict[str, Any], *, refused: bool = False
) -> HttpResponse:
    """A page about the proposal; 409 when it shows why something was not done."""
    whole = {"errors_title": UNDONE, **context}
    return proposal_page(request, template, proposal, whole, status=409 if refused else 200)


def said(request: HttpRequest, key: uuid.UUID) -> Comment:
    """A comment that this person may read; anything else is 404."""
    rows = Comment.objects.visible_to(person_of(request)).select_related(
        "author", "settled_by", "revision", "proposal__institution", "proposal__policy__institution"
    )
    return get_object_or_404(rows, pk=key)


def discussion_page(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Everything that was said and asked about the proposal, as this person may read it; what is open on top."""
    proposal, person = find(request, key), person_of(request)
    panel = threads.panel(proposal, person, [])
    return page(request, "reviews/comments/all.html", proposal, {"panel": panel})


def comment_new(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Write a comment on a question (`?field=`) or on the whole."""
    proposal, person = find(request, key), person_of(request)
    field = request.GET.get("field", "")
    readers = discussion.visibilities(proposal, person)
    form = CommentForm(readers, discussion.judges(proposal, person), posted(request))
    refusals = _not_now(request, proposal, discussion.not_now(proposal))
    if request.method == "POST" and form.is_valid():
        try:
            made = comments.add(proposal=proposal, field=field, by=person, **form.cleaned_data)
        except Refused as error:
            refusals = put_refusal(form, error, proposal.policy)
        else:
            messages.success(request, "Written." if not made.concern else "Your concern is raised.")
            return redirect(made)
    latest = proposal.revisions.order_by("number").last()
    label = threads.about(latest, field) if latest else ""
    context = {
        "title": "Write a comment",
        "lead": f"About “{label}”" if label else "About the proposal as a whole",
        **_form(form, refusals, "Write it", reverse("proposal", args=[proposal.pk])),
    }
    return page(request, "reviews/comments/form.html", proposal, context, refused=request.method == "POST")


def _not_now(request: HttpRequest, proposal: Proposal, reasons: list[Reason]) -> list[dict[str, Any]]:
    """What a page says before anything is sent; afterwards the action says it."""
    return in_words(proposal.policy, reasons) if request.method == "GET" else []


def _form(form: forms.Form, refusals: list[dict[str, Any]], submit: str, back: str) -> dict[str, Any]:
    return {"form": form, "refusals": refusals, "submit": submit, "back": back}


def comment(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """One thread with every version of what was said, and a reply."""
    found, person = said(request, key), person_of(request)
    if found.parent_id and Comment.objects.visible_to(person).filter(pk=found.parent_id).exists():
        return redirect("comment", found.parent_id)
    answering = discussion.answers(found, person)
    form = TextForm("Your answer" if answering else "Reply", posted(request))
    refusals: list[dict[str, Any]] = []
    if request.method == "POST" and form.is_valid():
        try:
            comments.add(proposal=found.proposal, parent=found, by=person, **form.cleaned_data)
        except Refused as error:
            refusals = put_refusal(form, error, found.proposal.policy)
        else:
            messages.success(request, "Answered." if answering else "Written.")
            return redirect("comment", key)
    closed = bool(found.withdrawn_at or discussion.not_now(found.proposal))
    context = {
        "thread": threads.threads(found.proposal, person, only=found)[0],
        "person": person,
        "closed": closed,
        "settles": found.concern
        and not comments.settle_reasons(found)
        and discussion.may_settle(found, person),
        "answering": answering,
        **_form(form, refusals, "Send the answer" if answering else "Reply", ""),
    }
    return page(
        request, "reviews/comments/thread.html", found.proposal, context, refused=request.method == "POST"
    )


def comment_edit(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Change what I said; each version stays."""
    found = _own(request, key)
    form = TextForm("Comment", posted(request), found.text)
    refusals = _not_now(request, found.proposal, comments.said_back(found))
    if request.method == "POST" and form.is_valid():
        try:
            comments.edit(comment=found, by=person_of(request), **form.cleaned_data)
        except Refused as error:
            refusals = put_refusal(form, error, found.proposal.policy)
        else:
            messages.success(request, "Changed. What it said before stays readable.")
            return redirect(found)
    context = {
        "title": "Change your comment",
        "lead": "What it says now stays readable to those who may read the comment.",
        **_form(form, refusals, "Save", found.get_absolute_url()),
    }
    return page(
        request, "reviews/comments/form.html", found.proposal, context, refused=request.method == "POST"
    )


def _own(request: HttpRequest, key: uuid.UUID) -> Comment:
    found = said(request, key)
    if found.author_id != person_of(request).pk:
        raise PermissionDenied("Only who wrote it changes or withdraws it.")
    return found


def comment_withdraw(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Before I withdraw what I said: what stays; then the act."""
    found = _own(request, key)
    context = {
        "title": "Withdraw your comment",
        "changes": ["It is shown as withdrawn. If it is a concern, no step waits for it any more."],
        "final": ["Its words stay in its history, and it cannot be put back."],
        "submit": "Withdraw it",
        "no": True,
    }
    reasons = comments.said_back(found)
    return _act(request, found, comments.withdraw, context, reasons, "Withdrawn.")


def comment_settle(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Before a concern is marked as settled: what follows; then the act."""
    found = said(request, key)
    if not discussion.may_settle(found, person_of(request)):
        raise PermissionDenied("The author or the chair settles a concern.")
    context = {
        "title": "Mark the concern as settled",
        "changes": ["No step waits for it any more, whether it was answered or not."],
        "told": ["Who raised it."],
        "submit": "It is settled",
    }
    reasons = comments.settle_reasons(found)
    return _act(request, found, comments.settle, context, reasons, "The concern is settled.")


def _act(
    request: HttpRequest,
    found: Comment,
    action: Callable[..., object],
    context: dict[str, Any],
    reasons: list[Reason],
    told: str,
) -> HttpResponse:
    """A page before a decision about one comment, and the decision."""
    if request.method == "POST":
        try:
            action(comment=found, by=person_of(request))
        except Refused as error:
            reasons = error.reasons
        else:
            messages.success(request, told)
            return redirect(found)
    refusals = in_words(found.proposal.policy, reasons)
    shown = _form(forms.Form(), refusals, context["submit"], found.get_absolute_url()) | context
    return page(
        request, "reviews/comments/form.html", found.proposal, shown, refused=request.method == "POST"
    )

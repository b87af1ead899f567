"""The page of a review: what is known, what is asked, filing it, and what the office says; the list of them."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.clauses import mark, marked
from accounts.staff import person_of
from accounts.tables.rewriting import as_csv
from evaluation import evidence, papers, reviews
from evaluation.actions import reviews as actions
from evaluation.forms_reviews import AnswerForm, ReviewForm
from evaluation.listed import HEADINGS, cells, seen_by
from evaluation.models import Filing, Review, ReviewState
from journal.papers.answers import answer as paper_answer
from policies.reasons import Reason, Refused
from policies.schema import Form
from proposals import words
from proposals.reading import read_whole
from proposals.views.finding import find, page

if TYPE_CHECKING:
    from evaluation.evidence import Frozen
    from evaluation.reviews import Asked
    from proposals.models import Proposal

A_PAGE = 50


def _find(request: HttpRequest, key: uuid.UUID, deadline: str) -> tuple[Proposal, Asked, Review | None]:
    proposal = find(request, key)
    asked = reviews.asked(proposal.policy.pack, deadline)
    if asked is None:
        raise Http404("No such review is asked for.")
    review = Review.objects.filter(proposal=proposal, deadline=deadline).first()
    if review:
        review.proposal = proposal
    return proposal, asked, review


@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, key: uuid.UUID, deadline: str) -> HttpResponse:
    """One review: its figures, its form for those who write it, what was filed, and what the office says of it."""
    proposal, asked, found = _find(request, key, deadline)
    writes = reviews.may_write(person_of(request), proposal, asked.rule)
    if request.method == "POST":
        if not writes:
            raise PermissionDenied(reviews.NOT_YOURS)
        return _post(request, proposal, asked, found, deadline)
    form = ReviewForm(proposal, asked.rule, found.answers if found else {})
    return _drawn(request, proposal, asked, found, deadline, form, [])


def _post(
    request: HttpRequest, proposal: Proposal, asked: Asked, found: Review | None, deadline: str
) -> HttpResponse:
    """Save what was typed; then file it, where that was pressed."""
    form = ReviewForm(proposal, asked.rule, found.answers if found else {}, request.POST)
    form.is_valid()
    version, person = request.POST.get("version", ""), person_of(request)
    seen = int(version) if version.isdecimal() and len(version) < 10 else -1
    try:
        saved = actions.save(
            proposal=proposal, deadline=deadline, answers=form.answers(), version=seen, by=person
        )
        if "file" in request.POST:
            actions.file(review=saved, by=person, version=saved.version)
    except Refused as error:
        form.refuse(error)
        now = Review.objects.filter(proposal=proposal, deadline=deadline).first()
        if now:
            now.proposal = proposal
        return _drawn(request, proposal, asked, now, deadline, form, error.reasons)
    who = words.who(proposal.policy.pack, asked.rule.received_by or "", "")
    messages.success(request, f"It is filed, and with {who} now." if "file" in request.POST else "Saved.")
    return redirect("review", proposal.pk, deadline)


def _drawn(
    request: HttpRequest,
    proposal: Proposal,
    asked: Asked,
    found: Review | None,
    deadline: str,
    form: ReviewForm,
    why: list[Reason],
    answer: AnswerForm | None = None,
) -> HttpResponse:
    person = person_of(request)
    due, not_now = reviews.due(proposal, deadline), reviews.not_now(proposal, deadline)
    writes = reviews.may_write(person, proposal, asked.rule) and not not_now
    filing = found.filings.select_related("filed_by").last() if found else None
    lines = _checklist(found) if found and writes else []
    context = {
        "title": found.title if found else due.title if due else asked.rule.title,
        "review": found,
        "due": due,
        "clause": mark(proposal.policy, asked.rule.clause),
        "office": words.who(proposal.policy.pack, asked.rule.received_by or "", ""),
        "intro": reviews.form_of(proposal.policy.pack, asked.rule).intro,
        "form": form if writes else None,
        "version": found.version if found else 0,
        "wrong": marked(proposal.policy, why),
        "not_now": marked(proposal.policy, not_now) if not (found and found.filed_at) else [],
        "charts": _charts(proposal, deadline, filing if not writes else None),
        "frozen": filing is not None and not writes,
        "filing": filing,
        "whole": _whole(filing, proposal.type),
        "answers": answer or _answers(found, asked, request),
        "lines": lines,
        "met": sum(line["state"] == "met" for line in lines),
    }
    return page(request, "evaluation/review.html", proposal, context, status=409 if why else 200)


def _checklist(found: Review) -> list[dict[str, Any]]:
    return [
        {
            "text": one.says,
            "state": {True: "met", False: "not_met", None: "later"}[one.met],
            "reason": one.reason,
            "clause": mark(found.proposal.policy, one.clause),
        }
        for one in reviews.checklist(found)
    ]


def _charts(proposal: Proposal, deadline: str, filing: Filing | None) -> Frozen:
    """As they were filed, or as they are now; each with the address of its file."""
    about = reviews.about(proposal, deadline)
    kept = filing.charts if filing else evidence.frozen(about) if about else []
    shown = evidence.shown(kept)
    for chart in shown:
        chart["csv_url"] = reverse("review_figures", args=[proposal.pk, deadline, chart["key"]])
    return shown


def _whole(filing: Filing | None, type: str) -> list[dict[str, Any]]:
    return read_whole(Form.model_validate(filing.form), filing.answers, [], type) if filing else []


def _answers(found: Review | None, asked: Asked, request: HttpRequest) -> AnswerForm | None:
    """The office's form, for those who answer it now."""
    if found is None or found.state != ReviewState.FILED:
        return None
    person = person_of(request)
    if not reviews.answers_for(person, found.proposal, asked.rule) or reviews.own(found, person):
        return None
    return AnswerForm(initial={"version": found.version})


@require_POST
def answer(request: HttpRequest, key: uuid.UUID, deadline: str) -> HttpResponse:
    """The office acknowledges it, or sends it back with what is missing."""
    proposal, asked, found = _find(request, key, deadline)
    if found is None:
        raise Http404("Nothing was filed.")
    form, back = AnswerForm(request.POST), "send-back" in request.POST
    why: list[Reason] = []
    if form.is_valid():
        act = actions.send_back if back else actions.acknowledge
        try:
            act(review=found, by=person_of(request), **form.cleaned_data)
        except Refused as error:
            why = error.reasons
        else:
            messages.success(request, "It is sent back." if back else "It is acknowledged.")
            return redirect("review", proposal.pk, deadline)
    why = why or [Reason(str(text)) for texts in form.errors.values() for text in texts]
    empty = ReviewForm(proposal, asked.rule, found.answers)
    return _drawn(request, proposal, asked, found, deadline, empty, why, form)


@require_safe
def paper(request: HttpRequest, key: uuid.UUID, deadline: str) -> HttpResponse:
    """What was filed, with its figures, as a PDF."""
    proposal, _asked, found = _find(request, key, deadline)
    filing = found.filings.select_related("filed_by").last() if found else None
    if found is None or filing is None:
        raise Http404("Nothing was filed.")
    return paper_answer(request, papers.review(found, filing), f"{proposal} {found.title}")


@require_safe
def figures(request: HttpRequest, key: uuid.UUID, deadline: str, chart: str) -> HttpResponse:
    """One chart's table as CSV: as it was filed, or as it is now."""
    proposal, asked, found = _find(request, key, deadline)
    filing = found.filings.last() if found and not found.writable else None
    kept = next((one for one in _charts(proposal, deadline, filing) if one["key"] == chart), None)
    if kept is None:
        raise Http404("No such figures.")
    head, lines = evidence.table(kept)
    return csv_file([head, *lines, [], ["Source", kept["source"]], ["As of", str(kept["at"])]], chart)


def csv_file(rows: list[Any], name: str) -> HttpResponse:
    """A table as a download that no cache keeps."""
    made = HttpResponse(f"\ufeff{as_csv(rows)}", content_type="text/csv; charset=utf-8")
    made["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    made["Cache-Control"] = "private, no-store"
    return made


@require_safe
def review_list(request: HttpRequest) -> HttpResponse:
    """The reviews that I may see, the newest on top; `?waiting=1` those that wait for an answer."""
    waiting = request.GET.get("waiting") == "1"
    rows = seen_by(person_of(request))
    rows = rows.filed() if waiting else rows
    shown = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    return render(request, "evaluation/reviews.html", {"page": shown, "waiting": waiting})


@require_safe
def review_file(request: HttpRequest) -> HttpResponse:
    """The same as CSV."""
    rows = seen_by(person_of(request))
    rows = rows.filed() if request.GET.get("waiting") == "1" else rows
    return csv_file([HEADINGS, *(cells(row, settings.SITE_URL) for row in rows)], "reviews")

"""What the office and the committee keep to think with, in the dashboard; market intelligence on a proposal's page."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.clauses import mark
from accounts.models import Institution
from accounts.staff import dashboard, person_of
from outreach.actions import studies as actions
from outreach.forms_keeping import MarketForm, StudyForm
from outreach.models import MARKET, Study
from outreach.office import runs_office
from outreach.subjects import studies
from outreach.views.frame import act, done, inside, sent
from outreach.views.sessions import METHODS

if TYPE_CHECKING:
    from accounts.models import Person
    from proposals.models import Proposal

PAGE = 25
TAB = "office_studies"


def _campus(request: HttpRequest, slug: str) -> Institution:
    """A campus for whose office or bodies the person works; 404 for everyone else."""
    rows = Institution.objects.select_related("in_force__written")
    campus = get_object_or_404(rows, slug=slug)
    if not actions.may_keep(person_of(request), campus):
        raise Http404
    return campus


@dashboard
@require_safe
def office_studies(request: HttpRequest, slug: str) -> HttpResponse:
    """All of it, or one subject."""
    campus, person = _campus(request, slug), person_of(request)
    offered, chosen = studies(campus.policy.pack), request.GET.get("subject", "")
    rows = (
        Study.objects.filter(institution=campus)
        .standing()
        .select_related("kept_by", "proposal", "definition__current")
    )
    if chosen in offered:
        rows = rows.filter(subject=chosen)
    page = Paginator(rows.order_by("-dated_on", "-kept_at"), PAGE).get_page(request.GET.get("page"))
    runs = runs_office(person, campus)
    context: dict[str, Any] = {
        "title": "Reviews and market",
        "subjects": offered,
        "chosen": chosen,
        "page": page,
        "lines": [
            {
                "is": row,
                "subject": offered.get(row.subject, row.subject),
                "mine": runs or row.kept_by == person,
            }
            for row in page
        ],
        "clause": mark(campus.policy, campus.policy.pack.outreach.reviews_clause),
    }
    return inside(request, "outreach/office/studies.html", campus, TAB, **context)


@dashboard
@require_http_methods(METHODS)
def study_keep(request: HttpRequest, slug: str, subject: str) -> HttpResponse:
    """Keep something under one subject."""
    campus, by = _campus(request, slug), person_of(request)
    title = studies(campus.policy.pack).get(subject)
    if title is None:
        raise Http404
    form = MarketForm(campus, by, sent(request)) if subject == MARKET else StudyForm(sent(request))
    to = f"{reverse('office_studies', args=[slug])}?subject={subject}"

    def do() -> object:
        return actions.keep(institution=campus, subject=subject, by=by, **form.cleaned_data)

    answer = done(request, form, do, "Kept.", to)
    words = {"title": title, "submit": "Keep it", "cancel_url": to}
    return answer or act(request, campus, TAB, form, **words)


@dashboard
@require_http_methods(METHODS)
def study_withdraw(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Take it back."""
    by = person_of(request)
    rows = Study.objects.visible_to(by).select_related("institution__in_force__written")
    found = get_object_or_404(rows, pk=key)
    form, to = forms.Form(sent(request)), reverse("office_studies", args=[found.institution.slug])
    answer = done(request, form, lambda: actions.withdraw(study=found, by=by), "Taken back.", to)
    words = {
        "title": f"Take back “{found.title}”",
        "submit": "Take it back",
        "cancel_url": to,
        "no": True,
        "changes": ["It is shown no more. The record keeps that it was there."],
    }
    return answer or act(request, found.institution, TAB, form, **words)


def of_proposal(proposal: Proposal, person: Person) -> Mapping[str, Any] | None:
    """The section of a proposal's page: the market intelligence that is attached to it or to its credential."""
    rows = Study.objects.standing().filter(subject=MARKET, institution=proposal.institution_id)
    own = rows.filter(proposal=proposal)
    if proposal.definition_id:
        own = own | rows.filter(definition=proposal.definition_id)
    found = list(own.order_by("-dated_on", "-kept_at")[:50])
    return {"template": "outreach/parts/market.html", "studies": found} if found else None

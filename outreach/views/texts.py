"""Definitions, taxonomies and procedures: what holds and what held, for everyone; drafts and approvals for the office."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.clauses import mark
from accounts.models import Institution
from accounts.staff import dashboard, person_of
from outreach.actions import editions
from outreach.forms_keeping import ApproveForm, TextForm
from outreach.models import ROADMAP, Edition
from outreach.subjects import texts
from outreach.views.frame import act, campus_of, done, inside, office_of, public, sent
from outreach.views.sessions import METHODS

TAB = "office_texts"


def _kept(campus: Institution, *, drafts: bool) -> list[dict[str, Any]]:
    """Each subject with what holds today, what is approved for later, all versions, and the draft."""
    rows = list(Edition.objects.filter(institution=campus).exclude(subject=ROADMAP).order_by("-number"))
    today, found = campus.today(), []
    for subject, title in texts(campus.policy.pack).items():
        own = [row for row in rows if row.subject == subject]
        settled = [row for row in own if row.effective_on]
        held = [row for row in settled if row.effective_on and row.effective_on <= today]
        holds = max(held, key=lambda row: (row.effective_on, row.number), default=None)
        found.append(
            {
                "subject": subject,
                "title": title,
                "holds": holds,
                "ahead": [row for row in settled if row not in held],
                "versions": settled,
                "draft": next((row for row in own if row.settled_at is None), None) if drafts else None,
            }
        )
    return found


@login_not_required
@require_safe
def definitions(request: HttpRequest, slug: str) -> HttpResponse:
    """What holds today, who approved it, and what comes."""
    campus = campus_of(slug)
    context: dict[str, Any] = {
        "kept": [one for one in _kept(campus, drafts=False) if one["versions"]],
        "terms": campus.policy.pack.definitions,
        "clause": mark(campus.policy, campus.policy.pack.outreach.taxonomies_clause),
    }
    return public(request, "outreach/definitions.html", campus, "definitions", **context)


@login_not_required
@require_safe
def definition_version(request: HttpRequest, slug: str, subject: str, number: int) -> HttpResponse:
    """One approved version, as it was. Drafts are 404."""
    campus = campus_of(slug)
    rows = Edition.objects.settled().filter(institution=campus).exclude(subject=ROADMAP)
    found = get_object_or_404(rows, subject=subject, number=number)
    return public(request, "outreach/definition_version.html", campus, "definitions", edition=found)


@dashboard
@require_safe
def office_texts(request: HttpRequest, slug: str) -> HttpResponse:
    """Every subject with its draft and its versions."""
    campus = office_of(request, slug)
    context: dict[str, Any] = {"title": "Definitions and procedures", "kept": _kept(campus, drafts=True)}
    return inside(request, "outreach/office/texts.html", campus, TAB, **context)


@dashboard
@require_http_methods(METHODS)
def text_draft(request: HttpRequest, slug: str, subject: str) -> HttpResponse:
    """Write the draft of the next version."""
    campus = office_of(request, slug)
    title = texts(campus.policy.pack).get(subject)
    if title is None:
        raise Http404
    rows = Edition.objects.filter(institution=campus, subject=subject).order_by("-number")
    last = rows.first()
    initial = {"text": last.text, "why": last.why if last.settled_at is None else ""} if last else {}
    form, by = TextForm(sent(request), initial=initial), person_of(request)
    to = reverse("office_texts", args=[slug])

    def do() -> object:
        return editions.draft(institution=campus, subject=subject, by=by, **form.cleaned_data)

    answer = done(request, form, do, "The draft is kept. It holds once its approval is recorded.", to)
    words = {"title": f"Draft: {title}", "submit": "Keep the draft", "cancel_url": to}
    return answer or act(request, campus, TAB, form, **words)


@dashboard
@require_http_methods(METHODS)
def text_approve(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Record the approval of a draft."""
    found = _draft(request, key)
    form, by = ApproveForm(sent(request)), person_of(request)
    to = reverse("office_texts", args=[found.institution.slug])
    answer = done(
        request,
        form,
        lambda: editions.approve(edition=found, by=by, **form.cleaned_data),
        "Recorded. It stands on the office’s page.",
        to,
    )
    words = {
        "title": f"{found.title}: approve version {found.number}",
        "submit": "Record the approval",
        "cancel_url": to,
        "changes": ["From the day that you enter this text holds, and stands on the office’s page."],
        "final": ["An approved version is never changed. What is wrong is put right by the next one."],
    }
    return answer or act(request, found.institution, TAB, form, **words)


@dashboard
@require_http_methods(METHODS)
def text_drop(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Throw a draft away."""
    found = _draft(request, key)
    form, by = forms.Form(sent(request)), person_of(request)
    to = reverse("office_texts", args=[found.institution.slug])
    answer = done(request, form, lambda: editions.drop(edition=found, by=by), "The draft is gone.", to)
    words = {
        "title": f"Throw away the draft of “{found.title}”",
        "submit": "Throw it away",
        "cancel_url": to,
        "no": True,
        "changes": ["What holds today goes on holding."],
        "final": ["The text of the draft is gone."],
    }
    return answer or act(request, found.institution, TAB, form, **words)


def _draft(request: HttpRequest, key: uuid.UUID) -> Edition:
    rows = Edition.objects.visible_to(person_of(request)).exclude(subject=ROADMAP)
    return get_object_or_404(rows.select_related("institution__in_force__written"), pk=key)

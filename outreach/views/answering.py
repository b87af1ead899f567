"""The office's queue of questions and requests, in the dashboard."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.staff import dashboard, person_of
from outreach.actions import enquiries
from outreach.forms import AnswerForm
from outreach.models import Enquiry
from outreach.views.frame import done, inside, office_of, sent
from outreach.views.sessions import METHODS

PAGE = 25
TAB = "office_enquiries"


@dashboard
@require_safe
def office_enquiries(request: HttpRequest, slug: str) -> HttpResponse:
    """What waits for an answer, then what was answered."""
    campus = office_of(request, slug)
    rows = campus.enquiries.confirmed().select_related("unit", "answered_by", "session")
    answered = rows.filter(answered_at__isnull=False).order_by("-answered_at", "pk")
    page = Paginator(answered, PAGE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {"title": "Questions and requests", "waiting": rows.waiting(), "page": page}
    return inside(request, "outreach/office/enquiries.html", campus, TAB, **context)


@dashboard
@require_http_methods(METHODS)
def office_enquiry(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """One question or request; POST answers it."""
    rows = Enquiry.objects.visible_to(person_of(request))
    related = ("institution__in_force__written", "unit", "answered_by", "session__institution")
    found = get_object_or_404(rows.select_related(*related), pk=key)
    sessions = found.institution.sessions.filter(cancelled_at__isnull=True).order_by("-starts_at", "pk")
    form = AnswerForm(sessions, found.kind == "session", sent(request))
    by, to = person_of(request), reverse("office_enquiries", args=[found.institution.slug])
    answer = done(
        request,
        form,
        lambda: enquiries.answer(enquiry=found, by=by, **form.cleaned_data),
        f"Your answer is on its way to {found.email}.",
        to,
    )
    context = {"title": found.get_kind_display(), "enquiry": found, "form": form}
    status = 409 if form.errors else 200
    return answer or inside(
        request, "outreach/office/enquiry.html", found.institution, TAB, status, **context
    )

"""The public pages on which people ask: a question, a session, and what became of it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.forms import add_refusal
from accounts.models import Institution, Person
from outreach import allowance, links
from outreach.actions import enquiries
from outreach.actions.telling import enquiry_path
from outreach.forms import QuestionForm, RequestForm
from outreach.models import Enquiry, EnquiryKind
from outreach.resources import resources_of
from outreach.views.frame import campus_of, public, sent
from outreach.views.sessions import METHODS
from policies.reasons import Refused

SENT = "Sent. We wrote to {}, with the page on which the answer will stand."


@login_not_required
@require_http_methods(METHODS)
def resources(request: HttpRequest, slug: str) -> HttpResponse:
    """Where to read on, what was asked before, and a question of one's own."""
    campus = campus_of(slug)
    form = QuestionForm(request.user.is_authenticated, sent(request))
    answer = _sent_off(request, campus, form, EnquiryKind.QUESTION)
    if answer is not None:
        return answer
    answered = campus.enquiries.filter(published=True).order_by("-answered_at", "pk")[:50]
    context = {"form": form, "answered": answered, "resources": resources_of(campus)}
    status = _status(form)
    return public(request, "outreach/resources.html", campus, "resources", status, **context)


@login_not_required
@require_http_methods(METHODS)
def session_request(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask for a session for a unit or any group."""
    campus = campus_of(slug)
    form = RequestForm(campus, request.user.is_authenticated, sent(request))
    answer = _sent_off(request, campus, form, EnquiryKind.SESSION)
    if answer is not None:
        return answer
    return public(request, "outreach/session_request.html", campus, "sessions", _status(form), form=form)


def _status(form: forms.Form) -> int:
    too_often = allowance.TOO_OFTEN in form.non_field_errors() if form.is_bound else False
    return 429 if too_often else 409 if form.errors else 200


def _sent_off(
    request: HttpRequest, campus: Institution, form: forms.Form, kind: EnquiryKind
) -> HttpResponse | None:
    """Keep what was asked; None when the page is to be shown (again)."""
    if request.method != "POST" or not form.is_valid():
        return None
    if not allowance.within(request):
        form.add_error(None, allowance.TOO_OFTEN)
        return None
    person = request.user if isinstance(request.user, Person) else None
    given: dict[str, Any] = form.cleaned_data
    try:
        made = enquiries.ask(institution=campus, kind=kind, by=person, **given)
    except Refused as error:
        add_refusal(form, error)
        return None
    if person:
        messages.success(request, SENT.format(person.email))
        return redirect(enquiry_path(made))
    return render(request, "outreach/look_at_mail.html", {"institution": campus, "asked": made.email})


@login_not_required
@never_cache
@require_http_methods(METHODS)
def enquiry(request: HttpRequest, token: str) -> HttpResponse:
    """What was asked and what became of it; POST sends it off."""
    key = links.opened(links.ENQUIRY, token)
    if key is None:
        raise Http404
    rows = Enquiry.objects.select_related("institution__in_force__written", "unit", "session__institution")
    found = get_object_or_404(rows, pk=key)
    if request.method == "POST":
        enquiries.confirm(enquiry=found)
        return redirect("enquiry", token)
    return public(request, "outreach/enquiry.html", found.institution, "", enquiry=found)


@login_not_required
@require_safe
def offices(request: HttpRequest) -> HttpResponse:
    """The offices of all campuses; of one campus alone its page."""
    campuses = list(Institution.objects.filter(in_force__isnull=False).order_by("name"))
    if len(campuses) == 1:
        return redirect("office", campuses[0].slug)
    return render(request, "outreach/offices.html", {"campuses": campuses})

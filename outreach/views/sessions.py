"""The public pages of sessions: what is coming, what was, and a seat without an account."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.forms import add_refusal
from accounts.models import Person
from accounts.staff import person_of
from journal import clock
from outreach import allowance, calendar_file, links
from outreach.actions import placing, registering
from outreach.forms import WhoForm
from outreach.models import Place, Registration, Session
from outreach.views.frame import campus_of, public, sent
from outreach.wording import when
from policies.reasons import Refused

PAGE = 20
MOST_IN_A_FILE = 200
METHODS = ["GET", "HEAD", "POST"]


@login_not_required
@require_safe
def sessions(request: HttpRequest, slug: str) -> HttpResponse:
    """What is coming, then what was."""
    campus = campus_of(slug)
    rows = campus.sessions.select_related("institution").counted()
    past = Paginator(rows.past(clock.now()), PAGE).get_page(request.GET.get("page"))
    ahead = rows.ahead(clock.now())
    return public(request, "outreach/sessions.html", campus, "sessions", ahead=ahead, page=past)


@login_not_required
@require_safe
def calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """All coming sessions as one calendar, to subscribe to."""
    campus = campus_of(slug)
    rows = campus.sessions.select_related("institution").ahead(clock.now())[:MOST_IN_A_FILE]
    return _file(list(rows), f"{slug}-sessions")


def find(slug: str, key: uuid.UUID) -> Session:
    """A session of this campus, with its counts."""
    rows = Session.objects.select_related("institution__in_force__written").counted()
    return get_object_or_404(rows, institution__slug=slug, pk=key)


@login_not_required
@require_http_methods(METHODS)
def session(request: HttpRequest, slug: str, key: uuid.UUID) -> HttpResponse:
    """One session; POST asks for a seat. A stranger's is confirmed by mail."""
    found = find(slug, key)
    if isinstance(request.user, Person):
        refused = _registered(request, found, request.user) if request.method == "POST" else None
        if request.method == "POST" and refused is None:
            return redirect("session", slug, key)
        return _page(request, found, WhoForm(), 409 if refused else 200, refused)
    form = WhoForm(sent(request))
    if request.method == "POST":
        if not allowance.within(request):
            form.add_error(None, allowance.TOO_OFTEN)
            return _page(request, found, form, 429)
        if form.is_valid() and _asked(found, form):
            context = {"institution": found.institution, "asked": form.cleaned_data["email"], "back": found}
            return render(request, "outreach/look_at_mail.html", context)
    return _page(request, found, form, 409 if form.errors else 200)


def _registered(request: HttpRequest, found: Session, person: Person) -> Refused | None:
    """Somebody who is signed in has a seat at once; why not, where they have not."""
    try:
        made = registering.register(session=found, by=person)
    except Refused as error:
        return error
    said = {
        Place.REGISTERED: f"You are registered. We wrote to {made.email}.",
        Place.WAITING: "All seats are taken. You are on the waiting list and hear from us when one is free.",
    }
    messages.success(request, said[Place(made.state)])
    return None


def _asked(found: Session, form: WhoForm) -> bool:
    try:
        registering.ask(session=found, **form.cleaned_data)
    except Refused as error:
        add_refusal(form, error)
        return False
    return True


def _page(
    request: HttpRequest, found: Session, form: WhoForm, status: int, refused: Refused | None = None
) -> HttpResponse:
    mine = None
    if request.user.is_authenticated:
        mine = found.registrations.filter(email=person_of(request).email).exclude(state=Place.ASKED).first()
    context = {
        "session": found,
        "when": when(found),
        "free": placing.free(found),
        "closed": registering.closed_reasons(found),
        "over": found.is_over(clock.now()),
        "form": form,
        "refusals": list(refused.reasons) if refused else [],
        "mine": mine,
        "mine_url": reverse("registration", args=[links.token(links.REGISTRATION, mine.pk)]) if mine else "",
    }
    return public(request, "outreach/session.html", found.institution, "sessions", status, **context)


@login_not_required
@require_safe
def session_calendar(request: HttpRequest, slug: str, key: uuid.UUID) -> HttpResponse:
    """The session for anybody's own calendar."""
    return _file([find(slug, key)], "session")


def _file(rows: list[Session], name: str, *, join: bool = False) -> HttpResponse:
    pairs = [(row, f"{settings.SITE_URL}{row.get_absolute_url()}") for row in rows]
    text = calendar_file.of_sessions(pairs, clock.now(), join=join)
    response = HttpResponse(text, content_type=calendar_file.TYPE)
    response["Content-Disposition"] = f'attachment; filename="{name}.ics"'
    return response


# --- the link in the mail ------------------------------------------------------------------------
def _by_link(token: str) -> Registration:
    key = links.opened(links.REGISTRATION, token)
    rows = Registration.objects.select_related("session__institution__in_force__written")
    if key is None:
        raise Http404
    return get_object_or_404(rows, pk=key)


@login_not_required
@never_cache
@require_http_methods(METHODS)
def registration(request: HttpRequest, token: str) -> HttpResponse:
    """What the mail is about; POST confirms the seat or gives it back. GET changes nothing, since scanners follow links."""
    found, refusals = _by_link(token), []
    if request.method == "POST":
        do = registering.step_back if request.POST.get("act") == "leave" else registering.confirm
        try:
            do(registration=found)
        except Refused as error:
            refusals = list(error.reasons)
        else:
            return redirect("registration", token)
    context = {
        "registration": found,
        "session": found.session,
        "when": when(found.session),
        "closed": registering.closed_reasons(found.session),
        "refusals": refusals,
        "begun": found.session.starts_at <= clock.now(),
        "token": token,
    }
    status = 409 if refusals else 200
    return public(request, "outreach/registration.html", found.session.institution, "", status, **context)


@login_not_required
@never_cache
@require_safe
def registration_calendar(request: HttpRequest, token: str) -> HttpResponse:
    """The same session with the address of its call, for those who have a seat."""
    found = _by_link(token)
    return _file([found.session], "session", join=found.state == Place.REGISTERED)

"""The roadmap: on the site with its versions, and in the dashboard, where the office writes it phase by phase."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.clauses import mark
from accounts.models import Institution
from accounts.staff import dashboard, person_of
from outreach import roadmap as reading
from outreach.actions import editions
from outreach.forms import LOW
from outreach.forms_keeping import PhaseForm
from outreach.views.frame import act, campus_of, done, inside, office_of, public, sent
from outreach.views.sessions import METHODS

TAB = "office_roadmap"


@login_not_required
@require_safe
def roadmap(request: HttpRequest, slug: str, number: int = 0) -> HttpResponse:
    """The phases with what is done in each, or an earlier version of them."""
    campus = campus_of(slug)
    versions = reading.versions(campus)
    shown = (
        next((one for one in versions if one.number == number), None)
        if number
        else next(iter(versions), None)
    )
    if number and shown is None:
        raise Http404
    context: dict[str, Any] = {
        "phases": reading.phases_of(campus, shown),
        "words": reading.WORDS,
        "versions": versions,
        "shown": shown,
        "earlier": bool(shown and shown != versions[0]),
        "clause": mark(campus.policy, campus.policy.pack.outreach.phases_clause),
    }
    return public(request, "outreach/roadmap.html", campus, "roadmap", **context)


@dashboard
@require_safe
def office_roadmap(request: HttpRequest, slug: str) -> HttpResponse:
    """The phases, each with its page to change it, and the versions."""
    campus = office_of(request, slug)
    context: dict[str, Any] = {
        "title": "Roadmap",
        "phases": reading.current(campus),
        "words": reading.WORDS,
        "versions": reading.versions(campus),
    }
    return inside(request, "outreach/office/roadmap.html", campus, TAB, **context)


@dashboard
@require_http_methods(METHODS)
def phase_edit(request: HttpRequest, slug: str, place: int) -> HttpResponse:
    """Change one phase, or add one behind the last."""
    campus = office_of(request, slug)
    phases = reading.current(campus)
    if not 1 <= place <= len(phases) + 1:
        raise Http404
    new = place > len(phases)
    form = PhaseForm({} if new else phases[place - 1], sent(request))

    def do() -> object:
        after = [*phases[: place - 1], form.phase(), *phases[place:]]
        return _write(request, campus, after, form)

    words = {
        "title": "A further phase" if new else f"Change “{phases[place - 1]['title']}”",
        "submit": "Save it",
    }
    return _done(request, campus, form, do, words)


@dashboard
@require_http_methods(METHODS)
def phase_remove(request: HttpRequest, slug: str, place: int) -> HttpResponse:
    """Take a phase out."""
    campus = office_of(request, slug)
    phases = reading.current(campus)
    if not 1 <= place <= len(phases):
        raise Http404
    form = RemoveForm(sent(request))

    def do() -> object:
        return _write(request, campus, [*phases[: place - 1], *phases[place:]], form)

    words = {
        "title": f"Take out “{phases[place - 1]['title']}”",
        "submit": "Take it out",
        "no": True,
        "changes": ["The phase and its activities leave the roadmap. Earlier versions keep them."],
    }
    return _done(request, campus, form, do, words)


class RemoveForm(forms.Form):
    """Why a phase goes."""

    why = forms.CharField(
        label="Why",
        max_length=1000,
        widget=LOW,
        error_messages={"required": "Say what changes, and why. It is kept."},
    )


def _write(request: HttpRequest, campus: Institution, phases: list[Any], form: forms.Form) -> object:
    by, why = person_of(request), form.cleaned_data["why"]
    return editions.write_roadmap(institution=campus, phases=phases, why=why, by=by)


def _done(
    request: HttpRequest, campus: Institution, form: forms.Form, do: Any, words: dict[str, Any]
) -> HttpResponse:
    to = reverse("office_roadmap", args=[campus.slug])
    answer = done(request, form, do, "The roadmap has a new version.", to)
    return answer or act(request, campus, TAB, form, cancel_url=to, **words)

"""Start a proposal, and say who proposes it."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from accounts.addressees import people_at
from accounts.models import Institution, Person, Unit
from accounts.staff import person_of
from credentials.models import Definition
from policies.reasons import Refused
from proposals import credit, reading, routes
from proposals.actions import documents, proposals, proposers
from proposals.forms import AboutForm, ProposerForm, StartForm, place_reasons
from proposals.models import Proposal
from proposals.views.finding import find, page


def start(request: HttpRequest) -> HttpResponse:
    """Where do you want to propose: the campuses where I am a proposer; with one only, straight on."""
    grants = person_of(request).grants.in_force().filter(role="proposer")
    campuses = Institution.objects.filter(pk__in=grants.values("institution"))
    if len(campuses) == 1:
        return redirect("proposal_start_at", campuses[0].slug)
    return render(request, "proposals/where.html", {"campuses": campuses})


def start_at(request: HttpRequest, slug: str) -> HttpResponse:
    """Begin a draft on one campus."""
    institution = get_object_or_404(Institution, slug=slug)
    grants = person_of(request).grants.in_force().filter(role="proposer", institution=institution)
    if not grants:
        raise PermissionDenied("Only a proposer of this campus begins a proposal.")
    form = StartForm(institution.policy.pack, units_of(institution, grants), request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = _begin(request, institution, form)
        if made:
            return redirect("proposal_edit", made.pk, reading.current_form(made).sections[0].id)
    pack = institution.policy.pack
    context = {"form": form, "institution": institution, "pack": pack, "stages": pack.stages}
    return render(request, "proposals/start.html", context, status=409 if form.errors else 200)


def units_of(institution: Institution, grants: Any) -> Any:
    """The units in which these grants count."""
    rows = Unit.objects.filter(institution=institution)
    named = [g.unit for g in grants.select_related("unit")]
    if None in named:
        return rows
    found = rows.none()
    for unit in named:
        found |= rows.filter(path__startswith=unit.path)
    return found


def start_about(request: HttpRequest, slug: str, key: uuid.UUID) -> HttpResponse:
    """Begin a draft about a credential that is offered: a change, a move to credit, or its end."""
    institution = get_object_or_404(Institution, slug=slug)
    grants = person_of(request).grants.in_force().filter(role="proposer", institution=institution)
    if not grants:
        raise PermissionDenied("Only a proposer of this campus begins a proposal.")
    rows = Definition.objects.visible_to(person_of(request)).filter(institution=institution)
    about = get_object_or_404(rows, pk=key, current__isnull=False, standing__in=credit.OFFERED)
    pack, asked = institution.policy.pack, request.GET.get("kind", "")
    initial = {"kind": asked, "unit": about.unit_id, "type": "" if asked == credit.MOVE else about.type}
    units = units_of(institution, grants)
    form = AboutForm(pack, units, credit.kinds(pack, about), request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        made = _begin(request, institution, form, kind=form.cleaned_data["kind"], definition=about)
        if made:
            return redirect("proposal_edit", made.pk, reading.current_form(made).sections[0].id)
    context = {"form": form, "institution": institution, "pack": pack, "about": about}
    context["stages"] = routes.stages(pack, "change")
    return render(request, "proposals/start.html", context, status=409 if form.errors else 200)


def _begin(request: HttpRequest, institution: Institution, form: StartForm, **about: Any) -> Proposal | None:
    try:
        return proposals.start(
            **about,
            institution=institution,
            unit=form.cleaned_data["unit"],
            type=form.cleaned_data["type"],
            proposers=[person_of(request), *dict.fromkeys(people_at(form.addresses(), "proposers"))],
            by=person_of(request),
        )
    except Refused as error:
        place_reasons(form, error)
        return None


def team(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Who proposes it: add somebody, take somebody off."""
    proposal = find(request, key)
    documents.require_writing(proposal, person_of(request))
    form = ProposerForm(request.POST if "email" in request.POST else None)
    if request.method == "POST" and "remove" in request.POST:
        return _take_off(request, proposal, _proposer(proposal, request.POST["remove"]))
    if request.method == "POST" and form.is_valid():
        try:
            person = people_at([form.cleaned_data["email"]], "proposers")[0]
            proposers.add(proposal=proposal, person=person, by=person_of(request))
            return redirect("proposal_team", proposal.pk)
        except Refused as error:
            for reason in error.reasons:
                form.add_error("email", reason.text)
    context = {"form": form, "team": proposal.proposers.all()}
    return page(request, "proposals/team.html", proposal, context, status=409 if form.errors else 200)


def _take_off(request: HttpRequest, proposal: Proposal, person: Person) -> HttpResponse:
    try:
        proposers.remove(proposal=proposal, person=person, by=person_of(request))
    except Refused as error:
        messages.error(request, error.reasons[0].text)
        return redirect("proposal_team", proposal.pk)
    return redirect("proposals") if person == person_of(request) else redirect("proposal_team", proposal.pk)


def _proposer(proposal: Proposal, key: str) -> Person:
    found = next((p.person for p in proposal.proposers.all() if str(p.person_id) == key), None)
    if found is None:
        raise Http404("No such proposer")
    return found

"""Start a proposal, write it section by section, attach files, name co-proposers."""

from __future__ import annotations

import json
import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.clauses import mark
from accounts.models import Institution, Person, Unit
from accounts.staff import person_of
from journal.models import StoredFile
from policies.reasons import Reason, Refused
from policies.schema import Form, FormField, Section
from policies.wording import condition_words
from proposals import asking, conditions, reading
from proposals.actions import documents, files, proposals, proposers
from proposals.forms import ProposerForm, SectionForm, StartForm, UploadForm, place_reasons
from proposals.models import Proposal
from proposals.views.finding import find, page
from proposals.views.showing import checklist_lines


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
            return redirect("proposal_edit", made.pk, _form(made).sections[0].id)
    context = {"form": form, "institution": institution, "pack": institution.policy.pack}
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


def _begin(request: HttpRequest, institution: Institution, form: StartForm) -> Proposal | None:
    try:
        return proposals.start(
            institution=institution,
            unit=form.cleaned_data["unit"],
            type=form.cleaned_data["type"],
            proposers=[person_of(request), *_people(form.addresses())],
            by=person_of(request),
        )
    except Refused as error:
        place_reasons(form, error)
        return None


def _people(addresses: list[str]) -> list[Person]:
    known = {p.email: p for p in Person.objects.filter(email__in=addresses, is_active=True)}
    unknown = [a for a in addresses if a not in known]
    if unknown:
        raise Refused([Reason(f"Nobody here has the address {a}.", field="proposers") for a in unknown])
    return [known[a] for a in dict.fromkeys(addresses)]


def _form(proposal: Proposal) -> Form:
    return proposal.policy.pack.form(reading.current(proposal).form)


def edit(request: HttpRequest, key: uuid.UUID, section: str) -> HttpResponse:
    """One section of the document, with the checklist beside it. Saving keeps everything typed, whatever is wrong."""
    proposal = find(request, key)
    asked = _form(proposal).section(section)
    if asked is None:
        raise Http404("No such section")
    documents.require_writing(proposal, person_of(request))
    document = reading.current(proposal)
    questions = asking.asked(asked, document.answers, proposal.type)
    form = SectionForm(asked, questions, document.answers.get(section, {}), request.POST or None)
    stale = False
    if request.method == "POST" and form.is_valid():
        try:
            documents.save(
                proposal=proposal, answers=form.answers(), version=_version(request), by=person_of(request)
            )
        except Refused as error:
            stale = any(r.text == conditions.STALE.text for r in error.reasons)
            form.refuse(error)
        else:
            messages.success(request, "Saved.")
            return redirect(_next(request, proposal, section))
    context = _editing(proposal, asked, form, stale)
    return page(request, "proposals/edit.html", proposal, context, status=409 if form.errors else 200)


def _version(request: HttpRequest) -> int:
    text = request.POST.get("version", "")
    return int(text) if text.isdigit() else 0


def _next(request: HttpRequest, proposal: Proposal, section: str) -> str:
    """After "Save and go on" the next section, after the last one the proposal's page."""
    if "on" not in request.POST:
        return reverse("proposal_edit", args=[proposal.pk, section])
    ids = [s.id for s in _form(proposal).sections]
    after = ids[ids.index(section) + 1 :]
    return (
        reverse("proposal_edit", args=[proposal.pk, after[0]])
        if after
        else reverse("proposal", args=[proposal.pk])
    )


def _editing(proposal: Proposal, section: Section, form: SectionForm, stale: bool) -> dict[str, Any]:
    whole = _form(proposal)
    lines = checklist_lines(proposal)
    here = {f.id: f for f in section.fields}
    return {
        "form": form,
        "section": section,
        "section_clause": mark(proposal.policy, section.clause),
        "whole": whole,
        "stale": stale,
        "tabs": [
            {
                "label": s.title,
                "url": reverse("proposal_edit", args=[proposal.pk, s.id]),
                "current": s.id == section.id,
            }
            for s in whole.sections
        ],
        "rows": [
            {
                "field": field,
                "asked": here[field.name],
                "clause": mark(proposal.policy, here[field.name].clause),
                **_condition(proposal, section, here[field.name]),
            }
            for field in form
        ],
        "uploads": _uploads(proposal, whole, section),
        "lines": lines,
        "met": sum(line["state"] == "met" for line in lines),
        "last": whole.sections[-1].id == section.id,
    }


def _condition(proposal: Proposal, section: Section, field: FormField) -> dict[str, str]:
    """When the question is asked: in words, and as tests that the page follows while one types."""
    if field.when is None:
        return {}
    words = f"Only where {condition_words(proposal.policy.pack, field.when)}."
    tests = asking.tests_here(section, field)
    return {"only": words, "when": json.dumps(tests) if tests else ""}


def _uploads(proposal: Proposal, whole: Form, section: Section) -> list[dict[str, Any]]:
    """The file fields of this section with what was attached."""
    attached = reading.files_of(proposal, whole)
    found = []
    for asked in asking.asked(section, reading.current(proposal).answers, proposal.type):
        if asked.kind == "files":
            path = f"{section.id}.{asked.id}"
            found.append(
                {
                    "asked": asked,
                    "clause": mark(proposal.policy, asked.clause),
                    **_condition(proposal, section, asked),
                    "files": [f for f in attached if f.field == path],
                    "form": UploadForm(initial={"field": path}, auto_id=f"id_{asked.id}_%s"),
                }
            )
    return found


@require_POST
def attach(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Attach a file to a field of the present document."""
    proposal = find(request, key)
    form = UploadForm(request.POST, request.FILES)
    field = str(request.POST.get("field", ""))
    if not form.is_valid():
        messages.error(request, "Choose a file first.")
    else:
        try:
            stored = files.attach(
                proposal=proposal, field=field, upload=form.cleaned_data["file"], by=person_of(request)
            )
        except Refused as error:
            messages.error(request, " ".join(r.text for r in error.reasons))
        else:
            messages.success(request, f"Attached: {stored.name}")
    return _back(proposal, field)


def _back(proposal: Proposal, field: str) -> HttpResponse:
    section = field.partition(".")[0]
    if _form(proposal).section(section):
        return redirect("proposal_edit", proposal.pk, section)
    return redirect("proposal", proposal.pk)


@require_POST
def detach(request: HttpRequest, key: uuid.UUID, file: uuid.UUID) -> HttpResponse:
    """Take a file off the document."""
    proposal = find(request, key)
    stored = get_object_or_404(StoredFile, pk=file, subject_kind="proposal", subject_id=proposal.pk)
    try:
        files.remove(proposal=proposal, stored=stored, by=person_of(request))
    except Refused as error:
        messages.error(request, error.reasons[0].text)
    return _back(proposal, stored.field)


def team(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Who proposes it: add somebody, take somebody off."""
    proposal = find(request, key)
    documents.require_writing(proposal, person_of(request))
    form = ProposerForm(request.POST if "email" in request.POST else None)
    if request.method == "POST" and "remove" in request.POST:
        return _take_off(request, proposal, _proposer(proposal, request.POST["remove"]))
    if request.method == "POST" and form.is_valid():
        try:
            person = _people([form.cleaned_data["email"].lower()])[0]
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

"""Writing a section of the document: saved with its button, or while one types; several people at a time."""

from __future__ import annotations

import json
import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.clauses import marked
from accounts.staff import person_of
from journal import clock
from policies.engine import value_at
from policies.reasons import Refused
from policies.schema import Section
from proposals import asking, conditions, presence, reading, versions
from proposals.actions import drafting
from proposals.actions.drafting import Page, Written
from proposals.forms import SectionForm
from proposals.merging import digest
from proposals.models import Proposal
from proposals.views import uploading
from proposals.views.drawing import drawn, here_now
from proposals.views.finding import find_draft, page
from proposals.views.meeting import named
from proposals.views.showing import checklist_lines

SEEN = "seen."  # the digest of the answer that the page showed, a hidden field for each question


@never_cache
def edit(request: HttpRequest, key: uuid.UUID, section: str) -> HttpResponse:
    """One section of the document, with the checklist beside it. Saving keeps everything typed, whatever is wrong."""
    proposal = find_draft(request, key)
    asked = section_of(proposal, section)
    if not versions.proposes(proposal, person_of(request)):
        raise PermissionDenied("Only its proposers change a proposal.")
    answers = reading.current(proposal).answers
    questions = asking.asked(asked, answers, proposal.type)
    form = SectionForm(asked, questions, answers.get(section, {}), request.POST or None)
    why = conditions.not_writable(proposal)
    if why:
        return _too_late(request, proposal, form, Refused(why))
    presence.come(proposal.pk, section, person_of(request))
    if request.method == "POST":
        return _save(request, proposal, asked, form)
    seen = {name: digest(value_at(answers, f"{section}.{name}")) for name in form.fields}
    return page(request, "proposals/edit.html", proposal, drawn(request, proposal, asked, form, seen))


def section_of(proposal: Proposal, section: str) -> Section:
    """The section of the present document's form; 404 where it has none of that name."""
    found = reading.current_form(proposal).section(section)
    if found is None:
        raise Http404("No such section")
    return found


def _write(request: HttpRequest, proposal: Proposal, section: Section, form: SectionForm) -> Written:
    """What was typed, as far as the form could read it; what a field itself refused stays on the page."""
    form.is_valid()
    return drafting.write(
        proposal=proposal,
        answers=form.answers(),
        seen={f"{section.id}.{name}": known for name, known in _posted(request, form).items()},
        by=person_of(request),
        page=_page(request),
    )


def _page(request: HttpRequest) -> Page:
    turn = request.POST.get("turn", "")
    known = turn.isdecimal() and len(turn) <= 15
    return Page(sitting=request.POST.get("sitting", "")[:40], turn=int(turn) if known else 0)


def _posted(request: HttpRequest, form: SectionForm) -> dict[str, str]:
    """What the page had shown, by the names of the questions."""
    return {name: request.POST.get(f"{SEEN}{name}", "") for name in form.fields}


def _by_name(written: Written) -> dict[str, str]:
    return {path.partition(".")[2]: known for path, known in written.seen.items()}


def _save(request: HttpRequest, proposal: Proposal, section: Section, form: SectionForm) -> HttpResponse:
    """The answers, then the files; on to where the person wants to go, or back to the page with what is wrong."""
    try:
        written = _write(request, proposal, section, form)
    except Refused as error:
        return _too_late(request, proposal, form, error)
    form.refuse(Refused(written.unfit))
    wrong = uploading.work(request, proposal, section)
    if form.errors or wrong:
        seen = {**_posted(request, form), **_by_name(written)}
        context = drawn(request, find_draft(request, proposal.pk), section, form, seen, wrong)
        return page(request, "proposals/edit.html", proposal, context, status=409)
    if written.kept:
        return redirect(written.kept[0].get_absolute_url())
    if not uploading.busy(request):
        messages.success(request, "Saved.")
    return redirect(_next(request, proposal, section.id))


def _too_late(request: HttpRequest, proposal: Proposal, form: SectionForm, error: Refused) -> HttpResponse:
    """Nothing can be saved now: why, and what was typed, so that it can be taken along."""
    typed = [{"label": field.label, "text": field.value()} for field in form if form.is_bound]
    context = {
        "reasons": marked(proposal.policy, error.reasons),
        "back_url": proposal.get_absolute_url(),
        "typed": [one for one in typed if isinstance(one["text"], str) and one["text"]],
    }
    return page(request, "409.html", proposal, context, status=409)


def _next(request: HttpRequest, proposal: Proposal, section: str) -> str:
    """After "Save and go on" the next section, after the last one the proposal's page."""
    if "on" not in request.POST:
        return reverse("proposal_edit", args=[proposal.pk, section])
    ids = [s.id for s in reading.current_form(proposal).sections]
    after = ids[ids.index(section) + 1 :]
    return (
        reverse("proposal_edit", args=[proposal.pk, after[0]])
        if after
        else reverse("proposal", args=[proposal.pk])
    )


@require_POST
def autosave(request: HttpRequest, key: uuid.UUID, section: str) -> HttpResponse:
    """Save the answers that were sent, those that changed while one typed; says in a sentence what became of them."""
    proposal = find_draft(request, key)
    asked, written, error = section_of(proposal, section), None, None
    questions = [one for one in asked.fields if f"{SEEN}{one.id}" in request.POST]
    form = SectionForm(asked, questions, {}, request.POST)
    presence.come(proposal.pk, section, person_of(request))
    try:
        written = _write(request, proposal, asked, form)
    except Refused as refused:
        error = refused
    proposal = find_draft(request, key)
    lines = checklist_lines(proposal)
    context = {
        "now": clock.now(),
        "written": written,
        "kept": named(proposal, written.kept if written else []),
        "reasons": [*(error.reasons if error else []), *(written.unfit if written else [])],
        "errors": [text for texts in form.errors.values() for text in texts],
        "lines": lines,
        "met": sum(line["state"] == "met" for line in lines),
    }
    response = page(request, "proposals/parts/saved.html", proposal, context)
    if written:
        response["HX-Trigger"] = json.dumps({"draft:kept": {"seen": _by_name(written)}})
    return response


@require_safe
def here(request: HttpRequest, key: uuid.UUID, section: str) -> HttpResponse:
    """Who else has this section open, and what others changed since the page was drawn; 204 while nothing is new."""
    proposal = find_draft(request, key)
    asked = section_of(proposal, section)
    if not versions.proposes(proposal, person_of(request)):
        raise Http404("Not theirs to write")
    presence.come(proposal.pk, section, person_of(request))
    context = here_now(request, proposal, asked)
    if context["known"] == request.GET.get("known"):
        return HttpResponse(status=204)
    return page(request, "proposals/parts/here.html", proposal, context)

"""Two texts for one answer: both beside each other, what differs, and the choice of who wrote the second one."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_safe

from accounts.clauses import mark
from accounts.staff import person_of
from policies.engine import value_at
from policies.reasons import Refused
from policies.schema import Form, FormField, Section
from proposals import conditions, merging, redline
from proposals.actions import drafting
from proposals.forms import SectionForm, place_reasons
from proposals.models import KeptAnswer, Proposal, Taken
from proposals.reading import read_item
from proposals.redline import Version
from proposals.views.finding import find, page
from proposals.views.meeting import named

CHOICES = (
    (Taken.THEIRS, "Keep what stands there"),
    (Taken.MINE, "Take what I wrote"),
    (Taken.TOGETHER, "Take what I write below, from both"),
)


class TakeForm(forms.Form):
    """Which of the texts."""

    take = forms.ChoiceField(
        label="What shall stand in the document", choices=CHOICES, widget=forms.RadioSelect
    )


@require_safe
def texts(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The texts that met another: mine that wait for a choice, and all proposers' for which one was made."""
    proposal = find(request, key)
    rows = KeptAnswer.objects.visible_to(person_of(request)).filter(document__proposal=proposal)
    rows = rows.select_related("written_by", "other_by").order_by("-written_at", "pk")
    return page(request, "proposals/texts.html", proposal, {"texts": named(proposal, rows)})


def text(request: HttpRequest, key: uuid.UUID, text: uuid.UUID) -> HttpResponse:
    """One of them: what stands there, what was written, what differs; who wrote it chooses."""
    proposal = find(request, key)
    rows = KeptAnswer.objects.visible_to(person_of(request)).filter(document__proposal=proposal)
    kept = get_object_or_404(rows.select_related("document", "written_by", "other_by"), pk=text)
    section, asked = _question(proposal, kept)
    now = kept.other if kept.settled_at else value_at(kept.document.answers, kept.field)
    start = {asked.id: merging.joined(asked, now, kept.answer)}
    take = TakeForm(request.POST or None)
    written = SectionForm(section, [asked], start, request.POST or None)
    if request.method == "POST" and take.is_valid() and written.is_valid():
        try:
            _choose(request, kept, take, written)
        except Refused as error:
            _refuse(take, written, error)
        else:
            messages.success(request, "Chosen. Both texts are kept.")
            return redirect("proposal_edit", proposal.pk, section.id)
    context = {"take": take, "written": written, **_shown(proposal, kept, section, asked, now)}
    status = 409 if take.errors or written.errors else 200
    return page(request, "proposals/text.html", proposal, context, status=status)


def _question(proposal: Proposal, kept: KeptAnswer) -> tuple[Section, FormField]:
    """The question that it answers; of a form that does not ask it any more, a plain one in its place."""
    form = proposal.policy.pack.form(kept.document.form)
    name, _, field = kept.field.partition(".")
    section, asked = form.section(name), form.field(kept.field)
    if section is None or asked is None:
        asked = FormField(id=field, label=kept.field, kind="longtext")
        section = Section(id=name, title=name, fields=[asked])
    return section, asked


def _choose(request: HttpRequest, kept: KeptAnswer, take: TakeForm, written: SectionForm) -> None:
    drafting.choose(
        kept=kept,
        take=take.cleaned_data["take"],
        seen=request.POST.get("seen", ""),
        by=person_of(request),
        answer=value_at(written.answers(), kept.field),
    )


def _refuse(take: TakeForm, written: SectionForm, error: Refused) -> None:
    """What is wrong with the text stands at the text, everything else on top."""
    for reason in error.reasons:
        at_text = reason.field.partition(".")[2] in written.fields
        place_reasons(
            written if at_text else take, Refused(reason), f"{written.section.id}." if at_text else ""
        )


def _shown(
    proposal: Proposal, kept: KeptAnswer, section: Section, asked: FormField, now: Any
) -> dict[str, Any]:
    items = [item for part in _red_line(section, asked, now, kept.answer) for item in part.items]
    return {
        "kept": kept,
        "asked": asked,
        "section": section,
        "clause": mark(proposal.policy, asked.clause),
        "mine": read_item(asked, kept.answer, []) | {"label": f"{asked.label}, as it was written"},
        "theirs": read_item(asked, now, []) | {"label": f"{asked.label}, as it stands"},
        "differs": items[0] if items else None,
        "seen": merging.digest(now),
        "closed": [] if kept.settled_at else conditions.not_writable(proposal),
    }


def _red_line(section: Section, asked: FormField, old: Any, new: Any) -> list[redline.Section]:
    """From what stands there to what was written, as a document of this question alone."""
    alone = asked.model_copy(update={"when": None})
    form = Form(
        id="proposal",
        title=section.title,
        sections=[Section(id=section.id, title=section.title, fields=[alone])],
    )
    return redline.compare(
        *(Version(form, {section.id: {asked.id: one}} if one is not None else {}) for one in (old, new))
    )

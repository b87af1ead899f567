"""What the page shows on which a section is written: questions, files, checklist, and what others are doing."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from accounts.clauses import mark
from accounts.staff import person_of
from policies.reasons import Reason
from policies.schema import Form, FormField, Section
from policies.wording import condition_words
from proposals import asking, presence, reading
from proposals.forms import SectionForm
from proposals.models import Proposal
from proposals.views.meeting import waiting
from proposals.views.showing import checklist_lines


def drawn(
    request: HttpRequest,
    proposal: Proposal,
    section: Section,
    form: SectionForm,
    seen: Mapping[str, str],
    wrong: Iterable[Reason] = (),
) -> dict[str, Any]:
    """What the template reads. `seen`: the digests of the answers shown; `wrong`: what is wrong with files."""
    whole, lines = reading.current_form(proposal), checklist_lines(proposal)
    here = {asked.id: asked for asked in section.fields}
    return {
        "form": form,
        "section": section,
        "section_clause": mark(proposal.policy, section.clause),
        "whole": whole,
        "sitting": request.POST.get("sitting") or uuid.uuid4().hex,
        "tabs": _tabs(proposal, whole, section),
        "rows": [
            {
                "field": field,
                "asked": here[field.name],
                "seen": seen.get(field.name, ""),
                "clause": mark(proposal.policy, here[field.name].clause),
                **_condition(proposal, section, here[field.name]),
            }
            for field in form
        ],
        "uploads": _uploads(proposal, whole, section, list(wrong)),
        "wrong": [{"text": one.text, "url": f"#field-{one.field.partition('.')[2]}"} for one in wrong],
        "waiting": waiting(proposal, person_of(request)),
        "lines": lines,
        "met": sum(line["state"] == "met" for line in lines),
        "last": whole.sections[-1].id == section.id,
        **here_now(request, proposal, section),
    }


def _tabs(proposal: Proposal, whole: Form, section: Section) -> list[dict[str, Any]]:
    return [
        {
            "label": one.title,
            "url": reverse("proposal_edit", args=[proposal.pk, one.id]),
            "current": one.id == section.id,
        }
        for one in whole.sections
    ]


def _condition(proposal: Proposal, section: Section, field: FormField) -> dict[str, str]:
    """When the question is asked: in words, and as tests that the page follows while one types."""
    if field.when is None:
        return {}
    words = f"Only where {condition_words(proposal.policy.pack, field.when)}."
    tests = asking.tests_here(section, field)
    return {"only": words, "when": json.dumps(tests) if tests else ""}


def _uploads(proposal: Proposal, whole: Form, section: Section, wrong: list[Reason]) -> list[dict[str, Any]]:
    """The file fields of this section with what was attached, and what was refused just now."""
    attached = reading.files_of(proposal, whole)
    questions = asking.asked(section, reading.current(proposal).answers, proposal.type)
    return [
        {
            "asked": asked,
            "path": f"{section.id}.{asked.id}",
            "clause": mark(proposal.policy, asked.clause),
            **_condition(proposal, section, asked),
            "files": [file for file in attached if file.field == f"{section.id}.{asked.id}"],
            "wrong": [one for one in wrong if one.field == f"{section.id}.{asked.id}"],
        }
        for asked in questions
        if asked.kind == "files"
    ]


def here_now(request: HttpRequest, proposal: Proposal, section: Section) -> dict[str, Any]:
    """Who else has the section open, and which of its answers others changed since `?since=`, a version."""
    me, team = person_of(request), [row.person for row in proposal.proposers.all()]
    others = presence.others(proposal.pk, section.id, team, me)
    since = request.GET.get("since", "")
    version = int(since) if since.isdecimal() and len(since) < 10 else proposal.version
    changed = reading.current(proposal).changed
    labels = [
        asked.label
        for asked in section.fields
        if (said := changed.get(f"{section.id}.{asked.id}"))
        and said["version"] > version
        and said["by"] != str(me.pk)
    ]
    return {
        "others": others,
        "changed": labels,
        "since": version,
        "known": f"{'-'.join(sorted(person.pk.hex[:8] for person in others))}.{len(labels)}",
        "here_url": reverse("proposal_here", args=[proposal.pk, section.id]),
    }

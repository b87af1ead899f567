"""Write what is asked: the office for its campus, the programme director for one offering before it opens."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.clauses import mark
from accounts.staff import person_of
from evaluation import editing
from evaluation import questions as rules
from evaluation.actions import templates
from evaluation.models import OfferingSurvey, Survey, SurveyVersion
from evaluation.reach import offerings_directed
from issuance.views.frame import on_site
from learning.models import Offering
from policies.reasons import Refused

METHODS = ["GET", "HEAD", "POST"]
PARTS = "questions"


def _survey(request: HttpRequest, key: uuid.UUID) -> Survey:
    """A survey of a campus that the person manages, or at which they direct offerings; others are 404."""
    person = person_of(request)
    campuses = offerings_directed(person).values("institution")
    rows = Survey.objects.select_related("institution__in_force", "current__made_by")
    found = get_object_or_404(rows, pk=key)
    known = templates.may_edit(person, found) or found.institution_id in set(
        campuses.values_list("institution", flat=True)
    )
    if not known:
        raise Http404("No such survey")
    return found


@require_safe
def survey(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """What a campus asks, when, and the versions that it asked; `?version=` shows an older one."""
    found = _survey(request, key)
    versions = list(found.versions.select_related("made_by", "offering"))
    text = request.GET.get("version", "")
    shown = next((v for v in versions if str(v.number) == text), found.current)
    assert shown is not None  # noqa: S101  (every survey begins with a version)
    policy = found.institution.in_force or found.institution.policy
    context = {
        "survey": found,
        "shown": shown,
        "screens": rules.screens(rules.read(shown.questions)),
        "kinds": rules.KINDS,
        "versions": versions,
        "may_edit": templates.may_edit(person_of(request), found),
        "clause": mark(policy, found.clause),
    }
    return on_site(request, "evaluation/survey.html", found.institution, context)


@require_http_methods(METHODS)
def survey_edit(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Change what a campus asks, for offerings that have not begun to ask."""
    found = _survey(request, key)
    if not templates.may_edit(person_of(request), found):
        raise PermissionDenied(templates.NOT_THE_OFFICE)
    assert found.current is not None  # noqa: S101
    return _editor(request, found, found.current, None)


@require_http_methods(METHODS)
def survey_adapt(request: HttpRequest, key: uuid.UUID, offering: uuid.UUID) -> HttpResponse:
    """Give one offering questions of its own, before the first learner is asked."""
    found = _survey(request, key)
    run = _offering(request, found, offering)
    mine = OfferingSurvey.objects.select_related("version").filter(survey=found, offering=run).first()
    version = mine.version if mine else found.current
    assert version is not None  # noqa: S101
    opened = mine is not None and mine.opened_at is not None
    return _editor(request, found, version, run, opened=opened, adapted=mine is not None)


def _offering(request: HttpRequest, found: Survey, key: uuid.UUID) -> Offering:
    rows = offerings_directed(person_of(request)).select_related("institution", "definition__current")
    return get_object_or_404(rows, pk=key, institution=found.institution_id)


def _editor(
    request: HttpRequest,
    found: Survey,
    version: SurveyVersion,
    run: Offering | None,
    *,
    opened: bool = False,
    adapted: bool = False,
) -> HttpResponse:
    sent = request.POST if request.method == "POST" else None
    start = {"title": version.title, "intro": version.intro, "seen": version.number}
    words = editing.WordsForm(sent, initial=start)
    timing = editing.TimingForm(sent, initial=editing.timing_of(found)) if run is None else None
    parts = editing.QuestionForms(sent, initial=editing.initial_of(version), prefix=PARTS)
    good = sent is not None and all([words.is_valid(), timing is None or timing.is_valid(), parts.is_valid()])
    if good and "more" not in request.POST and _saved(request, found, run, words, timing, parts):
        return redirect("graduates", run.pk) if run else redirect("survey", found.pk)
    if good and "more" in request.POST:  # further empty questions below those that were typed
        parts = _longer(parts)
    wrong = bool(words.errors or (timing and timing.errors) or (parts.is_bound and not parts.is_valid()))
    context = {
        "survey": found, "version": version, "offering": run, "words": words, "timing": timing, "parts": parts,
        "opened": opened, "adapted": adapted, "errors_title": "Not saved yet: please look at this",
    }  # fmt: skip
    return on_site(
        request, "evaluation/edit.html", found.institution, context, 409 if wrong or opened else 200
    )


def _longer(parts: Any) -> Any:
    """The same questions as typed, with further empty ones."""
    rows = [part.cleaned_data for part in parts if part.cleaned_data.get("text", "").strip()]
    return editing.QuestionForms(initial=rows, prefix=PARTS)


def _saved(
    request: HttpRequest,
    found: Survey,
    run: Offering | None,
    words: editing.WordsForm,
    timing: editing.TimingForm | None,
    parts: Any,
) -> bool:
    """Whether it was saved; else the refusal stands in the form."""
    person, said, seen = person_of(request), editing.written(words, parts), words.cleaned_data["seen"]
    try:
        if run is not None:
            templates.adapt(survey=found, offering=run, words=said, seen=seen, by=person)
        elif timing is not None:
            templates.edit(survey=found, words=said, timing=timing.timing(), seen=seen, by=person)
    except Refused as error:
        editing.put_refusal(words, timing, error)
        return False
    where = f"Learners of {run} are asked this." if run else "Offerings that have not begun to ask follow."
    messages.success(request, f"Saved. {where}")
    return True


@require_POST
def survey_follow(request: HttpRequest, key: uuid.UUID, offering: uuid.UUID) -> HttpResponse:
    """Let an offering ask what the campus asks again."""
    found = _survey(request, key)
    run = _offering(request, found, offering)
    try:
        templates.follow_again(survey=found, offering=run, by=person_of(request))
    except Refused as error:
        messages.error(request, error.reasons[0].text)
    else:
        messages.success(request, f"{run} asks what the campus asks again.")
    return redirect("graduates", run.pk)

"""Pages of what is measured: the comparison of an offering, what is measured, recording it, and one's own."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.clauses import mark
from accounts.forms import add_refusal
from accounts.models import ListKind, UploadedList
from accounts.staff import person_of
from accounts.tables.rewriting import as_csv
from accounts.tables.templates import as_file
from accounts.upload_forms import ListForm
from evaluation import reading_lists, readings
from evaluation.actions import indicators
from evaluation.forms_readings import MetricForm, ValuesForm
from evaluation.models import Indicator, Reading
from evaluation.reach import may_adapt
from journal import clock
from learning import terms
from learning.actions.completions import competencies_of
from learning.doors import Door
from learning.models import Offering
from learning.views.offerings import FORM_METHODS, list_taken, offering_of, policy_of, sent, tabs_of
from policies.reasons import Refused

A_PAGE = 25
NOT_YOURS = (
    "What was measured is seen by the assessors, the programme director and those who issue the badge."
)


def tab(person: Any, offering: Offering) -> Door | None:
    """The page of an offering's measures, where the policy asks for any."""
    if readings.rules_of(offering) is None or not readings.sees(person, offering):
        return None
    return Door("Before and after", reverse("offering_measures", args=[offering.pk]), "offering_measures")


def own_door(person: Any) -> Door | None:
    """One's own, once something was measured."""
    if not Reading.objects.filter(learner=person).exists():
        return None
    return Door("What was measured of you, before and after", reverse("my_measures"), "my_measures")


def _seen(request: HttpRequest, key: uuid.UUID) -> Offering:
    found = offering_of(request, key)
    if not readings.sees(person_of(request), found):
        raise PermissionDenied(NOT_YOURS)
    if readings.rules_of(found) is None:
        raise Http404("This campus's policy asks for no measures.")
    return found


@require_http_methods(FORM_METHODS)
def offering_measures(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The comparison with its chart and table; what is measured of each objective, and the form for another measure."""
    found, person = _seen(request, key), person_of(request)
    form = _metric_form(request, found)
    if request.method == "POST" and form.is_valid():
        try:
            made = indicators.define(offering=found, by=person, **form.cleaned_data)
        except Refused as error:
            add_refusal(form, error)
        else:
            messages.success(request, f"“{made.name}” is measured from now on.")
            return redirect("offering_measures", found.pk)
    elif request.method == "POST" and not may_adapt(person, found):
        raise PermissionDenied(indicators.NOT_YOURS)
    return measures_page(request, found, form, ListForm(auto_id="id_list_%s"))


def _metric_form(request: HttpRequest, found: Offering) -> MetricForm:
    rules = readings.rules_of(found)
    assert rules is not None  # noqa: S101  (`_seen` has looked)
    return MetricForm(competencies_of(found), rules, sent(request))


def measures_page(request: HttpRequest, found: Offering, form: MetricForm, upload: ListForm) -> HttpResponse:
    """The page; 409 when one of its forms was refused."""
    person, lines = person_of(request), readings.comparison(found)
    rules, policy = readings.rules_of(found), policy_of(found)
    records = indicators.may_record(person, found)
    context = {
        "offering": found,
        "institution": found.institution,
        "term": terms.words(found),
        "tabs": tabs_of(request, found, "offering_measures"),
        "heads": readings.HEADS,
        "lines": lines,
        "chart": readings.chart(lines),
        "at": clock.now(),
        "objectives": _objectives(found),
        "rules": rules,
        "clause": mark(policy, rules.clause) if rules else None,
        "minimum": policy.pack.evaluation.minimum_group,
        "form": form if may_adapt(person, found) else None,
        "records": records,
        "upload": upload if records else None,
        "lists": UploadedList.objects.visible_to(person).on_the_way(ListKind.MEASURES, found.pk)
        if records
        else (),
    }
    refused = bool(form.errors or upload.errors)
    return render(request, "evaluation/measures.html", context, status=409 if refused else 200)


def _objectives(found: Offering) -> list[dict[str, Any]]:
    """Each objective with what is measured of it, and how many measures it still lacks."""
    rules, metrics = readings.rules_of(found), list(Indicator.objects.of(found))
    least = rules.minimum if rules else 0
    lists = [(name, [one for one in metrics if one.objective == name]) for name in competencies_of(found)]
    return [{"name": name, "metrics": mine, "lacks": max(least - len(mine), 0)} for name, mine in lists]


@require_POST
def metric_retire(request: HttpRequest, key: uuid.UUID, metric: uuid.UUID) -> HttpResponse:
    """Reading it no more."""
    found = _seen(request, key)
    row = get_object_or_404(Indicator.objects.of(found), pk=metric)
    indicators.retire(metric=row, offering=found, by=person_of(request))
    messages.success(request, f"“{row.name}” is not measured any more. What was recorded is kept.")
    return redirect("offering_measures", found.pk)


@require_http_methods(FORM_METHODS)
def measures_record(request: HttpRequest, key: uuid.UUID, when: str) -> HttpResponse:
    """The grid of learners and measures, for values before or after; a page of learners at a time."""
    found, person = _seen(request, key), person_of(request)
    indicators.require_recorder(person, found)
    if when not in indicators.WHEN:
        raise Http404
    metrics = readings.in_order(found, Indicator.objects.of(found))
    everybody = sorted(readings.learners_of(found).items(), key=lambda one: (one[1], str(one[0])))
    page = Paginator([one for one in everybody if one[0] != person.pk], A_PAGE).get_page(
        request.GET.get("page")
    )
    learners = dict(page.object_list)
    rows = Reading.objects.filter(offering=found, metric__in=metrics, learner__in=learners)
    known = {(row.metric_id, row.learner_id): getattr(row, when) for row in rows}
    form = ValuesForm(metrics, learners, known, when, sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            changed = indicators.record(offering=found, values=form.values(), by=person)
        except Refused as error:
            add_refusal(form, error)
        else:
            messages.success(
                request, f"{changed:,} {'value is' if changed == 1 else 'values are'} new or changed."
            )
            return redirect(f"{request.path}?page={page.number}" if page.has_other_pages() else request.path)
    context = {"offering": found, "institution": found.institution, "form": form, "metrics": metrics}
    context |= {"when": when, "page": page, "tabs": _times(found, when)}
    return render(request, "evaluation/measures_record.html", context, status=409 if form.errors else 200)


def _times(found: Offering, current: str) -> list[dict[str, Any]]:
    return [
        {
            "label": when.capitalize(),
            "url": reverse("measures_record", args=[found.pk, when]),
            "current": when == current,
        }
        for when in indicators.WHEN
    ]


@require_safe
def measures_file(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The comparison as CSV."""
    found = _seen(request, key)
    text = as_csv([readings.HEADS, *(line.cells for line in readings.comparison(found))])
    answer = HttpResponse(f"\ufeff{text}", content_type="text/csv; charset=utf-8")
    name = slugify(found.title)[:60] or "offering"
    answer["Content-Disposition"] = f'attachment; filename="{name}-before-and-after.csv"'
    answer["Cache-Control"] = "private, no-store"
    return answer


@require_safe
def template(request: HttpRequest, key: uuid.UUID, kind: str) -> HttpResponse:
    """The list to begin with, as CSV or Excel."""
    if kind not in ("csv", "xlsx"):
        raise Http404
    found = _seen(request, key)
    indicators.require_recorder(person_of(request), found)
    return as_file(
        reading_lists.template(found), f"measures-{slugify(found.title)[:50] or 'list'}", "Learners", kind
    )


@require_POST
def send_list(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Keep a list of values; its own page says every line's verdict before anything is written."""
    found = _seen(request, key)
    indicators.require_recorder(person_of(request), found)
    upload = ListForm(request.POST, request.FILES, auto_id="id_list_%s")
    if answer := list_taken(request, found, upload, ListKind.MEASURES):
        return answer
    rules = readings.rules_of(found)
    assert rules is not None  # noqa: S101
    return measures_page(request, found, MetricForm(competencies_of(found), rules), upload)


@require_safe
def my_measures(request: HttpRequest) -> HttpResponse:
    """What was measured of me; nobody else's can be asked for here."""
    return render(request, "evaluation/my_measures.html", {"found": readings.own(person_of(request))})

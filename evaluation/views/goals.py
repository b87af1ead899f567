"""Goals and metrics of success: reported by period, set and adjusted by those who manage the campus."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.clauses import mark
from accounts.models import Institution
from accounts.staff import dashboard, person_of
from accounts.tables.rewriting import as_csv
from credentials.reach import grants_of
from evaluation.actions import goals as actions
from evaluation.forms_goals import AdjustForm, EndForm, GoalForm
from evaluation.models import Goal
from evaluation.models.goal import UNSEEING
from evaluation.reporting import Report, reports, sentence
from issuance.views.frame import inside, put_refusal
from policies.reasons import Refused

if TYPE_CHECKING:
    from accounts.models import Person

NOT_YOURS = "Goals are shown to those who manage, sign or lead a campus."


def campuses(person: Person) -> list[Institution]:
    """Where the person may see goals and how long approval takes."""
    rows = Institution.objects.select_related("in_force").order_by("name")
    if person.is_superuser:
        return list(rows)
    seen = {grant.institution_id for grant in grants_of(person) if grant.role not in UNSEEING}
    return list(rows.filter(pk__in=seen))


def chosen(request: HttpRequest) -> tuple[Institution, list[Institution]]:
    """The campus of `?campus=`, else the first; 403 for people who see none, 404 for one that is not theirs."""
    found, slug = campuses(person_of(request)), request.GET.get("campus", "")
    if not found:
        raise PermissionDenied(NOT_YOURS)
    campus = next((one for one in found if one.slug == slug), None) if slug else found[0]
    if campus is None:
        raise Http404("No such campus")
    return campus, found


@dashboard
@require_http_methods(["GET", "HEAD", "POST"])
def goals(request: HttpRequest) -> HttpResponse:
    """Each goal with its target and what was measured, period by period; a new goal is set here."""
    campus, found = chosen(request)
    form = GoalForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _set(request, campus, form):
        return redirect(f"{reverse('goals')}?campus={campus.slug}")
    person = person_of(request)
    rows = Goal.objects.visible_to(person).filter(institution=campus)
    policy = campus.in_force or campus.policy
    context = {
        "title": "Goals",
        "campus": campus,
        "campuses": found,
        "goals": [_shown(report) for report in reports(campus, rows.standing())],
        "given_up": [_shown(report) for report in reports(campus, rows.filter(ended_at__isnull=False))],
        "form": form if actions.may_set(person, campus) else None,
        "clause": mark(policy, policy.pack.outreach.goals_clause),
        "proposed": [
            goal for goal in policy.pack.outreach.goals if goal.says not in {row.says for row in rows}
        ],
    }
    return inside(request, "evaluation/goals.html", campus, context, 409 if form.errors else 200)


def _set(request: HttpRequest, campus: Institution, form: forms.Form) -> bool:
    return _did(
        request, form, lambda: actions.set_goal(institution=campus, by=person_of(request), **form.cleaned_data),
        "The goal is set. Its figures stand here within a minute.",
    )  # fmt: skip


def _did(request: HttpRequest, form: forms.Form, act: Callable[[], Any], said: str) -> bool:
    """Whether the act was done; a refusal stands in the form."""
    try:
        act()
    except Refused as error:
        put_refusal(form, error)
        return False
    messages.success(request, said)
    return True


def _shown(report: Report) -> dict[str, Any]:
    """A report as its template takes it."""
    goal = report.goal
    return {
        "goal": goal,
        "metric": sentence(report.metric),
        "now": report.now,
        "figure": {
            **report.chart.shown(),
            "at": report.at,
            "csv_url": reverse("goal_file", args=[goal.pk]),
        },
        "history": [
            {"said": sentence(one), "by": one.made_by, "at": one.made_at, "reason": one.reason}
            for one in reversed(report.metrics)
        ],
    }


def _goal(request: HttpRequest, key: uuid.UUID) -> Goal:
    rows = Goal.objects.visible_to(person_of(request)).select_related("institution__in_force")
    return get_object_or_404(rows, pk=key)


@dashboard
@require_safe
def goal_file(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """What was measured of a goal, as CSV."""
    goal = _goal(request, key)
    (report,) = reports(goal.institution, [goal])
    lines = [[line.label, *(cell.shown for cell in line.cells)] for line in report.chart.lines]
    body = f"\ufeff{as_csv([report.chart.columns, *lines])}"
    response = HttpResponse(body, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="goal.csv"'
    response["Cache-Control"] = "private, no-store"
    return response


@dashboard
@require_http_methods(["GET", "HEAD", "POST"])
def goal_adjust(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Measure a goal otherwise, with the reason that is kept."""
    goal = _mine(request, key)
    form = (
        AdjustForm(request.POST)
        if request.method == "POST"
        else AdjustForm.of(goal.metrics.order_by("-number")[0])
    )
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        if _did(
            request,
            form,
            lambda: actions.adjust(goal=goal, by=person_of(request), **given),
            "The metric is adjusted.",
        ):
            return redirect(f"{reverse('goals')}?campus={goal.institution.slug}")
    context = {"title": "Adjust the metric", "goal": goal, "form": form, "submit": "Adjust it"}
    return inside(request, "evaluation/goal_act.html", goal.institution, context, 409 if form.errors else 200)


@dashboard
@require_http_methods(["GET", "HEAD", "POST"])
def goal_end(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Give a goal up, with the reason that is kept."""
    goal = _mine(request, key)
    form = EndForm(request.POST or None)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        if _did(
            request,
            form,
            lambda: actions.give_up(goal=goal, reason=reason, by=person_of(request)),
            "The goal is given up.",
        ):
            return redirect(f"{reverse('goals')}?campus={goal.institution.slug}")
    context = {"title": "Give the goal up", "goal": goal, "form": form, "submit": "Give it up", "no": True}
    return inside(request, "evaluation/goal_act.html", goal.institution, context, 409 if form.errors else 200)


def _mine(request: HttpRequest, key: uuid.UUID) -> Goal:
    goal = _goal(request, key)
    if not actions.may_set(person_of(request), goal.institution):
        raise PermissionDenied(actions.NOT_YOURS)
    return goal

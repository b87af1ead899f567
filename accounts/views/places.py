"""The units of a campus and the dates of its terms."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.actions import calendar as calendar_actions
from accounts.actions import units as unit_actions
from accounts.forms import ReviewForm, UnitForm, YearForm
from accounts.staff import person_of
from accounts.views.common import (
    act_page,
    administered_campus,
    campus_page,
    done,
    managed_campus,
    require_form,
    sent,
)
from policies.calendar import academic_year_of, year_terms

FIRST_YEAR, LAST_YEAR = 2000, 2100


@require_safe
def units(request: HttpRequest, slug: str) -> HttpResponse:
    """The tree of units."""
    campus = managed_campus(request, slug)
    rows = list(campus.units.all())
    names = {str(unit.pk): unit.name for unit in rows}
    tree = sorted(rows, key=lambda unit: [names[part] for part in unit.lineage])
    lines = [(unit, " / ".join(names[part] for part in unit.lineage[:-1])) for unit in tree]
    return campus_page(request, "accounts/units.html", campus, "units", units=lines)


@require_form
def unit_add(request: HttpRequest, slug: str) -> HttpResponse:
    """Add a unit."""
    campus, back = administered_campus(request, slug), reverse("units", args=[slug])
    form = UnitForm(campus, sent(request))
    answer = done(
        request,
        form,
        lambda: unit_actions.add(institution=campus, by=person_of(request), **form.cleaned_data),
        "The unit is there now.",
        back,
    )
    return answer or act_page(request, campus, form, title="Add a unit", submit="Add it", back=back)


@require_form
def unit_review(request: HttpRequest, slug: str, pk: uuid.UUID) -> HttpResponse:
    """Enter the day of a unit's next periodic review."""
    campus, back = administered_campus(request, slug), reverse("units", args=[slug])
    unit = get_object_or_404(campus.units.all(), pk=pk)
    form = ReviewForm(sent(request), initial={"review_on": unit.review_on})
    answer = done(
        request,
        form,
        lambda: unit_actions.set_review(unit=unit, on=form.cleaned_data["review_on"], by=person_of(request)),
        "The day is entered. Deadlines follow it from now on.",
        back,
    )
    title = f"Periodic review of {unit}"
    return answer or act_page(request, campus, form, title=title, submit="Enter the day", back=back)


@require_safe
def calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """The terms of this academic year and the next ones: as entered, or as usual."""
    campus = managed_campus(request, slug)
    terms = campus.calendar
    entered = {(term.year, term.id) for term in terms.dated}
    names = {term.id: term.name for term in campus.policy.pack.calendar.terms}
    first = academic_year_of(campus.today(), terms)
    years = [
        (year, [(names[t.id], t, (year, t.id) in entered) for t in year_terms(year, terms)])
        for year in range(first, first + 4)
    ]
    return campus_page(request, "accounts/calendar.html", campus, "calendar", years=years)


@require_form
def calendar_year(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    """Enter the dates of one academic year."""
    campus, back = administered_campus(request, slug), reverse("calendar", args=[slug])
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Http404
    form = YearForm(campus, year, sent(request))
    answer = done(
        request,
        form,
        lambda: calendar_actions.set_year(
            institution=campus, year=year, dates=form.dates, by=person_of(request)
        ),
        "The dates are entered. Deadlines follow them from now on.",
        back,
    )
    title = f"The academic year {year}/{(year + 1) % 100:02}"
    return answer or act_page(request, campus, form, title=title, submit="Enter the dates", back=back)

"""Reports of platforms and of the labour market that exist only as downloads: looked through first, then brought in."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.files.base import ContentFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Institution
from accounts.staff import dashboard, person_of
from issuance.actions import figures as actions
from issuance.figures import lists
from issuance.figures.lists import Preview
from issuance.figures.names import PARTS, REPORTED
from issuance.figures_forms import ReportForm
from issuance.models import FigureReport
from issuance.views.frame import inside
from policies.reasons import Refused

LATEST = 50
MOST_SHOWN = 200
SAME = "All of it was here already. Nothing changed."


def _campus(request: HttpRequest, slug: str) -> Institution:
    """A campus that the person sees, and manages; another is 404 or 403."""
    person = person_of(request)
    campus = get_object_or_404(Institution.objects.visible_to(person).select_related("in_force"), slug=slug)
    actions.require_manager(person, campus)
    return campus


@dashboard
@require_safe
def figure_reports(request: HttpRequest, slug: str) -> HttpResponse:
    """Bring in a report; those brought in before."""
    return _page(request, _campus(request, slug), ReportForm())


def _page(request: HttpRequest, campus: Institution, form: ReportForm) -> HttpResponse:
    reports = FigureReport.objects.visible_to(person_of(request)).filter(institution=campus)
    context = {
        "title": "Reports of figures",
        "campus": campus,
        "form": form,
        "reports": reports.select_related("brought_by")[:LATEST],
        "figures": [{"word": word, "part": PARTS.get(key, "")} for key, (word, _) in REPORTED.items()],
    }
    status = 409 if form.errors else 200
    return inside(request, "issuance/figure_reports.html", campus, context, status)


@dashboard
@require_POST
def figure_report_check(request: HttpRequest, slug: str) -> HttpResponse:
    """Every bad line before anything is written; “send” brings the list in exactly as it stands on the page."""
    campus = _campus(request, slug)
    form = ReportForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, campus, form)
    given = form.cleaned_data
    file = given["file"]
    source = file if file is not None else ContentFile(given["text"].encode())
    name = (file.name if file is not None else given["name"]) or ""
    found, refusals = lists.preview(source, campus), list[str]()
    if "send" in request.POST and found.ok:
        try:
            report = actions.bring(institution=campus, found=found, name=name, by=person_of(request))
        except Refused as error:
            refusals = [reason.text for reason in error.reasons]
        else:
            messages.success(request, _said(report))
            return redirect("figure_reports", campus.slug)
    return _dry_run(request, campus, found, name, refusals)


def _said(report: FigureReport | None) -> str:
    if report is None:
        return SAME
    return (
        f"Brought in: {report.new:,} figures of a day are new, {report.replaced:,} took the place of others."
    )


def _dry_run(
    request: HttpRequest, campus: Institution, found: Preview, name: str, refusals: list[str]
) -> HttpResponse:
    form = ReportForm(initial={"text": found.text, "name": name})
    form.fields["text"].label = "The list"
    context: dict[str, Any] = {
        "title": "The list is in order" if found.ok else "Please look at the list",
        "campus": campus,
        "found": found,
        "form": form,
        "refusals": refusals,
        "sources": lists.sources(found.groups),
        "doubts": found.doubts[:MOST_SHOWN],
        "more_doubts": max(len(found.doubts) - MOST_SHOWN, 0),
    }
    status = 200 if found.ok and not refusals else 409
    return inside(request, "issuance/figure_report_check.html", campus, context, status)


@dashboard
@require_safe
def figure_report_template(request: HttpRequest) -> HttpResponse:
    """The list to begin with."""
    response = HttpResponse(lists.template(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="figures.csv"'
    return response

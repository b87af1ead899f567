"""Pages of a cohort: change the offering, see who is enrolled and who waits, enrol one, several or a list, end it."""

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

from accounts.models import ListKind, UploadedList
from accounts.staff import person_of
from accounts.tables.templates import as_file
from accounts.upload_forms import ListForm
from learning import enrolment_lists, terms
from learning.actions import editing, enrolments
from learning.forms import refused
from learning.models import Enrolment, EnrolmentState, Offering
from learning.offering_forms import EditOfferingForm, EnrolForm
from learning.views.offerings import A_PAGE, FORM_METHODS, list_taken, offering_of, sent, tabs_of
from policies.reasons import Refused

SHOWN = {
    "seated": "Enrolled",
    "waiting": "Waiting",
    "left": "Left",
}


@require_http_methods(FORM_METHODS)
def offering_edit(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Change title, days, term, seats and people."""
    person, found = person_of(request), offering_of(request, key)
    if not editing.may_edit(person, found):
        raise PermissionDenied(editing.NOT_YOURS)
    form = EditOfferingForm(found, sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            editing.edit_offering(offering=found, by=person, **form.values())
        except Refused as error:
            refused(form, error)
        else:
            messages.success(request, "The offering is changed.")
            return redirect("offering_learners", found.pk)
    context = {"form": form, "offering": found, "institution": found.institution}
    return render(request, "learning/offering_edit.html", context, status=409 if form.errors else 200)


@require_http_methods(FORM_METHODS)
def offering_learners(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Who is enrolled, who waits and who left; the form for one or several learners."""
    person, found = person_of(request), offering_of(request, key)
    may = enrolments.may_enrol(person, found)
    form = EnrolForm(sent(request))
    if request.method == "POST":
        enrolments.require_enroller(person, found)
        if form.is_valid() and _enrolled(request, form, found):
            return redirect("offering_learners", found.pk)
    return learners_page(
        request, found, form if may else None, ListForm(auto_id="id_list_%s") if may else None
    )


def learners_page(
    request: HttpRequest, found: Offering, form: EnrolForm | None, upload: ListForm | None
) -> HttpResponse:
    """The page; 409 when one of the forms was refused."""
    person = person_of(request)
    wanted = request.GET.get("show", "")
    wanted = wanted if wanted in SHOWN else "seated"
    rows = Enrolment.objects.visible_to(person).filter(offering=found)
    states = {
        "seated": [EnrolmentState.ENROLLED, EnrolmentState.FINISHED],
        "waiting": [EnrolmentState.WAITING],
    }
    kept = rows.filter(state__in=states.get(wanted, [EnrolmentState.LEFT]))
    page = Paginator(kept.select_related("learner", "added_by", "left_by").order_by("turn"), A_PAGE)
    context = {
        "offering": found,
        "institution": found.institution,
        "seats": Offering.objects.with_seats().get(pk=found.pk),
        "term": terms.words(found),
        "tabs": tabs_of(request, found, "offering_learners"),
        "page": page.get_page(request.GET.get("page")),
        "kinds": [
            {"label": label, "url": f"?show={name}", "current": name == wanted}
            for name, label in SHOWN.items()
        ],
        "wanted": wanted,
        "form": form,
        "upload": upload,
        "closed": [reason.text for reason in enrolments.reasons(found)],
        "may_edit": editing.may_edit(person, found),
        "lists": UploadedList.objects.visible_to(person).on_the_way(ListKind.ENROLMENTS, found.pk)
        if form
        else (),
    }
    refused_one = bool((form and form.errors) or (upload and upload.errors))
    return render(request, "learning/learners.html", context, status=409 if refused_one else 200)


def _enrolled(request: HttpRequest, form: EnrolForm, found: Offering) -> bool:
    try:
        made = enrolments.enrol(offering=found, learners=form.cleaned_data["learners"], by=person_of(request))
    except Refused as error:
        for reason in error.reasons:
            _, _, place = reason.field.partition("learners.")
            number = place.partition(".")[0]
            form.add_error(
                "learners" if number else None, f"Line {number}: {reason.text}" if number else reason.text
            )
        return False
    messages.success(request, said_of(made))
    return True


def said_of(made: list[Enrolment]) -> str:
    """What became of those who were enrolled."""
    seated = sum(row.state == EnrolmentState.ENROLLED for row in made)
    waiting = len(made) - seated
    parts = [f"{seated:,} {'has a seat' if seated == 1 else 'have seats'}"] if seated else []
    parts += [f"{waiting:,} {'is' if waiting == 1 else 'are'} on the waiting list"] if waiting else []
    return f"{' and '.join(parts)}. Each gets a mail." if parts else "Everybody was in it already."


@require_http_methods(FORM_METHODS)
def enrolment_end(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """End an enrolment, one's own or, for those who enrol learners, another's: what that means, then the act."""
    person = person_of(request)
    rows = Enrolment.objects.visible_to(person).select_related(
        "offering__institution", "offering__definition__current"
    )
    row = get_object_or_404(rows.select_related("learner"), pk=key)
    mine = row.learner_id == person.pk
    if not mine and not enrolments.may_enrol(person, row.offering):
        raise PermissionDenied(enrolments.NOT_YOUR_PLACE)
    back = reverse("my_learning") if mine else reverse("offering_learners", args=[row.offering_id])
    problem = ""
    if request.method == "POST":
        try:
            enrolments.leave(enrolment=row, by=person)
        except Refused as error:
            problem = error.reasons[0].text
        else:
            messages.success(
                request, "You have left it." if mine else f"{row.learner_name} is not in it any more."
            )
            return redirect(back)
    elif row.state == EnrolmentState.FINISHED:
        problem = enrolments.FINISHED
    context = {"row": row, "mine": mine, "back": back, "problem": problem, **_consequences(row, mine)}
    return render(request, "learning/enrolment_end.html", context, status=409 if problem else 200)


def _consequences(row: Enrolment, mine: bool) -> dict[str, Any]:
    seat = row.state == EnrolmentState.ENROLLED
    whose = "Your" if mine else "The learner’s"
    what = (
        "seat goes to whoever waits next, if anybody does"
        if seat
        else "place in the waiting list is given up"
    )
    told = [] if mine else ["The learner, by mail."]
    if seat:
        told.append("Whoever gets the seat, by mail.")
    return {
        "changes": [f"{whose} {what}.", "What was shown so far stays recorded."],
        "told": told,
        "final": ["Who wants to come again stands at the end of the list."],
        "institution": row.offering.institution,
    }


@require_safe
def template(request: HttpRequest, key: uuid.UUID, kind: str) -> HttpResponse:
    """The list to begin with, as CSV or Excel."""
    if kind not in ("csv", "xlsx"):
        raise Http404
    found = offering_of(request, key)
    enrolments.require_enroller(person_of(request), found)
    return as_file(
        enrolment_lists.TEMPLATE, f"enrol-{slugify(found.title)[:50] or 'offering'}", "Learners", kind
    )


@require_POST
def send_list(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Keep a list of learners; its own page says every line's verdict before anything is written."""
    found = offering_of(request, key)
    enrolments.require_enroller(person_of(request), found)
    upload = ListForm(request.POST, request.FILES, auto_id="id_list_%s")
    if answer := list_taken(request, found, upload, ListKind.ENROLMENTS):
        return answer
    return learners_page(request, found, EnrolForm(), upload)

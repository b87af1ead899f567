"""Record from a course system's grade export: the thresholds of the credential, then the list."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import ListKind, UploadedList
from accounts.staff import person_of
from accounts.upload_forms import ListForm
from learning.actions import completions, grading
from learning.forms import refused
from learning.grade_forms import ThresholdsForm
from learning.models import Offering
from learning.views.offerings import FORM_METHODS, list_taken, offering_of, sent
from policies.reasons import Refused


@require_http_methods(FORM_METHODS)
def offering_grades(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """From which grade something counts as shown, and the form for an export."""
    person, found = person_of(request), offering_of(request, key)
    completions.require_assessor(person, found)
    form = _form(request, found)
    if request.method == "POST" and form.is_valid():
        try:
            grading.set_thresholds(offering=found, thresholds=form.values(), by=person)
        except Refused as error:
            refused(form, error)
        else:
            messages.success(request, "These grades count from now on, in every offering of this credential.")
            return redirect("offering_grades", found.pk)
    return _page(request, found, form, ListForm(auto_id="id_list_%s"))


def _form(request: HttpRequest, found: Offering, *, fresh: bool = False) -> ThresholdsForm:
    known = grading.thresholds_of(found)
    return ThresholdsForm(grading.keys_of(found), known, None if fresh else sent(request))


def _page(request: HttpRequest, found: Offering, form: ThresholdsForm, upload: ListForm) -> HttpResponse:
    person = person_of(request)
    context = {
        "offering": found,
        "institution": found.institution,
        "form": form,
        "upload": upload,
        "ready": bool(grading.thresholds_of(found)),
        "lists": UploadedList.objects.visible_to(person).on_the_way(ListKind.GRADES, found.pk),
    }
    status = 409 if form.errors or upload.errors else 200
    return render(request, "learning/grades.html", context, status=status)


@require_POST
def send_grades(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Keep a grade export; its own page says every line's verdict before anything is written."""
    found = offering_of(request, key)
    completions.require_assessor(person_of(request), found)
    upload = ListForm(request.POST, request.FILES, auto_id="id_list_%s")
    if answer := list_taken(request, found, upload, ListKind.GRADES):
        return answer
    return _page(request, found, _form(request, found, fresh=True), upload)

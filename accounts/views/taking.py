"""Taking a list that a form holds, whatever it is for: one piece for every page on which lists are sent."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts import checking
from accounts.actions import uploads
from accounts.forms import add_refusal
from accounts.models import Institution, ListKind, ListState, UploadedList
from accounts.staff import person_of
from accounts.upload_forms import ListForm
from policies.reasons import Refused


def begun(request: HttpRequest, uploaded: UploadedList) -> HttpResponse:
    """On to the page of a list that was just sent; a short one is looked through before."""
    if uploaded.state == ListState.CHECKING and uploaded.expected <= uploads.AT_ONCE:
        checking.run(uploaded.pk)
    name = "list_columns" if uploaded.state == ListState.COLUMNS else "uploaded_list"
    return redirect(name, uploaded.pk)


def taken(
    request: HttpRequest,
    upload: ListForm,
    *,
    kind: ListKind,
    subject: uuid.UUID,
    institution: Institution,
    replaces: uuid.UUID | None = None,
) -> HttpResponse | None:
    """Keep the list that this form holds and go on to its page; None when it is none, which the form then says."""
    if not upload.is_valid():
        return None
    try:
        made = uploads.upload(
            kind=kind,
            subject=subject,
            institution=institution,
            file=upload.as_file(),
            by=person_of(request),
            replaces=replaces,
        )
    except Refused as error:
        add_refusal(upload, error)
        return None
    return begun(request, made)

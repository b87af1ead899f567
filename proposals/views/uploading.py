"""The files of a section, which travel with its form: attached, put in the place of another, taken off."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest

from accounts.staff import person_of
from journal.models import StoredFile
from policies.reasons import Reason, Refused
from policies.schema import Section
from proposals.actions import files
from proposals.models import Proposal

FILE, REPLACE, ATTACH, DETACH = "file.", "replace.", "attach", "detach"
NO_FILE = "Choose a file first."


def busy(request: HttpRequest) -> bool:
    """Whether the person pressed a button for a file, so that the page says what became of that alone."""
    return ATTACH in request.POST or DETACH in request.POST


def work(request: HttpRequest, proposal: Proposal, section: Section) -> list[Reason]:
    """Do with the files what was asked. What is refused comes back, each reason at its field; the rest is done."""
    wrong = [
        reason
        for name, upload in _chosen(request)
        for reason in _put(request, proposal, section, name, upload)
    ]
    if detached := request.POST.get(DETACH):
        wrong += _detach(request, proposal, _stored(proposal, detached))
    if ATTACH in request.POST and not request.FILES:
        wrong.append(Reason(NO_FILE, field=request.POST[ATTACH]))
    return wrong


def _chosen(request: HttpRequest) -> Iterator[tuple[str, UploadedFile]]:
    for name, uploads in request.FILES.lists():
        for upload in uploads:
            if name.startswith((FILE, REPLACE)):
                yield name, upload


def _put(
    request: HttpRequest, proposal: Proposal, section: Section, name: str, upload: UploadedFile
) -> list[Reason]:
    old = _stored(proposal, name.removeprefix(REPLACE)) if name.startswith(REPLACE) else None
    field = old.field if old else f"{section.id}.{name.removeprefix(FILE)}"
    by = person_of(request)
    try:
        if old:
            stored = files.replace(proposal=proposal, stored=old, upload=upload, by=by)
        else:
            stored = files.attach(proposal=proposal, field=field, upload=upload, by=by)
    except Refused as error:
        called = f"{upload.name}: " if upload.name else ""
        return [Reason(f"{called}{one.text}", one.clause, field) for one in error.reasons]
    messages.success(request, f"Attached: {stored.name}")
    return []


def _detach(request: HttpRequest, proposal: Proposal, stored: StoredFile) -> list[Reason]:
    try:
        files.remove(proposal=proposal, stored=stored, by=person_of(request))
    except Refused as error:
        return [Reason(one.text, one.clause, stored.field) for one in error.reasons]
    messages.success(request, f"Taken off: {stored.name}")
    return []


def _stored(proposal: Proposal, key: str) -> StoredFile:
    try:
        wanted = uuid.UUID(key)
    except ValueError:
        raise Http404("No such file") from None
    found = StoredFile.objects.filter(pk=wanted, subject_kind="proposal", subject_id=proposal.pk).first()
    if found is None:
        raise Http404("No such file")
    return found

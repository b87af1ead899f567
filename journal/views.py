"""Notices, downloads, and the demo's page of sent mail."""

from __future__ import annotations

import uuid

from csp.decorators import csp_override
from django.conf import settings
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.staff import person_of
from journal.actions import notices as notice_actions
from journal.files_access import may_see
from journal.models import Mail, Notice, StoredFile

SANDBOX = {"DIRECTIVES": {"default-src": ["'none'"], "sandbox": True}}
PAGE = 50


@csp_override(SANDBOX)
@require_safe
def file(request: HttpRequest, pk: uuid.UUID) -> FileResponse:
    """A stored file, as a download only; 404 for everyone who may not see what it belongs to."""
    stored = get_object_or_404(StoredFile.objects.select_related("institution"), pk=pk)
    if not may_see(stored, person_of(request)):
        raise Http404
    response = FileResponse(
        stored.file.open("rb"), as_attachment=True, filename=stored.name, content_type=stored.content_type
    )
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """What the person was told, newest first."""
    rows = Notice.objects.visible_to(person_of(request)).order_by("-created_at", "pk")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    unread = Notice.objects.visible_to(person_of(request)).unread().count()
    return render(request, "journal/notices.html", {"page": page, "unread": unread})


@require_POST
def notices_read(request: HttpRequest) -> HttpResponse:
    """Mark all of one's notices as read."""
    notice_actions.mark_read(by=person_of(request))
    return redirect("notices")


@require_safe
def mail_page(request: HttpRequest) -> HttpResponse:
    """In the demo: all mail of the campuses that the person manages. Elsewhere there is no such page."""
    rows = _demo_mail(request).select_related("institution", "recipient").order_by("-created_at", "pk")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return render(request, "journal/mail.html", {"page": page})


@require_safe
def mail_message(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """In the demo: one mail as its recipient reads it."""
    mail = get_object_or_404(_demo_mail(request).select_related("institution"), pk=pk)
    return render(request, "journal/mail_message.html", {"mail": mail})


def _demo_mail(request: HttpRequest):  # type: ignore[no-untyped-def]
    """Mail that the person may read here; mail is private outside the demo."""
    if not settings.DEMO:
        raise Http404
    rows = Mail.objects.visible_to(person_of(request))
    if not person_of(request).managed().exists():
        raise Http404
    return rows

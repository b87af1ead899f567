"""Notices, downloads, and the demo's pages of sent mail."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from csp.constants import NONE
from csp.decorators import csp
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.staff import person_of
from journal.actions import mail as mail_actions
from journal.actions import notices as notice_actions
from journal.files_access import may_see
from journal.models import Mail, Notice, StoredFile

if TYPE_CHECKING:
    from django.db.models import QuerySet

SANDBOX = {"default-src": [NONE], "sandbox": True}
PAGE = 50


@csp(SANDBOX)  # type: ignore[arg-type]
@never_cache
@require_safe
def file(request: HttpRequest, pk: uuid.UUID) -> FileResponse:
    """A stored file, as a download only; 404 for everyone who may not see what it belongs to."""
    stored = get_object_or_404(StoredFile, pk=pk)
    if not may_see(stored, person_of(request)):
        raise Http404
    content = stored.file.open("rb")
    response = FileResponse(
        content, as_attachment=True, filename=stored.name, content_type=stored.content_type
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """What the person was told, newest first."""
    rows = Notice.objects.visible_to(person_of(request)).order_by("-created_at", "pk")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return render(request, "journal/notices.html", {"page": page, "unread": rows.unread().count()})


@require_POST
def notices_read(request: HttpRequest) -> HttpResponse:
    """Mark all of one's notices as read."""
    notice_actions.mark_read(by=person_of(request))
    return redirect("notices")


@require_POST
def mail_retry(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Send failed mail again."""
    mail = get_object_or_404(Mail.objects.visible_to(person_of(request)), pk=pk)
    mail_actions.retry(mail=mail, by=person_of(request))
    messages.success(request, f"The mail to {mail.to} is on its way again.")
    back = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        return redirect(back)
    return redirect("admin:journal_mail_change", mail.pk)


@require_safe
def mail_page(request: HttpRequest) -> HttpResponse:
    """In the demo: all mail of the campuses that the person manages. Elsewhere there is no such page."""
    rows = _demo_mail(request).select_related("institution").order_by("-created_at", "pk")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return render(request, "journal/mail.html", {"page": page})


@require_safe
def mail_message(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """In the demo: one mail as its recipient reads it."""
    mail = get_object_or_404(_demo_mail(request).select_related("institution"), pk=pk)
    return render(request, "journal/mail_message.html", {"mail": mail, "institution": mail.institution})


def _demo_mail(request: HttpRequest) -> QuerySet[Mail]:
    """Mail that the person may read here; outside the demo mail is its recipient's own."""
    person = person_of(request)
    if not settings.DEMO or not person.managed().exists():
        raise Http404
    return Mail.objects.visible_to(person)

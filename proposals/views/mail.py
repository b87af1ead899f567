"""The mail about a proposal: kind, to whom, how far it has come."""

from __future__ import annotations

import uuid

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.staff import person_of
from proposals import mails
from proposals.views.finding import find, page

PAGE = 50


@require_safe
def mail(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """What went out about it, newest first, as far as this person may know of it."""
    found, person = find(request, key), person_of(request)
    shown = Paginator(mails.of(found, person), PAGE).get_page(request.GET.get("page"))
    context = {
        "page": shown,
        "lines": mails.lines(shown.object_list, found, person),
        "oversees": mails.oversees(found, person),
        "proposes": any(row.person_id == person.pk for row in found.proposers.all()),
    }
    return page(request, "proposals/mail.html", found, context)

"""For those who issue: how an award stands with its holder, and its link sent again."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django import forms
from django.contrib import admin, messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from accounts.staff import dashboard, person_of
from credentials.actions import accepting, resending
from credentials.answers import ways_of
from credentials.models import Award
from policies.reasons import Refused

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@dashboard
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Mailed, opened, accepted or declined; POST sends the link again. 404 for awards that one does not keep."""
    person = person_of(request)
    rows = Award.objects.visible_to(person).exclude(holder=person).defer("document")
    award = get_object_or_404(rows.select_related("institution", "version", "holder"), pk=key)
    status = 200
    if request.method == "POST":
        try:
            resending.send_again(award=award, by=person)
        except Refused as error:
            messages.error(request, error.reasons[0].text)
            status = 409
        else:
            messages.success(request, f"A new link is on its way to {award.holder.email}.")
            return redirect("award_answer", award.pk)
    context = {
        **admin.site.each_context(request),
        "title": f"“{award.version.title}” of {award.recipient_name}",
        "institution": award.institution,
        "award": award,
        "way": ways_of([award])[award.pk],
        "form": forms.Form(),
        "may_send": not (award.accepted_at or award.declined_at or accepting.problem(award)),
    }
    return render(request, "credentials/answer.html", context, status=status)

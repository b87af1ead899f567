"""The buttons of a badge in the wallet that waits for an answer: accept it, or decline it."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accounts.staff import person_of
from credentials.actions import accepting
from credentials.forms import AcceptForm, DeclineForm
from credentials.views.finding import mine
from credentials.views.wallet import answering
from policies.reasons import Refused

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_POST
def accept(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Accept the badge for those whom I chose."""
    award, form = mine(request, key), AcceptForm(request.POST)
    if not form.is_valid():
        return answering(request, award, form, DeclineForm())
    try:
        accepting.accept(award=award, by=person_of(request), **form.cleaned_data)
    except Refused as error:
        messages.error(request, error.reasons[0].text)
    else:
        messages.success(request, "It is yours. Share it, print it or download it here.")
    return redirect("wallet_badge", award.pk)


@require_POST
def decline(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Decline the badge, or give it back after having accepted it."""
    award, form = mine(request, key), DeclineForm(request.POST)
    if not form.is_valid():
        return answering(request, award, AcceptForm(), form)
    try:
        accepting.decline(award=award, by=person_of(request), **form.cleaned_data)
    except Refused as error:
        messages.error(request, error.reasons[0].text)
    else:
        messages.success(request, "You declined it. Nobody sees it. You can take that back here at any time.")
    return redirect("wallet_badge", award.pk)

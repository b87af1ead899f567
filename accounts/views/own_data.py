"""What is known of me: shown, downloaded, and erased, for everyone who learned here."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.actions import erasing
from accounts.hooks import now
from accounts.keepers import Told, known_of, works_here
from accounts.staff import person_of
from accounts.views.common import require_form
from policies.reasons import Refused

STAYS = (
    "You keep your account for your work, and what you did in office stays as it is. The record, which nobody can change, "
    "names learners by number; that number stays yours."
)


@never_cache
@require_safe
def own_data(request: HttpRequest) -> HttpResponse:
    """What is kept of me, kind by kind: how much, why, and what erasing does to it."""
    me = person_of(request)
    context = {"kinds": known_of(me), "problems": erasing.problems(me), "works": works_here(me)}
    return render(request, "accounts/own_data.html", context)


@never_cache
@require_safe
def own_data_file(request: HttpRequest) -> HttpResponse:
    """All of it as one JSON file."""
    me = person_of(request)
    said: dict[str, Any] = {
        "person": me.pk,
        "made_at": now(),
        **{told.key: told.rows for told in known_of(me)},
    }
    response = JsonResponse(said, json_dumps_params={"indent": 2, "ensure_ascii": False})
    response["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return response


@require_POST
def own_data_ask(request: HttpRequest) -> HttpResponse:
    """Mail me the link that erases it."""
    me = person_of(request)
    try:
        erasing.ask(by=me)
    except Refused as error:
        messages.error(request, " ".join(reason.text for reason in error.reasons))
    else:
        messages.success(
            request, f"A link is on its way to {me.email}. It works for an hour; nothing is erased before."
        )
    return redirect("own_data")


class EraseForm(forms.Form):
    """The last question."""

    sure = forms.BooleanField(
        label="Erase what is known of me. I know that it cannot be undone.",
        error_messages={"required": "Tick this if you are sure; nothing has been erased."},
    )


@never_cache
@require_form
def own_data_erase(request: HttpRequest, token: str) -> HttpResponse:
    """The mailed link: what will happen, and the button that does it. 409 with the reason where it cannot be done."""
    me = person_of(request)
    form = EraseForm(request.POST if request.method == "POST" else None)
    try:
        erasing.check(token=token, by=me)
        problems = erasing.problems(me)
        if form.is_valid() and not problems:
            stays = works_here(me)
            erasing.erase(token=token, by=me)
            if stays:
                messages.success(
                    request, "What you learned here is erased. Your account for your work stays."
                )
                return redirect("own_data")
            logout(request)
            return render(request, "accounts/erased.html")
    except Refused as error:
        problems = error.reasons
    context = {"form": form, "problems": problems, **consequences(known_of(me), works_here(me))}
    return render(
        request,
        "accounts/own_data_erase.html",
        context,
        status=409 if problems else 400 if form.errors else 200,
    )


def consequences(kinds: list[Told], works: bool) -> dict[str, list[str]]:
    """What erasing does to what there is, for the page before it."""
    return {
        "changes": [f"{told.title}: {told.erased}" for told in kinds if told.rows],
        "told": [
            "The campuses that it concerns: their record says that a learner was erased, by number, not by name."
        ],
        "final": [
            "All of it. A badge cannot be given back to you, and nobody here can say any more that it was yours.",
            *([STAYS] if works else []),
        ],
    }

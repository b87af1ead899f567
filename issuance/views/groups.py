"""Many deliveries that wait for the same reason: all of them in pages, and one act for the chosen, the group or everything."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.staff import dashboard, person_of
from issuance.actions import deliveries
from issuance.forms_tending import TendForm
from issuance.models import Delivery
from issuance.models.delivery import DeliveryQuerySet
from issuance.platforms import registry
from issuance.sending.causes import cause_of
from issuance.views.frame import inside, put_refusal, words_of
from policies.reasons import Refused

A_PAGE = 100
RELATED = ("account__institution", "award__version", "request__definition__current")


def narrowed(rows: DeliveryQuerySet, asked: Any) -> DeliveryQuerySet:
    """Of one account, one cause, one request, as far as these are asked for; none where an id is no id."""
    try:
        for name in ("account", "request"):
            if asked.get(name):
                rows = rows.filter(**{name: uuid.UUID(str(asked[name]))})
    except ValueError:
        return rows.none()
    cause = asked.get("cause")
    return rows if cause is None or "\x00" in cause else rows.filter(cause=cause)


@dashboard
@require_safe
def group(request: HttpRequest) -> HttpResponse:
    """Every delivery that waits at one account for one cause, to be chosen from."""
    stuck = Delivery.objects.tended_by(person_of(request)).stuck()
    rows = narrowed(stuck, {"cause": "", **request.GET.dict()})
    first = rows.select_related("account__institution").first()
    if first is None:
        raise Http404("Nothing waits here")
    words = words_of(request)
    listed = rows.about(words).select_related(*RELATED).defer("award__document").order_by("settled_at", "pk")
    cause = cause_of(first.cause)
    context = {
        "title": cause.title,
        "cause": cause,
        "platform": registry.label(first.account.platform),
        "number": rows.count(),
        "page": Paginator(listed, A_PAGE).get_page(request.GET.get("page")),
        "q": words,
        "kept": {name: request.GET.get(name, "") for name in ("account", "cause", "request")},
    }
    return inside(request, "issuance/group.html", first.account.institution, context)


@dashboard
@require_POST
def act(request: HttpRequest) -> HttpResponse:
    """Send the chosen again, or all of a group, or everything that waits; or do not send them. First what will happen,
    then (`confirm`) the act."""
    person = person_of(request)
    form = TendForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Choose at least one, and what is to happen.")
        return redirect("deliveries_failed")
    rows = _chosen(Delivery.objects.tended_by(person).stuck(), form.cleaned_data)
    cancels, number = form.cleaned_data["do"] == "cancel", rows.count()
    if cancels:
        number = rows.never_left().count()
    again = form.asking()
    if form.cleaned_data["confirm"]:
        try:
            count = _done(form, rows, request)
        except Refused as error:
            put_refusal(again, error)
        else:
            messages.success(request, _word(count, cancels))
            return redirect("deliveries_failed")
    context = _frame(number, rows.count() - number, cancels) | {"form": again}
    return inside(request, "issuance/decide.html", None, context, status=409 if again.errors else 200)


def _chosen(stuck: DeliveryQuerySet, given: dict[str, Any]) -> DeliveryQuerySet:
    if given["everything"]:
        return narrowed(
            stuck, {name: given[name] for name in ("account", "request") if given[name]} | _cause(given)
        )
    return stuck.filter(pk__in=given["chosen"])


def _cause(given: dict[str, Any]) -> dict[str, str]:
    """The cause "" is one of its own; without an account everything is meant."""
    return {"cause": given["cause"]} if given["account"] else {}


def _done(form: TendForm, rows: DeliveryQuerySet, request: HttpRequest) -> int:
    if form.cleaned_data["do"] == "cancel":
        return deliveries.cancel_many(rows=rows, by=person_of(request), reason=form.cleaned_data["reason"])
    return deliveries.retry_many(rows=rows, by=person_of(request))


def _word(count: int, cancels: bool) -> str:
    are = "is" if count == 1 else "are"
    return f"{count:,} {are} not sent. The awards stand." if cancels else f"{count:,} {are} on the way again."


def _frame(number: int, rest: int, cancels: bool) -> dict[str, Any]:
    badges = "badge" if number == 1 else "badges"
    frame: dict[str, Any] = {"kicker": "Deliveries", "back": reverse("deliveries_failed")}
    if not cancels:
        changes = [f"{number:,} {badges} that wait go out again."]
        changes.append("What may have arrived is asked about first, so nothing arrives twice.")
        return frame | {"title": f"Send {number:,} again", "submit": "Send them again", "changes": changes}
    changes = [f"{number:,} {badges} are not sent. The awards stand, with their files and pages here."]
    if rest:
        changes.append(f"{rest:,} that are at the platform, or may be, are left as they are.")
    return frame | {
        "title": f"Do not send {number:,}",
        "submit": "Do not send them",
        "changes": changes,
        "no": True,
    }

"""Deliveries that wait for a person, by cause with the remedy; one delivery with its attempts in words."""

from __future__ import annotations

import uuid
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Count, F, Min, Window
from django.db.models.functions import RowNumber
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.staff import dashboard, person_of
from issuance.actions import deliveries
from issuance.forms import NothingForm, ReasonForm
from issuance.models import Attempt, Delivery, DeliveryState, PlatformAccount
from issuance.models.delivery import DeliveryQuerySet
from issuance.platforms import registry
from issuance.sending.causes import cause_of
from issuance.views.frame import inside, put_refusal
from policies.reasons import Refused

SHOWN = 20
RELATED = ("account__institution", "award__version", "award__definition", "request")


@dashboard
@require_safe
def failures(request: HttpRequest) -> HttpResponse:
    """What waits for a person, by account and cause, the most first; `?cause=` and `?request=` narrow it."""
    stuck = _narrowed(request, Delivery.objects.tended_by(person_of(request)).stuck())
    groups = (
        stuck.order_by()
        .values("account", "cause")
        .annotate(number=Count("pk"), since=Min("settled_at"))
        .order_by("-number", "cause", "account")
    )
    shown = _first_of_each(stuck)
    kept = {"request": request.GET["request"]} if request.GET.get("request") else {}
    found = [_group(group, shown.get((group["account"], group["cause"]), []), kept) for group in groups]
    context = {
        "title": "Deliveries that wait for a person",
        "groups": found,
        "narrowed": bool(request.GET.get("cause") or request.GET.get("request")),
        "trying": _trying(request),
        "compared": PlatformAccount.objects.compared_for(person_of(request)).exists(),
    }
    return inside(request, "issuance/failures.html", None, context)


def _narrowed(request: HttpRequest, rows: DeliveryQuerySet) -> DeliveryQuerySet:
    if "cause" in request.GET:
        rows = rows.filter(cause=request.GET["cause"])
    try:
        return rows.filter(request=uuid.UUID(request.GET["request"])) if request.GET.get("request") else rows
    except ValueError:
        return rows.none()


def _trying(request: HttpRequest) -> int:
    """How many go on by themselves after a fault: nobody need do anything about these."""
    rows = Delivery.objects.tended_by(person_of(request)).filter(state=DeliveryState.QUEUED)
    return rows.exclude(cause="").count()


def _first_of_each(stuck: DeliveryQuerySet) -> dict[tuple[uuid.UUID, str], list[Delivery]]:
    """The oldest deliveries of each account and cause, in one query."""
    place = Window(
        RowNumber(), partition_by=[F("account"), F("cause")], order_by=[F("settled_at").asc(), F("pk").asc()]
    )
    rows = stuck.annotate(place=place).filter(place__lte=SHOWN).select_related(*RELATED)
    ordered = sorted(rows, key=lambda row: (str(row.account_id), row.cause, row.place))
    return {key: list(found) for key, found in groupby(ordered, key=lambda row: (row.account_id, row.cause))}


def _group(group: Any, rows: list[Delivery], kept: dict[str, str]) -> dict[str, Any]:
    account = rows[0].account
    asked = urlencode({"account": account.pk, "cause": group["cause"], **kept})
    return {
        "url": f"{reverse('deliveries_group')}?{asked}",
        "cause": cause_of(group["cause"]),
        "platform": registry.label(account.platform),
        "campus": account.institution,
        "number": group["number"],
        "since": group["since"],
        "rows": rows,
        "first": rows[0],
        "more": group["number"] - len(rows),
    }


def found_of(request: HttpRequest, key: uuid.UUID) -> Delivery:
    """The delivery; one that this person may not see is 404."""
    rows = Delivery.objects.visible_to(person_of(request))
    return get_object_or_404(rows.select_related(*RELATED), pk=key)


@dashboard
@require_safe
def delivery(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """One delivery: how it stands, every attempt in words, what can be done."""
    found, person = found_of(request, key), person_of(request)
    may = deliveries.may_tend(person, found)
    stuck = may and not deliveries.retry_reasons(found)
    context = {
        "found": found,
        "platform": registry.label(found.account.platform),
        "cause": cause_of(found.cause) if found.cause else None,
        "waits": found.state in (DeliveryState.NEEDS_PERSON, DeliveryState.UNPUBLISHED),
        "attempts": [_attempt(attempt) for attempt in found.attempts.order_by("-number")],
        "may_retry": stuck,
        "may_cancel": may and not deliveries.cancel_reasons(found),
        "same": deliveries.same_cause(found, person).count() if stuck else 0,
    }
    return inside(request, "issuance/delivery.html", found.account.institution, context)


OUTCOMES = {
    "": "No answer yet.",
    "delivered": "It arrived.",
    "accepted": "It arrived, and the learner has accepted it.",
    "found": "It was there already; nothing was sent twice.",
    "late": "It arrived, but the worker learned it too late to say so.",
    "unpublished": "It was created, but not published.",
    "revoked": "It was withdrawn.",
    "absent": "It is not there, so it may be sent.",
    "ambiguous": "It is not known whether it arrived.",
    "temporary": "It did not work this time.",
    "permanent": "It was refused.",
}


def _attempt(attempt: Attempt) -> dict[str, Any]:
    """An attempt as the record component shows it."""
    did = "Asked whether it is there" if attempt.asked else f"Attempt {attempt.number}"
    said = OUTCOMES.get(attempt.outcome, attempt.outcome.replace("_", " ").capitalize() + ".")
    return {"at": attempt.started_at, "text": f"{did}. {said}", "note": attempt.message}


@dashboard
@require_POST
def retry(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Send one again."""
    found = found_of(request, key)
    try:
        deliveries.retry(delivery=found, by=person_of(request))
    except Refused as error:
        messages.error(request, error.reasons[0].text)
    else:
        messages.success(request, "It is on its way again.")
    return redirect("delivery", found.pk)


@dashboard
def retry_cause(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The page before all that wait for the same cause are sent again, and the act."""
    found, person = found_of(request, key), person_of(request)
    deliveries.require_tender(person, found)
    if request.method == "POST":
        count = deliveries.retry_cause(delivery=found, by=person)
        messages.success(request, f"{count:,} {'is' if count == 1 else 'are'} on the way again.")
        return redirect("deliveries_failed")
    number = deliveries.same_cause(found, person).count()
    context = {
        "title": f"Send {number:,} again",
        "kicker": cause_of(found.cause).title,
        "form": NothingForm(),
        "submit": "Send them again",
        "changes": [
            f"{number:,} {'badge' if number == 1 else 'badges'} that wait for the same cause go out again.",
            "What may have arrived is asked about first, so nothing arrives twice.",
        ],
        "back": reverse("deliveries_failed"),
    }
    return inside(request, "issuance/decide.html", found.account.institution, context)


@dashboard
def cancel(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The page before giving up on the platform for this award, and the act."""
    found, person = found_of(request, key), person_of(request)
    deliveries.require_tender(person, found)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            deliveries.cancel(delivery=found, by=person, reason=form.cleaned_data["reason"])
        except Refused as error:
            put_refusal(form, error)
        else:
            messages.success(request, "Cancelled. The award itself stands.")
            return redirect("delivery", found.pk)
    platform = registry.label(found.account.platform)
    context = {
        "title": f"Do not send it to {platform}",
        "kicker": f"{found.award.version.title}, {found.award.recipient_name}",
        "form": form,
        "submit": "Cancel the delivery",
        "no": True,
        "changes": [
            f"{platform} is not tried again for this award.",
            "The award itself stands, with its file and its page here.",
        ],
        "back": reverse("delivery", args=[found.pk]),
    }
    return inside(
        request,
        "issuance/decide.html",
        found.account.institution,
        context,
        status=409 if form.errors else 200,
    )

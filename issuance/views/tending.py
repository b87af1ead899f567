"""Failures by cause with the remedy, one delivery with its attempts, and the page before a revocation."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Min
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST, require_safe

from accounts.staff import dashboard, person_of
from credentials.actions import awards
from credentials.models import Award
from issuance.actions import deliveries
from issuance.forms import ReasonForm
from issuance.models import Delivery
from issuance.platforms import registry
from issuance.platforms.base import CAUSES
from issuance.views.frame import inside, put_refusal
from policies.reasons import Refused

SHOWN = 20


@dashboard
@require_safe
def failures(request: HttpRequest) -> HttpResponse:
    """What waits for a person, by account and cause, the most first."""
    person = person_of(request)
    stuck = Delivery.objects.tended_by(person).stuck()
    groups = (
        stuck.order_by()
        .values("account", "account__platform", "cause")
        .annotate(n=Count("pk"), since=Min("settled_at"))
    )
    found = [_group(stuck, group) for group in groups.order_by("-n")]
    grant = person.grants.in_force().select_related("institution").first()
    institution = grant.institution if grant else None
    if institution is None:
        raise PermissionDenied("Only a certifying office or the programme manager tends deliveries.")
    return inside(
        request, "issuance/failures.html", institution, {"groups": found, "title": "Deliveries that need you"}
    )


def _group(stuck: Any, group: Any) -> dict[str, Any]:
    rows = stuck.filter(account=group["account"], cause=group["cause"]).select_related("award__version")
    return {
        "cause": CAUSES.get(group["cause"], group["cause"].replace("_", " ") or "Something else"),
        "platform": registry.label(group["account__platform"]),
        "count": group["n"],
        "since": group["since"],
        "rows": list(rows.order_by("settled_at", "pk")[:SHOWN]),
    }


def _found(request: HttpRequest, key: uuid.UUID) -> Delivery:
    rows = Delivery.objects.visible_to(person_of(request))
    related = ("account__institution", "award__version", "award__definition", "request")
    return get_object_or_404(rows.select_related(*related), pk=key)


@dashboard
@require_safe
def delivery(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """One delivery: how it stands, every attempt in words, what can be done."""
    return _page(request, _found(request, key), ReasonForm())


def _page(request: HttpRequest, found: Delivery, form: ReasonForm) -> HttpResponse:
    person = person_of(request)
    may = deliveries.may_tend(person, found)
    context = {
        "title": "Delivery",
        "found": found,
        "platform": registry.label(found.account.platform),
        "attempts": found.attempts.order_by("number"),
        "may_retry": may and not deliveries.retry_reasons(found),
        "same": deliveries.same_cause(found, person).count() if may and found.cause else 0,
        "form": form if may and not deliveries.cancel_reasons(found) else None,
    }
    return inside(
        request, "issuance/delivery.html", found.account.institution, context, 409 if form.errors else 200
    )


@dashboard
@require_POST
def retry(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Send one again, or all that failed for the same cause."""
    found = _found(request, key)
    try:
        if "all" in request.POST:
            count = deliveries.retry_cause(delivery=found, by=person_of(request))
            messages.success(request, f"{count} are on their way again.")
            return redirect("deliveries_failed")
        deliveries.retry(delivery=found, by=person_of(request))
    except Refused as error:
        messages.error(request, error.reasons[0].text)
    else:
        messages.success(request, "It is on its way again.")
    return redirect("delivery", found.pk)


@dashboard
@require_POST
def cancel(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Give up on the platform for this award, with a reason."""
    found, form = _found(request, key), ReasonForm(request.POST)
    if form.is_valid():
        try:
            deliveries.cancel(delivery=found, by=person_of(request), reason=form.cleaned_data["reason"])
        except Refused as error:
            put_refusal(form, error)
        else:
            messages.success(request, "Cancelled. The award itself stands.")
            return redirect("delivery", found.pk)
    return _page(request, found, form)


@dashboard
def award_revoke(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The page before a revocation, and the revocation."""
    rows = Award.objects.visible_to(person_of(request)).select_related(
        "institution", "version__policy", "definition__unit"
    )
    award = get_object_or_404(rows, pk=key)
    if not awards.may_revoke(person_of(request), award):
        raise PermissionDenied("Only the certifying office or the programme manager revokes an award.")
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            deliveries.revoke_award(award=award, reason=form.cleaned_data["reason"], by=person_of(request))
        except Refused as error:
            put_refusal(form, error)
        else:
            messages.success(request, "Revoked. The learner is told, and every verifier will see it.")
            return redirect("verify", str(award.pk))
    context = {
        "title": "Revoke an award",
        "award": award,
        "form": form,
        "changes": [
            "The award is no longer in force, here and at the platform.",
            "Its place on the published status list says so.",
        ],
        "told": ["The learner, with your reason."],
        "final": ["A revocation cannot be taken back; a new award can be made."],
    }
    return inside(request, "issuance/revoke.html", award.institution, context, 409 if form.errors else 200)

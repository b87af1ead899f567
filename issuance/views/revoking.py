"""The page before an award is revoked, and the act."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from accounts.staff import dashboard, person_of
from credentials.actions import awards
from credentials.models import Award
from issuance.actions import deliveries
from issuance.forms import ReasonForm
from issuance.models import Delivery
from issuance.platforms import registry
from issuance.views.frame import inside, put_refusal
from policies.reasons import Refused


@dashboard
def award_revoke(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Revoke an award for good, with a reason that the learner is told."""
    person = person_of(request)
    rows = Award.objects.visible_to(person).select_related(
        "institution", "version__policy", "definition__unit", "holder"
    )
    award = get_object_or_404(rows, pk=key)
    if not awards.may_revoke(person, award):
        raise PermissionDenied("Only the certifying office or the programme manager revokes an award.")
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            deliveries.revoke_award(award=award, reason=form.cleaned_data["reason"], by=person)
        except Refused as error:
            put_refusal(form, error)
        else:
            messages.success(
                request, "Revoked. The learner is told, and everyone who checks the badge sees it."
            )
            return redirect("verify", str(award.pk))
    context = {
        "title": f"Revoke “{award.version.title}” of {award.recipient_name}",
        "kicker": f"Awarded on {award.awarded_on:%-d %B %Y}",
        "form": form,
        "submit": "Revoke it",
        "no": True,
        "changes": _changes(award),
        "told": ["The learner, by mail; your reason stands in their wallet."],
        "final": ["A revocation cannot be taken back. A new award can be made."],
        "back": reverse("verify", args=[str(award.pk)]),
        "reasons": [{"text": "This award has been revoked already."}] if award.revoked_at else [],
    }
    status = 409 if form.errors or award.revoked_at else 200
    return inside(request, "issuance/decide.html", award.institution, context, status=status)


def _changes(award: Award) -> list[str]:
    changes = ["The badge is no longer in force: its page and its published status say so from now on."]
    for delivery in (
        Delivery.objects.bringing().filter(award=award).exclude(remote_id="").select_related("account")
    ):
        platform = registry.platform_class(delivery.account.platform)
        changes.append(f"It is withdrawn at {platform.label}. {platform.revocation}")
    return changes

"""One award in the dashboard: what it is, and the pages before it is suspended, reinstated, renewed or corrected."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.staff import dashboard, person_of
from credentials.actions import awards, later_credit, renewal, suspension
from credentials.models import Award, CreditGain
from issuance.actions import replacing
from issuance.forms import CorrectionForm, NothingForm, ReasonForm
from issuance.models import Delivery
from issuance.platforms import registry
from issuance.platforms.base import Facet, Platform
from issuance.views.frame import inside, put_refusal
from policies.reasons import Reason, Refused

RELATED = (
    "institution", "version__policy", "definition__unit", "definition__institution", "holder", "suspended_by",
    "revoked_by", "superseded_by",
)  # fmt: skip
PUT_RIGHT = (
    "it keeps its place and says what is new; with another address it is withdrawn and delivered anew."
)
MADE_ANEW = "the old one is withdrawn and the new one delivered."
LINK = "The old file and its images are no longer valid: other verifiers will say so, and its page leads to the new one."


def _found(request: HttpRequest, key: uuid.UUID) -> Award:
    """The award, for those who may see it; PermissionDenied for those of them who may not change it."""
    person = person_of(request)
    award = get_object_or_404(Award.objects.visible_to(person).select_related(*RELATED), pk=key)
    if not awards.may_revoke(person, award):
        raise PermissionDenied("Only the certifying office or the programme manager changes an award.")
    return award


@dashboard
@require_safe
def award(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """How it stands, since when and why, and what may be done to it; what may not, with its reasons. Its keepers see it too."""
    person = person_of(request)
    found = get_object_or_404(Award.objects.visible_to(person).select_related(*RELATED), pk=key)
    acts = _acts(found) if awards.may_revoke(person, found) else []
    if later_credit.rule_of(found) and later_credit.granting(person, found):
        acts.append(_crediting(found))
    context = {
        "title": f"“{found.version.title}” of {found.recipient_name}",
        "award": found,
        "status": found.status_on(found.institution.today()),
        "gain": CreditGain.objects.filter(Q(award=found) | Q(newer=found))
        .select_related("recorded_by")
        .first(),
        "quiet": [act for act in acts if not act["reasons"]],
        "off": [act for act in acts if act["reasons"]],
        "deliveries": [
            (registry.label(one.account.platform), one)
            for one in Delivery.objects.filter(award=found)
            .select_related("account")
            .order_by("created_at", "pk")
        ],
    }
    return inside(request, "issuance/award.html", found.institution, context)


def _acts(award: Award) -> list[dict[str, Any]]:
    offered = [
        ("Correct it …", "award_correct", renewal.correction_reasons(award), False),
        ("Renew it …", "award_renew", renewal.renewal_reasons(award), False),
        ("Reinstate it …", "award_reinstate", suspension.reinstatement_reasons(award), False)
        if award.suspended_at
        else ("Suspend it …", "award_suspend", suspension.suspension_reasons(award), True),
        ("Revoke it …", "award_revoke", awards.revocation_reasons(award), True),
    ]
    return [
        {"label": label, "url": reverse(name, args=[award.pk]), "reasons": reasons, "no": no}
        for label, name, reasons, no in offered
    ]


def _crediting(award: Award) -> dict[str, Any]:
    reasons = later_credit.gain_reasons(award)
    return {
        "label": "Give it credit …",
        "url": reverse("award_credit", args=[award.pk]),
        "reasons": reasons,
        "no": False,
    }


@dashboard
def suspend(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Suspend it for now, with a reason that the learner is told."""
    found = _found(request, key)
    there = [f"It stays as it is at {one.label}, which knows no suspension." for one in _arrived(found)]
    return decide(
        request,
        found,
        form=ReasonForm(request.POST if request.method == "POST" else None),
        act=lambda form: replacing.suspend(
            award=found, reason=form.cleaned_data["reason"], by=person_of(request)
        ),
        reasons=suspension.suspension_reasons(found),
        verb="Suspend",
        done="Suspended. The learner is told, and everyone who checks the badge here sees it.",
        changes=[
            "Its page and its address here say that it is suspended, and its files are withheld.",
            *there,
        ],
        told=["The learner, by mail; your reason stands in their wallet."],
        final=[
            "Nothing: it can be reinstated, or revoked. The signed status, which is final, does not change."
        ],
        no=True,
    )


@dashboard
def reinstate(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """End the suspension."""
    found = _found(request, key)
    return decide(
        request,
        found,
        form=NothingForm(request.POST if request.method == "POST" else None),
        act=lambda _form: replacing.reinstate(award=found, by=person_of(request)),
        reasons=suspension.reinstatement_reasons(found),
        verb="Reinstate",
        done="Reinstated. The learner is told.",
        changes=["It is in force as before, and its files are given out again."],
        told=["The learner, by mail."],
        final=["Nothing: it can be suspended again."],
    )


@dashboard
def renew(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Make a new award with a new term in its place."""
    found = _found(request, key)
    last, reasons = renewal.new_last_day(found), renewal.renewal_reasons(found)
    new = (
        f"A new award says the same and is valid until {last:%-d %B %Y}."
        if last
        else "A new award says the same."
    )
    return decide(
        request,
        found,
        form=NothingForm(request.POST if request.method == "POST" else None),
        act=lambda _form: replacing.renew(award=found, by=person_of(request)),
        reasons=reasons,
        verb="Renew",
        done="Renewed. The learner is told.",
        changes=[new, "It takes the place of this one, which ends.", *moved(found, ("issued", "expiry"))],
        told=["The learner, by mail."],
        final=[LINK],
    )


@dashboard
def correct(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Make a new award that says what is right in its place."""
    found = _found(request, key)
    said = renewal.said_by(found)
    return decide(
        request,
        found,
        form=CorrectionForm(request.POST if request.method == "POST" else None, initial=vars(said)),
        act=lambda form: replacing.correct(
            award=found, said=form.said(), reason=form.cleaned_data["reason"], by=person_of(request)
        ),
        reasons=renewal.correction_reasons(found),
        verb="Correct",
        done="Corrected. The learner is told.",
        changes=[
            "A new award says what you write here, with the dates of this one, and takes its place.",
            *moved(found, ("name", "evidence")),
        ],
        told=[
            "The learner, by mail. With another address: also whoever has that address, as with a new badge."
        ],
        final=[LINK],
    )


def _arrived(award: Award) -> list[type[Platform]]:
    """The platforms where it has arrived."""
    rows = Delivery.objects.bringing().filter(award=award).exclude(remote_id="").select_related("account")
    return [registry.platform_class(row.account.platform) for row in rows]


def moved(award: Award, wanted: Collection[Facet]) -> list[str]:
    """What becomes of it at its platforms when these parts of it change."""
    return [
        f"At {platform.label} {PUT_RIGHT if platform.replaces.issuperset(wanted) else MADE_ANEW}"
        for platform in _arrived(award)
    ]


def decide(
    request: HttpRequest,
    award: Award,
    *,
    form: Any,
    act: Callable[[Any], Award],
    reasons: Sequence[Reason],
    verb: str,
    done: str,
    **frame: Any,
) -> HttpResponse:
    """The page before a decision about an award; its POST decides and leads to the award that stands then."""
    if request.method == "POST" and _acted(form, act):
        messages.success(request, done)
        award.refresh_from_db(fields=["superseded_by"])
        return redirect("award_tend", award.superseded_by_id or award.pk)
    context = {
        "title": f"{verb} “{award.version.title}” of {award.recipient_name}",
        "kicker": f"Awarded on {award.awarded_on:%-d %B %Y}",
        "form": form,
        "submit": f"{verb} it",
        "back": reverse("award_tend", args=[award.pk]),
        "reasons": reasons,
        **frame,
    }
    status = 409 if reasons or form.errors else 200
    return inside(request, "issuance/decide.html", award.institution, context, status=status)


def _acted(form: forms.Form, act: Callable[[Any], Award]) -> bool:
    """Whether it was done; what refused it stands in the form otherwise."""
    if not form.is_valid():
        return False
    try:
        act(form)
    except Refused as error:
        put_refusal(form, error)
        return False
    return True

"""The learner's pages: the wallet, and one badge in it: who sees it, links to share, files."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.staff import person_of
from credentials import expiring
from credentials.actions import wallet as actions
from credentials.actions.accepting import problem
from credentials.files import co_curricular
from credentials.forms import AcceptForm, DeclineForm
from credentials.looks import look_of
from credentials.models import Award, ShareLink
from credentials.models.award import Item, Visibility
from credentials.openbadges.carried import Carried, carried
from credentials.views import counted
from credentials.views.awards import file_list
from credentials.views.catalogue import image_address
from credentials.views.finding import UNREAD, mine
from credentials.views.paths import ahead_of
from credentials.views.people import in_wallet
from credentials.views.sharing import counts_of, ways_of
from credentials.views.short import short_address
from policies.reasons import Refused


@require_safe
def wallet(request: HttpRequest) -> HttpResponse:
    """What waits for me, what I hold, what I declined, newest first; what I could earn next."""
    awards = Award.objects.held_by(person_of(request)).select_related("institution", "definition", "version")
    waiting: list[dict[str, Any]] = []
    held: list[dict[str, Any]] = []
    declined: list[dict[str, Any]] = []
    for award in awards.defer(*UNREAD):
        place = declined if award.declined_at else held if award.accepted_at or problem(award) else waiting
        place.append(card(award))
    context = {
        "waiting": waiting,
        "cards": held,
        "declined": declined,
        "ahead": ahead_of(person_of(request)),
        "transcript": bool(held) and co_curricular.offered_to(person_of(request)),
        "tabs": in_wallet("wallet"),
    }
    return render(request, "credentials/wallet.html", context)


def card(award: Award) -> dict[str, Any]:
    """An award as the badge card shows it."""
    look = look_of(award.institution, award.version.policy_id)
    return {
        "title": award.version.title,
        "url": reverse("wallet_badge", args=[award.pk]),
        "issuer": look.name,
        "image_url": image_address(award.definition),
        "colour": look.colour,
        "badge_shape": look.badge_shape,
        "state": award.status_on(award.institution.today()),
        "facts": [
            text
            for text in (
                f"Awarded on {award.awarded_on:%-d %B %Y}",
                expiring.last_day(award),
                _shown_to(award),
            )
            if text
        ],
    }


def _shown_to(award: Award) -> str:
    """Who sees it, in words."""
    if award.declined_at:
        return "You declined it"
    return award.get_visibility_display() if award.accepted_at else "Waits for your answer"


class VisibilityForm(forms.Form):
    """Who may see the badge."""

    visibility = forms.ChoiceField(
        label="From now on",
        choices=Visibility.choices,
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), "Choose one of the three."),
    )
    hidden = forms.MultipleChoiceField(
        label="Keep to myself",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Choose among what the page offers."},
        help_text="Others do not see what you tick. The signed file holds all of it, so it is then for you alone.",
    )

    def __init__(self, data: QueryDict | None, award: Award) -> None:
        super().__init__(data, initial={"visibility": award.visibility, "hidden": award.hidden})
        there = items_of(award)
        self.fields["hidden"].choices = [(item.value, item.label) for item in there]  # type: ignore[attr-defined]


def items_of(award: Award) -> list[Item]:
    """What the badge says of its holder, which they may keep to themselves."""
    stored = Award.objects.stored(award.pk) if award.status_list_id else None
    found = carried(stored.text) if stored else Carried()
    there = (True, found.evidence, found.narrative, found.results)
    return [item for item, said in zip(Item, there, strict=True) if said]


class ShareForm(forms.Form):
    """A new link."""

    label = forms.CharField(
        label="What the link is for",
        required=False,
        max_length=100,
        help_text="A word for yourself, such as “application”. Nobody else sees it.",
    )


@require_safe
def badge(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """One badge of mine: accept it or not; what it says, who sees it, use it."""
    award = mine(request, key)
    if award.accepted_at is None and not problem(award):
        return answering(request, award, AcceptForm(), DeclineForm())
    return _badge(request, award)


def _badge(request: HttpRequest, award: Award, form: VisibilityForm | None = None) -> HttpResponse:
    address = f"{settings.SITE_URL}{reverse('verify', args=[award.pk])}"
    context = {
        "award": award,
        "institution": look_of(award.institution, award.version.policy_id),
        "status": award.status_on(award.institution.today()),
        "last_day": expiring.last_day(award),
        "renewing": _renewing(award),
        "image_url": image_address(award.definition),
        "image_alt": award.definition.image_alt,
        "address": address,
        "code": award.code,
        "short_address": short_address(award.code),
        "visibility": form or VisibilityForm(None, award),
        "share": ShareForm(),
        "decline": DeclineForm(),
        "links": [
            _shown(link)
            for link in award.share_links.filter(withdrawn_at__isnull=True).order_by("-created_at")
        ],
        "ways": ways_of(award),
        "counts": counts_of(award),
        "has_file": bool(award.status_list_id),
        "files": file_list(award.pk, bool(award.definition.image)),
    }
    return render(request, "credentials/badge.html", context, status=409 if form else 200)


def _renewing(award: Award) -> dict[str, str] | None:
    """What to do about one that runs out within the next months, or has; the page that says what it asks for."""
    left = expiring.days_left(award)
    if left is None or left > expiring.SOON or award.ended or award.suspended_at:
        return None
    offered = award.definition.awardable_on(award.institution.today())
    page = reverse("credential", args=[award.definition.slug]) if offered else ""
    return {"text": expiring.renewing(award), "page": page}


def answering(request: HttpRequest, award: Award, accept: AcceptForm, decline: DeclineForm) -> HttpResponse:
    """The page of a badge of mine that I have not accepted; 409 with what was typed when that was refused."""
    context = {
        "award": award,
        "institution": look_of(award.institution, award.version.policy_id),
        "image_url": image_address(award.definition),
        "image_alt": award.definition.image_alt,
        "accept": accept,
        "decline": decline,
        "declining": bool(decline.errors),
    }
    status = 409 if accept.errors or decline.errors else 200
    return render(request, "credentials/accept.html", context, status=status)


def _shown(link: ShareLink) -> dict[str, Any]:
    url = f"{settings.SITE_URL}{reverse('share', args=[link.token])}"
    return {
        "id": link.pk,
        "label": link.label or "Unnamed link",
        "url": url,
        "made": link.created_at,
        "views": link.views,
    }


@require_POST
def badge_visibility(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Save who may see the badge, and what of it."""
    award = mine(request, key)
    form = VisibilityForm(request.POST, award)
    if not form.is_valid():
        return _badge(request, award, form)
    try:
        actions.show(award=award, by=person_of(request), **form.cleaned_data)
    except Refused as error:
        messages.error(request, error.reasons[0].text)
    else:
        messages.success(request, "Saved. That is who may see it from now on.")
    return redirect("wallet_badge", award.pk)


@require_POST
def badge_share(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Make a link."""
    award = mine(request, key)
    try:
        actions.share(award=award, label=request.POST.get("label", ""), by=person_of(request))
    except Refused as error:
        messages.error(request, error.reasons[0].text)
    else:
        messages.success(request, "Your link is ready. It stands on top of the list below.")
    return redirect(f"{reverse('wallet_badge', args=[award.pk])}#links")


@require_POST
def share_withdraw(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Make a link stop working."""
    link = get_object_or_404(ShareLink, pk=key, award__holder=person_of(request))
    actions.withdraw(link_id=link.pk, by=person_of(request))
    messages.success(request, "The link no longer works.")
    return redirect(f"{reverse('wallet_badge', args=[link.award_id])}#links")


@login_not_required
@require_safe
def shared(request: HttpRequest, token: str) -> HttpResponse:
    """A shared link leads to the badge while it stands, whatever the badge's visibility."""
    rows = ShareLink.objects.select_related("award").defer("award__document")
    link = rows.filter(token=token.replace("\x00", "")).first()
    if link is None or link.withdrawn_at:
        gone = link is not None
        return render(request, "credentials/no_share.html", {"gone": gone}, status=410 if gone else 404)
    counted.opened(request, link)
    response = redirect(f"{reverse('verify', args=[link.award_id])}?{urlencode({'link': token})}")
    response["Cache-Control"] = "private, no-store"
    return response

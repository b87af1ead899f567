"""The learner's pages: the wallet, one badge in it, the claim link from the mail, shared links."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from credentials.actions import claims
from credentials.actions import wallet as actions
from credentials.models import Award, ClaimLink, ShareLink
from credentials.models.award import Visibility
from credentials.views.awards import file_names
from journal import clock
from policies.reasons import Refused


@require_safe
def wallet(request: HttpRequest) -> HttpResponse:
    """What I hold."""
    awards = (
        Award.objects.held_by(request.user)
        .defer("document")
        .select_related("institution", "definition", "version__policy")
    )
    return render(request, "credentials/wallet.html", {"cards": [card(a) for a in awards]})


def card(award: Award) -> dict[str, Any]:
    """An award as the badge card shows it."""
    status = award.status_on(clock.today())
    return {
        "title": award.version.title,
        "url": f"/wallet/{award.pk}/",
        "issuer": award.institution.name,
        "image_url": f"/catalogue/{award.definition.slug}/badge.png" if award.definition.image else "",
        "colour": award.version.policy.pack.look.colour,
        "state": status,
        "facts": [f"Awarded on {award.awarded_on:%-d %B %Y}", award.get_visibility_display()],
    }


class VisibilityForm(forms.Form):
    visibility = forms.ChoiceField(label="Who may see it", choices=Visibility.choices, widget=forms.RadioSelect)


class ShareForm(forms.Form):
    label = forms.CharField(label="What the link is for", required=False, max_length=100, help_text="For you alone, such as “application”.")


def _mine(request: HttpRequest, key: uuid.UUID) -> Award:
    rows = Award.objects.held_by(request.user).defer("document")
    return get_object_or_404(rows.select_related("institution", "definition", "version__policy"), pk=key)


@require_safe
def badge(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """One badge of mine: what it says, who sees it, use it."""
    award = _mine(request, key)
    address = f"{settings.SITE_URL}/verify/{award.pk}/"
    context = {
        "award": award,
        "institution": award.institution,
        "card": card(award),
        "address": address,
        "visibility": VisibilityForm(initial={"visibility": award.visibility}),
        "share": ShareForm(),
        "links": [
            {"id": link.pk, "label": link.label or "Unnamed link", "url": f"{settings.SITE_URL}/s/{link.token}/", "made": link.created_at}
            for link in award.share_links.filter(withdrawn_at__isnull=True).order_by("-created_at")
        ],
        "linkedin": _linkedin(award, address),
        "has_file": bool(award.status_list_id),
        **file_names(award),
    }
    return render(request, "credentials/badge.html", context)


def _linkedin(award: Award, address: str) -> str:
    """LinkedIn's "Add to profile" (reference: open_badges.md, section 4)."""
    facts = {
        "startTask": "CERTIFICATION_NAME",
        "name": award.version.title,
        "organizationName": award.institution.name,
        "issueYear": award.awarded_on.year,
        "issueMonth": award.awarded_on.month,
        "certUrl": address,
        "certId": str(award.pk),
    }
    return f"https://www.linkedin.com/profile/add?{urlencode(facts)}"


@require_POST
def badge_visibility(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    form = VisibilityForm(request.POST)
    award = _mine(request, key)
    if form.is_valid():
        actions.show(award=award, visibility=form.cleaned_data["visibility"], by=request.user)
        messages.success(request, "Saved. That is who may see it from now on.")
    else:
        messages.error(request, "Choose who may see it.")
    return redirect("wallet_badge", award.pk)


@require_POST
def badge_share(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    form = ShareForm(request.POST)
    award = _mine(request, key)
    try:
        label = form.cleaned_data["label"] if form.is_valid() else ""
        link = actions.share(award=award, label=label, by=request.user)
    except Refused as error:
        messages.error(request, error.reasons[0].text)
    else:
        messages.success(request, f"Your link is ready: {settings.SITE_URL}/s/{link.token}/")
    return redirect("wallet_badge", award.pk)


@require_POST
def share_withdraw(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    link = get_object_or_404(ShareLink, pk=key, award__holder=request.user)
    actions.withdraw(link_id=link.pk, by=request.user)
    messages.success(request, "The link no longer works.")
    return redirect("wallet_badge", link.award_id)


@login_not_required
@require_safe
def shared(request: HttpRequest, token: str) -> HttpResponse:
    """A shared link: shows the badge while the link stands, whatever its visibility."""
    link = ShareLink.objects.filter(token=token).select_related("award__institution", "award__definition").first()
    if link is None or link.withdrawn_at:
        gone = link is not None
        return render(request, "credentials/no_share.html", {"gone": gone}, status=410 if gone else 404)
    return redirect(f"{reverse('verify', args=[str(link.award_id)])}?{urlencode({'link': token})}")


class PasswordForm(forms.Form):
    """A password for coming back; may be left for later."""

    password = forms.CharField(
        label="A password, so that you can come back",
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="At least 10 characters. You may leave it empty and set one later.",
    )

    def clean_password(self) -> str:
        password = str(self.cleaned_data["password"])
        if password:
            validate_password(password)
        return password


@login_not_required
def claim(request: HttpRequest, token: str) -> HttpResponse:
    """The mailed link. GET shows what it is about (mail scanners follow links); POST opens the wallet."""
    link = ClaimLink.objects.select_related("award__version", "award__institution", "person").filter(
        token_hash=claims.token_hash(token)
    ).first()
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            person = claims.use(token=token)
        except Refused as error:
            return _dead_link(request, error.reasons[0].text)
        return _open_wallet(request, person, form.cleaned_data["password"])
    if link is None or link.used_at or link.expires_at < clock.now():
        return _dead_link(request, "This link is unknown, used or too old. Sign in, or ask the office that issued the badge for a new one.")
    has_password = link.person.has_usable_password()
    context = {"link": link, "form": form, "has_password": has_password, "institution": link.award.institution if link.award else None}
    return render(request, "credentials/claim.html", context)


def _open_wallet(request: HttpRequest, person: Any, password: str) -> HttpResponse:
    """Sign the learner in; a first password is set only where there was none."""
    if password and not person.has_usable_password():
        try:
            validate_password(password, person)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            person.set_password(password)
            person.save(update_fields=["password"])
    if person.is_staff:
        messages.info(request, "The badge is yours. Sign in to see it.")
        return redirect("account_login")
    login(request, person, backend=settings.AUTHENTICATION_BACKENDS[0])
    messages.success(request, "This is your wallet. The badge is yours.")
    return redirect("wallet")


def _dead_link(request: HttpRequest, sentence: str) -> HttpResponse:
    return render(request, "credentials/dead_link.html", {"sentence": sentence}, status=410)

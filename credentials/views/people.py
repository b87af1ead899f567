"""A learner's public page, and where they decide whether there is one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.forms import add_refusal
from accounts.staff import person_of
from credentials.actions import profiles as actions
from credentials.actions.profiles import Wanted
from credentials.looks import look_of
from credentials.models import Award, Collection, Profile
from credentials.models.award import Visibility
from credentials.models.collection import random_name, shown_to_all
from credentials.views.catalogue import image_address
from credentials.views.finding import UNREAD
from policies.reasons import Refused


def in_wallet(current: str) -> list[dict[str, Any]]:
    """The parts of the wallet, as tabs."""
    parts = (
        ("My badges", "wallet"),
        ("Collections", "collections"),
        ("Public page", "public_profile"),
        ("From elsewhere", "elsewhere"),
    )
    return [{"label": label, "url": reverse(name), "current": name == current} for label, name in parts]


def cards_of(awards: Iterable[Award]) -> list[dict[str, Any]]:
    """Awards as strangers see their cards; only of awards that strangers may see."""
    return [_card(award) for award in awards]


def _card(award: Award) -> dict[str, Any]:
    look, status = (
        look_of(award.institution, award.version.policy_id),
        award.status_on(award.institution.today()),
    )
    return {
        "title": award.version.title,
        "url": reverse("verify", args=[award.pk]),
        "issuer": look.name,
        "image_url": image_address(award.definition),
        "colour": look.colour,
        "badge_shape": look.badge_shape,
        "state": "" if status == "valid" else status,
        "facts": [f"Awarded on {award.awarded_on:%-d %B %Y}"],
    }


class ProfileForm(forms.Form):
    """The public page."""

    shown = forms.BooleanField(label="Show my public page", required=False)
    name = forms.CharField(
        label="The last part of its address",
        max_length=60,
        help_text=actions.NAME_HELP,
        error_messages={"required": f"Write {actions.NAME_HELP}"},
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}
        ),
    )
    title = forms.CharField(
        label="What you want to be called there",
        max_length=actions.LONGEST_TITLE,
        error_messages={"required": "Say what you want to be called there."},
    )
    words = forms.CharField(
        label="About you",
        required=False,
        max_length=actions.LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    links = forms.CharField(
        label="Links",
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text="One a line, with words before the address if you like: “My maps https://maps.example”.",
    )
    findable = forms.BooleanField(label="Search engines may list it", required=False)


@require_http_methods(["GET", "HEAD", "POST"])
def public_profile(request: HttpRequest) -> HttpResponse:
    """Whether I have a public page, and what it says. What it will show is told before it is on."""
    person = person_of(request)
    found = Profile.objects.filter(person=person).first()
    form = ProfileForm(request.POST if request.method == "POST" else None, initial=_given(found, person.name))
    if request.method == "POST" and form.is_valid():
        try:
            saved = actions.save(wanted=_wanted(form), by=person)
        except Refused as error:
            add_refusal(form, error)
        else:
            on, off = "Your public page is there.", "Saved. There is no public page of yours now."
            messages.success(request, on if saved.shown else off)
            return redirect("public_profile")
    context = {
        "form": form,
        "profile": found,
        "tabs": in_wallet("public_profile"),
        "address": f"{settings.SITE_URL}{reverse('public_person', args=[found.name])}" if found else "",
        "badges": shown_to_all(Award.objects.held_by(person)).count(),
        "collections": Collection.objects.made_by(person).filter(visibility=Visibility.PUBLIC).count(),
    }
    return render(request, "credentials/public_profile.html", context, status=409 if form.errors else 200)


def _given(found: Profile | None, name: str) -> dict[str, Any]:
    if found is None:
        return {"name": random_name(), "title": name}
    lines = [f"{one['label']} {one['url']}" for one in found.links]
    values = {field: getattr(found, field) for field in ("shown", "name", "title", "words", "findable")}
    return values | {"links": "\n".join(lines)}


def _wanted(form: ProfileForm) -> Wanted:
    given = form.cleaned_data
    return Wanted(**{**given, "links": given["links"].splitlines()})


@login_not_required
@require_safe
def public_person(request: HttpRequest, name: str) -> HttpResponse:
    """A learner's public page: what anyone may find of them. 404 as soon as they turned it off."""
    profile = get_object_or_404(Profile.objects.filter(shown=True), name=name)
    awards = shown_to_all(Award.objects.filter(holder=profile.person_id)).order_by("-awarded_at", "pk")
    rows = awards.select_related("institution", "definition", "version").defer(*UNREAD)
    context = {
        "profile": profile,
        "cards": cards_of(a for a in rows if a.status_on(a.institution.today()) in ("valid", "expired")),
        "collections": Collection.objects.filter(owner=profile.person_id, visibility=Visibility.PUBLIC),
        "address": f"{settings.SITE_URL}{reverse('public_person', args=[profile.name])}",
    }
    response = render(request, "credentials/public_person.html", context)
    response["Cache-Control"] = "private, no-cache"
    return response

"""A learner's collections in the wallet, and the page of one for others."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.forms import add_refusal
from accounts.staff import person_of
from credentials.actions import collections as actions
from credentials.models import Award, Collection, ImportedBadge, Profile
from credentials.models.award import Visibility
from credentials.models.collection import shown_by_link, shown_to_all
from credentials.views.finding import UNREAD, mine
from credentials.views.people import cards_of, in_wallet
from policies.reasons import Refused

ELSEWHERE = "elsewhere:"
NAMELESS = "an issuer without a name"
CHOICES = {
    Visibility.PRIVATE: "Only I can see it",
    Visibility.LINK: "People with its address can see it",
    Visibility.PUBLIC: "Anyone can find it; it stands on my public page if I have one",
}


class CollectionForm(forms.Form):
    """What a collection is called and says, and who sees it."""

    title = forms.CharField(
        label="Title",
        max_length=actions.LONGEST_TITLE,
        error_messages={"required": "Give it a title."},
    )
    words = forms.CharField(
        label="What it is about",
        required=False,
        max_length=actions.LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    visibility = forms.ChoiceField(
        label="Who may see it",
        choices=[(choice.value, words) for choice, words in CHOICES.items()],
        widget=forms.RadioSelect,
        initial=Visibility.PRIVATE,
        help_text="Each badge in it is shown only to those who may see that badge.",
        error_messages=dict.fromkeys(("required", "invalid_choice"), "Choose one of the three."),
    )


def _own(request: HttpRequest, key: uuid.UUID) -> Collection:
    return get_object_or_404(Collection.objects.made_by(person_of(request)), pk=key)


@require_http_methods(["GET", "HEAD", "POST"])
def collections(request: HttpRequest) -> HttpResponse:
    """What I made, and a form for another."""
    person = person_of(request)
    form = CollectionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.make(by=person, **form.cleaned_data)
        except Refused as error:
            add_refusal(form, error)
        else:
            messages.success(request, "Your collection is there. Now choose the badges in it.")
            return redirect("collection", made.pk)
    rows = Collection.objects.made_by(person).prefetch_related("placed")
    context = {
        "collections": [(one, CHOICES[Visibility(one.visibility)], one.placed.all()) for one in rows],
        "form": form,
        "tabs": in_wallet("collections"),
    }
    return render(request, "credentials/collections.html", context, status=409 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def collection(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """One of mine: its words, who sees it, its badges and their order."""
    found = _own(request, key)
    given = {"title": found.title, "words": found.words, "visibility": found.visibility}
    form = CollectionForm(request.POST if request.method == "POST" else None, initial=given)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change(collection=found, by=person_of(request), **form.cleaned_data)
        except Refused as error:
            add_refusal(form, error)
        else:
            messages.success(request, "Saved.")
            return redirect("collection", found.pk)
    context = {"collection": found, "form": form, "tabs": in_wallet("collections"), **_badges(found)}
    return render(request, "credentials/collection.html", context, status=409 if form.errors else 200)


def _badges(found: Collection) -> dict[str, Any]:
    """What is in it, with the reason why others do not see one, and what could be put in. Each with the key that it is sent by."""
    held = (
        Award.objects.held_by(found.owner)
        .select_related("institution", "definition", "version")
        .defer(*UNREAD)
    )
    placed = list(found.placed.values_list("award_id", "imported_id"))
    order = [award or brought for award, brought in placed]
    shown = {award.pk for award in _shown(found)}
    rows = {award.pk: _row(award, "" if award.pk in shown else _why_not(found, award)) for award in held}
    free = [
        a.pk
        for a in held
        if a.pk not in order and a.accepted_at and not a.revoked_at and not a.superseded_by_id
    ]
    brought = ImportedBadge.objects.held_by(found.owner)
    rows |= {badge.pk: _brought_row(found, badge) for badge in brought}
    free += [badge.pk for badge in brought if badge.pk not in order and badge.sound]
    return {
        "inside": [rows[key] for key in order if key in rows],
        "free": [rows[key] for key in free],
        "brought": bool(brought),
        "address": f"{settings.SITE_URL}{reverse('collection_public', args=[found.pk])}",
    }


def _row(award: Award, why: str) -> dict[str, Any]:
    return {
        "key": str(award.pk),
        "title": award.version.title,
        "url": reverse("wallet_badge", args=[award.pk]),
        "line": f"{award.institution.name}, {award.awarded_on:%-d %B %Y}",
        "of": award.institution.name,
        "why": why,
    }


def _brought_row(found: Collection, badge: ImportedBadge) -> dict[str, Any]:
    hidden = not badge.sound and found.visibility != Visibility.PRIVATE
    return {
        "key": f"{ELSEWHERE}{badge.pk}",
        "title": badge.title,
        "url": reverse("elsewhere"),
        "line": f"From elsewhere: {badge.issuer or NAMELESS}",
        "of": f"from elsewhere, {badge.issuer or NAMELESS}",
        "why": "It failed a check, so others do not see it here." if hidden else "",
    }


def _why_not(found: Collection, award: Award) -> str:
    """Why others do not see a badge in it."""
    if found.visibility == Visibility.PRIVATE:
        return ""
    if award.status_on(award.institution.today()) not in ("valid", "expired"):
        return "It is not in force, so others do not see it here."
    if found.visibility == Visibility.PUBLIC and "name" in award.hidden:
        return "You keep your name on it to yourself, so it does not stand here."
    if found.visibility == Visibility.PUBLIC and award.visibility == Visibility.LINK:
        return "People need its link, so it does not stand in what anyone can find."
    return "You keep it private, so others do not see it here."


def _shown(found: Collection) -> list[Award]:
    """The badges of it that those see who may see the collection, in its order."""
    rows = Award.objects.filter(placed__collection=found).order_by("placed__place", "placed__pk")
    rows = shown_to_all(rows) if found.visibility == Visibility.PUBLIC else shown_by_link(rows)
    rows = rows.select_related("institution", "definition", "version").defer(*UNREAD)
    return [award for award in rows if award.status_on(award.institution.today()) in ("valid", "expired")]


def _cards(found: Collection) -> list[dict[str, Any]]:
    """The same with what was brought from elsewhere, as others see it, each at its place."""
    awards = _shown(found)
    cards = {award.pk: one for award, one in zip(awards, cards_of(awards), strict=True)}
    placed = found.placed.select_related("imported").defer("imported__source")
    cards |= {
        one.imported.pk: _brought(one.imported) for one in placed if one.imported and one.imported.sound
    }
    keys = [one.award_id or one.imported_id for one in placed]
    return [cards[key] for key in keys if key in cards]


def _brought(badge: ImportedBadge) -> dict[str, Any]:
    """A badge from elsewhere as others see it: what it is, whose, and when it was looked at."""
    return {
        "title": badge.title,
        "issuer": badge.issuer or NAMELESS,
        "colour": "#6b645a",
        "badge_shape": "round",
        "facts": [
            f"Earned elsewhere; checked here on {badge.checked_at:%-d %B %Y}",
            "To check it yourself, ask its holder for the file",
        ],
    }


@require_POST
def collection_badge(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Put a badge in, take it out, or move it: `award` (as the page names it) and `act` (add, out, up, down)."""
    found, act, by = _own(request, key), request.POST.get("act", ""), person_of(request)
    try:
        badge = _named(request, request.POST.get("award", ""))
    except ValueError:
        messages.error(request, "Choose a badge.")
        return redirect("collection", found.pk)
    try:
        if act == "add":
            actions.add(collection=found, badge=badge, by=by)
        elif act == "out":
            actions.take_out(collection=found, badge=badge, by=by)
        else:
            actions.move(collection=found, badge=badge, up=act == "up", by=by)
    except Refused as error:
        messages.error(request, error.reasons[0].text)
    return redirect(f"{reverse('collection', args=[found.pk])}#badges")


def _named(request: HttpRequest, name: str) -> Award | ImportedBadge:
    """The visitor's own badge of that name; 404 for everybody else's, ValueError for what is no name."""
    key = uuid.UUID(name.removeprefix(ELSEWHERE))
    if name.startswith(ELSEWHERE):
        return get_object_or_404(ImportedBadge.objects.held_by(person_of(request)), pk=key)
    return mine(request, key)


@require_http_methods(["GET", "HEAD", "POST"])
def collection_delete(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """What deleting changes; the POST does it."""
    found = _own(request, key)
    if request.method == "POST":
        actions.delete(collection=found, by=person_of(request))
        messages.success(request, "The collection is deleted. Your badges are where they were.")
        return redirect("collections")
    return render(request, "credentials/collection_delete.html", {"collection": found})


@login_not_required
@require_safe
def collection_public(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """A collection as others see it. A private one is there for its owner alone."""
    found = get_object_or_404(Collection.objects.open_to(request.user), pk=key)
    findable = found.visibility == Visibility.PUBLIC
    owner = Profile.objects.filter(person=found.owner_id, shown=True).first() if findable else None
    context = {
        "collection": found,
        "cards": _cards(found),
        "profile": owner,
        "findable": findable,
        "own": found.owner_id == request.user.pk,
        "address": f"{settings.SITE_URL}{reverse('collection_public', args=[found.pk])}",
    }
    response = render(request, "credentials/collection_public.html", context)
    response["Cache-Control"] = "private, no-cache"
    return response

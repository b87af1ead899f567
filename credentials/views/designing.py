"""The page where a badge is made from choices, with a preview while one chooses."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_http_methods, require_POST

from accounts.forms import add_refusal
from accounts.models import Person
from accounts.staff import person_of
from credentials.actions import images
from credentials.designs import begun_for
from credentials.drawing import composing, proposing
from credentials.drawing.design import Design
from credentials.models import Definition
from credentials.views.design_form import DesignForm
from credentials.views.images import frame, own
from policies.reasons import Refused

PREVIEW = "preview"
SIZES = (600, 128, 64)


@require_http_methods(["GET", "HEAD", "POST"])
def credential_image(request: HttpRequest, slug: str) -> HttpResponse:
    """Make the badge from choices; what it is now, else what we propose, stands there to begin with."""
    person = person_of(request)
    definition = own(person, slug)
    begun = begun_for(definition)
    if request.method != "POST":
        words = definition.image_alt if definition.design else proposing.in_words(begun)
        form = DesignForm(
            begun, initial=begun.as_dict() | {"alt": words, "proposed": proposing.in_words(begun)}
        )
        return _page(request, definition, form, begun)
    form = DesignForm(begun, request.POST)
    chosen = form.design()
    if request.POST.get("do") == PREVIEW:
        return _page(request, definition, DesignForm(begun, initial=_kept(request, chosen)), chosen)
    if form.is_valid() and _used(definition, chosen, form, person):
        messages.success(request, "The badge has its image.")
        return redirect("credential", definition.slug)
    return _page(request, definition, form, chosen)


@require_POST
def credential_image_preview(request: HttpRequest, slug: str) -> HttpResponse:
    """The same badge as it would be, while one chooses: the preview and the proposed words. Nothing is stored."""
    definition = own(person_of(request), slug)
    begun = begun_for(definition)
    chosen = DesignForm(begun, request.POST).design()
    form = DesignForm(begun, initial=_kept(request, chosen))
    context = _shown(definition, chosen) | {"form": form, "seconds": ("ground", "ink", "accent")}
    return render(request, "credentials/parts/design_live.html", context)


def _kept(request: HttpRequest, chosen: Design) -> dict[str, str]:
    """What was chosen; the proposed words follow it as long as nobody wrote others."""
    typed, before, now = (
        request.POST.get("alt", ""),
        request.POST.get("proposed", ""),
        proposing.in_words(chosen),
    )
    words = now if typed.strip() in ("", before.strip()) else typed
    kept = {"alt": words, "proposed": now, "confirmed": ""}
    return chosen.as_dict() | kept


def _used(definition: Definition, chosen: Design, form: DesignForm, person: Person) -> bool:
    try:
        images.set_design(definition=definition, design=chosen, alt=form.cleaned_data["alt"], by=person)
    except Refused as error:
        add_refusal(form, error)
        return False
    return True


def _page(request: HttpRequest, definition: Definition, form: DesignForm, chosen: Design) -> HttpResponse:
    context = frame(definition, "credential_image") | _shown(definition, chosen) | {"form": form}
    return render(request, "credentials/design.html", context, status=409 if form.errors else 200)


def _shown(definition: Definition, chosen: Design) -> dict[str, Any]:
    """The badge as it would be, at its sizes, on light and on dark."""
    made = composing.compose(chosen, str(definition), proposing.in_words(chosen))
    return {
        "definition": definition,
        "made": made,
        # Ours, made of numbers, outlines and escaped words.
        "drawing": mark_safe(_as_symbol(made.svg)),  # noqa: S308
        "sizes": SIZES,
        "grounds": ("light", "dark"),
        "small": made.capitals,
    }


def _as_symbol(svg: str) -> str:
    """The drawing to be used several times on a page: what is inside its outermost element."""
    return svg.partition(">")[2].rpartition("</svg>")[0]

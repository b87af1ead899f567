"""An award's address: JSON, JWT or a baked image for programs; people are led to the verification page."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.files.storage import default_storage
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from credentials import checking
from credentials.facts import keys_named
from credentials.models import Award
from credentials.models.award import Visibility
from credentials.openbadges import bake, did, jwt
from credentials.views.finding import NOT_ACCEPTED, NoAward, find, hidden_from, kept_from
from credentials.views.machines import MINUTE, answer, refusal
from journal import clock

JSON_TYPE = "application/vc+ld+json"
# What the Accept header may ask for; the first is what people's browsers ask for.
ACCEPTED = {
    "text/html": "html",
    "application/vc+ld+json": "json",
    "application/ld+json": "json",
    "application/json": "json",
    "application/vc+jwt": "jwt",
    "application/jwt": "jwt",
    "text/plain": "jwt",
    "image/png": "png",
}
PARTLY = "Its holder keeps a part of it private, so its files, which hold all of it, are for them alone. Ask them for it."


@login_not_required
@require_safe
def award(request: HttpRequest, key: str) -> HttpResponse:
    """`/awards/<id>` by the Accept header, or with .json, .jwt, .png.

    400 and 404 for what is no award, 403 for a private one, 410 for one that is not in force any more.
    """
    name, _, ending = key.partition(".")
    form = ending or _wanted(request)
    response = _page(request, name) if form == "html" else _file(request, name, form)
    if not ending:
        patch_vary_headers(response, ["Accept"])
    return response


def _wanted(request: HttpRequest) -> str:
    """The form that the Accept header asks for; programs that take anything get JSON."""
    wanted = request.headers.get("Accept", "text/html")
    if "text/html" not in wanted and "*/*" in wanted:
        return "json"
    return ACCEPTED.get(request.get_preferred_type(list(ACCEPTED)) or "", "json")


def _page(request: HttpRequest, name: str) -> HttpResponse:
    link = request.GET.get("link", "")
    return redirect(reverse("verify", args=[name]) + (f"?{urlencode({'link': link})}" if link else ""))


def _file(request: HttpRequest, name: str, form: str) -> HttpResponse:
    if form not in FORMS:
        return refusal("An award has the forms .json, .jwt and .png.", 404)
    read, make = FORMS[form]
    try:
        found = find(name, read)
    except NoAward as error:
        sentence = (
            "This is not the address of an award." if error.malformed else "There is no such award here."
        )
        return refusal(sentence, error.status)
    return _refused(request, found) or make(found)


def _refused(request: HttpRequest, award: Award) -> HttpResponse | None:
    """Why this visitor gets no file; None when they do."""
    if hidden_from(request, award):
        kept = "Its holder keeps this award private." if award.accepted_at else NOT_ACCEPTED
        return refusal(kept, 403)
    if kept_from(request, award):
        return refusal(PARTLY, 403)
    status = award.status_on(clock.today())
    if status in ("revoked", "superseded"):
        return refusal(checking.STATUS_WORDS[status][1], 410, status=status)
    if not award.status_list_id:
        return refusal("This award is a notation on a record; it has no file.", 404)
    return None


def _kept(award: Award) -> int:
    """For how long others may keep the file: what one person alone may see is never kept."""
    return 0 if award.visibility == Visibility.PRIVATE or award.hidden else MINUTE


def _json(award: Award) -> HttpResponse:
    return answer(award.text, JSON_TYPE, seconds=_kept(award))


def _jwt(award: Award) -> HttpResponse:
    return answer(token_of(award), "text/plain; charset=utf-8", seconds=_kept(award))


def token_of(award: Award) -> str:
    """The credential as a VC-JWT; the Data Integrity proof is not part of it."""
    document = json.loads(award.text)
    document.pop("proof", None)
    key = keys_named(award.campus_slug).jwt_key
    return jwt.encode(document, key, did.jwk_url(settings.ISSUER_ORIGIN, award.campus_slug, key.kid))


def _png(award: Award) -> HttpResponse:
    if not award.badge_image:
        return refusal("This badge has no image yet, so the credential cannot be put into it.", 404)
    with default_storage.open(award.badge_image, "rb") as file:
        baked = bake.bake_png(file.read(), award.text)
    response = answer(baked, "image/png", seconds=_kept(award))
    response["Content-Disposition"] = f'attachment; filename="{award.badge_slug}.png"'
    return response


# For each form, how its award is read and how it is made.
FORMS: dict[str, tuple[Callable[[uuid.UUID], Award | None], Callable[[Award], HttpResponse]]] = {
    "json": (Award.objects.stored, _json),
    "jwt": (Award.objects.shown, _jwt),
    "png": (Award.objects.shown, _png),
}


def file_names(key: object) -> dict[str, str]:
    """The last part of the addresses of an award's files, for templates."""
    return {form: f"{key}.{form}" for form in FORMS}

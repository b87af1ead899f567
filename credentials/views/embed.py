"""A badge as a card on somebody else's page, and the oEmbed endpoint that tells where the card is.

Both show what strangers see, whoever asks, and may be kept for a minute at most.
"""

from __future__ import annotations

import re
import uuid
from typing import Any
from urllib.parse import urlencode, urlsplit

from csp.decorators import csp_replace
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.files.storage import default_storage
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from credentials.codes import read_code
from credentials.looks import pack_of
from credentials.models import Award, Destination
from credentials.sharing.embedding import Card, as_xml, response, snippet
from credentials.versions import version_of
from credentials.views import counted
from credentials.views.finding import NoAward, find, kept_from_strangers
from credentials.views.machines import MINUTE, answer, refusal
from journal import clock

ANYWHERE = ["*"]
PLACES = re.compile(r"/(?:verify|awards|embed|b)/(?P<key>[^/]+?)(?:\.(?:json|jwt|png|svg|pdf))?/?")
FORMATS = ("json", "xml")
NO_URL = "Give the address of a badge as `url`."
UNKNOWN = "There is no badge here at this address."
PRIVATE = "The holder of this badge keeps it private."
NO_SIZE = "maxwidth and maxheight are whole numbers of pixels, 1 or more."


@login_not_required
@xframe_options_exempt
@csp_replace({"frame-ancestors": ANYWHERE})  # type: ignore[arg-type]  # it takes any view
@require_safe
def embed(request: HttpRequest, key: str) -> HttpResponse:
    """The card, which any page may frame. 403 for a private badge; 400 and 404 for what is none."""
    try:
        found = find_any(key)
    except NoAward as error:
        return _card(request, {"sentence": UNKNOWN}, error.status)
    kept = kept_from_strangers(found)
    if kept is None:
        return _card(request, {"sentence": PRIVATE}, 403)
    counted.seen(request, found, Destination.EMBED)
    return _card(request, _shown(found, kept), 200)


def find_any(key: str) -> Award:
    """The award of this id or short code; raises NoAward."""
    code = read_code(key)
    pk = Award.objects.filter(code=code).values_list("pk", flat=True).first() if code else None
    return find(str(pk or (uuid.UUID(int=0) if code else key)), Award.objects.shown)


def _card(request: HttpRequest, context: dict[str, Any], status: int) -> HttpResponse:
    shown = render(request, "credentials/embed.html", context, status=status)
    shown["Cache-Control"] = f"public, max-age={MINUTE}"
    shown["Referrer-Policy"] = "no-referrer"
    return shown


def _shown(award: Award, kept: frozenset[str]) -> dict[str, Any]:
    version = version_of(award.version_id)
    look = pack_of(version.policy_id).look
    image = reverse("badge_image", args=[award.badge_slug]) if award.badge_image else ""
    return {
        "version": version,
        "name": "" if "name" in kept else award.recipient_name,
        "campus": award.campus_name,
        "awarded_on": award.awarded_on,
        "status": award.status_on(clock.today(award.campus_zone)),
        "look": look,
        "image_url": image,
        "image_alt": award.badge_alt,
        "page": f"{settings.SITE_URL}{reverse('verify', args=[award.pk])}?via={Destination.EMBED}",
    }


@login_not_required
@require_safe
def oembed(request: HttpRequest) -> HttpResponse:
    """`/oembed?url=…&format=json|xml&maxwidth=…&maxheight=…`.

    400 for a request that cannot be understood, 404 for an address that is no badge's, 401 for a private one, 501 for
    another format (the codes are the specification's).
    """
    form = request.GET.get("format", "json")
    if form not in FORMATS:
        return refusal("The formats are json and xml.", 501)
    try:
        sizes = [_size(request.GET.get(name)) for name in ("maxwidth", "maxheight")]
    except ValueError:
        return refusal(NO_SIZE, 400)
    key = _key(request, request.GET.get("url", ""))
    if not key:
        return refusal(UNKNOWN if request.GET.get("url") else NO_URL, 404 if request.GET.get("url") else 400)
    try:
        found = find_any(key)
    except NoAward:
        return refusal(UNKNOWN, 404)
    if kept_from_strangers(found) is None:
        return refusal(PRIVATE, 401)
    told = response(card_of(found), *sizes)
    if form == "xml":
        return answer(as_xml(told), "text/xml; charset=utf-8")
    return answer(told)


def _size(text: str | None) -> int | None:
    if text is None:
        return None
    if not text.isascii() or not text.isdecimal() or len(text) > 9 or int(text) < 1:
        raise ValueError(text)
    return int(text)


def _key(request: HttpRequest, address: str) -> str:
    """The id or code in an address of ours; "" for any other."""
    try:
        parts = urlsplit(address)
    except ValueError:  # such as half an IPv6 address
        return ""
    ours = {
        request.get_host(),
        *(urlsplit(own).netloc for own in (settings.SITE_URL, settings.ISSUER_ORIGIN)),
    }
    found = PLACES.fullmatch(parts.path) if len(address) < 500 and parts.netloc in ours else None
    return found["key"] if found else ""


def card_of(award: Award) -> Card:
    """The card of an award that was read by `shown`."""
    site = settings.SITE_URL
    image = f"{site}{reverse('badge_image', args=[award.badge_slug])}" if award.badge_image else ""
    return Card(
        title=version_of(award.version_id).title,
        issuer=award.campus_name,
        issuer_page=f"{site}{reverse('issuer', args=[award.campus_slug])}",
        frame=f"{site}{reverse('embed', args=[award.pk])}",
        site=site,
        image=image,
        image_side=_side(award.badge_image) if award.badge_image else 0,
    )


def _side(name: str) -> int:
    """The width of a square PNG, from its header."""
    with default_storage.open(name, "rb") as file:
        return int.from_bytes(file.read(20)[16:20], "big")


def snippet_of(key: uuid.UUID) -> str:
    """What the holder puts into a page of their own."""
    award = Award.objects.shown(key)
    assert award is not None  # noqa: S101  # the caller has it
    return snippet(card_of(award))


def discovery(address: str) -> dict[str, str]:
    """Where the oEmbed answers about this address are, for the head of its page."""
    endpoint = f"{settings.SITE_URL}{reverse('oembed')}"
    return {form: f"{endpoint}?{urlencode({'url': address, 'format': form})}" for form in FORMATS}

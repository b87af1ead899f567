"""A badge goes into a wallet app: the holder's page with QR code and number, and what the app asks for."""

from __future__ import annotations

import json
import uuid
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.staff import person_of
from credentials.actions import offers
from credentials.actions.offers import NotGranted
from credentials.files import qr
from credentials.files.forms import json_of, jwt_of
from credentials.models import Offer
from credentials.openbadges import vci
from credentials.views.finding import mine
from credentials.views.machines import answer
from journal import clock
from policies.reasons import Refused

SCHEME = "openid-credential-offer"
LARGEST = 100_000  # bytes of a request; an app's is far smaller


def _address(name: str, *args: object) -> str:
    return settings.SITE_URL + reverse(name, args=args)


@require_POST
def wallet_app(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Offer a badge of mine: a QR code for an app on a phone, a link for one on this device, and the number."""
    award = mine(request, key)
    try:
        made = offers.make(award=award, by=person_of(request))
    except Refused as error:
        messages.error(request, error.reasons[0].text)
        return redirect("wallet_badge", award.pk)
    link = f"{SCHEME}://?credential_offer_uri={quote(_address('offer', made.offer.pk), safe='')}"
    context = {
        "award": award,
        "link": link,
        "number": made.number,
        "code": mark_safe(qr.svg(link)),  # noqa: S308 - drawn by us
        "minutes": int(offers.LIFETIME.total_seconds() // 60),
    }
    response = render(request, "credentials/offer.html", context)
    response["Cache-Control"] = "private, no-store"
    return response


@login_not_required
@require_safe
def offer(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """What the QR code leads an app to; the address is known to the holder's app alone."""
    found = Offer.objects.filter(pk=key, token_hash="", expires_at__gt=clock.now()).first()
    if found is None:
        return answer(
            {"error": "invalid_request", "error_description": "This offer has ended."}, status=404, seconds=0
        )
    return answer(vci.offer(settings.SITE_URL, found.code, offers.DIGITS), seconds=0)


@login_not_required
@require_safe
def issuer_metadata(request: HttpRequest) -> HttpResponse:
    """What apps read first of this site."""
    return answer(vci.issuer_metadata(settings.SITE_URL, _address("offer_credential"), "Imprimatur"))


@login_not_required
@require_safe
def server_metadata(request: HttpRequest) -> HttpResponse:
    """Where apps exchange the code."""
    return answer(vci.server_metadata(settings.SITE_URL, _address("offer_token")))


@csrf_exempt  # an app has no cookie; what it may do is decided by code and number
@login_not_required
@require_http_methods(["POST", "OPTIONS"])
def token(request: HttpRequest) -> HttpResponse:
    """Code and number for a token (RFC 6749, section 5)."""
    if request.method == "OPTIONS":
        return _preflight()
    if request.POST.get("grant_type") != vci.GRANT:
        return _error("unsupported_grant_type", "Only the pre-authorized code grant is known here.")
    code, number = request.POST.get("pre-authorized_code", ""), request.POST.get("tx_code", "")
    if not code or not number:
        return _error("invalid_request", "Send pre-authorized_code and tx_code.")
    try:
        given = offers.exchange(code=code, number=number)
    except NotGranted as error:
        return _error(error.error, error.sentence)
    seconds = int(offers.TOKEN_LIFETIME.total_seconds())
    return answer({"access_token": given, "token_type": "Bearer", "expires_in": seconds}, seconds=0)


@csrf_exempt  # as above: what it may do is decided by the token
@login_not_required
@require_http_methods(["POST", "OPTIONS"])
def credential(request: HttpRequest) -> HttpResponse:
    """The badge for the token, in the form that the app asks for."""
    if request.method == "OPTIONS":
        return _preflight()
    form = _form(request)
    if form not in vci.CONFIGURATIONS:
        error = "invalid_credential_request" if form is None else "unknown_credential_configuration"
        return _error(error, "Ask for one of the offered credential_configuration_ids, in JSON.")
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    try:
        award = offers.take(token=given.strip() if scheme.lower() == "bearer" else "")
    except NotGranted as error:
        return _unauthorized(error) if error.error == "invalid_token" else _error(error.error, error.sentence)
    made: Any = json.loads(json_of(award)) if form == vci.LDP else jwt_of(award).decode()
    return answer({"credentials": [{"credential": made}]}, seconds=0)


def _form(request: HttpRequest) -> str | None:
    """The configuration asked for; None when the body is not a request at all."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST:
        return None
    try:
        said = json.loads(request.body)
    except (ValueError, RecursionError):
        return None
    form = said.get("credential_configuration_id") if isinstance(said, dict) else None
    return form if isinstance(form, str) else None


def _error(error: str, sentence: str) -> HttpResponse:
    return answer({"error": error, "error_description": sentence}, status=400, seconds=0)


def _unauthorized(error: NotGranted) -> HttpResponse:
    """RFC 6750, section 3."""
    response = answer({"error": error.error, "error_description": error.sentence}, status=401, seconds=0)
    response["WWW-Authenticate"] = f'Bearer error="{error.error}"'
    return response


def _preflight() -> HttpResponse:
    """Apps that are web pages ask first."""
    response = answer("", status=204, seconds=0)
    response["Access-Control-Allow-Methods"] = "POST"
    response["Access-Control-Allow-Headers"] = "Authorization, Content-Type"
    return response

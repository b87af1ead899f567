"""`/b/<code>`: the short address of an award, for paper, and its QR code."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from credentials.codes import read_code
from credentials.files import qr
from credentials.models import Award, Destination
from credentials.views.machines import answer

DAY = 24 * 60 * 60


@login_not_required
@require_safe
def short(request: HttpRequest, code: str) -> HttpResponse:
    """Lead to the verification page; 400 for what cannot be a code, 404 for one that we never gave out."""
    found = read_code(code.rstrip("/."))
    key = Award.objects.filter(code=found).values_list("pk", flat=True).first() if found else None
    if key is None:
        status = 404 if found else 400
        return render(
            request, "credentials/no_award.html", {"malformed": not found, "short": True}, status=status
        )
    return redirect(
        f"{reverse('verify', args=[key])}?via={Destination.QR}"
    )  # so that views from paper are counted


@login_not_required
@require_safe
def short_qr(request: HttpRequest, code: str) -> HttpResponse:
    """The QR code of a short address as an SVG file; it says nothing about whether there is such an award."""
    found = read_code(code)
    if not found:
        return answer(
            "This is not a short code of a badge.", "text/plain; charset=utf-8", status=400, seconds=0
        )
    return answer(qr.svg(short_address(found)), "image/svg+xml", seconds=DAY)


def short_address(code: str) -> str:
    """The whole short address, as it stands on paper."""
    return f"{settings.SITE_URL}{reverse('short', args=[code])}"

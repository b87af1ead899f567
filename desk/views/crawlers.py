"""What search engines may read: `/robots.txt`, and `/sitemap.xml` with what is offered.

Everything is closed but what is named here, so that a new page is private until somebody decides otherwise; a page that
may be opened and not be found says so itself. Source: RFC 9309 (the longest rule that fits counts); sitemaps.org 0.9.
"""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.models import Institution
from credentials.models import Definition

OPEN = (
    "/$", "/achievements/", "/awards/", "/catalogue/", "/collections/", "/endorsements/", "/issuers/", "/office/", "/people/",
    "/policies/", "/static/", "/verify/",
)  # fmt: skip
HOUR = 60 * 60
MOST = 50_000  # addresses of one file


def _kept(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = f"public, max-age={HOUR}"
    return response


@login_not_required
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """The rules, and where the sitemap is."""
    lines = ["User-agent: *", "Disallow: /", *(f"Allow: {path}" for path in OPEN)]
    lines += ["", f"Sitemap: {settings.SITE_URL}{reverse('sitemap')}", ""]
    return _kept(HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8"))


@login_not_required
@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """The catalogue: each credential that is offered, with the day of its approval, its campus and its policy."""
    offered = Definition.objects.public().order_by("slug")
    campuses = Institution.objects.filter(pk__in=offered.values("institution")).order_by("slug")
    slugs = list(campuses.values_list("slug", flat=True))
    pages: list[tuple[str, dt.date | None]]
    pages = [(reverse(name), None) for name in ("home", "catalogue", "offices", "policies", "verify_any")]
    pages += [(reverse(name, args=[slug]), None) for slug in slugs for name in ("issuer", "office", "policy")]
    rows = offered.values_list("slug", "current__approved_on")[: MOST - len(pages)]
    pages += [(reverse("credential", args=[slug]), day) for slug, day in rows]
    context = {"pages": [(f"{settings.SITE_URL}{path}", day) for path, day in pages]}
    return _kept(render(request, "desk/sitemap.xml", context, content_type="application/xml"))

"""What search engines may read: `/robots.txt`, and `/sitemap.xml` with what is offered.

Everything is closed but what is named here, so that a new page is private until somebody decides otherwise; a page that
may be opened and not be found says so itself. Source: RFC 9309 (the longest rule that fits counts); sitemaps.org 0.9.
"""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
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
    """All that is offered; where one file cannot hold it, the list of the files that do."""
    count = len(_fixed()) + Definition.objects.public().count()
    if count <= MOST:
        return _file(0)
    numbers = range(1, -(-count // MOST) + 1)
    files = [f"{settings.SITE_URL}{reverse('sitemap_part', args=[number])}" for number in numbers]
    return _kept(render(request, "desk/sitemap_index.xml", {"files": files}, content_type="application/xml"))


@login_not_required
@require_safe
def sitemap_part(request: HttpRequest, number: int) -> HttpResponse:
    """One file of several, counted from 1; beyond the last there is none."""
    return _file(number - 1)


def _file(number: int) -> HttpResponse:
    """The pages of one file of so many: the fixed ones come first, then the credentials."""
    fixed, begin = _fixed(), max(number, 0) * MOST
    pages = fixed[begin : begin + MOST]
    first = max(begin - len(fixed), 0)
    rows = Definition.objects.public().order_by("slug").values_list("slug", "current__approved_on")
    rest = rows[first : first + MOST - len(pages)]
    pages += [(reverse("credential", args=[slug]), day) for slug, day in rest]
    if number < 0 or not pages:
        raise Http404("There is no such part.")
    context = {"pages": [(f"{settings.SITE_URL}{path}", day) for path, day in pages]}
    return _kept(HttpResponse(render_to_string("desk/sitemap.xml", context), content_type="application/xml"))


def _fixed() -> list[tuple[str, dt.date | None]]:
    """The front pages, and those of each campus that offers something: its issuer, its office, its policy."""
    offering = Definition.objects.public().order_by().values("institution")
    slugs = list(Institution.objects.filter(pk__in=offering).order_by("slug").values_list("slug", flat=True))
    pages: list[tuple[str, dt.date | None]]
    pages = [(reverse(name), None) for name in ("home", "catalogue", "offices", "policies", "verify_any")]
    return pages + [
        (reverse(name, args=[slug]), None) for slug in slugs for name in ("issuer", "office", "policy")
    ]

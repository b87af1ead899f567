"""New credentials as Atom feeds: of all campuses, and of each. Only what may be advertised. Source: RFC 4287."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.views.decorators.http import require_safe

from accounts.models import Institution
from credentials.models import Definition
from credentials.views.catalogue import UNREAD

if TYPE_CHECKING:
    from credentials.models.definition import DefinitionQuerySet

LATEST = 50
HOUR = 60 * 60


@login_not_required
@require_safe
def catalogue_feed(request: HttpRequest) -> HttpResponse:
    """The credentials approved last, of all campuses."""
    return _feed(
        Definition.objects.public(), "New micro-credentials", reverse("catalogue_feed"), reverse("catalogue")
    )


@login_not_required
@require_safe
def campus_feed(request: HttpRequest, slug: str) -> HttpResponse:
    """Those of one campus; a campus that offers nothing has an empty one."""
    campus = get_object_or_404(Institution, slug=slug)
    rows = Definition.objects.public().filter(institution=campus)
    path = f"{reverse('catalogue')}?institution={campus.slug}"
    return _feed(rows, f"New micro-credentials, {campus}", reverse("campus_feed", args=[slug]), path)


def _feed(rows: DefinitionQuerySet, title: str, path: str, page: str) -> HttpResponse:
    site = settings.SITE_URL
    feed = Atom1Feed(
        title=title, link=f"{site}{page}", feed_url=f"{site}{path}", feed_guid=f"{site}{path}", description="",
        language="en", subtitle="Each was approved by its campus before it stands here.",
    )  # fmt: skip
    related = rows.select_related("institution", "unit", "current").defer(*UNREAD)
    for one in related.order_by("-current__approved_on", "pk")[:LATEST]:
        assert one.current is not None  # noqa: S101
        day = dt.datetime.combine(one.current.approved_on, dt.time(), dt.UTC)
        feed.add_item(
            title=one.current.title,
            link=f"{site}{reverse('credential', args=[one.slug])}",
            description=one.current.description,
            unique_id=f"urn:uuid:{one.pk}",
            pubdate=day,
            updateddate=day,
            author_name=one.institution.name,
            categories=one.current.skills,
        )
    response = HttpResponse(feed.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")
    response["Cache-Control"] = f"public, max-age={HOUR}"
    return response

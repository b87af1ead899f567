"""Taking a badge elsewhere: every way out leads through here, so that it is counted; none loads anything from there."""

from __future__ import annotations

import uuid
from typing import Any

from csp.constants import SELF
from csp.decorators import csp_update
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.staff import person_of
from credentials.actions import wallet as actions
from credentials.looks import look_of, pack_of
from credentials.models import Award, Destination
from credentials.models.award import Visibility
from credentials.sharing import destinations
from credentials.sharing.destinations import Shared
from credentials.views import counted
from credentials.views.embed import snippet_of
from credentials.views.finding import mine
from credentials.views.short import short_address

IN_FORCE = ("valid", "expired")
# What each way out is called in the wallet, in the order of its list.
WAYS = {
    Destination.PROFILE: "Add it to your LinkedIn profile",
    Destination.LINKEDIN: "Post it on LinkedIn",
    Destination.X: "Post it on X",
    Destination.FACEBOOK: "Post it on Facebook",
    Destination.BLUESKY: "Post it on Bluesky",
    Destination.MAIL: "Send it by mail",
    Destination.LINK: "Copy its address",
    Destination.QR: "Show or print its QR code",
    Destination.EMBED: "Put it on a web page",
}
# A form that leads there must be allowed to: browsers look at where a form's answer sends them.
GOES_TO = [SELF, "https://www.linkedin.com", "https://x.com", "https://www.facebook.com", "https://bsky.app"]


def shared_of(award: Award) -> Shared:
    """The award as it is told elsewhere."""
    return Shared(
        key=str(award.pk),
        title=award.version.title,
        issuer=award.institution.name,
        page=f"{settings.SITE_URL}{reverse('verify', args=[award.pk])}",
        awarded_on=award.awarded_on,
        expires_on=award.expires_on,
        organization=pack_of(award.version.policy_id).look.linkedin,
    )


def ways_of(award: Award) -> list[dict[str, Any]]:
    """The list of ways out; those that lead to another site open a window of their own."""
    shared = shared_of(award)
    return [
        {
            "label": label,
            "url": reverse("share_to", args=[award.pk, way.value]),
            "outside": bool(destinations.elsewhere(shared, way)),
        }
        for way, label in WAYS.items()
    ]


def counts_of(award: Award) -> list[dict[str, Any]]:
    """How often it was shared to each destination and seen from there."""
    rows = award.shares.by_destination()
    return [{**row, "label": Destination(str(row["destination"])).label} for row in rows]


@csp_update({"form-action": GOES_TO, "frame-src": [SELF]})  # type: ignore[arg-type]  # it takes any view
@require_http_methods(["GET", "HEAD", "POST"])
def share_to(request: HttpRequest, key: uuid.UUID, name: str) -> HttpResponse:
    """Take a badge of mine there. A private one is asked about first; the POST makes it visible by link and goes on."""
    award = mine(request, key)
    if name not in WAYS:
        raise Http404("No such destination")
    way = Destination(name)
    if award.status_on(award.institution.today()) not in IN_FORCE:
        messages.error(request, "This badge is not in force; it cannot be shared.")
        return redirect("wallet_badge", award.pk)
    if award.accepted_at is None:
        messages.error(request, "Accept this badge first. Until then nobody else sees it.")
        return redirect("wallet_badge", award.pk)
    if award.visibility == Visibility.PRIVATE:
        if request.method != "POST":
            return _page(request, award, way, "credentials/share_ask.html")
        actions.show(award=award, visibility=Visibility.LINK, by=person_of(request))
    return _go(request, award, way)


def _go(request: HttpRequest, award: Award, way: Destination) -> HttpResponse:
    if request.method == "POST":  # the way there is a GET, which is counted
        return redirect("share_to", award.pk, way.value)
    counted.shared(request, award, way)
    outside = destinations.elsewhere(shared_of(award), way)
    if not outside:
        return _page(request, award, way, "credentials/share.html")
    response = redirect(outside)
    response["Cache-Control"] = "private, no-store"
    return response


def _page(request: HttpRequest, award: Award, way: Destination, template: str) -> HttpResponse:
    shared = shared_of(award)
    context = {
        "award": award,
        "institution": look_of(award.institution, award.version.policy_id),
        "way": way.value,
        "way_label": WAYS[way],
        "address": shared.address(way),
        "sentence": shared.sentence,
        "letter": destinations.letter(shared),
        "mailto": destinations.mailto(shared),
        "code": award.code,
        "short_address": short_address(award.code),
        "snippet": snippet_of(award.pk) if way == Destination.EMBED else "",
    }
    response = render(request, template, context)
    response["Cache-Control"] = "private, no-store"
    return response

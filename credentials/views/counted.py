"""Which visits are counted as views of a shared badge: those of people, not of programs, nor the holder's own.

Nobody is told apart: no cookie, no address, nothing but the count.
"""

from __future__ import annotations

import datetime as dt
import re
import uuid

from django.http import HttpRequest

from credentials.models import Award, Destination, ShareLink
from credentials.models.share import NAMED
from credentials.sharing import counting
from credentials.sharing.counting import Counted
from journal import clock

# Programs say so in their name; what fetches a preview for a post names its maker.
PROGRAMS = re.compile(
    r"bot\b|bot/|crawl|spider|slurp|preview|fetch|scan|monitor|headless|lighthouse|curl|wget|python|java/|go-http|okhttp"
    r"|facebookexternalhit|facebookcatalog|meta-external|embedly|whatsapp|skypeuri|slack|telegram|discord|bluesky|cardyb",
    re.I,
)


def is_person(request: HttpRequest) -> bool:
    """Whether this looks like somebody reading: a browser that shows the page now."""
    name = request.headers.get("User-Agent", "")
    ahead = request.headers.get("Sec-Purpose", "") + request.headers.get("Purpose", "")
    return request.method == "GET" and bool(name) and not PROGRAMS.search(name) and "prefetch" not in ahead


def via(request: HttpRequest) -> str:
    """The destination that the address names; "" for none or an unknown one."""
    name = request.GET.get("via", "")
    return name if name in NAMED else ""


def way(request: HttpRequest) -> str:
    """How this visitor came: by a destination that the address names, a link of the holder's own, or any other way."""
    return via(request) or (Destination.OWN if request.GET.get("link") else Destination.OTHER)


def seen(request: HttpRequest, award: Award, destination: str) -> None:
    """Count a view of the award by this way, when it is to be counted."""
    if award.holder_id != request.user.pk and is_person(request):
        counting.add(Counted("views", award.pk, destination, _today()))


def opened(request: HttpRequest, link: ShareLink) -> None:
    """Count that a link of a holder's own was opened. The holder is known by the award, which `link` brings along."""
    if link.award.holder_id != request.user.pk and is_person(request):
        counting.add(Counted("link", link.pk, "", _today()))


def claim_opened(request: HttpRequest, award: Award) -> None:
    """Count that somebody saw the page of the link that was mailed for the award."""
    if is_person(request):
        counting.add(Counted("claim", award.pk, "", _today()))


def mail_seen(request: HttpRequest, key: uuid.UUID) -> None:
    """Count that the mail about this award was opened: its picture was asked for. Only mail to people who agreed has one.

    By whom does not matter, since mail programs ask under many names.
    """
    if request.method == "GET":
        counting.add(Counted("mail", key, "", _today()))


def shared(request: HttpRequest, award: Award, destination: str) -> None:
    """Count that the holder took the award to this destination."""
    if is_person(request):
        counting.add(Counted("shares", award.pk, destination, _today()))


def _today() -> dt.date:
    return clock.now().date()

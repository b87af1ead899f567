"""Where a badge is shared to: the addresses of other sites' own "share" pages, as they document or use them.

Pure. Every value is percent-encoded; of a site we load nothing. Sources: LinkedIn "Share on LinkedIn" and its "Add to
profile" button, X's web intent, Facebook's sharer, Bluesky's "Action Intent Links", RFC 6068 (mail).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from credentials.models.share import Destination

LONGEST, LONGEST_ISSUER = 120, 60  # characters in a post; Bluesky takes 300 in all, with the address


@dataclass(frozen=True, kw_only=True)
class Shared:
    """A badge as it is told elsewhere. `page` is the address of its verification page."""

    key: str
    title: str
    issuer: str
    page: str
    awarded_on: dt.date
    expires_on: dt.date | None = None
    organization: int | None = None  # the issuer's number at LinkedIn

    def address(self, destination: str) -> str:
        """The page's address for this destination, by which views from there are counted."""
        return f"{self.page}?via={destination}"

    @property
    def sentence(self) -> str:
        """What the holder says of it; they can change it before they post."""
        title = self.title if len(self.title) <= LONGEST else f"{self.title[: LONGEST - 1]}…"
        return f"I earned “{title}” at {self.issuer[:LONGEST_ISSUER]}."


def elsewhere(shared: Shared, destination: Destination) -> str:
    """The address that opens the destination with the badge filled in; "" for one that is a page of ours."""
    here, said = shared.address(destination), shared.sentence
    forms: dict[str, tuple[str, Mapping[str, object]]] = {
        Destination.PROFILE: ("https://www.linkedin.com/profile/add", _certification(shared, here)),
        Destination.LINKEDIN: ("https://www.linkedin.com/sharing/share-offsite/", {"url": here}),
        Destination.X: ("https://x.com/intent/post", {"text": said, "url": here}),
        Destination.FACEBOOK: ("https://www.facebook.com/sharer/sharer.php", {"u": here}),
        Destination.BLUESKY: ("https://bsky.app/intent/compose", {"text": f"{said} {here}"}),
    }
    if destination not in forms:
        return ""
    address, values = forms[destination]
    return f"{address}?{urlencode(values, quote_via=quote, safe='')}"


def _certification(shared: Shared, here: str) -> dict[str, object]:
    """LinkedIn's "Add to profile"."""
    issuer = (
        {"organizationId": shared.organization}
        if shared.organization
        else {"organizationName": shared.issuer}
    )
    facts: dict[str, object] = {
        "startTask": "CERTIFICATION_NAME",
        "name": shared.title,
        **issuer,
        "issueYear": shared.awarded_on.year,
        "issueMonth": shared.awarded_on.month,
        "certUrl": here,
        "certId": shared.key,
    }
    if shared.expires_on:
        facts |= {"expirationYear": shared.expires_on.year, "expirationMonth": shared.expires_on.month}
    return facts


def letter(shared: Shared) -> str:
    """The text of a mail about it."""
    return f"{shared.sentence}\r\n\r\nYou can check it here:\r\n{shared.address(Destination.MAIL)}\r\n"


def mailto(shared: Shared) -> str:
    """The address that opens a mail program with subject and text."""
    values = {"subject": shared.sentence.removesuffix("."), "body": letter(shared)}
    return f"mailto:?{urlencode(values, quote_via=quote, safe='')}"

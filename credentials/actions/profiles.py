"""A learner's public page: wanted or not, under which name, with which words and links."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import IntegrityError, transaction

from accounts.models import Institution
from credentials.models import Profile
from journal import clock
from policies.reasons import Reason, Refused, refuse_if

if TYPE_CHECKING:
    from accounts.models import Person

NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{1,58})[a-z0-9]")
NAME_HELP = "3 to 60 small letters, digits and hyphens, such as “trail-reader”."
TAKEN = "This name is taken. Choose another."
MOST_LINKS, LONGEST_TITLE, LONGEST_WORDS, LONGEST_LABEL = 8, 120, 2000, 80
is_web_address = URLValidator(schemes=["https", "http"])


class Wanted(NamedTuple):
    """What the page is to be. `links` are lines: an address, with words before it or without."""

    name: str
    title: str
    words: str
    links: Sequence[str]
    shown: bool
    findable: bool


def save(*, wanted: Wanted, by: Person) -> Profile:
    """Keep it. Turned off, the page is gone at once and what was written stays for its owner.

    Refused: a name that is taken, a campus's or malformed; no title; too much text; a line that holds no address.
    """
    links = [_link(line) for line in wanted.links if line.strip()]
    refuse_if([*_wrong(wanted, by), *(one for one in links if isinstance(one, Reason))])
    values = {
        "name": wanted.name,
        "title": wanted.title.strip(),
        "words": wanted.words.strip(),
        "links": [one for one in links if isinstance(one, dict)],
        "shown": wanted.shown,
        "findable": wanted.shown and wanted.findable,
        "changed_at": clock.now(),
    }
    try:
        with transaction.atomic():
            return Profile.objects.update_or_create(person=by, defaults=values)[0]
    except IntegrityError:  # somebody took the name in the same moment
        raise Refused(Reason(TAKEN, field="name")) from None


def _wrong(wanted: Wanted, by: Person) -> list[Reason]:
    found = []
    if not NAME.fullmatch(wanted.name):
        found.append(Reason(f"Write {NAME_HELP}", field="name"))
    elif (
        Institution.objects.filter(slug=wanted.name.replace("-", "_")).exists()
        or Institution.objects.filter(slug=wanted.name).exists()
        or Profile.objects.filter(name=wanted.name).exclude(person=by).exists()
    ):
        found.append(Reason(TAKEN, field="name"))
    if not wanted.title.strip():
        found.append(Reason("Say what you want to be called there.", field="title"))
    if len(wanted.title) > LONGEST_TITLE:
        found.append(Reason(f"Write at most {LONGEST_TITLE} characters.", field="title"))
    if len(wanted.words) > LONGEST_WORDS:
        found.append(Reason(f"Write at most {LONGEST_WORDS:,} characters.", field="words"))
    if sum(1 for line in wanted.links if line.strip()) > MOST_LINKS:
        found.append(Reason(f"Give at most {MOST_LINKS} links.", field="links"))
    return found


def _link(line: str) -> dict[str, str] | Reason:
    """A line as label and address; the host is the label where there are no words."""
    label, _space, address = line.strip().rpartition(" ")
    try:
        is_web_address(address)
        host = urlsplit(address).hostname or address
    except (ValidationError, ValueError):
        return Reason(
            f"“{line.strip()[:60]}” does not end in an address that begins with https://.", field="links"
        )
    return {"label": label.strip()[:LONGEST_LABEL] or host, "url": address}

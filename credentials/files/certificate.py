"""The certificate of an award: one sheet for people, and the way to check it. Nothing is written here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import reverse

from credentials.facts import stated
from credentials.files import qr
from credentials.files.pictures import drawing_of, pixels_of
from credentials.looks import pack_of
from credentials.versions import version_of
from journal import papers
from journal.papers.sizes import SIZES

if TYPE_CHECKING:
    from credentials.models import Award, DefinitionVersion
    from policies.schema import Pack

LEAD, CRITERIA, COMPETENCY, CHAIN = 420, 320, 150, 3  # signs; the last: how many decisions are named
PROOF = "This sheet is proven by the address below, not by itself: open it to see whether the award is genuine and in force."


def certificate(award: Award) -> bytes:
    """The award, read by `Award.objects.shown`, as a PDF (PDF/UA-1). Raises PaperError when it cannot be set."""
    address = address_of(award)
    pixels = pixels_of(award)
    name = "badge.png" if pixels else "badge.svg"
    pictures = {name: pixels or drawing_of(award), "code.svg": qr.svg(address).encode()}
    return papers.render("certificate", _sheet(award, address, name), pictures=pictures)


def address_of(award: Award) -> str:
    """Where the award is checked, short enough to type."""
    return f"{settings.SITE_URL}{reverse('short', args=[award.code])}"


def _sheet(award: Award, address: str, picture: str) -> dict[str, Any]:
    version = version_of(award.version_id)
    pack = pack_of(version.policy_id)
    return {
        "size": SIZES[pack.look.paper],
        "colour": pack.look.colour,
        "institution": award.campus_name,
        "title": version.title,
        "awarded": "This certifies that",
        "name": award.recipient_name or "the holder of this award",
        "for": f"has earned the {_kind(version, pack)}",
        "lead": shortened(version.description, LEAD),
        "heading": "What was shown",
        "learned": [shortened(one["name"], COMPETENCY) for one in version.competencies],
        "notes": _notes(version, pack),
        "facts": [{"term": term, "text": text} for term, text in _facts(award, version) if text],
        "picture": picture,
        "picture_alt": f"The badge: {award.badge_alt or version.title}",
        "code": "code.svg",
        "code_alt": f"QR code of the address {address}",
        "proof": PROOF,
        "address": address,
        "foot": [f"Award {award.pk}"],
        "blocks": [],
    }


def _kind(version: DefinitionVersion, pack: Pack) -> str:
    """What this campus calls it: its word for a micro-credential, or the name of a type that is made of others."""
    types = {one.id: one.name for one in pack.types if one.collection}
    return types.get(version.definition.type) or pack.actor_name("micro_credential")


def _notes(version: DefinitionVersion, pack: Pack) -> list[str]:
    """How it was assessed, what had to be shown, and who approved it under which rules."""
    ways = list(dict.fromkeys(one["assessment"] for one in version.competencies if one.get("assessment")))
    assessed = f"Assessed by: {shortened('; '.join(ways).rstrip('.') + '.', COMPETENCY)}" if ways else ""
    return list(filter(None, [assessed, shortened(version.criteria, CRITERIA), approval(version, pack)]))


def approval(version: DefinitionVersion, pack: Pack) -> str:
    """The chain of decisions in a sentence: bodies with their days, the first ones counted when there are many."""
    chain = [(_within(one["body"]), one["on"]) for one in version.approvals_shown]
    named = [f"{body} on {_day(on)}" if on else body for body, on in chain[-CHAIN:]]
    if (more := len(chain) - CHAIN) > 0:
        named.insert(0, f"{more} earlier decision{'s' if more > 1 else ''}")
    rules = ", ".join(
        filter(None, [pack.policy.title, pack.policy.number, f"revision {pack.policy.revision}"])
    )
    return f"Approved by {_joined(named)}, under {rules}." if named else f"Awarded under {rules}."


def _facts(award: Award, version: DefinitionVersion) -> Sequence[tuple[str, str]]:
    credits = f"{version.credits.normalize():f}" if version.for_credit and version.credits else ""
    return (
        ("Awarded on", _day(award.awarded_on)),
        ("Valid until", _day(award.expires_on) if award.expires_on else "It does not expire"),
        ("Credits", credits),
        ("Level", shortened(version.level, 60)),
        ("Workload", shortened(version.workload, 60)),
        ("Together with", shortened("; ".join(stated(version).partners), 100)),
    )


def _within(name: str) -> str:
    """A body's name inside a sentence."""
    return f"the {name[4:]}" if name.startswith("The ") else name


def _joined(parts: Sequence[str]) -> str:
    return " and ".join(filter(None, ["; ".join(parts[:-1]), *parts[-1:]]))


def _day(day: dt.date) -> str:
    return f"{day:%-d %B %Y}"


def shortened(said: str, most: int) -> str:
    """The text on one line, cut at a word when it is longer."""
    said = " ".join(said.split())
    if len(said) <= most:
        return said
    cut = said[: most - 1]
    return f"{cut.rsplit(' ', 1)[0] if ' ' in cut[most // 2 :] else cut}…"

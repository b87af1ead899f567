"""Of what the office keeps versions and reviews, by the campus's policy; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from outreach.models import MARKET

if TYPE_CHECKING:
    from policies.schema import Pack

# Where a policy names nothing, these.
USUAL_TEXTS = {"definition": "The definition of a micro-credential"}
PROCEDURES = ("procedures", "Procedures")
USUAL_STUDIES = {"field": "Reviews of the field"}


def texts(pack: Pack) -> dict[str, str]:
    """What is kept in versions: the policy's taxonomies (with the definition), and the procedures."""
    named = {one.id: one.title for one in pack.outreach.taxonomies} or USUAL_TEXTS
    return {**named, PROCEDURES[0]: PROCEDURES[1]}


def subject_title(pack: Pack, subject: str) -> str:
    """Its title; "" where no versions of it are kept."""
    return texts(pack).get(subject, "")


def studies(pack: Pack) -> dict[str, str]:
    """What is kept to think with: the policy's reviews, and market intelligence."""
    named = {one.id: one.title for one in pack.outreach.reviews} or USUAL_STUDIES
    return {**named, MARKET: "Market intelligence"}


def states(pack: Pack) -> dict[str, str]:
    """How far an activity of the inventory can be, in words, in the policy's order."""
    return {one: one.replace("_", " ").capitalize() for one in pack.outreach.inventory_states}

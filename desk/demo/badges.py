"""Badge images made as anyone would make them: from choices, on the page of the credential's image."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from credentials.actions import images
from credentials.drawing import proposing
from credentials.drawing.design import EDGE, Design
from desk.demo.acts import fresh

if TYPE_CHECKING:
    from desk.demo.cast import Campus
    from policies.schema.about import Look
    from proposals.models import Proposal

# What the programme managers chose beside the proposal of the page, by the title.
CHOSEN: dict[str, dict[str, str]] = {
    "Page Layout with Desktop Publishing 4": {
        "title": "Page Layout 4",
        "shape": "octagon",
        "mark": "document",
    },
    "Leading Class Discussions": {"mark": "speech", "second_colour": "#cfb87c", "accent": "second"},
    "Wildfire Smoke and Community Health": {"title": "Wildfire Smoke and Health", "accent": "tint"},
    "Forest Inventory and Mapping": {"shape": "banner", "accent": "tint", "band": "", "second": "Montana"},
    "Leading a Trail Crew": {"shape": "hexagon", "mark": "mountain"},
    "Grant Writing for Rural Non-profits": {"title": "Grant Writing", "ground": "tint", "accent": "campus"},
    "Telling Stories with Data": {"shape": "seal", "band": "Model University", "band_place": EDGE},
    "Keeping Bees on Campus": {"shape": "hexagon", "second_colour": "#e2b13c", "accent": "second"},
    "Making Documents Accessible": {
        "shape": "square",
        "band": "",
        "second": "Model",
        "ground": "tint",
        "accent": "campus",
    },
    "Podcasts for Teachers": {"shape": "diamond"},
    "Interviewing for Oral History": {"shape": "banner", "band": "", "second": "Model"},
}


def set_badge(campus: Campus, proposal: Proposal) -> None:
    """The programme manager makes the image of the approved credential."""
    definition = fresh(proposal).definition
    if definition is None:
        raise LookupError("Only an approved credential has a badge.")
    chosen = chosen_for(str(definition), campus.pack.look)
    images.set_design(
        definition=definition, design=chosen, alt=proposing.in_words(chosen), by=campus["manager"]
    )


def chosen_for(title: str, look: Look) -> Design:
    """The proposal of the page, with what is chosen for this title."""
    begun = proposing.proposed(
        title=title, skills="", shape=look.badge_shape, colour=look.colour, band=look.short_name
    )
    return replace(begun, **CHOSEN.get(title, {}))

"""A badge proposed from what is known of the credential, and a text alternative proposed from a badge's choices."""

from __future__ import annotations

import re
from dataclasses import replace

from credentials.drawing.colours import LETTERS, PAPER, contrast
from credentials.drawing.design import INITIALS, NOTHING, Design
from credentials.drawing.layout import lay_out
from credentials.drawing.lettering import missing, plain
from credentials.drawing.shapes import SHAPES
from credentials.drawing.symbols import symbols

LONGEST = 200  # of a text alternative
# Beginnings of words, and the symbol that says them; what is more particular stands first.
SAID_BY = {
    "flame": ("fire", "smoke", "burn", "combust", "energy"),
    "snow": ("snow", "avalanche", "winter", "glacier", "ice"),
    "comb": ("bee", "bees", "beekeep", "honey", "pollinat"),
    "tree": ("forest", "tree", "wood", "trail", "wildland"),
    "mountain": ("mountain", "outdoor", "alpine"),
    "leaf": ("plant", "garden", "sustainab", "ecolog", "environment", "climate", "agricult"),
    "drop": ("water", "river", "hydro", "ocean", "marine"),
    "globe": ("global", "world", "international", "satellite", "language", "intercultural"),
    "map": ("map", "geograph", "spatial", "drone", "survey"),
    "compass": ("navigat", "mentor", "advis", "career", "guid"),
    "health": ("health", "nurs", "clinic", "medic", "telehealth", "care"),
    "heart": ("volunteer", "wellbeing", "compassion"),
    "shield": ("safety", "secur", "privacy", "cyber", "risk"),
    "scales": ("law", "legal", "ethic", "justice", "policy"),
    "coin": ("budget", "financ", "grant", "account", "econom", "fund"),
    "microphone": ("podcast", "audio", "radio", "music", "voice"),
    "speech": ("interview", "facilitat", "communicat", "speak", "dialog", "negotiat"),
    "people": ("team", "leader", "group", "supervis", "manag"),
    "code": ("program", "software", "code", "coding", "web", "python"),
    "network": ("network", "system", "ai", "machine"),
    "chart": ("data", "statistic", "analy", "visuali"),
    "document": ("document", "record", "layout", "edit", "accessib"),
    "pen": ("writ", "design", "draw"),
    "flask": ("chem", "lab", "experiment", "bio"),
    "atom": ("physic", "nuclear", "quantum", "science"),
    "lens": ("research", "method", "inquiry", "evaluat"),
    "gear": ("engineer", "machin", "manufactur", "facilit", "mechan"),
    "building": ("librar", "museum", "govern", "public", "heritage"),
    "bulb": ("innovat", "entrepreneur", "idea", "creativ"),
    "steps": ("progress", "pathway", "project"),
    "book": ("read", "literature", "teach", "learn", "educat", "histor", "stud"),
}


def symbol_for(said: str) -> str:
    """The first symbol of the list that any of these words stands for; initials where none does."""
    words = re.findall(r"[^\W\d_]+", said.lower())
    for symbol, beginnings in SAID_BY.items():
        if any(_means(word, begin) for word in words for begin in beginnings):
            return symbol
    return INITIALS


def _means(word: str, begin: str) -> bool:
    """Short ones are whole words, the others beginnings."""
    return word == begin or (len(begin) > 3 and word.startswith(begin))


def initials_of(title: str) -> str:
    """The first letters of its longer words, at most three."""
    words = [word for word in title.split() if word[:1].isalnum()]
    long = [word for word in words if len(word) > 3] or words
    return "".join(word[0].upper() for word in long[:3])


def proposed(*, title: str, skills: str, shape: str, colour: str, band: str, second: str = "") -> Design:
    """A badge for this credential in the campus's shape and colour. Words that have no room on it are left out."""
    title = plain(title)
    mark = symbol_for(f"{title} {skills}")
    ground = "campus" if contrast(colour, PAPER) >= LETTERS else "tint"
    design = Design(
        title=title,
        shape=shape if shape in SHAPES else "round",
        ground=ground,
        accent="soft",
        mark=mark,
        initials=initials_of(title) if mark == INITIALS else "",
        second="" if missing(second, "sans") else plain(second)[:60],
        band="" if missing(band, "sans") else plain(band),
        campus=colour,
    )
    return design if missing(title, "serif") else _with_room(design)


def _with_room(design: Design) -> Design:
    """The same with less and less on it until the rest has room; a title that never has is for people to shorten."""
    for less in ({}, {"band": ""}, {"band": "", "second": ""}, {"band": "", "second": "", "mark": NOTHING}):
        tried = replace(design, **less)
        if not lay_out(tried).unfit:
            return tried
    return design


def in_words(design: Design) -> str:
    """What the badge shows, for those who cannot see it: its shape, its symbol and all that is written on it."""
    if design.shape not in SHAPES:
        return ""
    shape = SHAPES[design.shape].name.lower()
    kind = f"{'An' if shape[0] in 'aeo' else 'A'} {shape} badge"
    if design.mark == INITIALS and design.initials:
        kind += f" with the large letters {design.initials}"
    elif design.mark in symbols() and design.mark != NOTHING:
        kind += f" with a drawing of {_article(design.mark)}"
    written = [f"the words “{design.title}”"]
    if design.second:
        written.append(f"below them “{design.second}”")
    if design.band:
        written.append(f"{'along its edge' if design.along_edge else 'on its ribbon'} “{design.band}”")
    said = f"{kind} and {', '.join(written)}."
    return said if len(said) <= LONGEST else f"{kind} and {written[0]}."[:LONGEST]


IN_WORDS = {
    "people": "people",
    "scales": "scales",
    "health": "a medical cross",
    "snow": "a snowflake",
    "code": "brackets of code",
    "speech": "a speech bubble",
    "lens": "a magnifying glass",
    "network": "three joined circles",
    "building": "a building with columns",
    "steps": "steps with a flag",
    "drop": "a drop of water",
    "comb": "a honeycomb",
}


def _article(mark: str) -> str:
    """The symbol as a sentence calls it."""
    if mark in IN_WORDS:
        return IN_WORDS[mark]
    name = symbols()[mark][0].lower()
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"

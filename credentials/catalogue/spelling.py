"""Words that were mistyped: the nearest ones that occur in what is offered. Works while Redis and the worker are away."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rapidfuzz import process
from rapidfuzz.distance import OSA

from credentials.catalogue.searching import by_words
from credentials.catalogue.texts import unaccented
from credentials.models import CatalogueWords, Definition

if TYPE_CHECKING:
    from collections.abc import Mapping

WORD = re.compile(r"\w+")
MOST_WORDS = 8  # of a search that is looked at


def meant(words: str) -> str:
    """The search that was probably meant, of which something is found; "" when there is none such."""
    tokens = WORD.findall(words)
    if not tokens or len(tokens) > MOST_WORDS:
        return ""
    corrected = mended(words, known_words())
    if corrected == words or not by_words(Definition.objects.public(), corrected).exists():
        return ""
    return corrected


def known_words() -> dict[str, int]:
    """The words of what is offered, with the number of credentials; none before the worker has first counted them."""
    kept = CatalogueWords.objects.values_list("text", flat=True).first() or ""
    rows = (line.rpartition(" ") for line in kept.splitlines())
    return {word: int(number) for word, _, number in rows}


def mended(words: str, known: Mapping[str, int]) -> str:
    """The same with every unknown word replaced by the nearest known one, where one is near. Pure."""
    return WORD.sub(lambda one: nearest(one[0], known), words)


def nearest(word: str, known: Mapping[str, int]) -> str:
    """The known word with the fewest letters changed, left out, added or swapped; of those alike the most frequent.

    A word of up to five letters may differ in one, a longer one in two, from nine letters on in three.
    """
    plain = unaccented(word).lower()
    if plain in known or len(plain) < 3 or plain.isdigit():
        return word
    most = 1 if len(plain) < 6 else 2 if len(plain) < 9 else 3
    near = process.extract(plain, known.keys(), scorer=OSA.distance, score_cutoff=most, limit=20)
    return min(near, key=lambda one: (one[1], -known[one[0]], one[0]))[0] if near else word

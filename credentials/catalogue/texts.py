"""Words as the index keeps them: the language's text search configuration, and writing without accents. Pure."""

from __future__ import annotations

import unicodedata
from typing import Final

# Those that PostgreSQL brings along, by the tag that a credential's answers or the policy give.
CONFIGURATIONS: Final = {
    "ar": "arabic", "ca": "catalan", "da": "danish", "de": "german", "el": "greek", "en": "english", "es": "spanish",
    "eu": "basque", "fi": "finnish", "fr": "french", "ga": "irish", "hi": "hindi", "hu": "hungarian", "hy": "armenian",
    "id": "indonesian", "it": "italian", "lt": "lithuanian", "nb": "norwegian", "ne": "nepali", "nl": "dutch",
    "no": "norwegian", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian", "sv": "swedish",
    "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip
OTHERS = "simple"  # words as they are


def configuration(tag: str) -> str:
    """The configuration for a language tag (RFC 5646): "en-GB" is English."""
    return CONFIGURATIONS.get(tag.partition("-")[0].lower(), OTHERS)


def unaccented(text: str) -> str:
    """The text without accents, as it is often typed."""
    parts = unicodedata.normalize("NFKD", text)
    return "".join(one for one in parts if not unicodedata.combining(one))

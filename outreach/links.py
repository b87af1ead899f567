"""Links in mail that need no account: the id of a row under our signature, of a purpose of its own."""

from __future__ import annotations

import uuid
from urllib.parse import quote

from django.core import signing

REGISTRATION, ENQUIRY = "registration", "enquiry"


def token(purpose: str, key: uuid.UUID) -> str:
    """What stands in the link; always the same for the same row."""
    return signing.Signer(salt=f"outreach.{purpose}", sep=".").sign(key.hex)


def opened(purpose: str, text: str) -> uuid.UUID | None:
    """The row's id; None for whatever we did not sign for this purpose."""
    try:
        return uuid.UUID(signing.Signer(salt=f"outreach.{purpose}", sep=".").unsign(text))
    except (signing.BadSignature, ValueError):
        return None


def safe(text: str) -> str:
    """A token inside an address."""
    return quote(text, safe=".")

"""The words of an invitation: a link that sets a password, or, for people who have one, a link to sign in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.urls import reverse

from accounts.hooks import Message

if TYPE_CHECKING:
    from accounts.models import Affiliation, Person

SECONDS_A_DAY = 86_400


def password_link(person: Person) -> str:
    """Where the person sets a password; good for PASSWORD_RESET_TIMEOUT and until they sign in."""
    key = default_token_generator.make_token(person)
    path = reverse(
        "account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(person), "key": key}
    )
    return f"{settings.SITE_URL}{path}"


def invitation(affiliation: Affiliation, *, again: str = "") -> Message:
    """The mail that tells a person that they belong to a campus now; `again` makes a further one possible."""
    person = affiliation.person
    if person.has_usable_password():
        return Message(
            "welcome", f"welcome:{affiliation.pk}{again}", person, {"url": f"{settings.SITE_URL}/"}
        )
    context = {"url": password_link(person), "days": settings.PASSWORD_RESET_TIMEOUT // SECONDS_A_DAY}
    return Message("invitation", f"invitation:{affiliation.pk}{again}", person, context)

"""How a learner comes to their wallet: a mailed link that opens once, for a while. Only the token's hash is stored."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.db import transaction

from accounts.hooks import Message
from credentials.models import Award, ClaimLink
from journal import clock
from journal.actions import mail
from policies.reasons import Refused

if TYPE_CHECKING:
    from accounts.models import Institution, Person

LIFETIME = dt.timedelta(days=30)
KIND = "badge_awarded"


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def invite(awards: Sequence[Award], institution: Institution, site_url: str) -> None:
    """A claim link and a mail row for each award, in the caller's transaction and in two statements."""
    now = clock.now()
    tokens = [secrets.token_urlsafe(32) for _ in awards]
    ClaimLink.objects.bulk_create(
        ClaimLink(
            person_id=award.holder_id,
            award=award,
            token_hash=token_hash(token),
            created_at=now,
            expires_at=now + LIFETIME,
        )
        for award, token in zip(awards, tokens, strict=True)
    )
    mail.post_many(
        messages=[
            _message(award, f"{site_url}/claim/{token}/") for award, token in zip(awards, tokens, strict=True)
        ],
        institution=institution,
    )


def _message(award: Award, url: str) -> Message:
    context = {"name": award.recipient_name, "title": award.version.title, "url": url, "days": LIFETIME.days}
    return Message(KIND, f"{KIND}:{award.pk}", award.holder, context)


@transaction.atomic
def use(*, token: str) -> Person:
    """Open the wallet by a mailed link: marks the link used and the award claimed, returns whose wallet it is.

    Refused when the link is unknown, used or too old; the sentence says what to do.
    """
    link = (
        ClaimLink.objects.select_for_update(of=("self",))
        .select_related("person", "award")
        .filter(token_hash=token_hash(token))
        .first()
    )
    if link is None:
        raise Refused("This link is not known. Copy the whole address from the mail, or ask for a new one.")
    if link.used_at:
        raise Refused("This link was used already. Sign in, or ask for a new one.")
    if link.expires_at < clock.now():
        raise Refused("This link is too old. Ask for a new one.")
    link.used_at = clock.now()
    link.save(update_fields=["used_at"])
    if link.award and link.award.claimed_at is None:
        link.award.claimed_at = clock.now()
        link.award.save(update_fields=["claimed_at"])
    return link.person

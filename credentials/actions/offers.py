"""A holder takes a badge into a wallet app: offered here, fetched there with a number that this page showed."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction

from credentials.actions.wallet import own
from credentials.models import Award, Offer
from journal import clock
from policies.reasons import Refused

if TYPE_CHECKING:
    from accounts.models import Person

LIFETIME = dt.timedelta(minutes=10)
TOKEN_LIFETIME = dt.timedelta(minutes=10)
MOST_TRIES = 5
DIGITS = 6
IN_FORCE = ("valid", "expired")


class NotGranted(Exception):
    """The app gets nothing; `error` is the protocol's own word, the message an English sentence for its makers."""

    def __init__(self, error: str, sentence: str) -> None:
        super().__init__(sentence)
        self.error, self.sentence = error, sentence


@dataclass(frozen=True)
class Offered:
    """An offer, and the number that the holder types into the app."""

    offer: Offer
    number: str


@transaction.atomic
def make(*, award: Award, by: Person) -> Offered:
    """Offer an award of one's own to one's wallet app; earlier offers of it that nobody took end.

    Refused before it is accepted, for one without a file, and for one that is not in force.
    """
    award = own(award, by)
    if award.accepted_at is None:
        raise Refused("Accept this badge first. Until then it goes nowhere.")
    if not award.document:
        raise Refused("This award has no file that an app could hold.")
    if award.status_on(award.institution.today()) not in IN_FORCE:
        raise Refused("This badge is not in force, so no app would take it.")
    Offer.objects.filter(award=award, taken_at=None).delete()
    number = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    code = secrets.token_urlsafe(32)
    offer = Offer.objects.create(
        award=award, code=code, number_hash=_of_number(code, number), expires_at=clock.now() + LIFETIME
    )
    return Offered(offer, number)


@transaction.atomic
def _exchanged(code: str, number: str) -> tuple[str, str, str]:
    """The token, or the protocol's error with its sentence; a wrong number is counted, so nothing is raised in here."""
    offer = Offer.objects.select_for_update().filter(code=code.replace("\x00", "")[:43]).first()
    if offer is None or offer.token_hash or offer.expires_at < clock.now() or offer.tries >= MOST_TRIES:
        return "", "invalid_grant", "The code is not known, was used, or is too old. Ask for a new offer."
    if not hmac.compare_digest(offer.number_hash, _of_number(code, number)):
        offer.tries += 1
        offer.save(update_fields=["tries"])
        return "", "invalid_grant", "The number is wrong."
    token = secrets.token_urlsafe(32)
    offer.token_hash, offer.token_until = _hash(token), clock.now() + TOKEN_LIFETIME
    offer.save(update_fields=["token_hash", "token_until"])
    return token, "", ""


def exchange(*, code: str, number: str) -> str:
    """A token for the award that the code stands for; the code works once.

    NotGranted for a code that is unknown, used or too old, for a wrong number, and after five of them.
    """
    token, error, sentence = _exchanged(code, number)
    if error:
        raise NotGranted(error, sentence)
    return token


@transaction.atomic
def take(*, token: str) -> Award:
    """The award, as `shown`, that this token was given for; again within its time, since answers get lost on the way.

    NotGranted for a token that is unknown or too old, and for an award that is not in force any more.
    """
    offer = Offer.objects.select_for_update().filter(token_hash=_hash(token)).first() if token else None
    if offer is None or offer.token_until is None or offer.token_until < clock.now():
        raise NotGranted("invalid_token", "The token is not known or too old.")
    award = Award.objects.shown(offer.award_id)
    if award is None or not award.text or award.status_on(clock.today(award.campus_zone)) not in IN_FORCE:
        raise NotGranted("credential_request_denied", "The badge is not in force any more.")
    if offer.taken_at is None:
        offer.taken_at = clock.now()
        offer.save(update_fields=["taken_at"])
    return award


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _of_number(code: str, number: str) -> str:
    """Keyed, since so short a number could be found from its hash."""
    key = settings.SECRET_KEY.encode()
    return hmac.new(key, f"{code}:{number}".encode("utf-8", "replace"), "sha256").hexdigest()

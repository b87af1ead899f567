"""A learner has what is known of them erased: asked for while signed in, confirmed by a mailed link, done at once."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse
from rest_framework.authtoken.models import Token

from accounts.hooks import Message, journal, now
from accounts.keepers import keepers, works_here
from accounts.models import Person
from policies.reasons import Reason, Refused, refuse_if

if TYPE_CHECKING:
    from accounts.models import Institution

KIND = "erase_asked"  # of mail
LIFETIME = dt.timedelta(hours=1)
SLOT = dt.timedelta(minutes=10)  # a mail may take that long; no second one is sent within
SALT = "accounts.erasing"
ERASED = "@erased.invalid"
NAMELESS = "A learner whose data was erased"

UNKNOWN = "This link is not whole. Copy the whole address from the mail, or ask for a new one."
OLD = "This link is too old; it works for an hour. Ask for a new one."
NOT_YOURS = "This link was mailed to somebody else. Sign in as the person who asked for it."
NOTHING = "You work here under this account, and nothing is kept of you as a learner."
DONE = "What was known of you is erased already."


def problems(person: Person) -> list[Reason]:
    """Why the person's data cannot be erased now; [] when it can."""
    if person.learner_since is None and works_here(person):
        return [Reason(NOTHING)]
    return [reason for keeper in keepers() for reason in keeper.refusals(person)]


@transaction.atomic
def ask(*, by: Person) -> None:
    """Mail the link that erases what is known of the person, to the address that they sign in by.

    Effects: one mail, also when asked again within ten minutes; nothing is erased yet. Refused as in `problems`.
    """
    refuse_if(problems(by))
    moment = now()
    token = signing.dumps({"person": str(by.pk), "until": (moment + LIFETIME).isoformat()}, salt=SALT)
    address = settings.SITE_URL + reverse("own_data_erase", args=[token])
    key = f"{KIND}:{by.pk}:{int(moment.timestamp() // SLOT.total_seconds())}"
    journal().post(None, [Message(KIND, key, by, {"url": address})])


def check(*, token: str, by: Person) -> None:
    """Refused unless the token was made for this person within the last hour."""
    try:
        said = signing.loads(token, salt=SALT)
        person, until = uuid.UUID(said["person"]), dt.datetime.fromisoformat(said["until"])
    except (signing.BadSignature, ValueError, KeyError, TypeError) as error:
        raise Refused(UNKNOWN) from error
    if person != by.pk:
        raise Refused(NOT_YOURS)
    if until < now():
        raise Refused(OLD)


@transaction.atomic
def erase(*, token: str, by: Person) -> None:
    """Take out all that says who the learner is, everywhere, and close the account. It cannot be undone.

    Effects: each app erases its part; awards keep id, days, status and hash, so that files that people have still
    verify; the account loses its name, addresses and ways to sign in; an entry, with the id alone, in the record of each
    campus that it concerns. Who works here keeps the account and what they did in office; what is left of their learning
    belongs to nobody who could be named. Refused as in `check` and `problems`.
    """
    check(token=token, by=by)
    refuse_if(problems(by))
    concerned: set[Institution] = set()
    works = works_here(by)
    to = _nobody() if works else by
    for keeper in keepers():
        concerned |= set(keeper.erase(by, to))
    _account(by, works)
    for campus in sorted(concerned, key=lambda campus: campus.pk):
        journal().record(campus, "learner erased", by, {"person": by.pk})


def _nobody() -> Person:
    """A closed account without a name, for what is left of somebody who keeps their own."""
    person = Person(name=NAMELESS, is_active=False)
    person.email = f"{person.pk}{ERASED}"
    person.set_unusable_password()
    person.save()
    return person


def _account(by: Person, works: bool) -> None:
    """The account itself. Locked last: a worker that awards them a badge holds its job, which was waited for, and then the
    person."""
    person = Person.objects.select_for_update().get(pk=by.pk)
    if person.email.endswith(ERASED) or (works and person.learner_since is None):
        raise Refused(DONE)
    if works:
        person.learner_since = None
        person.save(update_fields=["learner_since"])
    else:
        _close(person)


def _close(person: Person) -> None:
    """Leave the row, since the record names it by its id, with nothing in it that says who it was."""
    for model in (EmailAddress, Authenticator, SocialAccount, Token):
        model.objects.filter(user=person).delete()
    person.email, person.name = f"{person.pk}{ERASED}", NAMELESS
    person.is_active, person.learner_since, person.last_login = False, None, None
    person.set_unusable_password()
    person.save()

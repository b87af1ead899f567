"""Signing in by the account of one's university: whose account here it opens, and that it goes on opening that one."""

from __future__ import annotations

from allauth.socialaccount.models import SocialAccount
from django.db import transaction

from accounts.addresses import holder_of
from accounts.locking import locked
from accounts.models import Person
from policies.reasons import Refused

UNKNOWN = (
    "Nobody here is known by {email}. Were you awarded a badge at another address? Ask for a link to your wallet by"
    " that one, then add {email} on the page of your addresses. Other accounts come by invitation from your campus."
)
CLOSED = "The account of {email} is closed. Ask the office of your campus that gives out roles if it should be open."
ELSEWHERE = (
    "Your campus account opens another account here than the one of {email}. Sign in to it by password or by a mailed"
    " link, and add {email} on the page of your addresses: the two become one."
)
REPLACED = (
    "Another campus account opens the account of {email} already. If it is an old one of yours, sign in by password or"
    " by a mailed link, and ask whoever runs this site to let go of it."
)


@transaction.atomic
def connect(*, account: SocialAccount, email: str) -> Person:
    """Let this campus account open the account of whoever has the address, their first or a further proven one.

    The caller answers for the address: the university said that it is verified, and may say so of its domain.
    Effects: the connection is kept, so that it holds when the address changes; nothing else of the person changes.
    Refused: nobody has the address, their account is closed, either of the two is connected to another.
    """
    found = holder_of(email)
    if found is None:
        raise Refused(UNKNOWN.format(email=email))
    person = locked(Person.objects.all(), found.pk)
    if not person.is_active or holder_of(email) != person:
        raise Refused(CLOSED.format(email=email))
    same = SocialAccount.objects.filter(user=person, provider=account.provider)
    if same.exclude(uid=account.uid).exists():
        raise Refused(REPLACED.format(email=email))
    kept, _new = SocialAccount.objects.get_or_create(
        provider=account.provider,
        uid=account.uid,
        defaults={"user": person, "extra_data": account.extra_data},
    )
    if kept.user_id != person.pk:
        raise Refused(ELSEWHERE.format(email=email))
    return person


def confirm(*, account: SocialAccount, email: str) -> Person:
    """Whom a connected campus account opens; `email` is what the university vouches for today, "" for nothing.

    Refused: a closed account, an address that is another person's here.
    """
    person = account.user
    if not person.is_active:
        raise Refused(CLOSED.format(email=person.email))
    if email and holder_of(email) not in (None, person):
        raise Refused(ELSEWHERE.format(email=email))
    return person

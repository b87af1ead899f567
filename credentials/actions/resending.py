"""Links sent again: a new one for a badge, a reminder, and one that opens the wallet. Asking tells strangers nothing."""

from __future__ import annotations

import datetime as dt
import secrets
import uuid
from typing import TYPE_CHECKING

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse

from accounts.addresses import holder_of
from accounts.locking import locked
from accounts.models import Person
from credentials.actions import accepting, claims
from credentials.models import Award, ClaimLink
from journal import clock
from journal.actions import mail, record
from policies.reasons import Refused

if TYPE_CHECKING:
    from credentials.models.award_queries import AwardQuerySet

WALLET_LINK, REMINDER = "wallet_link", "badge_reminder"  # kinds of mail
WALLET_LIFETIME = dt.timedelta(hours=1)
MOST_AN_HOUR = 3
PAUSE = dt.timedelta(minutes=10)  # a mail may take that long
REMIND_AFTER = dt.timedelta(days=7)
REMINDERS_AT_ONCE = 500


def may_enter(person: Person) -> bool:
    """Whether a mailed link signs this person in: never staff, never past a second factor."""
    return person.is_active and not person.is_staff and not is_mfa_enabled(person)


def send_wallet_link(*, email: str) -> None:
    """Mail a link that opens the wallet to this address, if somebody here has it; says nothing about whether.

    Effects: a link for an hour and a mail to this very address. Who may not come in by link is told how they do.
    Nothing happens for an address that nobody has, a closed account, and more than three times an hour.
    """
    person = holder_of(email)
    if person is not None and person.is_active:
        _send_wallet_link(person.pk, email.strip().lower())


@transaction.atomic
def _send_wallet_link(key: uuid.UUID, email: str) -> None:
    person, now = Person.objects.select_for_update(no_key=True).get(pk=key), clock.now()
    lately = ClaimLink.objects.filter(person=person, award=None, created_at__gt=now - dt.timedelta(hours=1))
    if lately.count() >= MOST_AN_HOUR:
        return
    token = secrets.token_urlsafe(32)
    link = ClaimLink.objects.create(
        person=person,
        token_hash=claims.token_hash(token),
        mail_key=f"{WALLET_LINK}:{uuid.uuid4()}",
        created_at=now,
        expires_at=now + WALLET_LIFETIME,
    )
    context = {
        "person": person.name,
        "opens": may_enter(person),
        "url": f"{settings.SITE_URL}/claim/{token}/",
        "sign_in": f"{settings.SITE_URL}{reverse(settings.LOGIN_URL)}",
    }
    mail.post(kind=WALLET_LINK, key=link.mail_key, to=email, institution=None, context=context)


@transaction.atomic
def replace_link(*, token: str) -> ClaimLink:
    """Mail a new link in place of this one, which was used or ran out; whoever has the old one may ask.

    Returns the old link. Refused for an unknown token, and within ten minutes of the last mail.
    """
    link = claims.find(token)
    if link is None:
        raise Refused(claims.UNKNOWN)
    if link.award is None:
        _send_wallet_link(link.person_id, link.person.email)
    else:
        _send(locked(Award.objects.select_related("version", "institution", "holder"), link.award.pk))
    return link


@transaction.atomic
def send_again(*, award: Award, by: Person) -> Award:
    """Mail the learner a new claim link. For those who keep awards there.

    Effects: a link, a mail, an entry in the definition's record. Refused for an award that its holder accepted or
    declined, that is revoked or superseded, and within ten minutes of the last mail.
    """
    if not Award.objects.visible_to(by).exclude(holder=by).filter(pk=award.pk).exists():
        raise PermissionDenied("Only those who issue or keep badges here send their links again.")
    award = locked(Award.objects.select_related("version", "institution", "holder"), award.pk)
    if wrong := accepting.problem(award):
        raise Refused(wrong)
    if award.accepted_at or award.declined_at:
        raise Refused("The learner has answered already, so there is nothing to send again.")
    _send(award)
    record.write(
        subject_kind="definition",
        subject_id=award.definition_id,
        institution=award.institution,
        act="claim link sent again",
        by=by,
        detail={"award": str(award.pk)},
    )
    return award


def _send(award: Award) -> None:
    moment = clock.now()
    if award.claim_links.filter(created_at__gt=moment - PAUSE).exists():
        raise Refused(
            "A mail went out a few minutes ago. Look in the folder for unwanted mail, or wait ten minutes."
        )
    claims.invite([award], award.institution, settings.SITE_URL, again=f":{moment.isoformat()}")


@transaction.atomic
def remind() -> int:
    """Remind once, by a new link, of badges that nobody looked at for a week; returns how many. Called by the clock."""
    rows = _unseen().select_related("version", "institution", "holder").defer("document")
    batches: dict[uuid.UUID, list[Award]] = {}
    found = list(rows.select_for_update(of=("self",), skip_locked=True)[:REMINDERS_AT_ONCE])
    for award in found:
        batches.setdefault(award.version_id, []).append(award)
    for awards in batches.values():
        claims.invite(awards, awards[0].institution, settings.SITE_URL, kind=REMINDER)
    return len(found)


def _unseen() -> AwardQuerySet:
    """Awards without an answer whose one link is a week old, still works and was never opened."""
    now = clock.now()
    links = ClaimLink.objects.filter(award=OuterRef("pk"))
    unseen = links.filter(
        used_at=None, opened_on=None, created_at__lte=now - REMIND_AFTER, expires_at__gt=now
    )
    later = links.filter(created_at__gt=now - REMIND_AFTER)
    reminded = links.filter(mail_key__startswith=REMINDER)
    return Award.objects.unanswered().filter(Exists(unseen), ~Exists(later), ~Exists(reminded))

"""How a learner comes to their badge: a mailed link that acts once, for a while. Only the token's hash is stored."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.urls import reverse

from accounts import copying
from accounts.hooks import Message
from accounts.locking import locked
from accounts.models import Person
from credentials.actions import accepting
from credentials.looks import look_of
from credentials.models import Award, ClaimLink
from credentials.models.award import Visibility
from journal import clock
from journal.actions import mail
from journal.choosing import who_agreed
from policies.reasons import Reason, Refused, refuse_if

if TYPE_CHECKING:
    from accounts.models import Institution

LIFETIME = dt.timedelta(days=30)
BADGE, NOTATION = "badge_awarded", "notation_awarded"  # kinds of mail
UNKNOWN = "This link is not known. Copy the whole address from the mail, or ask for a new one."
USED = "This link was used already. Sign in to see your badges, or ask for a new link."
_SEEN = Signer(salt="that a mail was opened")
OLD = "This link is too old. Sign in to see your badges, or ask for a new link."


def token_hash(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def invite(
    awards: Sequence[Award], institution: Institution, site_url: str, *, kind: str = "", again: str = ""
) -> None:
    """A claim link and a mail row for each award of one version, in the caller's transaction and in few statements.

    `kind` is the kind of mail, else that of a new award; `again` makes a further mail of that kind possible.
    """
    if not awards:
        return
    now, version = clock.now(), awards[0].version
    tokens = [secrets.token_urlsafe(32) for _ in awards]
    keys = [f"{kind or BADGE}:{award.pk}{again}" for award in awards]
    new = not kind and not again
    kind = kind or (BADGE if version.badge else NOTATION)
    counted = who_agreed(award.holder_id for award in awards) if kind == BADGE else set()
    links = (
        {
            "person_id": award.holder_id,
            "award_id": award.pk,
            "token_hash": token_hash(token),
            "mail_key": key,
            "counts_opening": award.holder_id in counted,
        }
        for award, token, key in zip(awards, tokens, keys, strict=True)
    )
    copying.copy(ClaimLink, links, created_at=now, expires_at=now + LIFETIME, used_at=None, opened_on=None)
    look = look_of(institution, version.policy_id)
    context = {"title": version.title, "institution": look, "until": last_day(institution, now + LIFETIME)}
    contexts = {False: context, True: {**context, "counted": True}}
    messages = [  # they share their contexts, so that they are rendered once
        Message(
            kind,
            key,
            award.holder,
            contexts[award.holder_id in counted],
            _shown(award, token, site_url, counted),
        )
        for award, token, key in zip(awards, tokens, keys, strict=True)
    ]
    mail.post_many(messages=messages, institution=institution, new=new)


def _shown(award: Award, token: str, site_url: str, counted: set[uuid.UUID]) -> dict[str, str]:
    """What differs between two mails of a kind."""
    shown = {"name": award.recipient_name, "url": f"{site_url}/claim/{token}/"}
    seen = {"picture": f"{site_url}{picture_path(award.pk)}"} if award.holder_id in counted else {}
    return shown | seen


def picture_path(award: uuid.UUID) -> str:
    """The address of the picture in a mail about this award, by which its opening is counted; says nothing else."""
    return reverse("mail_seen", args=[_SEEN.sign(str(award))])


def pictured(token: str) -> uuid.UUID | None:
    """Whose award's mail that picture is in; None where the address was made up."""
    try:
        return uuid.UUID(_SEEN.unsign(token))
    except BadSignature:
        return None


def last_day(institution: Institution, expires_at: dt.datetime) -> str:
    """The day on which a link ends, as the campus counts days, written out."""
    return f"{expires_at.astimezone(ZoneInfo(institution.timezone)):%-d %B %Y}"


def find(token: str) -> ClaimLink | None:
    """The link behind a token, with all that its page shows."""
    rows = ClaimLink.objects.select_related(
        "person", "award__version", "award__institution", "award__definition"
    )
    return rows.filter(token_hash=token_hash(token)).first()


def problem(link: ClaimLink | None) -> str:
    """Why the link opens nothing, and what to do; "" while it does."""
    if link is None:
        return UNKNOWN
    if link.used_at:
        return USED
    return OLD if link.expires_at < clock.now() else ""


@transaction.atomic
def use(*, token: str, password: str = "") -> ClaimLink:
    """Open the wallet by a mailed link, and no more; returns the link, which says whose wallet and which award.

    Effects: the link is used; the password is set if the person had none.
    Refused when the link is unknown, used or too old, and for a password that is too weak (nothing is used then).
    """
    return _used(token, password)


@transaction.atomic
def accept(*, token: str, visibility: str = Visibility.LINK, password: str = "") -> ClaimLink:
    """Open the wallet by a mailed link and accept its award; refused as both are (nothing is used then)."""
    link = _used(token, password)
    accepting.accept(award=_award_of(link), visibility=visibility, by=link.person)
    return link


@transaction.atomic
def decline(*, token: str, reason: str = "") -> ClaimLink:
    """Decline the award of a mailed link, which is used by it; refused as both are."""
    link = _used(token, "")
    accepting.decline(award=_award_of(link), reason=reason, by=link.person)
    return link


def _award_of(link: ClaimLink) -> Award:
    if link.award is None:
        raise Refused("This link is about no single badge. Open your wallet to see what waits there.")
    return link.award


def _used(token: str, password: str) -> ClaimLink:
    known = ClaimLink.objects.filter(token_hash=token_hash(token)).values_list("pk", flat=True).first()
    link = locked(ClaimLink.objects.select_related("award"), known) if known else None
    wrong = problem(link)
    if link is None or wrong:
        raise Refused(wrong)
    person = Person.objects.select_for_update().get(pk=link.person_id)
    if password and not person.has_usable_password():
        _set_password(person, password)
    link.used_at = clock.now()
    link.save(update_fields=["used_at"])
    if link.award_id:  # what was mailed for it before, or to remind of it, opens nothing any more
        ClaimLink.objects.filter(award=link.award_id, used_at=None).update(used_at=link.used_at)
    link.person = person
    return link


def _set_password(person: Person, password: str) -> None:
    try:
        validate_password(password, person)
    except ValidationError as error:
        refuse_if(Reason(text, field="password") for text in error.messages)
    person.set_password(password)
    person.save(update_fields=["password"])

"""What the journal keeps of a learner: mail to them and what they were told on the site. The record names nobody but by id."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from accounts.addresses import proven_by
from accounts.keepers import Told, works_here
from journal.models import IdempotencyKey, Mail, MailChoice, MailConsent, MailState, Notice
from policies.reasons import Reason

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from accounts.models import Institution, Person

OF_BADGES = "What told you of your badges is deleted; what concerns your work stays."
SENDING = "A mail to you is just being sent. Try again in a few minutes."


def told(person: Person) -> list[Told]:
    """Mail and notices, oldest first."""
    mails = _mail(person).order_by("created_at")
    notices = Notice.objects.filter(person=person).order_by("created_at")
    erased = OF_BADGES if works_here(person) else "Deleted."
    return [
        Told(
            "mail",
            "Mail that was sent to you",
            "So that it can be told whether a message reached you.",
            erased,
            list(mails.values("to", "subject", "text", "state", "created_at", "sent_at")),
        ),
        Told(
            "notices",
            "What you were told on this site",
            "So that you find it again.",
            erased,
            list(notices.values("text", "path", "created_at", "read_at")),
        ),
        Told(
            "mail_consent",
            "That opening mail about your badges may be counted",
            "So that nothing is counted of those who did not agree.",
            "Deleted; nothing is counted any more.",
            list(MailConsent.objects.filter(person=person).values("agreed_at")),
        ),
    ]


def _mail(person: Person) -> QuerySet[Mail]:
    """To the person, and to an address of theirs without a name, such as a link to the wallet."""
    return Mail.objects.filter(Q(recipient=person) | Q(recipient=None, to__in=proven_by(person)))


def refusals(person: Person) -> list[Reason]:
    """While a mail is on its way out."""
    sending = Mail.objects.filter(recipient=person, state=MailState.SENDING).exists()
    return [Reason(SENDING)] if sending else []


def erase(person: Person, to: Person) -> Iterable[Institution]:
    """Delete it all; of somebody who works here what tells of badges was deleted by those who sent it."""
    MailConsent.objects.filter(person=person).delete()
    if to != person:
        return ()
    for model in (Notice, MailChoice, IdempotencyKey):
        model.objects.filter(person=person).delete()
    _mail(person).delete()
    return ()

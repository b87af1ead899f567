"""What the journal keeps of a learner: mail to them and what they were told on the site. The record names nobody but by id."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts.keepers import Told
from journal.models import IdempotencyKey, Mail, MailChoice, MailConsent, MailState, Notice
from policies.reasons import Reason

if TYPE_CHECKING:
    from collections.abc import Iterable

    from accounts.models import Institution, Person

SENDING = "A mail to you is just being sent. Try again in a few minutes."


def told(person: Person) -> list[Told]:
    """Mail and notices, oldest first."""
    mails = Mail.objects.filter(recipient=person).order_by("created_at")
    notices = Notice.objects.filter(person=person).order_by("created_at")
    return [
        Told(
            "mail",
            "Mail that was sent to you",
            "So that it can be told whether a message reached you.",
            "Deleted.",
            list(mails.values("to", "subject", "text", "state", "created_at", "sent_at")),
        ),
        Told(
            "notices",
            "What you were told on this site",
            "So that you find it again.",
            "Deleted.",
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


def refusals(person: Person) -> list[Reason]:
    """While a mail is on its way out."""
    sending = Mail.objects.filter(recipient=person, state=MailState.SENDING).exists()
    return [Reason(SENDING)] if sending else []


def erase(person: Person) -> Iterable[Institution]:
    """Delete it all."""
    for model in (Notice, MailChoice, MailConsent, IdempotencyKey):
        model.objects.filter(person=person).delete()
    Mail.objects.filter(recipient=person).delete()
    return ()

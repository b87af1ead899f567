"""Send mail rows by SMTP: claim one under a lease, send it with no transaction open, write down how it ended."""

from __future__ import annotations

import datetime as dt
import random
import smtplib
import uuid
from email.utils import parseaddr
from typing import Any

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction

from journal import clock
from journal.models import Mail, MailState

LEASE = dt.timedelta(minutes=5)  # longer than all time-outs of one SMTP conversation together
WAITS = tuple(dt.timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720, 1440))
LAST_TRY = len(WAITS) + 1

log = structlog.get_logger(__name__)


def send_due() -> int:
    """Send everything that is due now, over one connection; returns how many messages were handed over.

    Safe to run in several workers at once: each message is claimed by one of them.
    """
    connection = get_connection()
    sent = 0
    try:
        while (mail := claim()) is not None:
            sent += _send_one(mail, connection)
    finally:
        _close(connection)
    return sent


@transaction.atomic
def claim() -> Mail | None:
    """Take the next due message under a lease that only this sender holds; None when nothing is due."""
    now = clock.now()
    due = Mail.objects.due(now).order_by("due_at").select_for_update(skip_locked=True, of=("self",))
    mail = due.first()
    if mail is None:
        return None
    mail.state, mail.claim_token, mail.claimed_until = MailState.SENDING, uuid.uuid4(), now + LEASE
    mail.tries += 1
    mail.save(update_fields=["state", "claim_token", "claimed_until", "tries"])
    return mail


def _send_one(mail: Mail, connection: BaseEmailBackend) -> int:
    """Hand the message over and record the outcome under the claim; returns 1 if the server took it."""
    try:
        message_of(mail, connection).send()
    except Exception as error:  # noqa: BLE001 (whatever a mail backend raises must end in words on the row)
        _close(connection)
        permanent, words = explain(error)
        _settle(mail, _failure(mail, permanent=permanent, words=words))
        log.warning("mail was not sent", mail=str(mail.pk), tries=mail.tries, cause=type(error).__name__)
        return 0
    _settle(mail, {"state": MailState.SENT, "sent_at": clock.now(), "error": ""})
    return 1


def message_of(mail: Mail, connection: BaseEmailBackend) -> EmailMultiAlternatives:
    """The message; its Message-ID follows from the row, so that a second sending can be seen to be the same."""
    host = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    message = EmailMultiAlternatives(
        subject=mail.subject,
        body=mail.text,
        to=[mail.to],
        connection=connection,
        headers={"Message-ID": f"<{mail.pk}@{host}>", "Auto-Submitted": "auto-generated"},
    )
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    return message


def _settle(mail: Mail, outcome: dict[str, Any]) -> None:
    """Write the outcome, but only while the claim is ours: after a lease ran out another sender decides."""
    ours = Mail.objects.filter(pk=mail.pk, claim_token=mail.claim_token, state=MailState.SENDING)
    ours.update(claim_token=None, claimed_until=None, **outcome)


def _failure(mail: Mail, *, permanent: bool, words: str) -> dict[str, Any]:
    if permanent or mail.tries >= LAST_TRY:
        return {"state": MailState.FAILED, "error": words}
    wait = WAITS[mail.tries - 1] * random.uniform(0.9, 1.1)  # noqa: S311 (spreads the load; nothing secret)
    return {"state": MailState.QUEUED, "error": words, "due_at": clock.now() + wait}


def explain(error: Exception) -> tuple[bool, str]:
    """Whether trying again is useless, and what happened in words a person can act on."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, said = next(iter(error.recipients.values()), (550, b""))
        return code >= 500, f"The mail server does not accept this address: {_said(code, said)}"
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return False, "The mail server refused our sign-in. Check the user and password in EMAIL_URL."
    if isinstance(error, smtplib.SMTPSenderRefused | smtplib.SMTPDataError):
        said = _said(error.smtp_code, error.smtp_error)
        return error.smtp_code >= 500, f"The mail server refused the message: {said}"
    if isinstance(error, OSError):  # also every other error of smtplib, and time-outs
        return False, "The mail server could not be reached. Check EMAIL_URL, or wait until it is back."
    return True, f"This message cannot be sent as it is ({type(error).__name__})."


def _said(code: int, said: bytes | str) -> str:
    text = said.decode(errors="replace") if isinstance(said, bytes) else said
    return f"{code} {' '.join(text.split())}"[:300]


def _close(connection: BaseEmailBackend) -> None:
    """Hang up; a line that is broken already needs no goodbye."""
    try:
        connection.close()
    except OSError:
        log.info("mail connection was broken when it was closed")

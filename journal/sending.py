"""Send mail rows by SMTP: claim one under a lease, send it with no transaction open, write down how it ended."""

from __future__ import annotations

import datetime as dt
import random
import smtplib
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import parseaddr
from typing import Any, Literal

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from journal import choosing, clock
from journal.models import Mail, MailState

LEASE = dt.timedelta(minutes=5)  # longer than all time-outs of one SMTP conversation together
WAITS = tuple(dt.timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720, 1440))
LAST_TRY = len(WAITS) + 1
PLACES = (0x3A11, 0x3A12)  # advisory locks: how many may send at a time

Fate = Literal["permanent", "temporary", "unreachable"]

log = structlog.get_logger(__name__)


def send_due() -> int:
    """Send everything that is due now, over one connection; returns how many messages were handed over.

    Safe to run in several workers at once: each message is claimed by one of them. At most two send at a time, so that
    a long queue of mail does not occupy every worker. A server that cannot be reached ends the round.
    """
    with _turn() as ours:
        return _send_all() if ours else 0


@contextmanager
def _turn() -> Iterator[bool]:
    """One of the places for senders, held by this database session; False when all are taken."""
    with connection.cursor() as cursor:
        held = next((place for place in PLACES if _asked(cursor, "pg_try_advisory_lock", place)), None)
    try:
        yield held is not None
    finally:
        if held is not None:
            with connection.cursor() as cursor:
                _asked(cursor, "pg_advisory_unlock", held)


def _asked(cursor: CursorWrapper, function: str, place: int) -> bool:
    cursor.execute(f"SELECT {function}(%s)", [place])
    return bool(cursor.fetchone()[0])


def _send_all() -> int:
    line, sent = get_connection(), 0
    try:
        while (mail := claim()) is not None:
            outcome = _send_one(mail, line)
            sent += outcome == MailState.SENT
            if outcome is None:
                break
    finally:
        _close(line)
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


def _send_one(mail: Mail, line: BaseEmailBackend) -> str | None:
    """Hand the message over and record the outcome under the claim; returns the state, None without a server."""
    try:
        message_of(mail, line).send()
    except Exception as error:  # whatever a mail backend raises must end in words on the row
        _close(line)
        fate, words = explain(error)
        outcome = _failure(mail, permanent=fate == "permanent", words=words)
        _settle(mail, outcome)
        log.warning("mail was not sent", mail=str(mail.pk), tries=mail.tries, cause=type(error).__name__)
        return None if fate == "unreachable" else str(outcome["state"])
    _settle(mail, {"state": MailState.SENT, "sent_at": clock.now(), "error": ""})
    return MailState.SENT


def message_of(mail: Mail, line: BaseEmailBackend) -> EmailMultiAlternatives:
    """The message; its Message-ID follows from the row, so that a second sending can be seen to be the same.

    A digest says how to unsubscribe in one step (RFC 8058), for programs that offer a button.
    """
    host = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    headers = {"Message-ID": f"<{mail.pk}@{host}>", "Auto-Submitted": "auto-generated"}
    if mail.kind == "digest" and mail.recipient:
        stop = f"{settings.SITE_URL}{choosing.stop_path(mail.recipient)}"
        headers |= {"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    message = EmailMultiAlternatives(
        subject=mail.subject, body=mail.text, to=[mail.to], connection=line, headers=headers
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


def explain(error: Exception) -> tuple[Fate, str]:
    """Whether trying again helps, and what happened in words a person can act on."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, said = next(iter(error.recipients.values()), (550, b""))
        return _fate(code), f"The mail server does not accept this address: {_said(code, said)}"
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return "unreachable", "The mail server refused our sign-in. Check the user and password in EMAIL_URL."
    if isinstance(error, smtplib.SMTPSenderRefused | smtplib.SMTPDataError):
        words = _said(error.smtp_code, error.smtp_error)
        return _fate(error.smtp_code), f"The mail server refused the message: {words}"
    if isinstance(error, OSError):  # also every other error of smtplib, and time-outs
        return (
            "unreachable",
            "The mail server could not be reached. Check EMAIL_URL, or wait until it is back.",
        )
    return "permanent", f"This message cannot be sent as it is ({type(error).__name__})."


def _fate(code: int) -> Fate:
    return "permanent" if code >= 500 else "temporary"


def _said(code: int, said: bytes | str) -> str:
    text = said.decode(errors="replace") if isinstance(said, bytes) else said
    return f"{code} {' '.join(text.split())}"[:300]


def _close(line: BaseEmailBackend) -> None:
    """Hang up; a line that is broken already needs no goodbye."""
    try:
        line.close()
    except OSError:
        log.info("mail connection was broken when it was closed")

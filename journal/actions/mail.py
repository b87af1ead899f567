"""Put mail in the outbox, and try failed mail again. Sending is the business of `journal.sending`."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.template import Context, TemplateDoesNotExist
from django.template.loader import get_template

from accounts.hooks import Message
from journal import clock
from journal.models import Mail, MailState
from journal.tasks import send_due_mail
from journal.wake import after_commit
from policies.reasons import Refused

if TYPE_CHECKING:
    import datetime as dt

    from accounts.models import Institution, Person

BATCH = 500


def post(
    *, kind: str, key: str, to: Person | str, institution: Institution | None, context: Mapping[str, Any]
) -> Mail:
    """Write one mail in the caller's transaction; if the key exists, nothing is written. Returns the row of that key.

    Effects: a Mail row from `templates/mail/<kind>.subject.txt`, `.txt` and, if there is one, `.html`; the sender is
    woken after the commit. Templates see `context`, `name` (the recipient's), `institution` and `site_url`.
    """
    post_many(messages=[_Addressed(kind, key, to, context)], institution=institution)
    return Mail.objects.get(key=key)


def post_many(*, messages: Iterable[Message | _Addressed], institution: Institution | None) -> None:
    """Write many mails in few statements, in the caller's transaction. Keys that exist are left as they are."""
    now = clock.now()
    rows = [_row(message, institution, now) for message in messages]
    Mail.objects.bulk_create(rows, ignore_conflicts=True, batch_size=BATCH)
    if rows:
        after_commit(send_due_mail)


@transaction.atomic
def retry(*, mail: Mail, by: Person) -> Mail:
    """Queue failed mail again, from the first try. For those who manage the campus; refused unless it failed."""
    if not Mail.objects.visible_to(by).filter(pk=mail.pk).exists():
        raise PermissionDenied("Only those who manage the campus send its mail again.")
    locked = Mail.objects.select_for_update().get(pk=mail.pk)
    if locked.state != MailState.FAILED:
        raise Refused("This mail has not failed, so there is nothing to send again.")
    locked.state, locked.tries, locked.error, locked.due_at = MailState.QUEUED, 0, "", clock.now()
    locked.save(update_fields=["state", "tries", "error", "due_at"])
    after_commit(send_due_mail)
    return locked


class _Addressed:
    """A message to a person or to a bare address."""

    def __init__(self, kind: str, key: str, to: Person | str, context: Mapping[str, Any]) -> None:
        self.kind, self.key, self.to, self.context = kind, key, to, context


def _row(message: Message | _Addressed, institution: Institution | None, now: dt.datetime) -> Mail:
    to = message.to
    address = to if isinstance(to, str) else to.email
    context = {
        "site_url": settings.SITE_URL,
        "institution": institution,
        "name": "" if isinstance(to, str) else to.name,
        **message.context,
    }
    return Mail(
        pk=uuid.uuid4(),
        institution=institution,
        kind=message.kind,
        key=message.key,
        recipient=None if isinstance(to, str) else to,
        to=address.strip().lower(),
        subject=" ".join(_text(f"mail/{message.kind}.subject.txt", context).split())[:200],
        text=_text(f"mail/{message.kind}.txt", context).strip() + "\n",
        html=_html(f"mail/{message.kind}.html", context),
        due_at=now,
        created_at=now,
    )


def _text(template: str, context: Mapping[str, Any]) -> str:
    """Plain text: nothing is escaped."""
    inner = get_template(template).template  # type: ignore[attr-defined]
    return str(inner.render(Context(dict(context), autoescape=False)))


def _html(template: str, context: Mapping[str, Any]) -> str:
    try:
        return get_template(template).render(dict(context))
    except TemplateDoesNotExist:
        return ""

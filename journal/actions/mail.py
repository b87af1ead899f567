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
from django.utils.html import escape

from accounts import copying
from accounts.hooks import Message
from journal import choosing, clock
from journal.models import Mail, MailState
from journal.tasks import send_due_mail
from journal.wake import after_commit
from policies.reasons import Refused

if TYPE_CHECKING:
    from accounts.models import Institution, Person

BATCH = 500
EMPTY: Mapping[str, str] = {}


def post(
    *, kind: str, key: str, to: Person | str, institution: Institution | None, context: Mapping[str, Any]
) -> Mail:
    """Write one mail in the caller's transaction; if the key exists, nothing is written. Returns the row of that key.

    Effects: a Mail row from `templates/mail/<kind>.subject.txt`, `.txt` and, if there is one, `.html`; the sender is
    woken after the commit. Templates see `context`, `name` (the recipient's), `institution` and `site_url`.
    """
    post_many(messages=[Addressed(kind, key, to, context)], institution=institution)
    return Mail.objects.get(key=key)


def post_many(
    *,
    messages: Iterable[Message | Addressed],
    institution: Institution | None,
    about: uuid.UUID | None = None,
    office: str = "",
    new: bool = False,
) -> None:
    """Write many mails in few statements, in the caller's transaction. Keys that exist are left as they are.

    What a person wants once a day or a week waits for their digest; what they do not want by mail is kept and never
    sent. `about` is the id of the proposal that they tell of, `office` the capacity in which the recipients get them.
    With `new`, which is cheaper for thousands, the caller knows that no key exists and that the kind cannot be chosen.
    """
    now, drafts = clock.now(), _Drafts(institution)
    rows = [_row(message, drafts) for message in messages]
    shared = {
        "institution_id": institution and institution.pk,
        "about": about,
        "office": office[:200],
        "due_at": now,
        "created_at": now,
    }
    if new:
        copying.copy(Mail, rows, **shared)
    else:
        mails = [Mail(**row, **shared) for row in rows]
        choosing.apply(mails)
        Mail.objects.bulk_create(mails, ignore_conflicts=True, batch_size=BATCH)
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


class Addressed:
    """A message to a person or to a bare address."""

    def __init__(self, kind: str, key: str, to: Person | str, context: Mapping[str, Any]) -> None:
        self.kind, self.key, self.to, self.context = kind, key, to, context
        self.shown: Mapping[str, str] = {}


class _Drafts:
    """Texts of messages; what is shown as it is gets filled into a draft that its kind and context have in common."""

    def __init__(self, institution: Institution | None) -> None:
        self.institution = institution
        self.known: dict[tuple[str, int], tuple[str, str, str]] = {}
        self.kept: list[object] = []  # the contexts behind `known`, so that their ids stay theirs

    def write(self, message: Message | Addressed) -> tuple[str, str, str]:
        """Subject, text and HTML."""
        if not message.shown:
            return self._rendered(message)
        key = (message.kind, id(message.context))
        if key not in self.known:
            self.kept.append(message.context)
            self.known[key] = self._rendered(message, {name: _mark(name) for name in message.shown})
        subject, text, html = self.known[key]
        for name, value in message.shown.items():
            subject, text = subject.replace(_mark(name), value), text.replace(_mark(name), value)
            html = html.replace(_mark(name), escape(value))
        return subject, text, html

    def _rendered(
        self, message: Message | Addressed, shown: Mapping[str, str] = EMPTY
    ) -> tuple[str, str, str]:
        context = {
            "site_url": settings.SITE_URL,
            "institution": self.institution,
            "name": "" if isinstance(message.to, str) else message.to.name,
            **message.context,
            **shown,
        }
        subject = _text(f"mail/{message.kind}.subject.txt", context)
        return (
            subject,
            _text(f"mail/{message.kind}.txt", context),
            _html(f"mail/{message.kind}.html", context),
        )


def _mark(name: str) -> str:
    """What stands in a draft for a text that is filled in: characters of private use, which nobody writes."""
    return f"\ue000{name}\ue001"


def _row(message: Message | Addressed, drafts: _Drafts) -> dict[str, Any]:
    """What is its own of a mail."""
    to = message.to
    subject, text, html = drafts.write(message)
    return {
        "kind": message.kind,
        "key": message.key,
        "recipient_id": None if isinstance(to, str) else to.pk,
        "to": (to if isinstance(to, str) else to.email).strip().lower(),
        "subject": " ".join(subject.split())[:200],
        "text": text.strip() + "\n",
        "html": html,
    }


def _text(template: str, context: Mapping[str, Any]) -> str:
    """Plain text: nothing is escaped."""
    inner = get_template(template).template  # type: ignore[attr-defined]
    return str(inner.render(Context(dict(context), autoescape=False)))


def _html(template: str, context: Mapping[str, Any]) -> str:
    try:
        return get_template(template).render(dict(context))
    except TemplateDoesNotExist:
        return ""

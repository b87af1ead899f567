"""What the journal lends to accounts, which stands below it (see `accounts.hooks`)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from journal import clock
from journal.actions import mail, record
from journal.models import Mail, MailChoice, MailConsent, Notice
from journal.wake import after_commit

if TYPE_CHECKING:
    from celery import Task

    from accounts.hooks import Message
    from accounts.merging import Moved
    from accounts.models import Institution, Person


class ForAccounts:
    """The clock, the campus's chain and the outbox."""

    def now(self) -> dt.datetime:
        """The clock's moment."""
        return clock.now()

    def record(
        self,
        institution: Institution,
        act: str,
        by: Person | None,
        detail: Mapping[str, Any],
        on_behalf_of: Person | None = None,
    ) -> None:
        """An entry in the campus's chain."""
        record.write(
            subject_kind="campus",
            subject_id=institution.pk,
            institution=institution,
            act=act,
            by=by,
            on_behalf_of=on_behalf_of,
            detail=detail,
        )

    def post(self, institution: Institution | None, messages: Iterable[Message]) -> None:
        """Mail rows, a key once."""
        mail.post_many(messages=messages, institution=institution)

    def post_to(self, email: str, kind: str, key: str, context: Mapping[str, Any]) -> None:
        """A mail row of no campus, with nobody's name."""
        mail.post(kind=kind, key=key, to=email, institution=None, context=context)

    def wake(self, task: Task[Any, Any]) -> None:
        """One message after the commit."""
        after_commit(task)


def move(kept: Person, gone: Person) -> list[Moved]:
    """When two records of a learner become one: what was told to the one was told to the other. Mail choices of `kept`
    stand, and whether they agreed that opening mail is counted."""
    Mail.objects.filter(recipient=gone).update(recipient=kept)
    Notice.objects.filter(person=gone).update(person=kept)
    for model in (MailChoice, MailConsent):
        model.objects.filter(person=gone).delete()
    return []

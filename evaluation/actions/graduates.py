"""A programme director keeps in touch with the graduates of an offering: writes to them, names who looks after it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.hooks import Message
from accounts.locking import locked
from credentials.looks import look_of
from evaluation.models import GraduateLetter, SurveyStop
from evaluation.reach import offerings_directed
from journal import clock
from journal.actions import mail, record
from journal.choosing import stop_path
from learning.models import Completion, Offering
from policies.reasons import Reason, refuse_if

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from accounts.models import Person

KIND = "graduate_letter"
MOST_A_WEEK = 3
MOST_SUBJECT, MOST_TEXT = 150, 10_000
NOT_YOURS = (
    "Only the programme director of this offering or its unit, and the office, write to its graduates."
)


def graduates_of(offering: Offering) -> QuerySet[Completion]:
    """Who completed it, the last first."""
    rows = offering.completions.complete().select_related("learner")
    return rows.order_by("-completed_on", "learner_name", "pk")


def reached(offering: Offering) -> list[Completion]:
    """Those of them who can be written to: with an account that is not closed, and no wish to be left alone."""
    stopped = SurveyStop.objects.filter(institution=offering.institution_id, person__isnull=False)
    rows = graduates_of(offering).exclude(learner__in=stopped.values("person"))
    return list(rows.filter(learner__is_active=True).exclude(learner__email=""))


@transaction.atomic
def write(*, offering: Offering, subject: str, text: str, by: Person) -> GraduateLetter:
    """Mail the graduates of an offering.

    Effects: a mail each, in the outbox under its key, which those who want none by mail do not get; the letter with its
    words; an entry in the record of the credential. Refused: no or too long words, nobody to write to, more than three
    letters in seven days. Only the programme director of the offering or its unit, and the office.
    """
    if not offerings_directed(by).filter(pk=offering.pk).exists():
        raise PermissionDenied(NOT_YOURS)
    run = locked(Offering.objects.select_related("institution", "definition__current"), offering.pk)
    people, subject, text = reached(run), " ".join(subject.split()), text.strip()
    refuse_if([*_wrong(subject, text), *_now(run, people)])
    letter = GraduateLetter.objects.create(
        offering=run, subject=subject, text=text, recipients=len(people), sent_by=by, sent_at=clock.now()
    )
    _post(letter, run, people, by)
    record.write(
        subject_kind="definition",
        subject_id=run.definition_id,
        institution=run.institution,
        act="graduates written to",
        by=by,
        detail={"offering": str(run.pk), "letter": str(letter.pk), "recipients": len(people)},
    )
    return letter


def _wrong(subject: str, text: str) -> list[Reason]:
    found = [] if subject else [Reason("Say in a line what it is about.", field="subject")]
    if len(subject) > MOST_SUBJECT:
        found.append(Reason(f"This is longer than {MOST_SUBJECT} characters.", field="subject"))
    if not text:
        found.append(Reason("Write what you want to say.", field="text"))
    if len(text) > MOST_TEXT:
        found.append(Reason(f"This is longer than {MOST_TEXT:,} characters.", field="text"))
    return found


def _now(offering: Offering, people: Sequence[Completion]) -> list[Reason]:
    since = clock.now() - dt.timedelta(days=7)
    if offering.graduate_letters.filter(sent_at__gt=since).count() >= MOST_A_WEEK:
        return [Reason(f"Its graduates were written to {MOST_A_WEEK} times within seven days. Wait a while.")]
    return [] if people else [Reason("Nobody has completed it yet, or nobody of them wants mail.")]


def _post(letter: GraduateLetter, run: Offering, people: Sequence[Completion], by: Person) -> None:
    current = run.definition.current
    context = {
        "institution": look_of(run.institution, current.policy_id if current else None),
        "subject": letter.subject,
        "text": letter.text,
        "offering": run.title,
        "credential": str(run.definition),
        "by": by.name,
        "address": by.email,
    }
    messages = [
        Message(
            KIND,
            f"{KIND}:{letter.pk}:{row.pk}",
            row.learner,
            context,
            {"name": row.learner_name, "stop_url": f"{settings.SITE_URL}{stop_path(row.learner)}"},
        )
        for row in people
    ]
    mail.post_many(messages=messages, institution=run.institution)

"""Who is to be asked when: rows written as a learner finishes something, in the transaction that records it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Exists, OuterRef

from evaluation.actions import templates
from evaluation.models import After, Audience, Invitation, InvitationState, Survey
from journal import clock
from learning.models import Completion

if TYPE_CHECKING:
    from accounts.models import Institution
    from learning.hooks import News

# Whoever finished longer ago than this before it was recorded is not asked "at once" any more.
LATE = dt.timedelta(days=60)
MORNING = dt.time(9)
AT_ONCE = 500
OPEN = (InvitationState.PLANNED, InvitationState.ASKED)


def recorded(news: Sequence[News]) -> None:
    """Plan what follows: the waves after the programme's completion, and one asking for each module shown.

    In the caller's transaction, in a few statements for any number of learners. Nobody is planned twice.
    """
    if not news:
        return
    campus = news[0].completion.offering.institution
    surveys = learners_surveys(campus)
    rows = [row for one in news for row in _of(one, surveys, campus)]
    Invitation.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)


def learners_surveys(campus: Institution) -> list[Survey]:
    """What learners of a campus are asked; begun by the policy where nobody has been asked yet."""
    rows = Survey.objects.filter(institution=campus, audience=Audience.LEARNERS)
    if not rows.exists():
        templates.keep(campus)
    return list(rows.asked())


def _of(one: News, surveys: Iterable[Survey], campus: Institution) -> Iterator[Invitation]:
    for survey in surveys:
        if survey.after == After.COMPLETION and one.finished:
            yield from waves(one.completion, survey, campus)
        if survey.after == After.MODULE:
            yield from _modules(one, survey)


def waves(completion: Completion, survey: Survey, campus: Institution) -> Iterator[Invitation]:
    """The askings after a completed programme, without those whose day was over long before it was recorded."""
    assert completion.completed_on is not None  # noqa: S101
    for days in survey.offsets_days:
        due = moment(completion.completed_on, days, campus)
        if due >= clock.now() - LATE:
            yield _invitation(completion, survey, days, due)


def moment(day: dt.date, days: int, campus: Institution) -> dt.datetime:
    """The morning so many days later, as the campus tells the time; of the day itself its beginning, so at once."""
    at = MORNING if days else dt.time(0)
    return dt.datetime.combine(day + dt.timedelta(days=days), at, tzinfo=ZoneInfo(campus.timezone))


def _modules(one: News, survey: Survey) -> Iterator[Invitation]:
    for name in one.shown:
        for days in survey.offsets_days:
            due = clock.now() + dt.timedelta(days=days)
            yield _invitation(one.completion, survey, days, due, about=name[:300])


def _invitation(
    completion: Completion, survey: Survey, days: int, due: dt.datetime, about: str = ""
) -> Invitation:
    offering = completion.offering
    return Invitation(
        survey=survey,
        institution_id=offering.institution_id,
        definition_id=offering.definition_id,
        offering=offering,
        completion=completion,
        person_id=completion.learner_id,
        about=about,
        wave=days,
        due_at=due,
        created_at=clock.now(),
    )


def changed(completion: Completion) -> None:
    """What was recorded says something else now: whoever is not to be asked any more is not, and days move along.

    In the caller's transaction. What was asked already stays open only while the record stands as completed.
    """
    rows = Invitation.objects.filter(completion=completion, survey__after=After.COMPLETION)
    if completion.withdrawn_at:
        Invitation.objects.filter(completion=completion, state__in=OPEN).update(state=InvitationState.DROPPED)
    elif completion.completed_on is None:
        rows.filter(state__in=OPEN).update(state=InvitationState.DROPPED)
    else:
        campus = completion.offering.institution
        back = rows.filter(state=InvitationState.DROPPED, asked_at=None)
        back.update(state=InvitationState.PLANNED)
        for row in rows.filter(state=InvitationState.PLANNED):
            row.due_at = moment(completion.completed_on, row.wave, campus)
            row.save(update_fields=["due_at"])
        for survey in learners_surveys(campus):
            if survey.after == After.COMPLETION:
                Invitation.objects.bulk_create(waves(completion, survey, campus), ignore_conflicts=True)


def plan_missing() -> int:
    """Plan for those who completed before a survey or a wave of it was there, and are still to be asked; returns how many.

    So the office's new survey also reaches graduates whose day is still ahead. At most 500 a survey and call.
    """
    planned = 0
    for survey in Survey.objects.asked().filter(audience=Audience.LEARNERS, after=After.COMPLETION):
        for days in survey.offsets_days:
            planned += _plan_wave(survey, days)
    return planned


@transaction.atomic
def _plan_wave(survey: Survey, days: int) -> int:
    """Those whose day is ahead, or was at most a few days ago, and who are not planned."""
    campus = survey.institution
    known = Invitation.objects.filter(survey=survey, wave=days, completion=OuterRef("pk"))
    since = (clock.now() - LATE).date() - dt.timedelta(days=days)
    rows = Completion.objects.complete().filter(
        ~Exists(known),
        offering__institution=campus,
        completed_on__gte=max(since, survey.created_at.date() - dt.timedelta(days=days)),
    )
    found = list(rows.select_related("offering").order_by("pk")[:AT_ONCE])
    wanted = [
        _invitation(row, survey, days, moment(row.completed_on, days, campus))
        for row in found
        if row.completed_on
    ]
    Invitation.objects.bulk_create(wanted, ignore_conflicts=True)
    return len(wanted)

"""The campus's surveys: begun by its policy, changed by its office, adapted for an offering before it opens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max

from accounts.locking import locked
from accounts.models import Institution
from evaluation import questions as rules
from evaluation.models import After, OfferingSurvey, Survey, SurveyVersion
from evaluation.questions import Question
from evaluation.reach import may_adapt
from journal import clock
from journal.actions import record
from policies.reasons import Reason, Refused, refuse_if

if TYPE_CHECKING:
    from accounts.models import AdoptedPolicy, Person
    from learning.models import Offering
    from policies.schema.evaluation import Survey as Given

NOT_THE_OFFICE = "Only those who manage the campus change its surveys."
NOT_THE_DIRECTOR = "Only the programme director or the office adapts the survey of an offering."
OPEN = "This survey is open: learners of this offering have been asked already, so its questions stay."
STALE = "Somebody changed this survey meanwhile. Look at what stands there now, then change it again."
SAME = "Nothing is different from what stands there."
MOST_WAVES = 12
LONGEST = 3650


@dataclass(frozen=True)
class Words:
    """What is asked."""

    title: str
    intro: str
    questions: Sequence[Question]

    def as_dict(self) -> dict[str, Any]:
        """As a version keeps it."""
        rows = [question.as_dict() for question in self.questions]
        return {"title": self.title.strip(), "intro": self.intro.strip(), "questions": rows}


@dataclass(frozen=True)
class Timing:
    """When it is asked: days after what it follows, days of reminders after asking, and how long it can be answered."""

    offsets_days: Sequence[int] = (0,)
    reminders_days: Sequence[int] = field(default_factory=list)
    open_days: int = 60
    after: str = After.COMPLETION

    def columns(self) -> dict[str, Any]:
        """As a survey keeps it."""
        return {
            "offsets_days": sorted(set(self.offsets_days)),
            "reminders_days": sorted(set(self.reminders_days)),
            "open_days": self.open_days,
            "after": self.after,
        }


@transaction.atomic
def keep(institution: Institution) -> list[Survey]:
    """The surveys of the policy in force as rows, in the caller's transaction or one of its own; repeatable.

    Effects: what is new in the policy is begun, what is gone from it retired; where the policy's words changed and the
    office has not written its own, a further version. What the office wrote stays.
    """
    campus = Institution.objects.select_for_update(no_key=True).get(pk=institution.pk)
    policy = campus.in_force or campus.policy
    rows = {row.key: row for row in Survey.objects.filter(institution=campus).select_related("current")}
    given = {survey.id: survey for survey in policy.pack.evaluation.surveys}
    for key, survey in given.items():
        _follow(campus, rows.get(key), survey)
    gone = [row.pk for key, row in rows.items() if key not in given and row.retired_at is None]
    Survey.objects.filter(pk__in=gone).update(retired_at=clock.now())
    return list(Survey.objects.filter(institution=campus).asked())


def policy_followed(adopted: AdoptedPolicy, by: Person | None) -> None:
    """A further revision is in force: its surveys follow."""
    keep(adopted.institution)


def _follow(campus: Institution, row: Survey | None, given: Given) -> None:
    """The row of a survey of the policy, made or brought up to it."""
    words = Words(given.title, given.intro, rules.read([q.model_dump() for q in given.questions]))
    if row is None:
        row = Survey.objects.create(
            institution=campus,
            key=given.id,
            level=given.level,
            audience=given.audience,
            after=given.after,
            offsets_days=sorted(set(given.offsets_days)),
            reminders_days=given.reminders_days,
            open_days=given.open_days,
            clause=given.clause,
            created_at=clock.now(),
        )
    elif row.retired_at:
        row.retired_at = None
        row.save(update_fields=["retired_at"])
    own = row.current is not None and row.current.made_by_id is not None
    if not own and (row.current is None or row.current.words != words.as_dict()):
        _set_current(row, _version(row, words, None, None))


def _version(row: Survey, words: Words, by: Person | None, offering: Offering | None) -> SurveyVersion:
    last = row.versions.aggregate(n=Max("number"))["n"] or 0
    return SurveyVersion.objects.create(
        survey=row, offering=offering, number=last + 1, made_by=by, made_at=clock.now(), **words.as_dict()
    )


def _set_current(row: Survey, version: SurveyVersion) -> None:
    row.current = version
    row.save(update_fields=["current"])


def may_edit(person: Person, survey: Survey) -> bool:
    """Whether the person manages the campus of the survey."""
    return person.managed().filter(pk=survey.institution_id).exists()


@transaction.atomic
def edit(*, survey: Survey, words: Words, timing: Timing, seen: int, by: Person) -> SurveyVersion:
    """Change what a campus asks. Offerings that have not begun to ask follow; those that have keep their questions.

    Effects: a further version, the days, an entry in the campus's record. Refused: questions that cannot be asked, days
    out of bounds, nothing different, and when somebody changed it since version `seen`. Only for the office.
    """
    if not may_edit(by, survey):
        raise PermissionDenied(NOT_THE_OFFICE)
    row = locked(Survey.objects.select_related("institution", "current"), survey.pk)
    assert row.current is not None  # noqa: S101  (every survey begins with a version)
    if row.current.number != seen:
        raise Refused(Reason(STALE))
    refuse_if([*_wrong_words(words), *_wrong_days(timing, row)])
    times, same_words = timing.columns(), row.current.words == words.as_dict()
    if same_words and times == {name: getattr(row, name) for name in times}:
        raise Refused(Reason(SAME))
    for name, value in times.items():
        setattr(row, name, value)
    row.save(update_fields=list(times))
    if not same_words:
        _set_current(row, _version(row, words, by, None))
    detail = {"survey": str(row.pk), "version": row.current.number, "days": list(row.offsets_days)}
    record.write(
        subject_kind="campus",
        subject_id=row.institution_id,
        institution=row.institution,
        act="survey changed",
        by=by,
        detail=detail,
    )
    return row.current


@transaction.atomic
def adapt(*, survey: Survey, offering: Offering, words: Words, seen: int, by: Person) -> SurveyVersion:
    """Give one offering questions of its own, before the first learner is asked.

    Effects: a version for this offering, an entry in the record of its credential. Refused: once it is open, questions
    that cannot be asked, nothing different, and when somebody changed it since version `seen`. Only the programme
    director of the offering or its unit, and the office.
    """
    if not may_adapt(by, offering):
        raise PermissionDenied(NOT_THE_DIRECTOR)
    row = locked(Survey.objects.select_related("current"), survey.pk)
    mine = OfferingSurvey.objects.select_for_update().filter(survey=row, offering=offering).first()
    if mine and mine.opened_at:
        raise Refused(Reason(OPEN))
    before = mine.version if mine else row.current
    assert before is not None  # noqa: S101
    if before.number != seen:
        raise Refused(Reason(STALE))
    refuse_if([*_wrong_words(words), *([Reason(SAME)] if before.words == words.as_dict() else [])])
    version = _version(row, words, by, offering)
    OfferingSurvey.objects.update_or_create(survey=row, offering=offering, defaults={"version": version})
    record.write(
        subject_kind="definition",
        subject_id=offering.definition_id,
        institution=offering.institution,
        act="survey adapted",
        by=by,
        detail={"survey": str(row.pk), "offering": str(offering.pk), "version": version.number},
    )
    return version


@transaction.atomic
def follow_again(*, survey: Survey, offering: Offering, by: Person) -> None:
    """Let the offering ask what the campus asks again. Refused once it is open, and where it was not adapted."""
    if not may_adapt(by, offering):
        raise PermissionDenied(NOT_THE_DIRECTOR)
    mine = OfferingSurvey.objects.select_for_update().filter(survey=survey, offering=offering).first()
    if mine is None or mine.opened_at:
        raise Refused(Reason(OPEN if mine else SAME))
    mine.delete()
    record.write(
        subject_kind="definition",
        subject_id=offering.definition_id,
        institution=offering.institution,
        act="survey adapted",
        by=by,
        detail={"survey": str(survey.pk), "offering": str(offering.pk), "version": None},
    )


def opened(survey: Survey, offering: Offering) -> SurveyVersion:
    """The version that this offering asks, which stays so from now on; in the caller's transaction."""
    assert survey.current_id is not None  # noqa: S101
    defaults = {"version_id": survey.current_id, "opened_at": clock.now()}
    mine, _ = OfferingSurvey.objects.get_or_create(survey=survey, offering=offering, defaults=defaults)
    if mine.opened_at is None:
        mine = OfferingSurvey.objects.select_for_update().get(pk=mine.pk)
        mine.opened_at = mine.opened_at or clock.now()
        mine.save(update_fields=["opened_at"])
    return mine.version


def _wrong_words(words: Words) -> list[Reason]:
    found = [Reason(sentence, field=f"question.{key}") for key, sentence in rules.problems(words.questions)]
    return found if words.title.strip() else [Reason("Give it a title.", field="title"), *found]


def _wrong_days(timing: Timing, survey: Survey) -> list[Reason]:
    found = [] if timing.after in After.values else [Reason("Choose what the days follow.", field="after")]
    days = list(timing.offsets_days)
    if survey.for_learners and not days:
        found.append(Reason("Say at least one day on which it is asked.", field="offsets_days"))
    if len(days) > MOST_WAVES or any(not 0 <= day <= LONGEST for day in days):
        text = f"Give at most {MOST_WAVES} days, each from 0 to {LONGEST:,} after what it follows."
        found.append(Reason(text, field="offsets_days"))
    if not 1 <= timing.open_days <= 365:
        found.append(Reason("A survey can be answered for 1 to 365 days.", field="open_days"))
    if len(timing.reminders_days) > 3 or any(not 0 < d < timing.open_days for d in timing.reminders_days):
        text = "Give at most three reminders, each on a day on which it can still be answered."
        found.append(Reason(text, field="reminders_days"))
    return found

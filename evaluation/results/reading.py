"""Answers as they count, and how many were asked: for one credential, survey, wave and module."""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q
from django.db.models.functions import ExtractYear

from evaluation import questions as rules
from evaluation.models import Invitation, InvitationState, Response, Survey, SurveyVersion
from evaluation.questions import Question
from learning.models import Offering

if TYPE_CHECKING:
    from credentials.models import Definition

Cohort = uuid.UUID | int  # an offering; of partners the year in which they were asked


@dataclass(frozen=True)
class Asking:
    """One survey as it was asked of one credential's people in one wave (about one module)."""

    survey: Survey
    wave: int = 0
    about: str = ""
    asked: int = 0
    answered: int = 0

    @property
    def when(self) -> str:
        """The wave in words."""
        if not self.survey.for_learners:
            return "Employers and partners"
        days = self.wave
        if days == 0:
            return "At once"
        for length, name in ((365, "year"), (30, "month"), (7, "week")):
            count = round(days / length)
            if days >= length and abs(days - count * length) <= length // 15:
                return f"After {count} {name}{'' if count == 1 else 's'}"
        return f"After {days} day{'' if days == 1 else 's'}"

    @property
    def title(self) -> str:
        """Survey, wave and module."""
        about = f" About “{self.about}”." if self.about else ""
        return f"{self.survey}{'' if str(self.survey).endswith('?') else '.'}{about} {self.when}"


@dataclass
class Group:
    """The answers that count of one group: `number` sets of them; by question the answers."""

    number: int = 0
    given: dict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))

    def add(self, answers: Mapping[str, Any]) -> None:
        """One set more."""
        self.number += 1
        for key, value in answers.items():
            self.given[key].append(value)

    def tally(self, question: Question) -> Counter[str]:
        """How often each of the answers to choose from was given."""
        found: Counter[str] = Counter()
        for value in self.given.get(question.id, []):
            found.update([str(one) for one in value] if isinstance(value, list) else [str(value)])
        return found

    def count(self, question: Question) -> int:
        """How many answered this question."""
        return len(self.given.get(question.id, []))


@dataclass
class Answers:
    """Everything that counts of one asking: questions in the words of the newest version, all together and by cohort."""

    asking: Asking
    questions: list[Question]
    whole: Group
    cohorts: dict[Cohort, Group]
    labels: dict[Cohort, str]


def askings(definition: Definition) -> list[Asking]:
    """What was asked of the people of this credential, level by level; without what nobody has been asked yet."""
    told = Q(asked_at__isnull=False)
    rows = Invitation.objects.filter(told, definition=definition).order_by()
    counted = rows.values("survey", "wave", "about").annotate(
        asked=Count("pk"), answered=Count("pk", filter=Q(state=InvitationState.ANSWERED))
    )
    surveys = Survey.objects.select_related("current", "institution__in_force").in_bulk(
        {row["survey"] for row in counted}
    )
    found = [Asking(surveys[r["survey"]], r["wave"], r["about"], r["asked"], r["answered"]) for r in counted]
    return sorted(found, key=lambda one: (one.survey.level, one.survey.key, one.wave, one.about))


def by_cohort(definition: Definition, asking: Asking) -> dict[Cohort, tuple[int, int]]:
    """Of each cohort how many were asked and answered: who answered is known."""
    rows = Invitation.objects.filter(
        definition=definition,
        survey=asking.survey,
        wave=asking.wave,
        about=asking.about,
        asked_at__isnull=False,
    )
    found: dict[Cohort, tuple[int, int]] = {}
    year = ExtractYear("asked_at")
    for offering, state, asked_in in rows.values_list("offering", "state", year):
        key: Cohort = offering or asked_in
        asked, answered = found.get(key, (0, 0))
        found[key] = asked + 1, answered + (state == InvitationState.ANSWERED)
    return found


def answers(definition: Definition, asking: Asking) -> Answers:
    """The answers that count; a few queries."""
    rows = Response.objects.joined().filter(
        definition=definition, survey=asking.survey, wave=asking.wave, about=asking.about
    )
    whole, cohorts = Group(), dict[Cohort, Group]()
    versions = set[uuid.UUID]()
    for offering, year, version, given in rows.values_list("offering", "year", "version", "answers"):
        versions.add(version)
        whole.add(given)
        cohorts.setdefault(offering or year or 0, Group()).add(given)
    cohorts_asked = set(cohorts) | set(by_cohort(definition, asking))
    return Answers(asking, _questions(versions, asking.survey), whole, cohorts, _labels(cohorts_asked))


def _questions(versions: Iterable[uuid.UUID], survey: Survey) -> list[Question]:
    """All that was asked in any of these versions: by id and kind, in the words of the newest."""
    rows = SurveyVersion.objects.filter(pk__in=versions).order_by("-number")
    listed = list(rows) or ([survey.current] if survey.current else [])
    found: dict[str, Question] = {}
    for version in listed:
        for question in rules.read(version.questions):
            found.setdefault(question.id, question)
    return list(found.values())


def _labels(cohorts: Iterable[Cohort]) -> dict[Cohort, str]:
    """Cohorts by their names, the first to begin first."""
    keys = [key for key in cohorts if isinstance(key, uuid.UUID)]
    rows = Offering.objects.filter(pk__in=keys).order_by("starts_on", "title", "pk")
    years: dict[Cohort, str] = {key: str(key) for key in sorted(k for k in cohorts if isinstance(k, int))}
    return {row.pk: row.title for row in rows} | years

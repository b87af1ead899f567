"""What the programme manager oversees: proposals by state and by step with how long they take, and figures of success.

All of it is reckoned by the database; each function is one query.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.cache import cache
from django.db.models import Aggregate, Count, DurationField, ExpressionWrapper, F, Max, Q, Value

from credentials.models import Award, Definition
from desk.state_words import sign
from desk.work.addresses import address
from desk.work.item import counted
from issuance.models import BRINGING, Delivery
from issuance.platforms import registry
from journal import clock
from proposals.models import Proposal, Step, StepStatus
from proposals.states import ENDED, State

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import Institution, Person

LASTING = (State.PILOT, State.ESTABLISHED)
ARRIVED = ("delivered", "accepted", "rejected")
FRESH = 300  # seconds
LATELY = dt.timedelta(days=365)


class Percentile(Aggregate):
    """The value that so great a share of the rows does not exceed, by interpolation between its neighbours."""

    function = "percentile_cont"
    template = "%(function)s(%(share)s) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()

    def __init__(self, expression: Any, share: float, **extra: Any) -> None:
        super().__init__(expression, share=share, **extra)


@dataclass(frozen=True)
class Place:
    """A state or a step: how many are there now, for how many days half of them, and the one that came first."""

    key: str
    name: str
    waiting: int
    half: int
    oldest: int

    @property
    def waited(self) -> int:
        """All their days together, as a measure of where things stand still."""
        return self.waiting * self.half


@dataclass(frozen=True)
class Pace(Place):
    """A step also with how many were done within a year, and the days within which half and nine of ten of them were."""

    done: int
    median: int | None
    most: int | None


def _age(since: str) -> ExpressionWrapper:
    now = Value(clock.now())
    return ExpressionWrapper(now - F(since), output_field=DurationField())


def states(institutions: Iterable[Institution]) -> list[Place]:
    """Where proposals are now, in the order of their life."""
    rows = Proposal.objects.filter(institution__in=institutions, submitted_at__isnull=False)
    return places_of(rows.exclude(state__in=ENDED))


def places_of(rows: QuerySet[Proposal]) -> list[Place]:
    """Where these proposals are."""
    age = _age("state_since")
    found = (
        rows.order_by().values("state").annotate(n=Count("pk"), half=Percentile(age, 0.5), oldest=Max(age))
    )
    places = {
        row["state"]: Place(
            row["state"], sign(row["state"]).word, row["n"], _days(row["half"]), _days(row["oldest"])
        )
        for row in found
    }
    return [places[state] for state in State.values if state in places]


def steps(institutions: Iterable[Institution]) -> list[Pace]:
    """How long each step of the policies takes: those done within a year, and those that wait now; the slowest first.

    Steps added for one proposal alone are left out.
    """
    campuses, now = list(institutions), clock.now()
    rows = Step.objects.filter(proposal__institution__in=campuses, ad_hoc=False, opened_at__isnull=False)
    took = ExpressionWrapper(F("completed_at") - F("opened_at"), output_field=DurationField())
    done = Q(status=StepStatus.COMPLETE)
    waiting = Q(status=StepStatus.OPEN)
    lately = rows.filter(
        (done & Q(completed_at__gt=now - LATELY)) | (waiting & Q(state=F("proposal__state")))
    )
    found = (
        lately.order_by()
        .values("key")
        .annotate(
            name=Max("title"),
            done=Count("pk", filter=done),
            median=Percentile(took, 0.5, filter=done),
            most=Percentile(took, 0.9, filter=done),
            waiting=Count("pk", filter=waiting),
            half=Percentile(_age("opened_at"), 0.5, filter=waiting),
            oldest=Max(_age("opened_at"), filter=waiting),
        )
    )
    paces = [_pace(row) for row in found]
    return sorted(paces, key=lambda pace: (-(pace.most or 0), -pace.waited, pace.name))


def _pace(row: Mapping[str, Any]) -> Pace:
    return Pace(
        key=row["key"],
        name=row["name"],
        waiting=row["waiting"],
        half=_days(row["half"]),
        oldest=_days(row["oldest"]),
        done=row["done"],
        median=_days(row["median"]) if row["done"] else None,
        most=_days(row["most"]) if row["done"] else None,
    )


def _days(length: dt.timedelta | None) -> int:
    """Whole days, rounded."""
    return round(length.total_seconds() / 86_400) if length else 0


def overview(institutions: Iterable[Institution]) -> dict[str, Any]:
    """What the front of the dashboard shows: sums, two figures, and where most time is lost. The figures say when they
    were taken, which is some minutes ago at most."""
    campuses = list(institutions)
    key = f"pipeline:{':'.join(sorted(str(campus.pk) for campus in campuses))}"
    found: dict[str, Any] | None = cache.get(key)
    if found is None:
        found = _overview(campuses)
        cache.set(key, found, FRESH)
    return found


def _overview(campuses: list[Institution]) -> dict[str, Any]:
    places, paces = states(campuses), steps(campuses)
    slowest = max(paces, key=lambda pace: pace.waited, default=None)
    return {
        "sums": sums(campuses),
        "slowest": slowest if slowest and slowest.waited else None,
        "figures": [figure_of_states(places), figure_of_steps(paces)],
    }


STATE_COLUMNS = ("Where", "How many", "Half of them for, days", "The first of them for, days")
STEP_COLUMNS = (
    "Step",
    "Done within a year",
    "Half of them within, days",
    "9 of 10 within, days",
    "Waiting now",
    "Half of these for, days",
    "The first of these for, days",
)


def figure_of_states(places: list[Place]) -> dict[str, Any]:
    """How many proposals are in each state, as the figure component shows it."""
    return {
        "title": "Proposals under way",
        "source": "The proposals of your campus, by where they are",
        "at": clock.now(),
        "csv_url": address("pipeline_csv", "states"),
        "bars": [_bar(place) for place in places],
        "top": max((place.waiting for place in places), default=0),
        "columns": STATE_COLUMNS,
        "none": "No proposal is under way.",
    }


def _bar(place: Place) -> dict[str, Any]:
    """Where proposals are meant to move on, with the age of the oldest."""
    oldest = f"{place.name}, oldest {counted(place.oldest, 'day', 'days')}"
    label = place.name if place.key in LASTING else oldest
    return {"label": label, "value": place.waiting, "cells": cells_of_state(place)}


def cells_of_state(place: Place) -> tuple[object, ...]:
    """A line of its table and of its file."""
    return (place.name, place.waiting, place.half, place.oldest)


def figure_of_steps(paces: list[Pace]) -> dict[str, Any]:
    """How long each step takes: half of them within the dark part of the bar, nine of ten within all of it."""
    return {
        "title": "Days in each step",
        "source": "Steps completed within a year: half within the dark bar, 9 of 10 within the whole",
        "at": clock.now(),
        "csv_url": address("pipeline_csv", "steps"),
        "bars": [
            {
                "label": pace.name,
                "value": pace.median or 0,
                "tail": pace.most or 0,
                "shown": "–" if pace.median is None else f"{pace.median} / {pace.most}",
                "cells": cells_of_step(pace),
            }
            for pace in paces
        ],
        "top": max((pace.most or 0 for pace in paces), default=0),
        "columns": STEP_COLUMNS,
        "none": "No step was completed within a year, and none waits.",
    }


def cells_of_step(pace: Pace) -> tuple[object, ...]:
    """A line of its table and of its file; what nobody did within a year has no length."""
    waits = (pace.half, pace.oldest) if pace.waiting else (None, None)
    return (pace.name, pace.done, pace.median, pace.most, pace.waiting, *waits)


def sums(institutions: Iterable[Institution]) -> list[dict[str, Any]]:
    """Figures of success at a glance; what no platform of the campus offers is None."""
    campuses = list(institutions)
    offered = Definition.objects.public().filter(institution__in=campuses).count()
    held = Award.objects.live().filter(institution__in=campuses).count()
    reached = Delivery.objects.filter(account__institution__in=campuses, act__in=BRINGING, state__in=ARRIVED)
    asked = reached.filter(account__platform__in=[kind for kind in registry.KINDS if accepts(kind)])
    states = dict(asked.order_by().values_list("state").annotate(number=Count("pk")))
    total = sum(states.values())
    share = round(100 * states.get("accepted", 0) / total) if total else None
    return [
        {"label": "Credentials offered", "value": offered},
        {"label": "Badges in force", "value": held},
        {"label": "Accepted by learners", "value": share, "shown": f"{share} %"},
    ]


def accepts(kind: str) -> bool:
    """Whether learners accept badges at this platform, so that there is a figure for it."""
    return registry.platform_class(kind).accepts


def oversees(person: Person) -> list[Institution]:
    """The campuses that the person manages."""
    return list(person.managed())

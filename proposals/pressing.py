"""What presses most among very many proposals: what is late, and what is due soon.

The days themselves are computed (`proposals.deadlines`), which takes a whole proposal each. So the database and the bare
dates choose first, and only what is to be shown is read whole. A fixed number of queries.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from heapq import nsmallest
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    Case,
    DateTimeField,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast, Greatest

from accounts.models import AdoptedPolicy, Institution, Unit
from credentials.models import Definition, Standing
from journal import clock
from policies import calendar
from proposals import deadlines, hooks, pilots
from proposals.models import Document, MetDeadline, Proposal, ProposalKind, Revision, Step

if TYPE_CHECKING:
    from policies.schema import Pack
    from policies.schema import Step as PackStep
    from proposals.deadlines import Deadline

SOON = dt.timedelta(days=deadlines.SOON)
COLUMNS = ("submitted_at", "kind", "state", "held_from", "extensions")
COLUMNS_OF_DEFINITION = ("definition__standing", "definition__standing_since")


def first(rows: QuerySet[Proposal], policies: list[AdoptedPolicy], most: int) -> list[Deadline]:
    """By day, the first `most` of what is late and, beside steps, of what is due within two months.

    `policies` are all that the rows follow. Of steps that end after working days the order is right to a day or two, which
    matters where more than `most` are late.
    """
    reckoned = _Reckoned(policies)
    owed = nsmallest(most, hooks.due_by(deadlines.running(rows), clock.today() + SOON))
    chosen: set[UUID | str] = {
        *_late_steps(rows, policies, most),
        *_ballots(rows, most),
        *_dated(rows, reckoned, most, None),
        *(key for _on, key in owed),
    }
    found = _whole(chosen, reckoned)
    return [due for due in found if due.late or (due.soon and due.step is None)][:most]


def first_owed(
    rows: QuerySet[Proposal], policies: list[AdoptedPolicy], most: int, owners: Collection[str]
) -> list[Deadline]:
    """The same without steps, of what these owe (roles, or "office:<id>")."""
    reckoned = _Reckoned(policies)
    found = _whole(_dated(rows, reckoned, most, owners), reckoned)
    return [due for due in found if (due.late or due.soon) and due.step is None and due.owner in owners][
        :most
    ]


def late(rows: QuerySet[Proposal], policies: list[AdoptedPolicy]) -> set[UUID | str]:
    """Those of which anything is late, by their keys or what these read as."""
    today = {policy.pk: _today(policy.pack) for policy in policies}
    days = _days(rows, _Reckoned(policies), None)
    dated = {key for on, _title, key, policy in days if on < today[policy]}
    yesterday = min(today.values(), default=clock.today()) - dt.timedelta(days=1)
    owed = {key for _on, key in hooks.due_by(deadlines.running(rows), yesterday)}
    found: set[UUID | str] = {*_late_steps(rows, policies, None), *_ballots(rows, None), *dated, *owed}
    return found


# --- steps -----------------------------------------------------------------------------------------
def _open(rows: QuerySet[Proposal]) -> QuerySet[Step]:
    """The open steps of the states where these proposals are."""
    return Step.objects.open().filter(proposal__in=rows.values("pk"), state=F("proposal__state"))


def _late_steps(rows: QuerySet[Proposal], policies: Iterable[AdoptedPolicy], most: int | None) -> list[UUID]:
    """The proposals whose open steps should have been done longest ago, where the policy gives them days."""
    late, times = Q(pk__in=[]), []
    for policy in policies:
        today, zone = _today(policy.pack), ZoneInfo(policy.pack.calendar.timezone)
        for step in policy.pack.steps():
            if step.days or step.working_days:
                days = _days_back(step, policy.pack, today)
                here = Q(proposal__policy=policy, key=step.id)
                late |= here & Q(began__lt=dt.datetime.combine(today - days, dt.time(), zone))
                times.append(When(here, then=Value(days)))
    if not times:
        return []
    began = Greatest("opened_at", "proposal__state_since")
    due = ExpressionWrapper(
        F("began") + Case(*times, output_field=DurationField()), output_field=DateTimeField()
    )
    found = _open(rows).filter(ad_hoc=False).annotate(began=began).filter(late)
    return list(found.order_by(due, "pk").values_list("proposal", flat=True)[:most])


def _days_back(step: PackStep, pack: Pack, today: dt.date) -> dt.timedelta:
    """How many days ago a step of this kind began that should be done today: one that began before is late."""
    if step.days:
        return dt.timedelta(days=step.days)
    began, holidays = today, set(pack.calendar.holidays)
    while calendar.working_days_after(began, step.working_days or 0, holidays) >= today:
        began -= dt.timedelta(days=1)
    return today - began - dt.timedelta(days=1)


def _ballots(rows: QuerySet[Proposal], most: int | None) -> list[UUID]:
    """The proposals whose open steps had a moment of their own that has passed, the longest ago first."""
    now = clock.now()
    moments: dict[UUID, dt.datetime] = {}
    for kind in sorted(hooks.handled_kinds()):
        moments |= hooks.step_handler(kind).closes(_open(rows).filter(kind=kind))
    over = sorted((moment, key) for key, moment in moments.items() if moment < now)[:most]
    return list(Step.objects.filter(pk__in=[key for _, key in over]).values_list("proposal", flat=True))


# --- what is counted from a day ----------------------------------------------------------------------
def _dated(
    rows: QuerySet[Proposal], reckoned: _Reckoned, most: int, owners: Collection[str] | None
) -> list[str]:
    """The proposals whose pilot or policy has something due first, by the latest in two months."""
    return [key for _on, _title, key, _policy in nsmallest(most, _days(rows, reckoned, owners))]


def _whole(chosen: Collection[UUID | str], reckoned: _Reckoned) -> list[Deadline]:
    """What is due of these, with the policies and campuses that are known already."""
    rows = deadlines.with_dates(deadlines.running(Proposal.objects.filter(pk__in=chosen)))
    proposals = [reckoned.shared(proposal) for proposal in rows]
    return deadlines.of_loaded(proposals, reckoned.reviews)


def _days(
    rows: QuerySet[Proposal], reckoned: _Reckoned, owners: Collection[str] | None
) -> Iterator[tuple[dt.date, str, str, UUID]]:
    """(the first day on which something is due, title, proposal, policy); with `owners` only of what these owe."""
    policies, where = reckoned.policies, reckoned.places()
    filed = _filed(policies)
    met = MetDeadline.objects.filter(proposal=OuterRef("pk")).values("deadline")
    found = deadlines.running(rows).filter(where, policy__in=policies).annotate(met=ArraySubquery(met))
    light = found.order_by().values_list(
        "title", _text("pk"), "met", "unit__path", _text("policy"), *COLUMNS, *COLUMNS_OF_DEFINITION
    )
    known = {str(policy.pk): policy.pk for policy in policies}
    for title, key, came_in, path, under, *facts in light:
        policy = known[under]
        done = {*came_in, *([deadlines.DECISION] if key in filed else [])}
        dues = reckoned.of(path, policy, *facts)
        left = [on for name, on, owner in dues if name not in done and (owners is None or owner in owners)]
        if left:
            yield min(left), title, key, policy


def _text(key: str) -> Cast:
    """A key as text: to make the key itself of it takes long, a thousand times over."""
    return Cast(key, TextField())


def _filed(policies: list[AdoptedPolicy]) -> set[str]:
    """The proposals in their pilot whose full proposal has been filed, found from the documents: they are few."""
    revisions = Revision.objects.filter(document=OuterRef("pk"))
    rows = Document.objects.filter(
        Exists(revisions),
        form="full_proposal",
        proposal__policy__in=policies,
        proposal__definition__standing=Standing.PILOT,
    )
    return set(rows.values_list(_text("proposal"), flat=True))


@dataclass
class _Reckoned:
    """What is due by the latest in two months of a proposal with certain dates, reckoned once for all with the same."""

    policies: list[AdoptedPolicy]
    known: dict[tuple[Any, ...], list[tuple[str, dt.date, str]]] = field(default_factory=dict)
    years: dict[tuple[UUID, dt.date], object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        campuses = {policy.institution_id for policy in self.policies}
        self.by_key = {policy.pk: policy for policy in self.policies}
        self.campuses = Institution.objects.prefetch_related("terms").in_bulk(campuses)
        self.reviews = deadlines.unit_reviews(campuses)
        self.terms = {
            policy.pk: pilots.terms_of(self.campuses[policy.institution_id], policy.pack)
            for policy in self.policies
        }

    def shared(self, proposal: Proposal) -> Proposal:
        """The proposal with its policy and its campus, one of each for all."""
        proposal.policy = self.by_key[proposal.policy_id]
        proposal.institution = proposal.policy.institution = self.campuses[proposal.institution_id]
        return proposal

    def places(self) -> Q:
        """Where something can be due by these policies, steps aside."""
        anchors = {deadline.anchor for policy in self.policies for deadline in policy.pack.deadlines}
        new = Q(kind=ProposalKind.NEW)
        found = new & Q(definition__standing=Standing.PILOT)
        if "established" in anchors:
            found |= new & Q(definition__standing=Standing.ESTABLISHED)
        if "unit_review" in anchors:
            for unit in self.reviews:
                found |= new & Q(definition__standing=Standing.ESTABLISHED, unit__path__contains=f"/{unit}/")
        if "submitted" in anchors:
            found |= ~new | Q(definition__isnull=True)
        return found

    def of(self, path: str, policy: UUID, *facts: Any) -> list[tuple[str, dt.date, str]]:
        """(key, day, owner) of what is due, for a unit and the columns."""
        units = [part for part in path.split("/") if part]
        unit = next((key for key in reversed(units) if key in self.reviews), "")
        alike = (policy, unit, *self._told_apart(policy, *facts))
        if alike not in self.known:
            self.known[alike] = self._reckon(self._like(policy, unit, *facts))
        return self.known[alike]

    def _told_apart(self, policy: UUID, submitted_at: dt.datetime, *facts: Any) -> tuple[Any, ...]:
        """What of the columns makes a difference: the day of submission seldom, of a pilot's first day often the year."""
        pack, (*others, standing, since) = self.by_key[policy].pack, facts
        counted = {
            deadline.anchor for deadline in pack.deadlines if deadline.anchor == "submitted" or deadline.days
        }
        day = (
            submitted_at.astimezone(ZoneInfo(pack.calendar.timezone)).date()
            if "submitted" in counted
            else None
        )
        if standing == Standing.PILOT and not counted:
            since = self._year_of(policy, since)
        return (day, *others, standing, since)

    def _year_of(self, policy: UUID, day: dt.date) -> object:
        """The academic year of a day; many began on the same."""
        if (policy, day) not in self.years:
            self.years[policy, day] = calendar.academic_year_of(day, self.terms[policy])
        return self.years[policy, day]

    def _like(self, policy: UUID, unit: str, submitted_at: dt.datetime, *facts: Any) -> Proposal:
        """A proposal like those, for reckoning alone: it is never saved."""
        kind, state, held_from, extensions, standing, since = facts
        adopted = self.by_key[policy]
        like = Proposal(policy=adopted, kind=kind, state=state, held_from=held_from, extensions=extensions)
        like.institution, like.unit = self.campuses[adopted.institution_id], Unit(path=f"/{unit}/")
        like.submitted_at = submitted_at
        like.definition = Definition(standing=standing, standing_since=since) if standing else None
        return like

    def _reckon(self, like: Proposal) -> list[tuple[str, dt.date, str]]:
        pack, today = like.policy.pack, _today(like.policy.pack)
        known = deadlines.anchors(like, self.reviews)
        dues = calendar.due_dates(pack, known, self.terms[like.policy.pk], today) if known else []
        return [(deadlines.key_of(due, pack), due.on, due.owner) for due in dues if due.on <= today + SOON]


def _today(pack: Pack) -> dt.date:
    return clock.today(pack.calendar.timezone)

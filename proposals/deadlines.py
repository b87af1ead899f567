"""What is due of proposals, and when: computed from the academic calendar each time it is asked, never stored.

So a change of the dates that the office entered moves every day at once. Reading many costs a fixed number of queries.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from accounts.models import Unit
from credentials.models import Standing
from journal import clock
from policies import calendar
from policies.calendar import Due
from proposals import hooks, pilots, waiting, words
from proposals.models import Proposal, ProposalKind, Revision, Step, StepStatus
from proposals.states import ENDED, State

if TYPE_CHECKING:
    from policies.schema import Pack

SOON = 60  # days
REMINDERS = (90, 30, 7, -1)
DECISION, PILOT_END = "pilot_decision", "pilot_end"
UNREAD = ("definition__current__answers", "definition__current__approvals")
BY_ITSELF = (DECISION, PILOT_END)  # met by a move of the proposal, or by nothing
_DECIDED = (State.PILOT, State.FULL_APPROVAL, State.ESTABLISHED)


@dataclass(frozen=True)
class Deadline:
    """Something due of one proposal. `key` names it within the proposal; `left` counts days, below 0 when it is late.

    `owner` is who owes it (a role, an office or the proposers), empty for a step that a body votes on. `since` is the
    day from which it was known. `waits` is False for a reader who only watches that it comes in.
    """

    proposal: Proposal
    key: str
    title: str
    on: dt.date
    left: int
    clause: str
    owner: str
    since: dt.date
    consequence: str = ""
    reminders: tuple[int, ...] = REMINDERS
    form: str | None = None
    rule: str = ""
    year: int | None = None
    step: Step | None = None
    owed: hooks.Owed | None = None
    waits: bool = True

    @property
    def late(self) -> bool:
        """Whether the day is over and what was due has not come in."""
        return self.left < 0

    @property
    def soon(self) -> bool:
        """Whether it is due within two months."""
        return 0 <= self.left <= SOON

    @property
    def told(self) -> str:
        """The day with the days left, as they count on the campus: 21 March 2027, 6 days left."""
        days = "1 day" if abs(self.left) == 1 else f"{abs(self.left)} days"
        rest = "today" if self.left == 0 else f"{days} {'late' if self.late else 'left'}"
        return f"{self.on:%-d %B %Y}, {rest}"

    @property
    def who(self) -> str:
        """Who owes it, in words."""
        if self.owed:
            return self.owed.who
        if self.owner == "proposer":
            return "the proposers"
        body = self.step.body if self.step else ""
        return words.who(self.proposal.policy.pack, self.owner, body)

    @property
    def ends_by_itself(self) -> bool:
        """Whether the clock does what is to be done once the day is over, and tells people then."""
        return self.key == PILOT_END or bool(self.step and waiting.ends_by_silence(self.step, self.proposal))

    @property
    def receivable(self) -> bool:
        """Whether somebody records that it has come in (what a move or a step meets is met by that alone)."""
        return not (self.step or self.owed or self.key in BY_ITSELF or hooks.filled_in(self.form))

    @property
    def path(self) -> str:
        """Where it is done."""
        if self.owed:
            return self.owed.path
        return hooks.form_path(self.form, self.proposal, self.key) or self.proposal.get_absolute_url()

    @property
    def apart(self) -> bool:
        """Whether it stands in a list of its own among what waits for people."""
        return self.step is not None or self.owed is not None


def running(rows: QuerySet[Proposal]) -> QuerySet[Proposal]:
    """Those of which something can be due: under way, established, or with a pilot that runs to its last day."""
    piloted = Q(kind=ProposalKind.NEW, definition__standing=Standing.PILOT)
    return rows.filter(~Q(state__in=ENDED) | piloted, submitted_at__isnull=False)


def of(proposal: Proposal) -> list[Deadline]:
    """What is due of one proposal, by day."""
    return of_all(Proposal.objects.filter(pk=proposal.pk))


def of_found(proposal: Proposal) -> list[Deadline]:
    """The same of a proposal that a page has loaded with its documents, steps and revisions."""
    definition = proposal.definition
    piloted = definition and definition.standing == Standing.PILOT and proposal.kind == ProposalKind.NEW
    if proposal.submitted_at is None or (proposal.state in ENDED and not piloted):
        return []
    full = {document.pk for document in proposal.documents.all() if document.form == "full_proposal"}
    opened = [step for step in proposal.steps.all() if step.status == StepStatus.OPEN]
    filed = any(revision.document_id in full for revision in proposal.revisions.all())
    vars(proposal).update(open_steps=opened, full_filed=filed)
    return of_loaded([proposal])


def of_all(rows: QuerySet[Proposal]) -> list[Deadline]:
    """What is due of these proposals, by day."""
    shared = with_dates(running(rows)).prefetch_related("policy__institution", "institution__terms")
    return of_loaded(list(shared))


def of_loaded(proposals: list[Proposal], reviews: Mapping[str, dt.date] | None = None) -> list[Deadline]:
    """The same of proposals that are loaded with all that the days are computed from; `reviews` of their units, where
    they are known."""
    if not proposals:
        return []
    closings = _closings([step for proposal in proposals for step in _open(proposal)])
    if reviews is None:
        reviews = unit_reviews({proposal.institution_id for proposal in proposals})
    found = [due for proposal in proposals for due in _pilot_and_pack(proposal, reviews)]
    found += [due for proposal in proposals for due in _steps(proposal, closings)]
    owed = hooks.owed(proposals)
    found += [_of_owed(proposal, one) for proposal in proposals for one in owed.get(proposal.pk, ())]
    return sorted(found, key=lambda due: (due.on, str(due.proposal), due.key))


def with_dates(rows: QuerySet[Proposal]) -> QuerySet[Proposal]:
    """With all that the days are computed from, but policies and campuses, which the rows share."""
    opened = Prefetch("steps", Step.objects.open(), to_attr="open_steps")
    related = with_full_proposal(rows).select_related("definition__current").defer(*UNREAD)
    return related.prefetch_related("unit", "met_deadlines", opened)


def with_full_proposal(rows: QuerySet[Proposal]) -> QuerySet[Proposal]:
    """With `full_filed`: whether the full proposal of each has been filed."""
    filed = Revision.objects.filter(proposal=OuterRef("pk"), document__form="full_proposal")
    return rows.annotate(full_filed=Exists(filed))


def _open(proposal: Proposal) -> list[Step]:
    """The open steps of the state where it is; on hold nothing waits."""
    steps: list[Step] = proposal.open_steps  # type: ignore[attr-defined]
    return [step for step in steps if step.state == proposal.state]


def _closings(steps: list[Step]) -> dict[UUID, dt.datetime]:
    """The moments at which ballots close, a query for each kind of step."""
    found: dict[UUID, dt.datetime] = {}
    for kind in sorted({step.kind for step in steps}):
        found |= hooks.step_handler(kind).closes([step for step in steps if step.kind == kind])
    return found


def unit_reviews(campuses: Collection[UUID]) -> dict[str, dt.date]:
    """The days of the periodic reviews of these campuses' units, by the unit's id."""
    rows = Unit.objects.filter(institution__in=campuses, review_on__isnull=False)
    return {str(key): day for key, day in rows.values_list("pk", "review_on") if day}


def _pilot_and_pack(proposal: Proposal, reviews: Mapping[str, dt.date]) -> list[Deadline]:
    """The pilot's end and decision, and the deadlines of the policy, without those that are met."""
    pack, known = proposal.policy.pack, anchors(proposal, reviews)
    if not known:
        return []
    today = clock.today(pack.calendar.timezone)
    since = min((day for day in known.values() if day <= today), default=today)
    met = {row.deadline for row in proposal.met_deadlines.all()}
    if proposal.full_filed:  # type: ignore[attr-defined]
        met.add(DECISION)
    found = []
    for due in calendar.due_dates(pack, known, pilots.terms(proposal), today):
        key = key_of(due, pack)
        if key not in met:
            found.append(_deadline(proposal, key, due, since, today))
    return found


def key_of(due: Due, pack: Pack) -> str:
    """Its name within the proposal; what comes round with the unit's review has the year in it."""
    cyclic = any(one.id == due.id and one.anchor == "unit_review" for one in pack.deadlines)
    return f"{due.id}_{due.on.year}" if cyclic else due.id


SAME = ("title", "on", "clause", "owner", "consequence", "reminders", "form", "rule", "year")


def _deadline(proposal: Proposal, key: str, due: Due, since: dt.date, today: dt.date) -> Deadline:
    same = {name: getattr(due, name) for name in SAME}
    return Deadline(proposal=proposal, key=key, left=(due.on - today).days, since=since, **same)


def _of_owed(proposal: Proposal, owed: hooks.Owed) -> Deadline:
    today = clock.today(proposal.policy.pack.calendar.timezone)
    return Deadline(
        proposal=proposal,
        key=owed.key,
        title=owed.title,
        on=owed.on,
        left=(owed.on - today).days,
        clause=owed.clause,
        owner=owed.owner,
        since=owed.since,
        reminders=owed.reminders,
        owed=owed,
    )


def anchors(proposal: Proposal, reviews: Mapping[str, dt.date]) -> dict[str, dt.date]:
    """The days from which deadlines are counted, as far as they are known and still count."""
    found: dict[str, dt.date] = {}
    zone, definition = ZoneInfo(proposal.policy.pack.calendar.timezone), proposal.definition
    if proposal.submitted_at and not _decided(proposal):
        found["submitted"] = proposal.submitted_at.astimezone(zone).date()
    if definition is None or proposal.kind != ProposalKind.NEW:
        return found
    start = definition.standing_since
    if definition.standing == Standing.PILOT and proposal.policy.pack.pilot:
        found |= {"pilot_start": start, "pilot_end": pilots.last_day(proposal, start)}
    elif definition.standing == Standing.ESTABLISHED:
        found["established"] = start
        # The unit's own review, or that of the unit it belongs to.
        review = next((reviews[key] for key in reversed(proposal.unit.lineage) if key in reviews), None)
        if review and review >= start:
            found["unit_review"] = review
    return found


def _decided(proposal: Proposal) -> bool:
    """Whether what was submitted first has been decided, so that nothing counts from its submission any more."""
    approved = proposal.kind == ProposalKind.NEW and proposal.definition is not None
    return approved or (proposal.held_from or proposal.state) in (*_DECIDED, *ENDED)


def _steps(proposal: Proposal, closings: Mapping[UUID, dt.datetime]) -> list[Deadline]:
    """Open steps that have a time, and ballots with a last day."""
    pack = proposal.policy.pack
    today = clock.today(pack.calendar.timezone)
    zone, found = ZoneInfo(pack.calendar.timezone), []
    for step in _open(proposal):
        step.proposal = proposal
        on = waiting.due_on(step, proposal, closings.get(step.pk))
        if on and step.opened_at:
            since, left = step.opened_at.astimezone(zone).date(), (on - today).days
            found.append(_of_step(proposal, pack, step, on, left, since))
    return found


def _of_step(proposal: Proposal, pack: Pack, step: Step, on: dt.date, left: int, since: dt.date) -> Deadline:
    outcome = step.rules_in(pack).on_silence
    consequence = (
        f"If nobody objects by then, it counts as {words.OUTCOMES[outcome]} and goes on by itself."
        if outcome
        else ""
    )
    return Deadline(
        proposal=proposal,
        key=f"step:{step.pk}",
        title=step.title,
        on=on,
        left=left,
        clause=step.clause,
        owner=step.actor,
        since=since,
        consequence=consequence,
        step=step,
    )

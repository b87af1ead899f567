"""Where a proposal stands on its route, and who has it: what the top of its page says."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from journal.models import Entry
from proposals import hooks, pilots, reading, rounds, routes, waiting, words
from proposals.machine import TRANSITIONS
from proposals.models.step import Step, StepStatus
from proposals.permissions import officer
from proposals.states import ENDED, WRITING, State

if TYPE_CHECKING:
    from accounts.models import Person
    from policies.schema import Stage
    from proposals.models import Proposal

DONE, HERE, AHEAD = "done", "here", "ahead"
_STEP_STATES = {StepStatus.COMPLETE: DONE, StepStatus.OPEN: HERE, StepStatus.WAITING: AHEAD}
_ASIDES = ("request_changes", "send_back", "hold", "decline", "withdraw", "lapse", "retire", "reconsider")


@dataclass(frozen=True)
class Stop:
    """One stop of the route. `on`: when it was left (done) or entered (here); `until`: when it is due or ends.

    `asides`: what happened here off the line, `{state, on, note}`; `steps`: `{name, state, outcome}`.
    """

    name: str
    state: str
    on: dt.date | None = None
    until: dt.date | None = None
    asides: list[dict[str, Any]] = field(default_factory=list)
    steps: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class WhoHasIt:
    """One sentence and its parts: with whom, since when, what comes next and when, whom it waits for."""

    sentence: str
    who: str = ""
    since: dt.date | None = None
    next: str = ""
    next_on: dt.date | None = None
    waits_for: str = ""
    late: bool = False


def route(proposal: Proposal) -> list[Stop]:
    """The stops of this proposal's route, as its pack names them; where it has ended, no stop lies ahead."""
    history = _history(proposal)
    rows = list(proposal.steps.all())
    answers = routes.answers_so_far(proposal.revisions.all())
    stages = routes.stages(proposal.policy.pack, proposal.kind)
    here = next(i for i, stage in enumerate(stages) if stage.state == _place(proposal, history))
    stops = []
    for i, stage in enumerate(stages):
        if i > here and proposal.state in ENDED:
            break
        if i < here and not history.get(stage.state):
            continue  # passed over: nothing was asked there
        if i > here and _will_be_passed_over(proposal, stage, stages[here].state, answers):
            continue
        where = DONE if i < here else HERE if i == here else AHEAD
        steps = _steps(proposal, stage, rows, answers, where)
        stops.append(_stop(proposal, stage, where, history.get(stage.state, []), steps))
    return stops


def _will_be_passed_over(
    proposal: Proposal, stage: Stage, here: str, answers: dict[str, dict[str, Any]]
) -> bool:
    """Whether nothing will be asked there; not known while the proposal is being written."""
    pack = proposal.policy.pack
    return here not in WRITING and not routes.asks(pack, stage, answers, proposal.type)


def _history(proposal: Proposal) -> dict[str, list[dict[str, Any]]]:
    """What the record says happened at each state of the route: `{move, on, to, note}`, oldest first."""
    zone = ZoneInfo(proposal.policy.pack.calendar.timezone)
    place = proposal.policy.pack.stages[0].state
    found: dict[str, list[dict[str, Any]]] = {}
    for entry in Entry.objects.about("proposal", proposal.pk).filter(act__in=TRANSITIONS):
        on, to = entry.at.astimezone(zone).date(), entry.detail.get("to", "")
        happened = {"move": entry.act, "on": on, "to": to, "note": entry.detail.get("note", "")}
        found.setdefault(place, []).append(happened)
        place = to if proposal.policy.pack.has_stage(to) else place
    found.setdefault(place, [])
    return found


def _place(proposal: Proposal, history: dict[str, list[dict[str, Any]]]) -> str:
    """The stop where the proposal is, or was when it was put aside or ended."""
    behind = reading.state_behind(proposal)
    return behind if proposal.policy.pack.has_stage(behind) else _last(history)


def _last(history: dict[str, list[dict[str, Any]]]) -> str:
    ended = [state for state, happened in history.items() if happened and happened[-1]["to"] in ENDED]
    return ended[-1]


def _stop(
    proposal: Proposal, stage: Stage, where: str, happened: list[dict[str, Any]], steps: list[dict[str, Any]]
) -> Stop:
    asides = [
        {"state": _aside(one), "on": one["on"], "note": one["note"]}
        for one in happened
        if one["move"] in _ASIDES
    ]
    on = _left_on(happened) if where == DONE else _since(proposal) if where == HERE else None
    until = None
    if stage.state == "pilot" and where == HERE and proposal.definition:
        until = proposal.definition.awards_until
    return Stop(stage.name, where, on, until, asides, steps)


def _aside(happened: dict[str, Any]) -> str:
    """What is shown of it: sent back to an earlier step or to the proposers, it was sent back."""
    return str(State.CHANGES_REQUESTED) if happened["move"] == "send_back" else happened["to"]


def _left_on(happened: list[dict[str, Any]]) -> dt.date | None:
    onward = [one["on"] for one in happened if one["move"] not in _ASIDES]
    return onward[-1] if onward else None


def _since(proposal: Proposal) -> dt.date:
    return proposal.state_since.astimezone(ZoneInfo(proposal.policy.pack.calendar.timezone)).date()


def _steps(
    proposal: Proposal, stage: Stage, rows: list[Step], answers: dict[str, dict[str, Any]], where: str
) -> list[dict[str, Any]]:
    """The steps of a stop: its rows where it was reached, else what the answers so far ask for."""
    if where != AHEAD:
        return [
            {"name": row.title, "state": _STEP_STATES[StepStatus(row.status)], "outcome": row.outcome}
            for row in rounds.current(rows, stage.state)
        ]
    wanted = routes.steps(proposal.policy.pack, stage.state, answers, proposal.type)
    return [{"name": step.title, "state": AHEAD, "outcome": ""} for _, step in wanted]


def told(proposal: Proposal, person: Person) -> str:
    """What the person reads after a move of theirs: to a proposer the pack's own words, to others who has it."""
    if any(row.person_id == person.pk for row in proposal.proposers.all()):
        return words.where(proposal.policy.pack, proposal.state)
    return who_has_it(proposal, person).sentence


def who_has_it(proposal: Proposal, person: Person | None = None) -> WhoHasIt:
    """With whom it is, since when, and what comes next; to one of its proposers it is "your proposal"."""
    yours = person is not None and any(row.person_id == person.pk for row in proposal.proposers.all())
    subject = "Your proposal" if yours else "The proposal"
    pack, since = proposal.policy.pack, _since(proposal)
    if proposal.state == State.CHANGES_REQUESTED:
        to = "you" if yours else "the proposers"
        said = f"{subject} was sent back to {to} on {_day(since)}."
        return WhoHasIt(said, to, since, waits_for="it to be changed and submitted again")
    if proposal.state == State.ON_HOLD:
        return WhoHasIt(f"{subject} has been on hold since {_day(since)}.", "", since)
    if proposal.state == State.PILOT:
        return _pilot(proposal, subject, since)
    if not pack.has_stage(proposal.state) or proposal.state == State.ESTABLISHED:
        return WhoHasIt(
            f"{words.where(pack, proposal.state, subject)[:-1]} (since {_day(since)}).", "", since
        )
    return _with_steps(proposal, subject, yours)


def _pilot(proposal: Proposal, subject: str, since: dt.date) -> WhoHasIt:
    decision = pilots.decision_on(proposal)
    last = proposal.definition.awards_until if proposal.definition else None
    until = f" and runs until {_day(last)}" if last else ""
    late = decision is not None and pilots.today(proposal) > decision
    said = f"{subject} has been in its pilot since {_day(since)}{until}."
    return WhoHasIt(said, "", since, "The full proposal is due" if decision else "", decision, "", late)


def _with_steps(proposal: Proposal, subject: str, yours: bool) -> WhoHasIt:
    pack = proposal.policy.pack
    rows = rounds.current(proposal.steps.all(), proposal.state)
    opened = [row for row in rows if row.status == StepStatus.OPEN]
    if not opened and (held := hooks.holds(proposal)):
        name, waits = "you" if yours else "the proposers", "its conditions to be met and accepted"
        since = max((row.completed_at for row in rows if row.completed_at), default=proposal.state_since)
        return _since_then(proposal, subject, name, since, f"{waits} ({len(held)} left)")
    if not opened:
        name = words.who(pack, officer(pack, proposal.state), "") or "nobody"
        since = max((row.completed_at for row in rows if row.completed_at), default=proposal.state_since)
        return _since_then(proposal, subject, name, since, "its next move")
    if opened[0].kind == "form":
        name = "you" if yours else "the proposers"
        return _since_then(proposal, subject, name, proposal.state_since, "it to be written and submitted")
    name = words.listed([words.who_of(pack, row) for row in opened])
    since = min(row.opened_at for row in opened if row.opened_at)
    due = min((day for row in opened if (day := due_on(row, proposal))), default=None)
    found = _since_then(proposal, subject, name, since, _titles(opened))
    then = _next_title(proposal, rows)
    return WhoHasIt(
        sentence=found.sentence + (f" Next comes {then}." if then else ""),
        who=name,
        since=found.since,
        next=_what_is_due(proposal, opened) if due else "",
        next_on=due,
        waits_for=found.waits_for,
        late=due is not None and pilots.today(proposal) > due,
    )


def _what_is_due(proposal: Proposal, opened: list[Step]) -> str:
    silent = all(waiting.ends_by_silence(row, proposal) for row in opened)
    return "If nobody objects, it goes on after" if silent else "An answer is due"


def _since_then(proposal: Proposal, subject: str, who: str, since: dt.datetime, waits_for: str) -> WhoHasIt:
    day = since.astimezone(ZoneInfo(proposal.policy.pack.calendar.timezone)).date()
    return WhoHasIt(f"{subject} has been with {who} since {_day(day)}.", who, day, waits_for=waits_for)


def due_on(row: Step, proposal: Proposal) -> dt.date | None:
    """When an open step should be done: when its ballot closes, or so many days after it opened, if the pack says."""
    closes_at = hooks.step_handler(row.kind).closes([row]).get(row.pk)
    return waiting.due_on(row, proposal, closes_at)


def _next_title(proposal: Proposal, rows: list[Step]) -> str:
    """The step or the state that comes after what is open now."""
    ahead = [row for row in rows if row.status == StepStatus.WAITING]
    if ahead:
        return _titles(rounds.batches(ahead)[0])
    answers = routes.answers_so_far(proposal.revisions.all())
    pack = proposal.policy.pack
    after = routes.next_state(pack, proposal.kind, proposal.state, answers, proposal.type)
    return f"“{pack.stage(after).name}”" if after != proposal.state else ""


def _titles(rows: list[Step]) -> str:
    return words.listed([f"“{row.title}”" for row in rows])


def _day(day: dt.date) -> str:
    return f"{day:%-d %B %Y}"

"""What a higher app offers to proposals: handlers of step kinds, and more people who may see a proposal.

The higher app registers in `AppConfig.ready`; a system check demands exactly one handler a step kind. Calls run in the
transaction of the caller.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from django.db.models import Q, QuerySet

if TYPE_CHECKING:
    import datetime as dt
    from uuid import UUID

    from accounts.models import Person
    from policies.reasons import Reason
    from proposals.models import Proposal, Revision, Step


def _anybody(_person: Person) -> bool:
    return True


@dataclass(frozen=True)
class Owed:
    """Something that a higher app finds due of a proposal, by `on`, known since `since`.

    `people` looks up who owes it now, `who` names them; `owner` is "proposer" where they do, else "". `open_to` says
    who may open the page at `path`.
    """

    key: str
    title: str
    on: dt.date
    since: dt.date
    clause: str
    owner: str
    who: str
    path: str
    reminders: tuple[int, ...]
    people: Callable[[], Iterable[Person]]
    open_to: Callable[[Person], bool] = _anybody


@dataclass(frozen=True)
class StillOpen:
    """How many of something are not settled, in words and figures, and the earliest day by which one of them is due."""

    said: str
    number: int
    first_on: dt.date | None


class StepHandler(Protocol):
    """Starts, voids and summarises the steps of one kind."""

    def opened(self, step: Step) -> None:
        """The step is now open: start what belongs to it (a ballot), tell who must act."""

    def voided(self, step: Step, reason: str) -> None:
        """The step no longer counts (a new revision, a withdrawal): stop what belongs to it."""

    def blocked(self, step: Step) -> list[Reason]:
        """Why the step cannot be completed yet (a body that lacks a seat)."""

    def closes(self, steps: Iterable[Step]) -> dict[UUID, dt.datetime]:
        """When those of these open steps end that have a moment of their own (a ballot's last); one query."""

    def asked(self, step: Step) -> Iterable[Person]:
        """Who has to act on the open step now, for themselves or for somebody."""

    def summary(self, step: Step, person: Person | None) -> dict[str, object]:
        """What pages and the API show of it to this person."""


# A document as one reads it: sections with items, each with the `path` of its question; see `showing.read_whole`.
Whole = list[dict[str, Any]]
PanelMaker = Callable[["Proposal", "Person", Whole], dict[str, Any]]

_handlers: dict[str, StepHandler] = {}
_viewers: list[Callable[[Person], Q]] = []
_acts: dict[str, str] = {}
_panels: list[PanelMaker] = []
_sections: list[Callable[[Proposal, Person], Mapping[str, Any] | None]] = []
_facts: dict[str, Callable[[Proposal, Person], object]] = {}
_holds: list[Callable[[Proposal], list[Reason]]] = []
_owed: list[Callable[[Sequence[Proposal]], Mapping[UUID, list[Owed]]]] = []
_due_by: list[Callable[[QuerySet[Proposal], dt.date], Iterable[tuple[dt.date, UUID]]]] = []
_open: list[Callable[[Sequence[Proposal]], Mapping[UUID, StillOpen]]] = []
_letters: list[Callable[[Step], str]] = []
_followers: list[Callable[[Proposal], None]] = []
_papers: list[Callable[[Revision, int], list[Any]]] = []
_forms: dict[str, Callable[[Proposal, str], str]] = {}


def register_step_handler(kind: str, handler: StepHandler) -> None:
    """Called once a kind, by the AppConfig of the app that handles it."""
    if kind in _handlers:
        raise RuntimeError(f"There is a handler for steps of kind {kind} already.")
    _handlers[kind] = handler


def step_handler(kind: str) -> StepHandler:
    """What is registered for steps of this kind."""
    return _handlers[kind]


def handled_kinds() -> set[str]:
    """The kinds that have a handler, for the system check."""
    return set(_handlers)


def register_viewers(condition: Callable[[Person], Q]) -> None:
    """`condition(person)` is a Q over proposals that this person may see besides those the base rule gives."""
    _viewers.append(condition)


def also_visible(person: Person) -> Q:
    """The proposals that higher apps let this person see."""
    found = Q(pk__in=[])
    for condition in _viewers:
        found |= condition(person)
    return found


def register_panel(make: PanelMaker) -> None:
    """`make(proposal, person, whole)` gives what a higher app adds to a page that shows the document: the templates
    `top` (above) and `below` it, with what they read. An item of `whole` may get a `beside`: {template, ...}."""
    _panels.append(make)


def panels(proposal: Proposal, person: Person, whole: Whole) -> list[dict[str, Any]]:
    """What higher apps add to this person's page of the document; each in a fixed number of queries."""
    return [make(proposal, person, whole) for make in _panels]


def register_section(section: Callable[[Proposal, Person], Mapping[str, Any] | None]) -> None:
    """`section(proposal, person)` is a section of the proposal's page, after its decisions: `template` and what it reads, or None."""
    _sections.append(section)


def sections(proposal: Proposal, person: Person) -> list[Mapping[str, Any]]:
    """The sections that higher apps add to the proposal's page for this person."""
    return [shown for section in _sections if (shown := section(proposal, person))]


def register_facts(name: str, facts: Callable[[Proposal, Person], object]) -> None:
    """What the API says of a proposal under this name."""
    _facts[name] = facts


def facts(proposal: Proposal, person: Person) -> dict[str, object]:
    """What higher apps add to a proposal in the API."""
    return {name: found(proposal, person) for name, found in _facts.items()}


def register_hold(hold: Callable[[Proposal], list[Reason]]) -> None:
    """`hold(proposal)` is why it stays in its state although every step is complete."""
    _holds.append(hold)


def holds(proposal: Proposal) -> list[Reason]:
    """What has to be settled before the present state can be left, beside its steps."""
    return [reason for hold in _holds for reason in hold(proposal)]


def register_owed(
    find: Callable[[Sequence[Proposal]], Mapping[UUID, list[Owed]]],
    due_by: Callable[[QuerySet[Proposal], dt.date], Iterable[tuple[dt.date, UUID]]],
) -> None:
    """`find(proposals)` is what else is due of each, by the proposal's id, in a fixed number of queries. Among very
    many proposals `due_by(rows, day)` says in one query which have any of it due by that day, and when."""
    _owed.append(find)
    _due_by.append(due_by)


def owed(proposals: Sequence[Proposal]) -> dict[UUID, list[Owed]]:
    """What higher apps find due of these proposals."""
    found: dict[UUID, list[Owed]] = {}
    for find in _owed:
        for key, some in find(proposals).items():
            found.setdefault(key, []).extend(some)
    return found


def due_by(rows: QuerySet[Proposal], day: dt.date) -> list[tuple[dt.date, UUID]]:
    """(day, proposal) of what higher apps find due of these proposals by this day."""
    return [one for find in _due_by for one in find(rows, day)]


def register_open(count: Callable[[Sequence[Proposal]], Mapping[UUID, StillOpen]]) -> None:
    """`count(proposals)` says what is still open of each, by the proposal's id, in one query."""
    _open.append(count)


def still_open(proposals: Sequence[Proposal]) -> dict[UUID, list[StillOpen]]:
    """What higher apps say is still open of these proposals."""
    found: dict[UUID, list[StillOpen]] = {}
    for count in _open:
        for key, some in count(proposals).items():
            found.setdefault(key, []).append(some)
    return found


def register_letter(address: Callable[[Step], str]) -> None:
    """`address(step)` is where the letter about a decided step is; "" where there is none. It asks no database."""
    _letters.append(address)


def letter(step: Step) -> str:
    """Where the letter about a step's decision is; "" without one."""
    return next(filter(None, (address(step) for address in _letters)), "")


def register_follower(follow: Callable[[Proposal], None]) -> None:
    """`follow(proposal)` is called after each of its moves: what rests on where it was is put right."""
    _followers.append(follow)


def follow(proposal: Proposal) -> None:
    """Let higher apps follow a move, in its transaction."""
    for followed in _followers:
        followed(proposal)


def register_paper(make: Callable[[Revision, int], list[Any]]) -> None:
    """`make(revision, level)` gives the blocks that stand after its answers on paper, its headings from this level on."""
    _papers.append(make)


def on_paper(revision: Revision, level: int) -> list[Any]:
    """What higher apps add to a revision on paper."""
    return [block for make in _papers for block in make(revision, level)]


def register_form(form: str, address: Callable[[Proposal, str], str]) -> None:
    """A form that is due of a proposal and filled in by a higher app, at `address(proposal, key of what is due)`."""
    _forms[form] = address


def filled_in(form: str | None) -> bool:
    """Whether a higher app has this form filled in, so that what is due is met by that alone."""
    return form in _forms


def form_path(form: str | None, proposal: Proposal, key: str) -> str:
    """Where this form is filled in; "" for none, and for one that is a document of the proposal."""
    return _forms[form](proposal, key) if form in _forms else ""


def register_act_words(words: Mapping[str, str]) -> None:
    """What the record says for acts that a higher app writes into a proposal's chain."""
    _acts.update(words)


def act_words(act: str) -> str:
    """The registered words for an act; "" when there are none."""
    return _acts.get(act, "")

"""What accounts needs of apps above it: the journal (time, record, mail), and more reasons to open the dashboard.

The journal registers itself in `AppConfig.ready`; a system check demands that exactly one did. Calls run in the
transaction of the caller.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from celery import Task

    from accounts.models import AdoptedPolicy, Institution, Person


@dataclass(frozen=True)
class Message:
    """One mail to be written: its kind (the name of its templates), a key that makes it unique, and for whom.

    `shown` are texts that the templates show just as they are. Messages of one kind that share their `context` object
    and differ in these alone are rendered once.
    """

    kind: str
    key: str
    to: Person
    context: Mapping[str, Any] = field(default_factory=dict)
    shown: Mapping[str, str] = field(default_factory=dict)


class Journal(Protocol):
    """Time, the campus's record and the outbox."""

    def now(self) -> dt.datetime:
        """The present moment, aware, in UTC; the demo replays acts at other moments."""

    def record(
        self,
        institution: Institution,
        act: str,
        by: Person | None,
        detail: Mapping[str, Any],
        on_behalf_of: Person | None = None,
    ) -> None:
        """Write an entry in the campus's chain."""

    def post(self, institution: Institution | None, messages: Iterable[Message]) -> None:
        """Queue mail; a key that exists is ignored."""

    def post_to(self, email: str, kind: str, key: str, context: Mapping[str, Any]) -> None:
        """Queue one mail to a bare address, of which nobody may learn whose it is."""

    def wake(self, task: Task[Any, Any]) -> None:
        """Wake a background task once the transaction is committed."""


_journals: list[Journal] = []
_reasons: list[Callable[[Person], bool]] = []
_followers: list[Callable[[AdoptedPolicy, Person | None], None]] = []
_tabs: list[tuple[str, str]] = []
_reckoners: list[Callable[[Institution], None]] = []


def register_journal(handler: Journal) -> None:
    """Called once, by the journal's AppConfig."""
    if _journals:
        raise RuntimeError("A journal is registered already.")
    _journals.append(handler)


def journals() -> int:
    """How many journals are registered, for the system check."""
    return len(_journals)


def journal() -> Journal:
    """The registered journal."""
    return _journals[0]


def now() -> dt.datetime:
    """The journal's clock."""
    return _journals[0].now()


def register_dashboard_reason(reason: Callable[[Person], bool]) -> None:
    """`reason(person)` is true for people whom the dashboard opens for besides holders of roles and seats."""
    _reasons.append(reason)


def dashboard_opens_for(person: Person) -> bool:
    """Whether a higher app has something for this person to do in the dashboard."""
    return any(reason(person) for reason in _reasons)


def register_policy_follower(follower: Callable[[AdoptedPolicy, Person | None], None]) -> None:
    """`follower(adopted, by)` runs in the transaction that puts a further revision of a campus's policy in force."""
    _followers.append(follower)


def policy_put_in_force(adopted: AdoptedPolicy, by: Person | None) -> None:
    """Let the apps above follow."""
    for follower in _followers:
        follower(adopted, by)


def register_campus_tab(name: str, label: str) -> None:
    """A further page beside those of a campus: the name of its address, which takes the campus's slug, and its label."""
    _tabs.append((name, label))


def campus_tabs() -> list[tuple[str, str]]:
    """The registered pages."""
    return list(_tabs)


def register_calendar_follower(follow: Callable[[Institution], None]) -> None:
    """`follow(institution)` is called when the office has entered other dates for the campus's terms."""
    _reckoners.append(follow)


def calendar_changed(institution: Institution) -> None:
    """Let those follow who reckon with the dates of terms."""
    for follow in _reckoners:
        follow(institution)

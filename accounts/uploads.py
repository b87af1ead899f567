"""What a list is for: each kind of list belongs to a higher app, which knows its columns, checks its lines and files it.

Registered in `AppConfig.ready`; a system check demands exactly one handler a kind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from accounts.tables.dry_runs import Doubt
from accounts.tables.reading import Row

if TYPE_CHECKING:
    from accounts.models import AdoptedPolicy, Person, Unit, UploadedList
    from accounts.tables import ColumnSpec
    from policies.reasons import Reason


@dataclass(frozen=True)
class Filed:
    """What became of a list: the address that leads there, and a sentence."""

    url: str
    said: str


@dataclass(frozen=True)
class Found:
    """What stands against lines, by their numbers, and what each of the others would add, in words."""

    doubts: Mapping[int, Sequence[Doubt]] = field(default_factory=dict)
    adds: Mapping[int, str] = field(default_factory=dict)


class Work(Protocol):
    """One list's purpose: made for a list by the handler of its kind."""

    title: str
    back: str  # the address of the page that the list was sent from
    unit: Unit
    policy: AdoptedPolicy
    columns: Sequence[ColumnSpec]
    most: int  # lines
    nothing_yet: str

    def require(self, by: Person) -> None:
        """PermissionDenied unless this person may file such a list."""

    def reasons(self, by: Person) -> list[Reason]:
        """What stands against filing any list now."""

    def check(self, rows: Sequence[Row], by: Person) -> Found:
        """What stands against these lines. Reads only, a few queries for any number."""

    def verb(self, count: int, rest: bool) -> str:
        """What the button says; `rest`: others are left out."""

    def file(self, rows: Iterable[Row], by: Person, left_out: int) -> Filed:
        """File these lines. Refused with every reason; nothing is written then."""


Handler = Callable[["UploadedList"], Work]
_handlers: dict[str, list[Handler]] = {}


def register(kind: str, handler: Handler) -> None:
    """`handler(uploaded)` says what a list of this kind is for."""
    _handlers.setdefault(kind, []).append(handler)


def handlers() -> dict[str, int]:
    """How many handlers each kind has, for the system check."""
    return {kind: len(found) for kind, found in _handlers.items()}


def work_of(uploaded: UploadedList) -> Work:
    """What this list is for."""
    return _handlers[uploaded.kind][0](uploaded)


def as_json(doubts: Sequence[Doubt]) -> list[dict[str, Any]]:
    """Doubts as a line keeps them."""
    return [{"column": one.column, "text": one.text, "clause": one.clause} for one in doubts]

"""Ways that apps above add to learning's pages: tabs of an offering, and links of the learner's own page.

Registered in `AppConfig.ready`, any number; each reads and never writes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from accounts.models import Person
    from learning.models import Offering


class Door(NamedTuple):
    """A link: its words, its address, and the name of that address."""

    label: str
    url: str
    name: str = ""


Tab = Callable[["Person", "Offering"], "Door | None"]
Own = Callable[["Person"], "Door | None"]

_tabs: list[Tab] = []
_own: list[Own] = []


def register_tab(handler: Tab) -> None:
    """`handler(person, offering)` gives one more page of an offering, or None where it is not the person's business."""
    _tabs.append(handler)


def register_own(handler: Own) -> None:
    """`handler(person)` gives a link for the learner's own page, or None where there is nothing of theirs."""
    _own.append(handler)


def tabs(person: Person, offering: Offering) -> list[Door]:
    """The further pages of an offering that the person may see."""
    return [door for handler in _tabs if (door := handler(person, offering))]


def own(person: Person) -> list[Door]:
    """What else there is for the learner."""
    return [door for handler in _own if (door := handler(person))]

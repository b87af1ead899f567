"""What is known of a person who learns: each app that keeps some of it tells it to them, and erases it when they ask.

An app registers its keeper in `AppConfig.ready`, so higher apps come first, as in INSTALLED_APPS. Erased in that order, in
one transaction, so that locks follow the arrows between the apps; told the other way round, from the account upwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from accounts.models import Institution, Person
    from policies.reasons import Reason


@dataclass(frozen=True)
class Told:
    """One kind of thing that is kept: what, why, what erasing does to it, and all of it as plain values.

    `key` is its name in the file that people download. `rows` hold text, numbers, truth values, None, and lists and
    mappings of these.
    """

    key: str
    title: str
    why: str
    erased: str
    rows: Sequence[Mapping[str, object]] = ()


class Keeper(Protocol):
    """An app's part."""

    def told(self, person: Person) -> list[Told]:
        """All that the app keeps of this person as a learner; reads and never writes."""

    def refusals(self, person: Person) -> list[Reason]:
        """Why nothing can be erased at this moment, such as a call to a platform that is under way."""

    def erase(self, person: Person, to: Person) -> Iterable[Institution]:
        """Take out whatever says who the person is, in the caller's transaction; returns the campuses that it concerns.

        Ids, days, states and hashes stay, so that the institution's record and published statuses stay true. What stays
        belongs to `to`: the person, whose account is closed afterwards, or nobody who could be named, when they work here
        and keep it.
        """


_keepers: list[Keeper] = []


def register(keeper: Keeper) -> None:
    """Called once by the AppConfig of each app that keeps something of learners."""
    _keepers.append(keeper)


def keepers() -> tuple[Keeper, ...]:
    """The registered keepers, higher apps first."""
    return tuple(_keepers)


def works_here(person: Person) -> bool:
    """Whether the person has an account for their work, which stays when what they learned is erased."""
    at_a_campus = person.affiliations.filter(left_at__isnull=True).exists()
    return person.is_superuser or at_a_campus or person.is_staff


def known_of(person: Person) -> list[Told]:
    """All that is kept of the person, with nothing left out but what is empty."""
    return [told for keeper in reversed(_keepers) for told in keeper.told(person)]

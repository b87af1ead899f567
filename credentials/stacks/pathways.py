"""What of a stack is fulfilled by what somebody holds, and what is missing, in words. Pure: values in, values out.

A part counts when its award is in force today and, where the rules give an order, its predecessors were held when it
was awarded. A renewal counts with its own day. Where the rules say "within N years", what counts lies within N years
of each other; while something is still missing, that is within the last N years, since what comes, comes today or later.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from credentials.validity import last_valid_day

COUNTS, MISSING, NOT_NEEDED = "counts", "missing", "not_needed"
EXPIRED, SUSPENDED, TOO_EARLY, TOO_OLD = "expired", "suspended", "too_early", "too_old"
UNSETTLED = "It is not settled yet which credentials count."
WHY = {
    EXPIRED: "has expired",
    SUSPENDED: "is suspended",
    TOO_EARLY: "was awarded without what comes before it",
    TOO_OLD: "was awarded too long ago",
}


@dataclass(frozen=True)
class Slot:
    """One part of a stack: the definition's id and title, and the ids of what must be held before it counts."""

    key: uuid.UUID
    title: str
    after: tuple[uuid.UUID, ...] = ()


@dataclass(frozen=True)
class Group:
    """So many of these are needed."""

    name: str
    needed: int
    slots: tuple[Slot, ...]

    @property
    def rule(self) -> str:
        """The rule in words."""
        return rule_words(self.needed, len(self.slots))

    @property
    def text(self) -> str:
        """The rule with the group's name."""
        return f"{self.name}: {self.rule.lower()}" if self.name else self.rule


@dataclass(frozen=True)
class Stack:
    """All groups are needed."""

    groups: tuple[Group, ...]
    within_years: int | None = None

    @property
    def slots(self) -> dict[uuid.UUID, Slot]:
        """Every part by its definition's id."""
        return {slot.key: slot for group in self.groups for slot in group.slots}


@dataclass(frozen=True)
class Held:
    """What somebody holds of one definition: since when without a break, the day of the award in force, its status."""

    since: dt.date
    on: dt.date
    status: str = "valid"


@dataclass(frozen=True)
class Stop:
    """A part as it stands for one person: counts, missing, not_needed (others are enough), or why it does not count."""

    slot: Slot
    state: str
    on: dt.date | None = None

    @property
    def why(self) -> str:
        """Why what is held does not count; "" otherwise."""
        return WHY.get(self.state, "")


@dataclass(frozen=True)
class Stretch:
    """One group as it stands for one person."""

    group: Group
    stops: tuple[Stop, ...]

    @property
    def done(self) -> int:
        """How many count, never more than are needed."""
        return min(self.group.needed, sum(stop.state == COUNTS for stop in self.stops))

    @property
    def missing(self) -> str:
        """What is still missing, as a clause; "" when nothing is."""
        left = self.group.needed - self.done
        if not left:
            return ""
        names = "; ".join(stop.slot.title for stop in self.stops if stop.state == MISSING)
        if self.group.needed == len(self.group.slots):
            return names
        where = f" of “{self.group.name}”" if self.group.name else ""
        others = [stop.slot.title for stop in self.stops if stop.state != COUNTS]
        return f"{left} more{where} ({' or '.join(others)})"


@dataclass(frozen=True)
class Progress:
    """A stack as it stands for one person."""

    stretches: tuple[Stretch, ...]

    @property
    def done(self) -> int:
        """How many of the needed parts count."""
        return sum(stretch.done for stretch in self.stretches)

    @property
    def total(self) -> int:
        """How many are needed."""
        return sum(stretch.group.needed for stretch in self.stretches)

    @property
    def fulfilled(self) -> bool:
        """Whether it may be awarded."""
        return self.total > 0 and self.done == self.total

    @property
    def stops(self) -> list[Stop]:
        """Every part, in the order of the groups."""
        return [stop for stretch in self.stretches for stop in stretch.stops]

    @property
    def missing(self) -> list[str]:
        """What is missing, and what is held but does not count, for those who award; [] when it is fulfilled."""
        return self._lacking("Not earned, or revoked")

    @property
    def to_earn(self) -> list[str]:
        """The same for the learner."""
        return self._lacking("Still to earn")

    def _lacking(self, words: str) -> list[str]:
        if self.fulfilled:
            return []
        if not self.total:
            return [UNSETTLED]
        lacking = "; ".join(text for stretch in self.stretches if (text := stretch.missing))
        found = [f"{words}: {lacking}."] if lacking else []
        return found + [f"{stop.slot.title} {stop.why}." for stop in self.stops if stop.why]


def rule_words(needed: int, total: int) -> str:
    """How many of how many, in words."""
    if needed == total:
        return "This one" if total == 1 else "Both of these" if total == 2 else f"All {total} of these"
    return f"One of these {total}" if needed == 1 else f"Any {needed} of these {total}"


def progress(stack: Stack, held: Mapping[uuid.UUID, Held], day: dt.date) -> Progress:
    """How far somebody is who holds these awards, by definition, on that day. A group without parts is never done."""
    states = {key: _state(slot, held) for key, slot in stack.slots.items()}
    days = {key: held[key].on for key, state in states.items() if state == COUNTS}
    within = _within(stack, days, day)
    states |= dict.fromkeys(days.keys() - within, TOO_OLD)
    return Progress(tuple(_stretch(group, states, held) for group in stack.groups))


def _state(slot: Slot, held: Mapping[uuid.UUID, Held]) -> str:
    one = held.get(slot.key)
    if one is None:
        return MISSING
    if one.status != "valid":
        return one.status if one.status in WHY else MISSING
    return COUNTS if all(_held_then(key, one.on, held) for key in slot.after) else TOO_EARLY


def _held_then(key: uuid.UUID, day: dt.date, held: Mapping[uuid.UUID, Held]) -> bool:
    """Whether it was held on that day, and still is."""
    one = held.get(key)
    return one is not None and one.status == "valid" and one.since <= day


def _within(stack: Stack, days: Mapping[uuid.UUID, dt.date], day: dt.date) -> set[uuid.UUID]:
    """What counts by its day: the latest stretch of years that fulfils the stack, else the years up to today."""
    if stack.within_years is None:
        return set(days)
    for last in sorted(set(days.values()), reverse=True):
        found = _between(days, _years_before(last, stack.within_years), last)
        if all(_enough(group, found) for group in stack.groups):
            return found
    return _between(days, _years_before(day, stack.within_years), dt.date.max)


def _years_before(day: dt.date, years: int) -> dt.date:
    return last_valid_day(day, -12 * years)


def _between(days: Mapping[uuid.UUID, dt.date], first: dt.date, last: dt.date) -> set[uuid.UUID]:
    return {key for key, day in days.items() if first <= day <= last}


def _enough(group: Group, counted: Iterable[uuid.UUID]) -> bool:
    return len({slot.key for slot in group.slots} & set(counted)) >= group.needed


def _stretch(group: Group, states: Mapping[uuid.UUID, str], held: Mapping[uuid.UUID, Held]) -> Stretch:
    enough = sum(states[slot.key] == COUNTS for slot in group.slots) >= group.needed
    stops = []
    for slot in group.slots:
        state = states[slot.key]
        if enough and state != COUNTS:
            state = NOT_NEEDED
        stops.append(Stop(slot, state, held[slot.key].on if slot.key in held else None))
    return Stretch(group, tuple(stops))

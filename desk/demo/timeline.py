"""Stories are told in the order of their moments, each act at its own time, with a worker's nights in between.

A story is a generator that yields how many days before the loading its next act happens, and then acts.
"""

from __future__ import annotations

import datetime as dt
import heapq
from collections.abc import Generator, Iterable

from journal import clock, digests, sealing, sending
from proposals.actions import lapsing

Story = Generator[float]
WORKING_HOUR = 16  # UTC: the same calendar day at every campus of the demo
MINUTES_APART = 7  # so that the acts of one day come one after the other


def moment(day_of_loading: dt.datetime, days: float, place: int = 0) -> dt.datetime:
    """When an act happens: on a working hour so many days before, or, within the last day, so much earlier."""
    if days < 1:
        return day_of_loading - dt.timedelta(days=days)
    day = (day_of_loading - dt.timedelta(days=days)).replace(second=0, microsecond=0)
    hour, minute = divmod(place * MINUTES_APART, 60)
    return day.replace(hour=WORKING_HOUR + hour % 6, minute=minute)


def replay(stories: Iterable[Story], day_of_loading: dt.datetime) -> None:
    """Tell all stories to their end. What a worker does by itself is done at its time: mail, seals, lapsed pilots."""
    waiting: list[tuple[dt.datetime, int, Story]] = []
    for place, story in enumerate(stories):
        _wait(waiting, story, place, day_of_loading)
    today = None
    while waiting:
        at, place, story = heapq.heappop(waiting)
        if today is not None and at.date() > today:
            _nights(today, at.date())
        today = at.date()
        with clock.at(at):
            _wait(waiting, story, place, day_of_loading)
            sending.send_due()


def _wait(
    waiting: list[tuple[dt.datetime, int, Story]], story: Story, place: int, day_of_loading: dt.datetime
) -> None:
    """Let the story act until it waits for its next moment; one that has ended waits for none."""
    days = next(story, None)
    if days is not None:
        heapq.heappush(waiting, (moment(day_of_loading, days, place), place, story))


def _nights(last: dt.date, following: dt.date) -> None:
    """The night after a day on which something happened is sealed, and digests are put together; pilots also end in
    nights between such days."""
    with clock.at(_midnight(last)):
        lapsing.lapse_due()
        sealing.seal_today()
        digests.send_due()
    if following - last > dt.timedelta(days=1):
        with clock.at(_midnight(following - dt.timedelta(days=1))):
            lapsing.lapse_due()


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(23, 30), dt.UTC)

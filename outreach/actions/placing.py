"""Seats and the waiting list of a session whose row the caller has locked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from journal import clock
from outreach.actions import telling
from outreach.models import Place
from policies.reasons import Reason

if TYPE_CHECKING:
    from outreach.models import Registration, Session


def free(session: Session) -> int | None:
    """Seats left; None where there is no limit."""
    if session.capacity is None:
        return None
    return max(0, session.capacity - session.registrations.coming().count())


def seat(registration: Registration) -> None:
    """Give a seat where one is free and nobody waits for it, else a place on the waiting list; tell them."""
    session, left = registration.session, free(registration.session)
    full = left is not None and (left == 0 or session.registrations.in_line().exists())
    registration.state = Place.WAITING if full else Place.REGISTERED
    registration.placed_at, registration.left_at = clock.now(), None
    registration.save(update_fields=["state", "placed_at", "left_at"])
    telling.placed(registration)


def fill(session: Session) -> int:
    """Give free seats to who waits, in their order, and tell them; returns how many moved up."""
    left = free(session)
    waiting = list(session.registrations.in_line()[:left])
    for one in waiting:
        one.state, one.placed_at = Place.REGISTERED, clock.now()
        one.session = session
        one.save(update_fields=["state", "placed_at"])
        telling.placed(one, moved_up=True)
    return len(waiting)


def seat_reasons(session: Session) -> list[Reason]:
    """Why the seats are too few: more people have one."""
    taken = session.registrations.coming().count()
    if session.capacity is None or session.capacity >= taken:
        return []
    people = "1 person is" if taken == 1 else f"{taken:,} people are"
    return [Reason(f"{people} registered, so there are at least {taken:,} seats.", field="capacity")]

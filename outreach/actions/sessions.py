"""Plan, change and call off sessions."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db import transaction

from journal import clock
from outreach.actions import placing, telling
from outreach.actions.noting import note
from outreach.models import Place, Session, SessionKind
from outreach.office import require_office
from outreach.wording import LONGEST_NAME, text_reasons
from policies.reasons import Reason, Refused, refuse_if
from reviews.meetings.rules import start_reasons

if TYPE_CHECKING:
    from accounts.models import Institution, Person

LONGEST = dt.timedelta(days=3)
MOST_SEATS = 100_000
TOLD = ("starts_at", "ends_at", "place", "address")  # what those who come are told anew


@transaction.atomic
def plan(
    *,
    institution: Institution,
    kind: str,
    title: str,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    by: Person,
    text: str = "",
    place: str = "",
    address: str = "",
    capacity: int | None = None,
    group: str = "",
    open: bool = True,
) -> Session:
    """Put a session on the office's page; people can register at once where it is `open`.

    Effects: a Session, an entry in the campus's record. Refused: a time that is past or years away, an end before the
    beginning or days later, an unknown kind, no title, no seat.
    """
    require_office(by, institution)
    session = Session(
        institution=institution,
        kind=kind,
        title=title.strip(),
        text=text.strip(),
        starts_at=starts_at,
        ends_at=ends_at,
        place=place.strip(),
        address=address.strip(),
        capacity=capacity,
        group=group.strip(),
        open=open,
        planned_by=by,
        planned_at=clock.now(),
    )
    refuse_if([*_problems(session), *start_reasons(starts_at)])
    session.save(force_insert=True)
    note(institution, "session planned", by, session=session.pk, kind=kind, starts_at=starts_at)
    return session


@transaction.atomic
def change(*, session: Session, by: Person, **fields: Any) -> Session:
    """Other words, another time or place, more or fewer seats (`fields` as in `plan`).

    Effects: those who are registered or wait are told of another time or place and reminded anew; free seats go to who
    waits. Refused as in `plan`, after it has begun, and fewer seats than are taken.
    """
    require_office(by, session.institution)
    locked = locked_session(session)
    refuse_if(ahead_reasons(locked))
    before = {name: getattr(locked, name) for name in fields}
    for name, value in fields.items():
        setattr(locked, name, value.strip() if isinstance(value, str) else value)
    different = {name for name, value in before.items() if getattr(locked, name) != value}
    moved = start_reasons(locked.starts_at) if "starts_at" in different else []
    refuse_if([*_problems(locked), *moved, *placing.seat_reasons(locked)])
    if not different:
        return locked
    locked.sequence += 1
    locked.save()
    placing.fill(locked)
    if different & set(TOLD):
        coming = locked.registrations.filter(state__in=(Place.REGISTERED, Place.WAITING))
        coming.update(reminded_at=None)
        telling.changed(locked, coming)
    note(locked.institution, "session changed", by, session=locked.pk, fields=sorted(different))
    return locked


@transaction.atomic
def cancel(*, session: Session, reason: str, by: Person) -> Session:
    """Call it off; it stays on the page, crossed out, with the reason. Everyone who registered or waits is told.

    Refused: without a reason, after it has begun, twice.
    """
    require_office(by, session.institution)
    locked = locked_session(session)
    words = text_reasons(reason, "reason", longest=1000, empty="Say why; those who registered read it.")
    refuse_if([*ahead_reasons(locked), *words])
    locked.cancelled_at, locked.cancelled_by, locked.cancel_reason = clock.now(), by, reason.strip()
    locked.sequence += 1
    locked.save(update_fields=["cancelled_at", "cancelled_by", "cancel_reason", "sequence"])
    coming = locked.registrations.filter(state__in=(Place.REGISTERED, Place.WAITING))
    telling.cancelled(locked, coming, locked.cancel_reason)
    note(locked.institution, "session called off", by, session=locked.pk)
    return locked


def locked_session(session: Session) -> Session:
    """The row under lock, with its campus."""
    rows = Session.objects.select_for_update(of=("self",)).select_related("institution")
    return rows.get(pk=session.pk)


def ahead_reasons(session: Session) -> list[Reason]:
    """Why nothing of it can be changed any more."""
    if session.cancelled_at:
        return [Reason("It was called off.")]
    if session.starts_at <= clock.now():
        return [Reason("It has begun or is over, so it stays as it was.")]
    return []


def _problems(session: Session) -> list[Reason]:
    found = text_reasons(session.title, "title", longest=LONGEST_NAME, empty="Give it a title.")
    found += text_reasons(session.text, "text")
    found += text_reasons(session.group, "group", longest=LONGEST_NAME)
    found += text_reasons(session.place, "place", longest=300)
    if session.kind not in SessionKind.values:
        found.append(Reason(f"There is no kind of session called {session.kind}.", field="kind"))
    if session.ends_at <= session.starts_at:
        found.append(Reason("It ends before it begins.", field="ends_at"))
    elif session.ends_at - session.starts_at > LONGEST:
        found.append(Reason("A session lasts at most three days.", field="ends_at"))
    if session.capacity is not None and not 0 < session.capacity <= MOST_SEATS:
        found.append(Reason(f"From 1 to {MOST_SEATS:,} seats, or leave it empty.", field="capacity"))
    return found


def require_here(session: Session) -> None:
    """Refused once it was called off."""
    if session.cancelled_at:
        raise Refused(Reason("It was called off."))

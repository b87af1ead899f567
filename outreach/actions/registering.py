"""Ask for a seat, confirm it, step back; the office adds people."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.db import transaction

from journal import clock
from outreach.actions import asking, placing, telling
from outreach.actions.noting import note
from outreach.actions.sessions import locked_session
from outreach.models import Place, Registration
from outreach.office import require_office
from policies.reasons import Reason, Refused, refuse_if

if TYPE_CHECKING:
    from accounts.models import Person
    from outreach.models import Session

HERE = (Place.REGISTERED, Place.WAITING)


def closed_reasons(session: Session) -> list[Reason]:
    """Why nobody can register by themselves."""
    if session.cancelled_at:
        return [Reason("It was called off.")]
    if session.starts_at <= clock.now():
        return [Reason("It has begun or is over. Nobody can register any more.")]
    if not session.open:
        return [
            Reason(
                f"It is for {session.group or 'those who were invited'}. Ask the office for one of your own."
            )
        ]
    return []


@transaction.atomic
def ask(*, session: Session, name: str, email: str) -> Registration:
    """A stranger asks for a seat: nothing is taken until the link in the mail is followed.

    Effects: a Registration that waits for its confirmation, mail with the link. Whoever is registered already gets
    that link again, so that nobody learns of others. Refused: what is closed, no name, no address, too often.
    """
    address = email.strip().lower()
    refuse_if([*closed_reasons(session), *asking.person_reasons(name, address)])
    known = session.registrations.filter(email=address).first()
    if known is None:
        refuse_if(asking.crowd_reasons(session.institution, address))
    registration = known or _new(session, name, address)
    telling.confirm_registration(registration)
    return registration


@transaction.atomic
def confirm(*, registration: Registration, by: Person | None = None) -> Registration:
    """Take a seat, or a place on the waiting list where none is free; also after having stepped back.

    Effects: mail that says which, an entry in the record. Twice does nothing more. Refused: what is closed.
    """
    session = locked_session(registration.session)
    locked = Registration.objects.select_for_update().get(pk=registration.pk)
    locked.session = session
    if locked.state in HERE:
        return locked
    refuse_if(closed_reasons(session))
    placing.seat(locked)
    note(session.institution, "registration confirmed", by, session=session.pk, registration=locked.pk)
    return locked


@transaction.atomic
def register(*, session: Session, by: Person) -> Registration:
    """Somebody who is signed in takes a seat under their own name and address; otherwise as `confirm`."""
    refuse_if(closed_reasons(session))
    known = session.registrations.filter(email=by.email).first()
    return confirm(registration=known or _new(session, by.name, by.email), by=by)


@transaction.atomic
def step_back(*, registration: Registration, by: Person | None = None) -> Registration:
    """Give the seat back; who waits moves up and is told. Twice does nothing more. Refused once it has begun."""
    session = locked_session(registration.session)
    locked = Registration.objects.select_for_update().get(pk=registration.pk)
    locked.session = session
    if locked.state == Place.LEFT:
        return locked
    if session.starts_at <= clock.now():
        raise Refused(Reason("It has begun or is over, so your registration stays as it was."))
    locked.state, locked.left_at = Place.LEFT, clock.now()
    locked.save(update_fields=["state", "left_at"])
    if not session.cancelled_at:
        placing.fill(session)
    note(session.institution, "registration given back", by, session=session.pk, registration=locked.pk)
    return locked


@transaction.atomic
def add(*, session: Session, name: str, email: str, by: Person) -> Registration:
    """The office adds somebody, also to a closed session, to a full one and to one that is over (who came unannounced).

    Effects: a seat, and mail where it lies ahead. Refused: no name, no address, one that has a seat already, a session
    that was called off.
    """
    require_office(by, session.institution)
    locked, address = locked_session(session), email.strip().lower()
    refuse_if([Reason("It was called off.")] if locked.cancelled_at else asking.person_reasons(name, address))
    known = locked.registrations.filter(email=address).first()
    if known and known.state == Place.REGISTERED:
        raise Refused(Reason("This address has a seat already.", field="email"))
    registration = known or _new(locked, name, address)
    registration.session, registration.name = locked, name.strip()
    registration.state, registration.placed_at, registration.left_at = Place.REGISTERED, clock.now(), None
    registration.save()
    if locked.starts_at > clock.now():
        telling.placed(registration)
    note(locked.institution, "registration added", by, session=locked.pk, registration=registration.pk)
    return registration


def _new(session: Session, name: str, email: str) -> Registration:
    """A row; of two that ask at once the second gets the first one's."""
    Registration.objects.bulk_create(
        [
            Registration(
                id=uuid.uuid4(), session=session, name=name.strip(), email=email, asked_at=clock.now()
            )
        ],
        ignore_conflicts=True,
    )
    return session.registrations.select_related("session__institution").get(email=email)

"""Say who came to a session, and who is trained by it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.db import transaction

from accounts.actions import qualifications
from accounts.authority import is_qualified
from accounts.models import Person, Qualification
from journal import clock
from outreach.actions.noting import note
from outreach.actions.sessions import locked_session, require_here
from outreach.models import Attendance, Place, SessionKind
from outreach.office import require_office
from policies.reasons import Reason, refuse_if

if TYPE_CHECKING:
    import uuid

    from outreach.models import Registration, Session


@transaction.atomic
def mark(*, session: Session, marks: Mapping[uuid.UUID, str], by: Person) -> int:
    """Say of these registrations whether they came; returns how many were marked anew or otherwise.

    In a training for issuers "trained" gives the qualification of trained issuer to the person of that address, and
    another mark takes back what it gave. Effects: marks, qualifications, an entry in the record. Refused, all or none:
    before it begins, a registration of another session or without a seat, "trained" elsewhere, for an address that
    nobody at the campus has, and for oneself. PermissionDenied: not the office, or not who trains issuers.
    """
    require_office(by, session.institution)
    locked = locked_session(session)
    require_here(locked)
    rows = {row.pk: row for row in locked.registrations.select_for_update(of=("self",))}
    people = _people(locked, rows, marks)
    refuse_if(_problems(locked, rows, marks, people, by))
    changed = [rows[key] for key, said in marks.items() if rows[key].attendance != said]
    for row in changed:
        row.attendance, row.marked_by, row.marked_at = marks[row.pk], by, clock.now()
        row.session = locked
        _settle(row, people, by)
        row.save(update_fields=["attendance", "marked_by", "marked_at", "qualification"])
    if changed:
        said = {str(row.pk): row.attendance for row in changed}
        note(locked.institution, "attendance marked", by, session=locked.pk, marks=said)
    return len(changed)


def _people(
    session: Session, rows: Mapping[uuid.UUID, Registration], marks: Mapping[uuid.UUID, str]
) -> dict[str, Person]:
    """Who at the campus has the addresses of those that are to be trained."""
    wanted = [rows[k].email for k, said in marks.items() if said == Attendance.TRAINED and k in rows]
    return {
        person.email: person for person in Person.objects.of(session.institution).filter(email__in=wanted)
    }


def _problems(
    session: Session,
    rows: Mapping[uuid.UUID, Registration],
    marks: Mapping[uuid.UUID, str],
    people: Mapping[str, Person],
    by: Person,
) -> list[Reason]:
    if session.starts_at > clock.now():
        return [Reason("It has not begun. Who comes is marked from then on.")]
    found = []
    for key, said in marks.items():
        row = rows.get(key)
        if row is None or row.state != Place.REGISTERED:
            found.append(Reason("One of these has no seat in this session. Load the page again."))
        elif said not in Attendance.values:
            found.append(Reason(f"{row.name}: choose whether they came.", field=str(key)))
        elif said == Attendance.TRAINED:
            found += _training_problems(session, row, people, by)
    return found


def _training_problems(
    session: Session, row: Registration, people: Mapping[str, Person], by: Person
) -> list[Reason]:
    field = str(row.pk)
    if session.kind != SessionKind.ISSUER_TRAINING:
        return [Reason("Only a training for issuers marks people as trained.", field=field)]
    person = people.get(row.email)
    if person is None:
        said = f"Nobody at the campus has the address {row.email}. Invite them first, or mark that they came."
        return [Reason(said, session.institution.policy.pack.issuance.training_clause, field)]
    if person == by:
        return [Reason("Nobody marks themselves as trained. Ask a colleague.", field=field)]
    return []


def _settle(row: Registration, people: Mapping[str, Person], by: Person) -> None:
    """Give the qualification that the mark means, or take back what an earlier mark gave."""
    institution = row.session.institution
    if row.attendance == Attendance.TRAINED:
        person = people[row.email]
        if not is_qualified(person, institution):
            row.qualification = qualifications.give(person=person, institution=institution, by=by)
    elif row.qualification_id:
        given = Qualification.objects.in_force().filter(pk=row.qualification_id).first()
        if given:
            qualifications.withdraw(qualification=given, by=by)
        row.qualification = None

"""Bring many people to a campus by a list: looked through first, written only when confirmed, all or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.files.base import File
from django.db import transaction

from accounts.authority import require_administrator
from accounts.hooks import journal, now
from accounts.import_plan import Plan, plan_for
from accounts.models import Affiliation, Institution, PeopleImport, Person, RoleGrant
from accounts.tasks import invite_newcomers
from policies.reasons import Reason, Refused

if TYPE_CHECKING:
    import uuid

KEPT_PROBLEMS = 500
BATCH = 1000


@transaction.atomic
def upload(*, institution: Institution, upload: File[bytes], by: Person) -> PeopleImport:
    """The dry run: read the list, say what it would do, and keep it for confirming. Changes nobody.

    Effects: a PeopleImport row with counts and problems; the file itself only if nothing is wrong with it. Only a
    campus administrator.
    """
    require_administrator(by, institution)
    plan = plan_for(institution, upload)
    row = PeopleImport(
        institution=institution,
        name=(upload.name or "list")[-200:],
        problems=[problem._asdict() for problem in plan.table.problems[:KEPT_PROBLEMS]],
        counts=plan.counts,
        uploaded_by=by,
    )
    if plan.table.ok:
        upload.seek(0)
        row.file.save(row.name, upload, save=False)
    row.save(force_insert=True)
    return row


@transaction.atomic
def write(*, people_import: PeopleImport, by: Person) -> PeopleImport:
    """Confirm a list: make the people, let them in, give the roles; the worker invites the newcomers.

    Effects: People, Affiliations, RoleGrants, one entry in the campus's record; the file is deleted. The list is read
    anew, since the campus may have changed. Only a campus administrator. Refused: a list that is written already or
    has a bad line.
    """
    institution = people_import.institution
    require_administrator(by, institution)
    Institution.objects.select_for_update().get(pk=institution.pk)
    row = PeopleImport.objects.select_for_update().get(pk=people_import.pk)
    if row.written_at:
        raise Refused("This list has been written in already.")
    if not row.file:
        raise Refused("This list has lines to be mended. Mend them and upload it again.")
    with row.file.open("rb") as file:
        plan = plan_for(institution, file)
    if not plan.table.ok:
        raise Refused([Reason(f"Line {p.line}, {p.column}: {p.text}") for p in plan.table.problems[:20]])
    _write(plan, institution, by)
    row.counts, row.written_at, row.written_by = plan.counts, now(), by
    stored, row.file = row.file.name or "", ""
    row.save(update_fields=["counts", "written_at", "written_by", "file"])
    journal().record(institution, "people imported", by, {"import": row.pk, **plan.counts})
    journal().wake(invite_newcomers)
    storage = people_import.file.storage
    transaction.on_commit(lambda: storage.delete(stored), robust=True)
    return row


def _write(plan: Plan, institution: Institution, by: Person) -> None:
    """The people, their affiliations and roles, in a few statements a thousand."""
    ids = _people(plan)
    moment = now()
    Affiliation.objects.bulk_create(
        (
            Affiliation(
                person_id=ids[email],
                institution=institution,
                joined_at=moment,
                joined_by=by,
                invitation_due=True,
            )
            for email in sorted(plan.newcomers)
        ),
        ignore_conflicts=True,
        batch_size=BATCH,
    )
    RoleGrant.objects.bulk_create(
        (
            RoleGrant(
                institution=institution,
                person_id=ids[role.email],
                role=role.role,
                office=role.office,
                unit=role.unit,
                starts_on=role.starts_on,
                ends_on=role.ends_on,
                granted_by=by,
            )
            for role in plan.roles
        ),
        batch_size=BATCH,
    )


def _people(plan: Plan) -> dict[str, uuid.UUID]:
    """The ids of all people of the list by address; the new ones are made, those who had left let in again."""
    fresh = [Person(email=email, name=plan.names[email][:200]) for email in sorted(plan.fresh)]
    for person in fresh:
        person.set_unusable_password()
    Person.objects.bulk_create(fresh, ignore_conflicts=True, batch_size=BATCH)
    people = Person.objects.filter(email__in=plan.names)
    people.filter(is_active=False).update(is_active=True)
    return dict(people.values_list("email", "pk"))

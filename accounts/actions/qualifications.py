"""Record what a person has been trained for, such as issuing badges."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.actions import people
from accounts.actions.ending import end_row
from accounts.authority import holds
from accounts.hooks import journal
from accounts.models import Institution, Person, Qualification
from policies.reasons import Reason, Refused

if TYPE_CHECKING:
    import datetime as dt

KINDS = (Qualification.TRAINED_ISSUER,)


def may_give(person: Person, institution: Institution) -> bool:
    """Whoever trains issuers by the campus's policy, and its administrators."""
    trainer = institution.policy.pack.issuance.trained_by
    return holds(person, trainer, institution) or person.administered().filter(pk=institution.pk).exists()


@transaction.atomic
def give(
    *,
    person: Person,
    institution: Institution,
    by: Person,
    kind: str = Qualification.TRAINED_ISSUER,
    starts_on: dt.date | None = None,
    ends_on: dt.date | None = None,
) -> Qualification:
    """Mark a person as qualified from today (or `starts_on`). Never oneself.

    Effects: a Qualification, an entry in the campus's record. Refused: an unknown kind, someone who is not at this
    campus or has it already, a last day before the first.
    """
    if not may_give(by, institution) or by.pk == person.pk:
        raise PermissionDenied("Only those who train issuers record a training, and never their own.")
    if kind not in KINDS:
        raise Refused(Reason(f"There is no qualification called {kind}.", field="kind"))
    people.here(institution, person)
    first = starts_on or institution.today()
    if ends_on and ends_on < first:
        raise Refused(Reason("The last day comes before the first.", field="ends_on"))
    if Qualification.objects.in_force().filter(person=person, institution=institution, kind=kind).exists():
        raise Refused(f"{person} has this already.")
    qualification = Qualification.objects.create(
        person=person, institution=institution, kind=kind, starts_on=first, ends_on=ends_on, granted_by=by
    )
    journal().record(institution, "qualification given", by, {"person": person.pk, "kind": kind})
    return qualification


@transaction.atomic
def withdraw(*, qualification: Qualification, by: Person) -> None:
    """End a qualification now. Refused when it is over already."""
    institution = qualification.institution
    if not may_give(by, institution):
        raise PermissionDenied("Only those who train issuers withdraw a training.")
    rows = Qualification.objects.select_for_update(of=("self",)).select_related("institution")
    row = rows.get(pk=qualification.pk)
    end_row(row, by)
    journal().record(institution, "qualification withdrawn", by, {"person": row.person_id, "kind": row.kind})

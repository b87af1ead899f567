"""The certifying offices that a person acts in, each with its own queue: what waits there, and for whom they act."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db.models import Count
from django.urls import reverse

from accounts.models import Role
from credentials.reach import grants_of, rules_of
from issuance.models import IssuanceRequest

if TYPE_CHECKING:
    import uuid

    from accounts.models import Institution, Person
    from issuance.models.request import RequestQuerySet

Key = tuple["uuid.UUID", str]


@dataclass
class Office:
    """One office of one campus as this person acts in it; `principals` are those for whom they act as designee."""

    institution: Institution
    id: str
    name: str
    own: bool = False
    principals: list[Person] = field(default_factory=list)
    waiting: int = 0

    @property
    def url(self) -> str:
        """Its queue."""
        return reverse("office_queue", args=[self.institution.slug, self.id])

    @property
    def acting_for(self) -> list[Person]:
        """For whom the person acts where they do not hold the office themselves."""
        return [] if self.own else self.principals


def offices_of(person: Person) -> list[Office]:
    """Every certifying office held or acted in today, in the order of their names; three queries.

    Certifying is what the campus's policy in force says, and what requests filed under an earlier one still wait for.
    """
    grants = [grant for grant in grants_of(person) if grant.role == Role.OFFICE_HOLDER]
    counts = _waiting(person) if grants else {}
    packs = {grant.institution_id: rules_of(grant) for grant in grants}
    found: dict[Key, Office] = {}
    for grant in grants:
        key, pack = (grant.institution_id, grant.office), packs[grant.institution_id]
        certifies = grant.office in {certifier.office for certifier in pack.issuance.certifiers}
        if not certifies and not counts.get(key):
            continue
        name = pack.actor_name(f"office:{grant.office}")
        office = found.setdefault(
            key, Office(grant.institution, grant.office, name, waiting=counts.get(key, 0))
        )
        if grant.person_id == person.pk:
            office.own = True
        else:
            office.principals.append(grant.person)
    return sorted(found.values(), key=lambda office: (office.institution.name, office.name))


def _waiting(person: Person) -> dict[Key, int]:
    rows = IssuanceRequest.objects.to_certify(person).waiting().order_by()
    tallied = rows.values_list("institution", "certifier").annotate(number=Count("pk"))
    return {(institution, office): number for institution, office, number in tallied}


def requests_of(person: Person, office: Office) -> RequestQuerySet:
    """The requests that this office releases, as far as the person's grants reach."""
    rows = IssuanceRequest.objects.to_certify(person)
    return rows.filter(institution=office.institution, certifier=office.id)

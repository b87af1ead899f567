"""A campus with its typical cast, and doors to the site and the API for any of them.

`campus("montana")` founds the campus by the real action and seats its people in a few statements (all roles since
long ago), so that it may be used in every test.
"""

from dataclasses import dataclass, field
from functools import cached_property

import pytest
from django.contrib.auth.hashers import make_password
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts.actions import institutions
from accounts.authority import seat_holdings
from accounts.models import (
    Affiliation,
    Institution,
    Person,
    Qualification,
    Role,
    RoleGrant,
    SeatHolding,
    Unit,
)
from policies.loader import packs
from policies.schema import Pack
from tests.factories import LONG_AGO, PASSWORD

# Held in the department; the others on the whole campus.
IN_THE_UNIT = (Role.PROPOSER, Role.SUPERVISOR, Role.ISSUER, Role.ASSESSOR, Role.PROGRAMME_DIRECTOR)


@dataclass
class Campus:
    """One campus. `unit` is a department of `college`; people are named by what they do."""

    institution: Institution
    pack: Pack
    college: Unit
    unit: Unit
    people: dict[str, Person] = field(default_factory=dict)
    offices: dict[str, Person] = field(default_factory=dict)  # office id -> its holder
    bodies: dict[str, list[SeatHolding]] = field(
        default_factory=dict
    )  # standing body id -> its seats, as filled (by office too)
    spare: list[Person] = field(default_factory=list)  # people without a role, for panels

    @cached_property
    def elsewhere(self) -> Institution:
        """Another campus under the same rules, founded when a test asks for it."""
        return institutions.found(pack=self.pack, name=f"Not {self.institution.name}")

    @cached_property
    def stranger(self) -> Person:
        """Programme manager and campus administrator of that other campus."""
        return _stranger(self.elsewhere)

    def __getattr__(self, name: str) -> Person:
        """proposer, second_proposer, supervisor, section_head, programme_manager, programme_director, issuer,

        untrained_issuer, assessor, administrator, learner, nobody (belongs here, has no role).
        """
        try:
            return self.__dict__["people"][name]
        except KeyError:
            raise AttributeError(name) from None

    @property
    def registrar(self) -> Person:
        return self.offices["registrar"]

    def chair(self, body: str) -> Person:
        chairs = {seat.id for seat in self.pack.body(body).seats if seat.chair}
        return next(row.person for row in self.bodies[body] if row.seat in chairs)

    def members(self, body: str) -> list[Person]:
        """Everyone seated on the standing body but the chair."""
        chair = self.chair(body)
        return [row.person for row in self.bodies[body] if row.person != chair]

    def panel(self, body: str) -> list[tuple[str, Person, bool, bool]]:
        """(seat, person, chair, experienced) for a body formed anew: every seat at its minimum, the first experienced."""
        free = iter(self.spare)
        seats = [seat for seat in self.pack.body(body).seats for _ in range(seat.minimum)]
        return [(seat.id, next(free), seat.chair, n == 0) for n, seat in enumerate(seats)]


class _Casting:
    """Collects rows, so that a whole campus is a few statements."""

    def __init__(self, institution: Institution, domain: str) -> None:
        self.institution, self.domain, self.password = institution, domain, make_password(PASSWORD)
        self.people: list[Person] = []
        self.grants: list[RoleGrant] = []
        self.seats: list[SeatHolding] = []

    def person(self, label: str) -> Person:
        address = label.replace(" ", "-").replace("_", "-")
        person = Person(
            name=f"Test {label.replace('_', ' ')}, {self.institution}"[:200],
            email=f"{address}@{self.domain}",
            password=self.password,
        )
        self.people.append(person)
        return person

    def role(self, person: Person, role: str, unit: Unit | None = None, office: str = "") -> Person:
        row = RoleGrant(institution=self.institution, person=person, role=role, unit=unit, office=office)
        row.starts_on = LONG_AGO
        self.grants.append(row)
        return person

    def seat(self, person: Person, body: str, seat: str) -> None:
        row = SeatHolding(
            institution=self.institution, person=person, body=body, seat=seat, starts_on=LONG_AGO
        )
        self.seats.append(row)

    def save(self) -> None:
        Person.objects.bulk_create(self.people)
        Affiliation.objects.bulk_create(
            Affiliation(person=p, institution=self.institution) for p in self.people if not p.learner_since
        )
        RoleGrant.objects.bulk_create(self.grants)
        SeatHolding.objects.bulk_create(self.seats)


def make_campus(slug: str = "model", name: str | None = None) -> Campus:
    """Found a campus from a pack and seat its people. A `name` makes it a further campus under those rules.

    `model@canvas` is a campus under the rules of `model` whose badges go to Canvas Credentials.
    """
    slug, _, kind = slug.partition("@")
    pack = packs()[slug]
    if kind:
        platform = pack.platform.model_copy(update={"kind": kind, "account": ""})
        pack = pack.model_copy(update={"platform": platform})
    return seated(institutions.found(pack=pack, name=name))


def seated(institution: Institution) -> Campus:
    """A campus that is there already, with units and a person for every role, office and seat that must be filled."""
    pack = institution.policy.pack
    domain = f"{institution.slug.replace('_', '-')}.example"
    college = Unit.objects.create(institution=institution, name="College of Trials")
    unit = Unit.objects.create(institution=institution, parent=college, name="Department of Trials")
    made = Campus(institution, pack, college, unit)
    casting = _Casting(institution, domain)
    _people(made, casting)
    _offices_and_bodies(made, casting)
    casting.save()
    standing = [body for body in pack.bodies if body.formed == "standing"]
    made.bodies = {body.id: seat_holdings(institution, body) for body in standing}
    Qualification.objects.create(institution=institution, person=made.issuer, starts_on=LONG_AGO)
    return made


def _stranger(elsewhere: Institution) -> Person:
    casting = _Casting(elsewhere, "elsewhere.example")
    stranger = casting.person(f"stranger {elsewhere.slug}")
    casting.role(stranger, Role.PROGRAMME_MANAGER)
    casting.role(stranger, Role.CAMPUS_ADMINISTRATOR)
    casting.save()
    return stranger


def _people(made: Campus, casting: _Casting) -> None:
    roles = {
        "proposer": Role.PROPOSER,
        "second_proposer": Role.PROPOSER,
        "supervisor": Role.SUPERVISOR,
        "section_head": Role.SECTION_HEAD,
        "programme_manager": Role.PROGRAMME_MANAGER,
        "programme_director": Role.PROGRAMME_DIRECTOR,
        "issuer": Role.ISSUER,
        "untrained_issuer": Role.ISSUER,
        "assessor": Role.ASSESSOR,
        "administrator": Role.CAMPUS_ADMINISTRATOR,
    }
    for label, role in roles.items():
        unit = made.unit if role in IN_THE_UNIT else made.college if role == Role.SECTION_HEAD else None
        made.people[label] = casting.role(casting.person(label), role, unit)
    made.people["nobody"] = casting.person("nobody")
    made.people["learner"] = learner = casting.person("learner")
    learner.learner_since = learner.created_at


def _offices_and_bodies(made: Campus, casting: _Casting) -> None:
    for office in made.pack.offices:
        holder = casting.person(f"office {office.id}")
        made.offices[office.id] = casting.role(holder, Role.OFFICE_HOLDER, office=office.id)
    for body in made.pack.bodies:
        seats = [seat for seat in body.seats for _ in range(max(seat.minimum, 1))]
        if body.formed == "proposal":
            made.spare += [casting.person(f"spare {body.id} {n}") for n, _seat in enumerate(seats)]
            continue
        for n, seat in enumerate(seats):
            if not seat.office:
                casting.seat(casting.person(f"{body.id} {seat.id} {n}"), body.id, seat.id)


@pytest.fixture
def campus(db):
    """`campus("model")`, `campus("cu_boulder")`, `campus("montana")` → a `Campus`; `name=` makes a further one."""
    return make_campus


def site_for(person: Person) -> Client:
    """A browser in which the person is signed in."""
    client = Client()
    client.force_login(person)
    return client


def api_for(person: Person) -> APIClient:
    """An API client that acts for the person."""
    client = APIClient()
    client.force_authenticate(person)
    return client


def queries_of(client: Client, address: str) -> int:
    """How many statements a page takes (the second time, when what is cached for good is cached)."""
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(address)
    assert answer.status_code == 200
    return len(captured)

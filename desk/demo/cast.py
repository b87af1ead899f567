"""A demo campus and its people, founded and seated by the real actions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from accounts.actions import institutions, people, qualifications, roles, units
from accounts.models import Institution, Person, Role, Unit
from desk.demo import plans
from policies.loader import packs

if TYPE_CHECKING:
    from desk.demo.plans import Plan
    from policies.schema import Body, Pack, Seat
    from proposals.models import Proposal

OPERATOR = ("operator@demo.example", "Demo system operator")
# No secret: it opens made-up accounts on one's own machine, and is printed beside them.
PASSWORD = "let-it-be-printed"  # noqa: S105


@dataclass
class Campus:
    """`campus["proposer"]` is the person whose address begins so; `roles` says what each is, for the sign-ins."""

    plan: Plan
    institution: Institution
    units: dict[str, Unit] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    roles: dict[str, str] = field(default_factory=dict)
    proposals: dict[str, Proposal] = field(default_factory=dict)  # by subject

    def __getitem__(self, local: str) -> Person:
        """The person with this local part of the address."""
        return self.people[local]

    @property
    def pack(self) -> Pack:
        """Its rules."""
        return self.institution.policy.pack

    def name(self, label: str) -> str:
        """A person's name in the demo is a label."""
        return f"Demo {label}, {self.plan.short}"

    def address(self, local: str) -> str:
        """The address of somebody here."""
        return f"{local}@{self.plan.domain}"

    def enrol(self) -> None:
        """Remember the learners who can sign in; they came into being with what they completed."""
        for local, label in plans.LEARNERS:
            self.people[local] = Person.objects.get(email=self.address(local))
            self.roles[local] = label


def operator() -> Person:
    """The system operator, who founds the campuses."""
    email, name = OPERATOR
    return Person.objects.create_superuser(email, None, name=name)


def found(plan: Plan, by: Person) -> Campus:
    """The campus with its units and people; the campus administrator does what comes after the founding."""
    pack = packs()[plan.pack]
    campus = Campus(plan, institutions.found(pack=pack, by=by))
    administrator = _invite(campus, *plans.ADMINISTRATOR, by=by)
    roles.grant(institution=campus.institution, person=administrator, role=Role.CAMPUS_ADMINISTRATOR, by=by)
    for name, departments in plan.colleges.items():
        _unit(campus, name, None, "college")
        for department in departments:
            _unit(campus, department, campus.units[name], "department")
    _staff(campus)
    _offices(campus, pack)
    for body in pack.bodies:
        if body.formed == "standing":
            _body(campus, body)
    return campus


def _unit(campus: Campus, name: str, parent: Unit | None, kind: str) -> None:
    by = campus["administrator"]
    unit = units.add(institution=campus.institution, name=name, parent=parent, kind=kind, by=by)
    campus.units[name] = unit


def _invite(campus: Campus, local: str, label: str, *, by: Person | None = None) -> Person:
    """Somebody comes to the campus, by the administrator's invitation unless it is the operator's."""
    inviting = by or campus["administrator"]
    person = people.invite(
        institution=campus.institution, email=campus.address(local), name=campus.name(label), by=inviting
    )
    campus.people[local], campus.roles[local] = person, label
    return person


def _give(campus: Campus, person: Person, role: str, unit: Unit | None = None, office: str = "") -> None:
    by = campus["administrator"]
    roles.grant(institution=campus.institution, person=person, role=role, unit=unit, office=office, by=by)


def _staff(campus: Campus) -> None:
    colleges = [campus.units[name] for name in campus.plan.colleges]
    for local, label, role, place in plans.STAFF:
        unit = None if place is None else colleges[place]
        where = f", {unit.name}" if unit else ""
        _give(campus, _invite(campus, local, f"{label}{where}"), role, unit)
    designee = _invite(campus, *plans.DESIGNEE)
    grant = campus["dean"].grants.get(role=Role.SECTION_HEAD)
    roles.delegate(grant=grant, delegate=designee, by=campus["dean"])
    qualifications.give(person=campus["issuer"], institution=campus.institution, by=campus["manager"])
    for kind in campus.plan.panel:
        for n in (1, 2):
            _invite(campus, f"{kind}{n}", f"{kind} member {n}")


def _offices(campus: Campus, pack: Pack) -> None:
    for office in pack.offices:
        person = _invite(
            campus,
            office.id.replace("_", "-"),
            f"holder of the {office.name}" if office.name.startswith("Office") else f"head of {office.name}",
        )
        _give(campus, person, Role.OFFICE_HOLDER, office=office.id)


def _body(campus: Campus, body: Body) -> None:
    for seat in body.seats:
        if seat.office:
            part = "chair" if seat.chair else "member"
            campus.roles[seat.office.replace("_", "-")] += f", {body.short_name or body.name} {part}"
            continue
        number = campus.plan.seats.get((body.id, seat.id), max(seat.minimum, 1))
        for n in range(1, number + 1):
            _seat(campus, body, seat, n if number > 1 else 0)


def _seat(campus: Campus, body: Body, seat: Seat, n: int) -> None:
    local = f"{body.id}.{seat.id}{n or ''}".replace("_", "-")
    short = body.short_name or body.name
    title = "chair" if seat.chair else "member"
    named = "" if seat.id == "chair" else f", {seat.title}{f' {n}' if n else ''}"
    person = _invite(campus, local, f"{short} {title}{named}")
    roles.give_seat(
        institution=campus.institution, body=body.id, seat=seat.id, person=person, by=campus["administrator"]
    )

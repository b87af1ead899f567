"""What a list of people would do at a campus: a reading of rows and of what is there already. Writes nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Any

from django.core.files.base import File

from accounts.models import Person, Role, RoleGrant, Unit
from accounts.tables import ColumnSpec, Problem, Row, Table, read_table

if TYPE_CHECKING:
    from accounts.models import Institution
    from policies.schema import Pack

UNIQUE = ("email", "role", "office", "unit", "starts_on")


@dataclass(frozen=True)
class Wanted:
    """A role that a line gives to the person with this address."""

    email: str
    role: str
    office: str
    unit: Unit | None
    starts_on: dt.date
    ends_on: dt.date | None


@dataclass
class Plan:
    """`names` are all people of the list by address; `fresh` are not known here at all, `newcomers` not at this campus."""

    table: Table
    names: dict[str, str] = field(default_factory=dict)
    fresh: set[str] = field(default_factory=set)
    newcomers: set[str] = field(default_factory=set)
    roles: list[Wanted] = field(default_factory=list)
    had: int = 0

    @property
    def counts(self) -> dict[str, int]:
        """What people are told before they confirm."""
        return {
            "lines": len(self.table.rows) + self.table.bad_lines,
            "bad": self.table.bad_lines,
            "people": len(self.names),
            "new": len(self.fresh),
            "joining": len(self.newcomers),
            "roles": len(self.roles),
            "had": self.had,
        }


def columns_for(pack: Pack) -> list[ColumnSpec]:
    """The columns of a list of people; roles and offices may be written by their names or their ids."""
    roles = {str(label): value for value, label in Role.choices}  # "section_head" reads as "Section head"
    offices = {office.name: office.id for office in pack.offices} | {o.id: o.id for o in pack.offices}
    return [
        ColumnSpec("name", required=True),
        ColumnSpec(
            "email", kind="email", required=True, max_length=254, aliases=("e-mail address", "address")
        ),
        ColumnSpec("role", choices=roles),
        ColumnSpec("unit", aliases=("department",)),
        ColumnSpec("office", choices=offices),
        ColumnSpec("starts_on", kind="date", aliases=("from", "starts", "start")),
        ColumnSpec("ends_on", kind="date", aliases=("to", "ends", "end", "until")),
    ]


def plan_for(institution: Institution, upload: File[bytes] | IO[bytes]) -> Plan:
    """Read the list and compare it with the campus; every problem of a line is in `plan.table.problems`."""
    table = read_table(upload, columns_for(institution.policy.pack), unique=UNIQUE)
    plan, units, today = Plan(table), _units(institution), institution.today()
    good = []
    for row in table.rows:
        problems, wanted = _wanted(row, units, today)
        if problems:
            table.add(row.line, problems)
            continue
        good.append(row)
        plan.names.setdefault(row.values["email"], row.values["name"])
        if wanted:
            plan.roles.append(wanted)
    table.rows[:] = good
    table.problems.sort(key=lambda problem: problem.line)
    _compare(plan, institution)
    return plan


def _wanted(row: Row, units: dict[str, list[Unit]], today: dt.date) -> tuple[list[Problem], Wanted | None]:
    """The role of a line, if it names one, and what is wrong with it."""
    values, problems = row.values, []

    def wrong(column: str, text: str) -> None:
        problems.append(Problem(row.line, column, text))

    role, office, first, last = values["role"], values["office"], values["starts_on"], values["ends_on"]
    if role is None and (office or values["unit"] or first or last):
        wrong("role", "Say which role, or leave unit, office and dates empty.")
    if role == Role.OFFICE_HOLDER and not office:
        wrong("office", "Say which office.")
    if role and role != Role.OFFICE_HOLDER and office:
        wrong("office", "Only an office holder has an office.")
    if last and last < (first or today):
        wrong("ends_on", "The last day comes before the first.")
    found = units.get(values["unit"].casefold(), []) if values["unit"] else [None]
    if not found:
        wrong("unit", f"There is no unit called “{values['unit']}” here.")
    elif len(found) > 1:
        wrong("unit", "There are several units of that name. Write it as “College / Department”.")
    if problems or role is None:
        return problems, None
    return [], Wanted(values["email"], role, office or "", found[0], first or today, last)


def _units(institution: Institution) -> dict[str, list[Unit]]:
    """Units by name and by their whole path in words ("College / Department"), in lower case."""
    rows = list(Unit.objects.filter(institution=institution))
    names = {str(unit.pk): unit.name for unit in rows}
    found: dict[str, list[Unit]] = {}
    for unit in rows:
        whole = " / ".join(names[part] for part in unit.lineage)
        for key in {unit.name.casefold(), whole.casefold()}:
            found.setdefault(key, []).append(unit)
    return found


def _compare(plan: Plan, institution: Institution) -> None:
    """Sort out who is new, and drop roles that the person has at that time already."""
    known = set(Person.objects.filter(email__in=plan.names).values_list("email", flat=True))
    here = set(Person.objects.of(institution).filter(email__in=plan.names).values_list("email", flat=True))
    plan.fresh, plan.newcomers = set(plan.names) - known, set(plan.names) - here
    held = _held(institution, plan.names)
    wanted = [role for role in plan.roles if not _has(held, role)]
    plan.had = len(plan.roles) - len(wanted)
    plan.roles = wanted


Held = dict[tuple[Any, ...], list[tuple[dt.date, dt.date | None]]]


def _held(institution: Institution, emails: Iterable[str]) -> Held:
    grants = RoleGrant.objects.filter(
        institution=institution, person__email__in=emails, ended_at__isnull=True
    )
    found: Held = {}
    for email, role, office, unit, first, last in grants.values_list(
        "person__email", "role", "office", "unit_id", "starts_on", "ends_on"
    ):
        found.setdefault((email, role, office, unit), []).append((first, last))
    return found


def _has(held: Held, role: Wanted) -> bool:
    spans = held.get((role.email, role.role, role.office, role.unit.pk if role.unit else None), [])
    return any(
        (last is None or last >= role.starts_on) and (role.ends_on is None or first <= role.ends_on)
        for first, last in spans
    )

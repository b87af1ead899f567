"""Who: institutions, units, people, roles, seats' holders, delegation, qualifications and adopted policy revisions."""

from accounts.models.institution import AdoptedPolicy, Institution, PolicyText, Term, Unit
from accounts.models.people_import import PeopleImport
from accounts.models.person import Affiliation, Person
from accounts.models.role import Delegation, Qualification, Role, RoleGrant, SeatHolding
from accounts.models.uploaded import ListHeadings, ListKind, ListState, UploadedLine, UploadedList

__all__ = [
    "AdoptedPolicy",
    "Affiliation",
    "Delegation",
    "Institution",
    "ListHeadings",
    "ListKind",
    "ListState",
    "PeopleImport",
    "Person",
    "PolicyText",
    "Qualification",
    "Role",
    "RoleGrant",
    "SeatHolding",
    "Term",
    "Unit",
    "UploadedLine",
    "UploadedList",
]

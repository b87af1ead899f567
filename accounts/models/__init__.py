"""Who: institutions, units, people, roles, seats' holders, delegation, qualifications and adopted policy revisions."""

from accounts.models.institution import AdoptedPolicy, Institution, Term, Unit
from accounts.models.person import Person
from accounts.models.role import Delegation, Qualification, Role, RoleGrant, SeatHolding

__all__ = [
    "AdoptedPolicy",
    "Delegation",
    "Institution",
    "Person",
    "Qualification",
    "Role",
    "RoleGrant",
    "SeatHolding",
    "Term",
    "Unit",
]

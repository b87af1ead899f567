"""The roles that packs may name are those that a campus gives people."""

from accounts.models import Role
from policies.schema import ROLES


def test_roles_of_packs_are_the_grants_people_hold():
    """All but office holders, who are named by their office."""
    assert set(ROLES) == set(Role.values) - {Role.OFFICE_HOLDER.value}

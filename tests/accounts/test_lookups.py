"""`among` means what `in` means."""

import uuid

import pytest

from accounts.models import Person, RoleGrant
from tests.factories import PersonFactory

ODD = ["a@x.example", "o'brien@x.example", 'quo"te@x.example', "back\\slash@x.example", "{curly,}@x.example"]


@pytest.fixture
def people(db):
    return [PersonFactory(email=email) for email in ODD]


@pytest.mark.parametrize("wanted", [[], ODD[:1], ODD, [*ODD, "nobody@x.example", "NULL"]])
def test_among_texts(people, wanted):
    found = Person.objects.filter(email__among=wanted)
    assert {person.email for person in found} == {*ODD} & {*wanted}
    assert str(found.query).count("ANY") == 1


def test_among_keys_of_another_table(people):
    keys = [person.pk for person in people[:2]] + [uuid.UUID(int=7)]
    assert {*Person.objects.filter(pk__among=keys)} == {*people[:2]}
    assert not RoleGrant.objects.filter(person__pk__among=keys).exists()
    assert "JOIN" not in str(RoleGrant.objects.filter(person__pk__among=keys).query)


def test_others_than_these(people):
    assert {person.email for person in Person.objects.exclude(email__among=ODD[1:])} == {ODD[0]}

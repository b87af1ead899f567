"""The campus that other tests stand on."""

import pytest

from accounts.authority import holds, is_qualified, people_with
from accounts.models import AdoptedPolicy
from policies.loader import packs

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("slug", sorted(packs()))
def test_campus_has_its_cast_for_every_pack(campus, slug):
    made = campus(slug)
    assert made.institution.policy.pack == packs()[slug]
    assert holds(made.proposer, "proposer", made.institution, made.unit)
    assert holds(made.section_head, "section_head", made.institution, made.unit)
    assert is_qualified(made.issuer, made.institution)
    assert not is_qualified(made.untrained_issuer, made.institution)
    for office, holder in made.offices.items():
        assert list(people_with(f"office:{office}", made.institution, made.unit)) == [holder]
    for body in made.pack.bodies:
        if body.formed == "standing":
            seated = [row.seat for row in made.bodies[body.id]]
            assert seated == [seat.id for seat in body.seats for _ in range(max(seat.minimum, 1))]
            assert made.chair(body.id) not in made.members(body.id)
        else:
            assert len(made.panel(body.id)) == sum(seat.minimum for seat in body.seats)
    assert not made.stranger.managed().filter(pk=made.institution.pk).exists()
    assert AdoptedPolicy.objects.count() == 2


def test_campus_is_made_in_few_statements(campus, django_assert_max_num_queries):
    with django_assert_max_num_queries(80):
        campus("montana")

"""Two records of one learner become one: what the platforms have of the award that was put aside."""

import re

import pytest

from accounts.actions import addresses
from accounts.models import Person
from credentials.models import Award
from issuance.models import Delivery
from journal.models import Mail
from tests.issuance import platform_fixtures
from tests.issuance.support import awarded, run_lane

pytestmark = pytest.mark.django_db
sandbox = platform_fixtures.sandbox


def merged(keep, other):
    """The learner proves the address of the other record."""
    me = Person.objects.get(email=keep)
    addresses.ask(email=other, by=me)
    text = Mail.objects.get(to=other, kind="address_proof").text
    addresses.prove(token=re.search(r"/prove/(\S+)/", text).group(1), by=me)


@pytest.mark.parametrize("arrived", [True, False])
def test_award_put_aside_by_a_merge_leaves_its_platform(campus, platforms, arrived):
    awarded(campus("cu_boulder"), 2)
    if arrived:
        run_lane()
    merged("learner1@learners.example", "learner2@learners.example")
    stays, aside = Award.objects.live().get(), Award.objects.get(superseded_why="merge")
    if not arrived:
        assert aside.deliveries.get().state == "cancelled"
    run_lane()
    at_platform = sorted(row["body"]["state"] for row in platforms.state.held("credly"))
    assert at_platform == (["pending", "revoked"] if arrived else ["pending"])
    wanted = [("issue", "delivered"), ("revoke", "delivered")] if arrived else [("issue", "cancelled")]
    assert sorted(aside.deliveries.values_list("act", "state")) == wanted
    assert stays.deliveries.get().state == "delivered"
    assert Delivery.objects.filter(award=stays).count() == 1

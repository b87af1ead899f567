"""Which kinds of unit propose, where the policy says it (CUB-19: units and divisions)."""

import pytest

from accounts.models import Unit
from policies.reasons import Refused
from proposals.models import Proposal
from tests.policies.examples import BOULDER_INTENT
from tests.proposals.walking import start
from tests.support import api_for

pytestmark = [pytest.mark.django_db, pytest.mark.clause("CUB-19")]


@pytest.fixture
def boulder(campus):
    return campus("cu_boulder")


def of_kind(campus, kind):
    Unit.objects.filter(pk=campus.unit.pk).update(kind=kind)
    campus.unit.refresh_from_db()
    return campus


@pytest.mark.parametrize("kind", ["department", "division", ""])
def test_units_and_divisions_begin_a_proposal(boulder, kind):
    assert start(of_kind(boulder, kind)).state == "intent"


def test_a_student_organisation_does_not(boulder):
    with pytest.raises(Refused) as refused:
        start(of_kind(boulder, "student_organisation"))
    [reason] = refused.value.reasons
    assert (reason.clause, reason.field) == ("CUB-19", "unit")
    assert reason.text.startswith(
        "A unit of the kind “student organisation” does not propose; these do: campus,"
    )
    assert not Proposal.objects.exists()


def test_the_api_refuses_with_the_clause(boulder):
    body = {
        "institution": "cu_boulder",
        "unit": str(of_kind(boulder, "other").unit.pk),
        "type": "badge",
        "proposers": [boulder.proposer.email],
        "document": BOULDER_INTENT,
    }
    answer = api_for(boulder.proposer).post("/api/v1/proposals/", body)
    assert answer.status_code == 409
    assert [reason["clause"] for reason in answer.json()["reasons"]] == ["CUB-19"]


def test_where_the_policy_names_no_kinds_every_unit_proposes(campus):
    assert start(of_kind(campus("montana"), "student_organisation"), type="badge").state == "proposal"

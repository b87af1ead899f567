"""What a person cannot have is not asked for: the dashboard's front page and home of people with few ties."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Role, RoleGrant
from desk.work.ties import Ties, ties_of
from proposals.actions import adhoc
from proposals.models import Proposal
from reviews.actions import signoffs, views
from tests.factories import LONG_AGO
from tests.reviews.support import at_step, committee_ballot, voters
from tests.reviews.talking import concern
from tests.support import site_for

pytestmark = pytest.mark.django_db

NONE = Ties(*[False] * len(Ties._fields))
WORK = {
    "issuance_delivery",
    "issuance_issuancerequest",
    "proposals_proposal",
    "proposals_step",
    "reviews_askedview",
    "reviews_ballot",
    "reviews_comment",
    "reviews_condition",
    "reviews_meeting",
}


def asked(person, path):
    """The tables from which a page reads, the second time, one a statement."""
    site = site_for(person)
    site.get(path)
    with CaptureQueriesContext(connection) as queries:
        assert site.get(path).status_code == 200
    return [re.search(r' FROM "(\w+)"', query["sql"])[1] for query in queries]


@pytest.mark.parametrize(("path", "most"), [("/admin/", 9), ("/", 15)])
def test_work_is_not_looked_for_where_there_can_be_none(campus, path, most):
    at = campus("model")
    committee_ballot(at)
    at_step(at, "dean_signoff", title="Another")
    grant = {"institution": at.institution, "person": at.nobody, "starts_on": LONG_AGO}
    RoleGrant.objects.create(role=Role.PROPOSER, **grant)
    tables = asked(at.nobody, path)
    mine = {"issuance_issuancerequest"} if path == "/" else set()
    assert WORK & set(tables) <= mine | ({"proposals_proposal"} if path == "/" else set())
    assert len(tables) <= most, tables


def test_ties_say_what_there_is(campus):
    at = campus("model")
    ballot = committee_ballot(at)
    member = voters(ballot)[2]
    assert ties_of(at.nobody) == NONE
    assert ties_of(at.proposer) == NONE._replace(proposes=True)
    assert ties_of(member) == NONE._replace(sits=True, on_rolls=True)
    concern(ballot, member)
    assert ties_of(member).raised
    views.ask(proposal=ballot.proposal, unit=at.college, by=at.programme_manager, required=True)
    assert ties_of(at.programme_manager).asked_units
    step = at_step(at, "dean_signoff", title="Another")
    added = adhoc.add(
        proposal=Proposal.objects.get(pk=step.proposal_id), kind="consultation", title="Ask the library",
        reason="It needs books.", person=at.nobody, by=at.programme_manager,
    )  # fmt: skip
    assert ties_of(at.nobody) == NONE._replace(named=True)
    signoffs.complete(step=added, outcome="done", note="Bought.", by=at.nobody)
    assert ties_of(at.nobody) == NONE._replace(named=True, recorded=True)

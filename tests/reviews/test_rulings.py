"""Recusal that the chair rules, and recusal of the proposers' unit where the pack asks for it."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.urls import reverse

from accounts.models import RoleGrant
from journal import clock
from journal.models import Entry, Notice
from policies.reasons import Refused
from reviews.actions import ballots, opening
from reviews.models import Recusal
from tests.factories import LONG_AGO
from tests.reviews.support import OUTSIDERS, at_step, cast, close, committee_ballot, hold, refusal, voters
from tests.support import api_for, site_for

pytestmark = pytest.mark.django_db


def line_of(ballot, person):
    return ballot.roll.get(person=person).pk


def rule(ballot, place=1, by=None, reason="Your sister teaches it."):
    line = line_of(ballot, voters(ballot)[place])
    return ballots.rule_recusal(ballot=ballot, line=line, reason=reason, by=by or voters(ballot)[0])


def test_chair_rules_that_a_member_steps_aside(model):
    ballot = committee_ballot(model)
    cast(ballot, "approve", "decline", "approve", "approve")
    row = rule(ballot)
    member = voters(ballot)[1]
    assert (row.person, row.how, row.ruled_by, row.reason) == (
        member,
        "chair",
        voters(ballot)[0],
        "Your sister teaches it.",
    )
    assert Notice.objects.get(kind="recusal_ruled").person == member
    assert Entry.objects.get(act="recusal_ruled").detail["person"] == str(member.pk)
    with pytest.raises(Refused):
        ballots.vote(ballot=ballot, choice="approve", by=member)
    tally = close(ballot).tally
    assert (tally["yes"], tally["no"], tally["recused"], tally["present"]) == (3, 0, 1, 4)


@pytest.mark.parametrize(("counts", "outcome"), [(True, "approve"), (False, "inquorate")])
def test_ruled_member_counts_for_the_quorum_as_the_rule_says(model, counts, outcome):
    """Five seats, quorum three: two vote yes, one is ruled out (C2: 7 m, 4 p incl. 1 recused)."""
    ballot = committee_ballot(model)
    type(ballot).objects.update(rule={**ballot.rule, "recused_counts_for_quorum": counts})
    cast(ballot, "approve", "", "approve")
    rule(ballot)
    assert close(ballot).outcome == outcome


def test_ruling_refuses_with_reasons(model):
    ballot = committee_ballot(model)
    rule(ballot, 1)
    cases = [
        (1, "Again", f"{voters(ballot)[1]} is recused from this ballot already."),
        (0, "Me", "For yourself, use “I have a conflict”."),
        (2, " ", "Say why: the member reads it, and it stands in the record."),
    ]
    for place, reason, said in cases:
        with pytest.raises(Refused) as caught:
            rule(ballot, place, reason=reason)
        assert refusal(caught)[0][1] == said
    hold(ballot.proposal)
    with pytest.raises(Refused) as caught:
        rule(ballot, 2)
    assert refusal(caught)[0][1].startswith("The proposal is on hold.")


@pytest.mark.parametrize("role", [*OUTSIDERS, "proposer"])
def test_ruling_by_others_is_denied(model, role):
    ballot = committee_ballot(model)
    with pytest.raises(PermissionDenied):
        rule(ballot, by=getattr(model, role))
    with pytest.raises(PermissionDenied):
        rule(ballot, by=voters(ballot)[2])
    assert not Recusal.objects.exists()


def test_programme_manager_rules_where_the_chair_is_recused(model):
    ballot = committee_ballot(model)
    ballots.recuse(ballot=ballot, by=voters(ballot)[0])
    assert rule(ballot, by=model.programme_manager).ruled_by == model.programme_manager


def test_database_wants_the_person_and_reason_of_a_ruling(model):
    ballot = committee_ballot(model)
    with pytest.raises(DatabaseError), transaction.atomic():
        Recusal.objects.create(ballot=ballot, person=voters(ballot)[1], how="chair", at=clock.now())


def test_ruling_by_page_and_api(model):
    ballot = committee_ballot(model)
    chair, first, second = voters(ballot)[:3]
    address = reverse("ballot_rule", args=[ballot.pk, line_of(ballot, first)])
    assert reverse("ballot_rule", args=[ballot.pk, line_of(ballot, first)]) in (
        site_for(chair).get(reverse("ballot", args=[ballot.pk])).content.decode()
    )
    assert "They are told, with your reason." in site_for(chair).get(address).content.decode()
    assert not Recusal.objects.exists()
    assert site_for(chair).post(address, {"reason": ""}).status_code == 409
    assert site_for(chair).post(address, {"reason": "Your sister teaches it."}).status_code == 302
    data = {"line": line_of(ballot, second), "reason": "You wrote it."}
    answer = api_for(chair).post(f"/api/v1/ballots/{ballot.pk}/recuse/", data)
    assert [line["recused"] for line in answer.json()["roll"]] == [False, True, True, False, False]


@pytest.mark.parametrize(
    ("role", "status"), [("proposer", 403), ("programme_manager", 403), ("stranger", 404), ("nobody", 404)]
)
def test_ruling_over_the_api_by_role(model, role, status):
    ballot = committee_ballot(model)
    data = {"line": line_of(ballot, voters(ballot)[1]), "reason": "No"}
    client = api_for(getattr(model, role))
    assert client.post(f"/api/v1/ballots/{ballot.pk}/recuse/", data).status_code == status


# --- the proposers' unit -------------------------------------------------------------------------
@pytest.mark.parametrize(("asked", "found"), [(True, {"unit"}), (False, set())])
def test_members_of_the_unit_are_recused_where_the_pack_says_so(model, asked, found):
    member = model.members("committee")[1]
    RoleGrant.objects.create(
        person=member, institution=model.institution, unit=model.unit, role="assessor", starts_on=LONG_AGO
    )
    body = model.pack.body("committee")
    changed = body.model_copy(update={"rule": body.rule.model_copy(update={"recuse_unit": asked})})
    step = at_step(model, "committee_ballot")
    opening.void_ballots(step=step, reason="To be held under another rule.")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(opening, "body_of", lambda step: changed)
        ballot = opening.open_ballot(step=step, by=None)
    rows = Recusal.objects.filter(ballot=ballot)
    assert set(rows.values_list("how", flat=True)) == found
    assert all(row.person == member for row in rows)

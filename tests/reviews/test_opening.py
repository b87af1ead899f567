"""What opens with a step: the ballot, its roll, its mail; and what a body lacks."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, transaction

from accounts.models import RoleGrant, SeatHolding
from journal import clock
from journal.models import Entry, Mail, Notice
from policies.reasons import Refused
from reviews.actions import ballots, opening
from reviews.models import Ballot, Recusal
from tests.reviews.support import (
    at_step,
    committee_ballot,
    refusal,
    voters,
)

pytestmark = pytest.mark.django_db


def test_opening_a_step_opens_its_ballot_on_the_latest_revision(model):
    ballot = committee_ballot(model)
    assert (ballot.state, ballot.revision.number, ballot.body) == ("open", 1, "committee")
    assert ballot.outcomes == ["approve", "approve_with_conditions", "request_changes", "decline"]
    assert ballot.question == "Shall “Trial of the Trade” be approved?"


def test_opening_freezes_the_roll(model):
    ballot = committee_ballot(model)
    frozen = [
        ("chair", True), ("registrar", False), ("faculty", False), ("faculty", False), ("students", False)
    ]  # fmt: skip
    assert [(seat.seat, seat.chair) for seat in ballot.roll.all()] == frozen
    SeatHolding.objects.filter(seat="students").update(ends_on=dt.date(2021, 1, 1))
    assert ballot.roll.count() == 5
    with pytest.raises(DatabaseError), transaction.atomic():
        ballot.roll.update(title="Another")


def test_opening_tells_every_voter_without_content(model):
    ballot = committee_ballot(model)
    told = set(Notice.objects.filter(kind="ballot_opened").values_list("person", flat=True))
    assert told == {person.pk for person in voters(ballot)}
    mail = Mail.objects.filter(kind="ballot_opened")
    assert mail.count() == 5
    assert f"/admin/ballots/{ballot.pk}/" in mail[0].text
    assert "Trial of the Trade" not in mail[0].text + mail[0].subject


def test_opening_is_recorded_with_roll_and_revision(model):
    ballot = committee_ballot(model)
    entry = Entry.objects.get(act="ballot_opened")
    assert entry.detail["hash"] == ballot.revision.hash
    assert [line["person"] for line in entry.detail["roll"]] == [str(person.pk) for person in voters(ballot)]


def test_vote_over_days_ends_at_midnight_of_the_campus(model):
    with clock.at(dt.datetime(2026, 3, 2, 18, 0, tzinfo=dt.UTC)):
        ballot = committee_ballot(model)
    local = ballot.closes_at.astimezone(ZoneInfo("America/Chicago"))
    assert (local.date(), local.hour, local.minute) == (dt.date(2026, 3, 16), 23, 59)


def test_proposer_on_the_roll_is_recused_from_the_start(model):
    member = model.members("committee")[0]
    ballot = committee_ballot(model, proposers=[model.proposer, member])
    recusal = Recusal.objects.get(ballot=ballot)
    assert (recusal.person, recusal.how) == (member, "author")
    assert not Ballot.objects.waiting_for(member).exists()


@pytest.mark.clause("MU-9")
def test_body_without_a_required_seat_does_not_convene(model):
    RoleGrant.objects.filter(office="academic_affairs").delete()
    step = at_step(model, "committee_ballot")
    assert not Ballot.objects.exists()
    text = (
        "Micro-credential Committee cannot convene without the seat “Academic Affairs (chair)”: it is vacant."
    )
    assert [(r.clause, r.text) for r in opening.open_reasons(step)] == [("MU-9", text)]
    assert Notice.objects.get(kind="body_incomplete").person == model.programme_manager
    with pytest.raises(Refused) as caught:
        ballots.rerun(step=step, by=model.programme_manager)
    assert refusal(caught) == [("MU-9", text)]


def test_vote_opens_once_the_seat_is_filled(model):
    grants = list(RoleGrant.objects.filter(office="academic_affairs"))
    RoleGrant.objects.filter(office="academic_affairs").delete()
    step = at_step(model, "committee_ballot")
    RoleGrant.objects.bulk_create(grants)
    assert ballots.rerun(step=step, by=model.programme_manager).roll.count() == 5

"""Alternates: named for a seat that allows it, voting "B for A" between two days, one vote a seat."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.urls import reverse

from journal import clock
from journal.models import Entry, Mail, Notice
from policies.reasons import Refused
from reviews.actions import alternates, ballots
from reviews.models import Alternate, Ballot, Vote, VoteChange
from tests.proposals.packs import ruled
from tests.reviews.support import cast, close, committee_ballot, refusal
from tests.support import api_for, site_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def allowing(model):
    """The model university whose faculty seats allow an alternate."""

    def change(data):
        body = next(body for body in data["bodies"] if body["id"] == "committee")
        next(seat for seat in body["seats"] if seat["id"] == "faculty")["alternates"] = True

    return ruled(model, change)


def today(campus):
    return campus.institution.today()


def name(campus, member=None, delegate=None, days=7, **kwargs):
    return alternates.name(
        institution=campus.institution,
        body="committee",
        delegate=delegate or campus.nobody,
        by=member or faculty(campus)[0],
        ends_on=today(campus) + dt.timedelta(days=days),
        **kwargs,
    )


def faculty(campus):
    return [row.person for row in campus.bodies["committee"] if row.seat == "faculty"]


# --- naming --------------------------------------------------------------------------------------
def test_naming_is_recorded_and_the_alternate_is_told(allowing):
    row = name(allowing)
    assert (row.principal, row.delegate, row.starts_on) == (
        faculty(allowing)[0],
        allowing.nobody,
        today(allowing),
    )
    assert Entry.objects.get(act="alternate named").by == row.principal
    assert Notice.objects.get(kind="alternate_named").person == row.delegate
    assert "/alternates/" in Mail.objects.get(kind="alternate_named").text


def test_seat_that_knows_no_alternate_is_refused(allowing):
    registrar = next(row.person for row in allowing.bodies["committee"] if row.seat == "registrar")
    with pytest.raises(Refused) as caught:
        name(allowing, registrar)
    assert "know no alternate" in refusal(caught)[0][1]


def test_no_pack_here_knows_alternates_unless_it_says_so(model):
    with pytest.raises(Refused):
        name(model)


@pytest.mark.parametrize("role", ["proposer", "programme_manager", "administrator", "learner", "stranger"])
def test_naming_by_who_holds_no_seat_is_denied(allowing, role):
    with pytest.raises(PermissionDenied):
        name(allowing, getattr(allowing, role))
    assert not Alternate.objects.exists()


def test_delegate_of_a_delegate_is_refused(allowing):
    row = name(allowing)
    with pytest.raises(Refused) as caught:
        name(allowing, row.delegate, allowing.assessor)
    assert refusal(caught)[0][1] == (
        f"You vote for {row.principal} yourself; an alternate cannot name another."
    )


def test_naming_refuses_with_reasons_at_the_field(allowing):
    first, second = faculty(allowing)
    cases = [
        ({"delegate": first}, "email", "Name someone else as your alternate."),
        ({"delegate": second}, "email", f"{second} sits on "),
        ({"delegate": allowing.stranger}, "email", "is not known on this campus"),
        ({"days": -1}, "ends_on", "Choose a last day that is not past."),
    ]
    for given, field, said in cases:
        with pytest.raises(Refused) as caught:
            name(allowing, first, **given)
        assert caught.value.reasons[0].field == field
        assert said in caught.value.reasons[0].text
    name(allowing, first)
    with pytest.raises(Refused) as caught:
        name(allowing, first, allowing.assessor)
    assert "already" in refusal(caught)[0][1]


def test_database_wants_a_last_day_and_someone_else(allowing):
    row = name(allowing)
    for change in ({"ends_on": None}, {"delegate": row.principal}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Alternate.objects.update(**change)


# --- voting --------------------------------------------------------------------------------------
def test_alternate_votes_for_the_member(allowing):
    row = name(allowing)
    ballot = committee_ballot(allowing)
    assert Ballot.objects.waiting_for(row.delegate).get() == ballot
    vote = ballots.vote(ballot=ballot, choice="approve", by=row.delegate)
    assert (vote.person, vote.on_behalf_of, vote.seat.person) == (row.delegate, row.principal, row.principal)
    entry = Entry.objects.get(act="vote_cast")
    assert (entry.by, entry.on_behalf_of) == (row.delegate, row.principal)
    assert not Ballot.objects.waiting_for(row.delegate).exists()
    assert not Ballot.objects.waiting_for(row.principal).exists()
    cast(ballot, "approve", "decline")
    tally = close(ballot).tally
    assert (tally["yes"], tally["no"], tally["present"]) == (2, 1, 3)
    named = Entry.objects.get(act="ballot_closed").detail["votes"]
    assert {"seat", "person", "choice", "on_behalf_of"} in [set(line) for line in named]


def test_alternate_is_told_when_the_ballot_opens(allowing):
    row = name(allowing)
    committee_ballot(allowing)
    assert Notice.objects.get(kind="ballot_opened", person=row.delegate).text.endswith(
        f"You can vote for {row.principal}."
    )


def test_members_own_vote_takes_the_place_of_the_alternates(allowing):
    row = name(allowing)
    ballot = committee_ballot(allowing)
    ballots.vote(ballot=ballot, choice="approve", by=row.delegate)
    vote = ballots.vote(ballot=ballot, choice="decline", by=row.principal)
    assert (Vote.objects.count(), vote.person, vote.on_behalf_of, vote.choice) == (
        1,
        row.principal,
        None,
        "decline",
    )
    assert list(VoteChange.objects.values_list("person", "choice")) == [
        (row.delegate.pk, "approve"),
        (row.principal.pk, "decline"),
    ]
    with pytest.raises(Refused) as caught:
        ballots.vote(ballot=ballot, choice="approve", by=row.delegate)
    assert refusal(caught)[0][1] == f"{row.principal} has voted, and the member's own vote counts."


def test_alternate_of_two_members_votes_once(allowing):
    first, second = faculty(allowing)
    row, other = name(allowing, first), name(allowing, second)
    assert row.delegate == other.delegate
    ballot = committee_ballot(allowing)
    for choice in ("approve", "decline"):
        ballots.vote(ballot=ballot, choice=choice, by=row.delegate)
    assert list(Vote.objects.values_list("choice", flat=True)) == ["decline"]
    assert not Ballot.objects.waiting_for(row.delegate).exists()


def test_delegation_that_ends_today_counts_until_the_end_of_the_local_day(allowing):
    zone = ZoneInfo(allowing.institution.timezone)
    with clock.at(dt.datetime(2027, 3, 1, 12, tzinfo=zone)):
        row = name(allowing, days=0)
        ballot = committee_ballot(allowing)
    with clock.at(dt.datetime(2027, 3, 1, 23, 59, 59, tzinfo=zone)):
        assert ballots.vote(ballot=ballot, choice="approve", by=row.delegate).on_behalf_of == row.principal
    with clock.at(dt.datetime(2027, 3, 2, 0, 0, 1, tzinfo=zone)):
        with pytest.raises(PermissionDenied):
            ballots.vote(ballot=ballot, choice="decline", by=row.delegate)
        assert not Ballot.objects.visible_to(row.delegate).exists()
        ballot.refresh_from_db()
        assert ballot.votes.get().choice == "approve"  # what was cast in time stands


def test_alternate_votes_where_the_member_stepped_aside_but_not_for_a_proposer(allowing):
    row = name(allowing)
    ballot = committee_ballot(allowing)
    ballots.recuse(ballot=ballot, by=row.principal)
    ballots.vote(ballot=ballot, choice="approve", by=row.delegate)
    cast(ballot, "approve", "approve")
    assert (close(ballot).tally["yes"], ballot.votes.count()) == (3, 3)
    own = committee_ballot(allowing, proposers=[allowing.proposer, row.principal])
    assert not Ballot.objects.waiting_for(row.delegate).exists()
    with pytest.raises(Refused) as caught:
        ballots.vote(ballot=own, choice="approve", by=row.delegate)
    assert "nobody votes for them" in refusal(caught)[0][1]


def test_ended_alternate_does_not_vote_and_what_was_cast_stands(allowing):
    row = name(allowing)
    ballot = committee_ballot(allowing)
    ballots.vote(ballot=ballot, choice="approve", by=row.delegate)
    alternates.end(alternate=row, by=row.principal)
    with pytest.raises(PermissionDenied):
        ballots.vote(ballot=ballot, choice="decline", by=row.delegate)
    assert Vote.objects.get().choice == "approve"
    with pytest.raises(Refused):
        alternates.end(alternate=row, by=row.principal)
    for person in (allowing.proposer, allowing.stranger, allowing.programme_manager):
        with pytest.raises(PermissionDenied):
            alternates.end(alternate=row, by=person)


# --- doors ---------------------------------------------------------------------------------------
def test_alternate_votes_by_the_page(allowing):
    row = name(allowing)
    ballot = committee_ballot(allowing)
    address = reverse("ballot", args=[ballot.pk])
    page = site_for(row.delegate).get(address)
    assert f"You vote here for {row.principal}." in page.content.decode()
    voted = site_for(row.delegate).post(reverse("ballot_vote", args=[ballot.pk]), {"choice": "approve"})
    assert voted.status_code == 302
    assert f"{row.delegate} for {row.principal}" in site_for(row.delegate).get(address).content.decode()


def test_member_names_and_ends_by_the_page(allowing):
    member, delegate = faculty(allowing)[0], allowing.nobody
    client = site_for(member)
    page = client.get(reverse("alternates")).content.decode()
    assert "Name your alternate" in page
    data = {
        "seat": f"{allowing.institution.slug}:committee",
        "email": delegate.email,
        "ends_on": str(today(allowing)),
    }
    assert client.post(reverse("alternates"), {**data, "email": "no@one.example"}).status_code == 409
    assert client.post(reverse("alternates"), data).status_code == 302
    row = Alternate.objects.get()
    assert site_for(allowing.stranger).post(reverse("alternate_end", args=[row.pk])).status_code == 404
    assert client.post(reverse("alternate_end", args=[row.pk])).status_code == 302
    row.refresh_from_db()
    assert row.is_over


@pytest.mark.parametrize("role", ["proposer", "programme_manager", "learner"])
def test_others_see_the_page_without_a_form(allowing, role):
    client = site_for(getattr(allowing, role))
    assert "You hold no seat whose rules allow an alternate." in client.get(
        reverse("alternates")
    ).content.decode().replace("\n", " ")
    assert client.post(reverse("alternates"), {}).status_code == 403


def test_alternates_over_the_api(allowing):
    member, delegate = faculty(allowing)[0], allowing.nobody
    data = {
        "institution": allowing.institution.slug,
        "body": "committee",
        "email": delegate.email,
        "ends_on": str(today(allowing)),
    }
    made = api_for(member).post("/api/v1/alternates/", data)
    assert (made.status_code, made.json()["delegate"]) == (201, str(delegate))
    assert api_for(delegate).get("/api/v1/alternates/").json()["count"] == 1
    assert api_for(allowing.stranger).get("/api/v1/alternates/").json()["count"] == 0
    assert api_for(allowing.proposer).post("/api/v1/alternates/", data).status_code == 403
    assert api_for(allowing.stranger).post("/api/v1/alternates/", data).status_code == 404
    ballot = committee_ballot(allowing)
    shown = api_for(delegate).post(f"/api/v1/ballots/{ballot.pk}/vote/", {"choice": "approve"}).json()
    assert (shown["my"]["acts_for"], shown["my"]["choice"]) == (str(member), "approve")
    end = f"/api/v1/alternates/{made.json()['id']}/end/"
    assert api_for(allowing.stranger).post(end).status_code == 404
    assert api_for(member).post(end).json()["over"] is True


def test_list_of_ballots_of_an_alternate_costs_the_same(allowing, django_assert_num_queries):
    row = name(allowing)
    committee_ballot(allowing)
    client = api_for(row.delegate)
    client.get("/api/v1/ballots/?waiting=me")
    with django_assert_num_queries(99, exact=False) as one:
        client.get("/api/v1/ballots/?waiting=me")
    committee_ballot(allowing)
    committee_ballot(allowing)
    with django_assert_num_queries(len(one)):
        assert client.get("/api/v1/ballots/?waiting=me").json()["count"] == 3

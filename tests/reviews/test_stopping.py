"""A vote is stopped: void, all on the roll told, held again; where a ballot sends back to; what its card says before."""

import datetime as dt

import pytest
from django.urls import reverse

from journal import clock
from journal.models import Entry, Mail, Notice
from policies.reasons import Refused
from proposals.models import Proposal, Step
from reviews import wording
from reviews.actions import ballots, signoffs, stopping
from reviews.models import Ballot
from tests.proposals import walking
from tests.proposals.packs import ruled
from tests.reviews.support import acts, cast, close, committee_ballot, hold, refusal, voters
from tests.support import api_for, site_for

pytestmark = pytest.mark.django_db


def test_stopped_vote_decides_nothing_and_everyone_on_the_roll_is_told(model):
    ballot = committee_ballot(model)
    chair, member = voters(ballot)[:2]
    ballots.recuse(ballot=ballot, by=member)  # told as well: they stand on the roll
    cast(ballot, "approve", "", "approve", "approve")
    stopping.stop(ballot=ballot, reason="The wrong revision was discussed.", by=chair)
    ballot.refresh_from_db()
    assert (ballot.state, ballot.outcome, ballot.void_reason) == (
        "void",
        "",
        "The wrong revision was discussed.",
    )
    assert Proposal.objects.get(pk=ballot.proposal_id).state == "committee_review"
    told = set(Notice.objects.filter(kind="ballot_void").values_list("person", flat=True))
    assert told == {person.pk for person in voters(ballot)}
    assert not Mail.objects.filter(kind="ballot_void", text__contains="wrong revision").exists()
    entry = Entry.objects.get(act="ballot_stopped")
    assert (entry.by, entry.detail["note"]) == (chair, "The wrong revision was discussed.")
    again = ballots.rerun(step=ballot.step, by=chair)
    assert (again.state, again.votes.count()) == ("open", 0)
    assert acts(ballot.proposal).count("ballot_opened") == 2


def test_stopping_is_refused_with_its_reason(model):
    ballot = committee_ballot(model)
    chair = voters(ballot)[0]
    for reason in (" ", "x" * 201):
        with pytest.raises(Refused) as caught:
            stopping.stop(ballot=ballot, reason=reason, by=chair)
        assert refusal(caught) == [("", "Say why, in at most 200 characters: everyone on the roll reads it.")]
    held = hold(ballot.proposal)
    with pytest.raises(Refused) as caught:
        stopping.stop(ballot=ballot, reason="No.", by=chair)
    assert refusal(caught)[0][1] == "The proposal is on hold. The ballot goes on once it is resumed."
    Proposal.objects.filter(pk=held.pk).update(state="committee_review", held_from="")
    stopping.stop(ballot=ballot, reason="No.", by=chair)
    for act in (
        lambda: stopping.stop(ballot=ballot, reason="No.", by=chair),
        lambda: ballots.vote(ballot=ballot, choice="approve", by=chair),
        lambda: ballots.close(ballot=ballot, by=chair),
    ):
        with pytest.raises(Refused) as caught:
            act()
        assert refusal(caught)[0][1] == "This ballot is void: No."


def test_stopping_by_page_and_api(model):
    ballot = committee_ballot(model)
    chair = site_for(voters(ballot)[0])
    address = reverse("ballot_stop", args=[ballot.pk])
    assert address in chair.get(reverse("ballot", args=[ballot.pk])).content.decode()
    assert "votes already cast count for nothing" in chair.get(address).content.decode()
    assert chair.post(address, {"reason": ""}).status_code == 409
    assert chair.post(address, {"reason": "Too early."}).status_code == 302
    page = chair.get(reverse("ballot", args=[ballot.pk])).content.decode()
    assert "Too early." in page
    again = reverse("ballot_rerun", args=[ballot.step_id])
    assert again in page
    assert chair.post(again).status_code == 302
    api, open_one = api_for(voters(ballot)[0]), Ballot.objects.open().get()
    assert again not in chair.get(reverse("ballot", args=[ballot.pk])).content.decode()
    until = (open_one.closes_at + dt.timedelta(days=7)).date().isoformat()
    assert api.post(f"/api/v1/ballots/{open_one.pk}/extend/", {"until": until}).status_code == 200
    answer = api.post(f"/api/v1/ballots/{open_one.pk}/stop/", {"reason": "Once more."})
    assert (answer.status_code, answer.json()["state"], answer.json()["void_reason"]) == (
        200,
        "void",
        "Once more.",
    )
    held = api.post(f"/api/v1/steps/{ballot.step_id}/vote/")
    assert (held.status_code, held.json()["state"]) == (200, "open")
    assert api.post(f"/api/v1/steps/{ballot.step_id}/vote/").status_code == 409


# --- where a ballot sends back to -------------------------------------------------------------------
def asking_for_changes(model):
    proposal = walking.model_proposal(model)
    proposal = walking.move(proposal, "submit", model.proposer)
    ballot = Ballot.objects.open().get(proposal=proposal)
    cast(ballot, *["request_changes"] * 3)
    return ballot, Step.objects.get(proposal=proposal, key="intent_acknowledged")


def test_chair_sends_back_to_an_earlier_step_and_it_returns_to_the_body(model):
    ballot, earlier = asking_for_changes(model)
    client, address = site_for(voters(ballot)[0]), reverse("ballot_close", args=[ballot.pk])
    page = client.get(address).content.decode()
    assert "If changes are asked for, send it back to" in page
    assert f'value="{earlier.pk}"' in page
    assert client.post(address, {"note": "Look again.", "back_to": str(earlier.pk)}).status_code == 302
    opened = Step.objects.get(proposal=ballot.proposal, status="open")
    assert (opened.key, opened.round, opened.state) == ("intent_acknowledged", 2, "intent")
    signoffs.complete(step=opened, outcome="acknowledged", by=model.programme_manager)
    returned = Ballot.objects.open().get(proposal=ballot.proposal)
    assert (returned.step.key, returned.step.round) == ("committee_ballot", 2)


def test_without_a_choice_it_goes_to_the_proposers_and_comes_back_to_the_ballot(model):
    ballot, _earlier = asking_for_changes(model)
    assert close(ballot, note="Add hours.").outcome == "request_changes"
    proposal = walking.fresh(ballot.proposal)
    assert (proposal.state, proposal.returned_from) == ("changes_requested", ballot.step)
    walking.save(proposal, {"learning": {"need": walking.words(25)}}, model.proposer)
    walking.move(proposal, "resubmit", model.proposer)
    returned = Ballot.objects.open().get(proposal=proposal)
    assert (returned.step.key, returned.step.round) == ("committee_ballot", 2)
    assert returned.revision.number == ballot.revision.number + 1


def test_choice_of_a_step_over_the_api_is_checked_and_without_effect_on_an_approval(model):
    ballot, earlier = asking_for_changes(model)
    api, address = api_for(voters(ballot)[0]), f"/api/v1/ballots/{ballot.pk}/close/"
    answer = api.post(address, {"back_to": str(ballot.step_id)})
    assert (answer.status_code, answer.json()["reasons"][0]["field"]) == (409, "back_to")
    assert Ballot.objects.get(pk=ballot.pk).state == "open"
    cast(ballot, "approve", "approve", "approve")
    answer = api.post(address, {"back_to": str(earlier.pk)})
    assert (answer.status_code, answer.json()["outcome"]) == (200, "approve")
    assert Proposal.objects.get(pk=ballot.proposal_id).state == "unit_approval"


# --- what the card says before anyone votes ---------------------------------------------------------
def card(ballot, person):
    return " ".join(site_for(person).get(reverse("ballot", args=[ballot.pk])).content.decode().split())


def test_card_cites_the_rule_for_a_vote_without_a_meeting(model):
    ballot = committee_ballot(model)
    page = card(ballot, voters(ballot)[1])
    for said in (
        "Standing orders of the committee, section 5: members may vote online between meetings.",
        "3 of 5 seats must take part (more than half of the filled seats)",
        "More than half of the votes cast; abstentions are not votes",
        "MU-9",
        str(voters(ballot)[4]),
    ):
        assert said in page
    shown = api_for(voters(ballot)[1]).get(f"/api/v1/ballots/{ballot.pk}/").json()
    assert shown["asynchronous_rule"].startswith("Standing orders of the committee, section 5")
    assert (shown["secret_rule"], shown["secrecy"]) == ("", [])


def test_card_of_a_secret_ballot_cites_its_rule_and_warns_of_what_totals_show(model):
    ruled(model, lambda data: data["bodies"][0]["rule"].update(secret=True, secret_rule="Bylaw 3."))
    ballot = committee_ballot(model)
    chair, member = voters(ballot)[0], voters(ballot)[1]
    page = card(ballot, member)
    assert "Bylaw 3." in page
    assert wording.secrecy(5) == ["If all vote alike, the totals show how each of them voted."]
    assert wording.secrecy(5)[0] in page
    assert "Only" not in page.partition("In secret")[2].partition("The roll")[0]
    ballots.recuse(ballot=ballot, by=voters(ballot)[4])
    few = "Only 4 members can vote: totals this small may show how each of them voted."
    assert few in card(ballot, member)
    cast(ballot, "approve", "approve", "approve")
    closing = " ".join(
        site_for(chair).get(reverse("ballot_close", args=[ballot.pk])).content.decode().split()
    )
    assert "Only 3 members voted: totals this small may show how each of them voted." in closing
    assert "All votes that were cast are the same" not in closing  # nobody learns the count before it closes
    close(ballot)
    assert "All votes that were cast are the same, so the totals show how each member voted." in card(
        ballot, member
    )


# --- the closing hour and the clocks ----------------------------------------------------------------
@pytest.mark.parametrize(
    ("opened", "last"),
    [
        # In Chile the clocks go back from 24:00 to 23:00: 23:59 comes twice, and the later one counts (UTC-4).
        (dt.datetime(2027, 3, 20, 18, tzinfo=dt.UTC), dt.datetime(2027, 4, 4, 3, 59, 59, tzinfo=dt.UTC)),
        # In September they go forward from 24:00 to 1:00: 23:59 is the last minute before (UTC-4).
        (dt.datetime(2027, 8, 21, 18, tzinfo=dt.UTC), dt.datetime(2027, 9, 5, 3, 59, 59, tzinfo=dt.UTC)),
    ],
)
def test_clock_change_in_the_closing_hour_itself(model, opened, last):
    ruled(model, lambda data: data["calendar"].update(timezone="America/Santiago"))
    with clock.at(opened):
        ballot = committee_ballot(model)
    assert ballot.closes_at == last
    with clock.at(last - dt.timedelta(minutes=30)):  # the hour that comes twice
        ballots.vote(ballot=ballot, choice="approve", by=voters(ballot)[1])
    with clock.at(last + dt.timedelta(seconds=1)), pytest.raises(Refused) as caught:
        ballots.vote(ballot=ballot, choice="approve", by=voters(ballot)[2])
    assert "23:59" in refusal(caught)[0][1]

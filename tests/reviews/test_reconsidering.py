"""A body decides anew: within its rule's days, while nothing rests on the decision, never otherwise."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from journal import clock
from journal.models import Entry
from policies.reasons import Refused
from proposals.actions import transitions
from proposals.models import Proposal, Step
from reviews import motions
from reviews.actions import ballots, signoffs
from reviews.actions.reconsidering import reconsider
from reviews.models import Ballot, BallotBox, Condition
from reviews.viewpoint import Viewpoint
from tests.proposals import walking
from tests.reviews.support import OUTSIDERS, cast, close, refusal, voters
from tests.support import api_for, site_for

pytestmark = pytest.mark.django_db
WHY = "We overlooked the budget."


def decided(campus, choice="approve", days=7, **kwargs):
    """The committee has decided, under a rule that lets it reconsider within so many days (None: never)."""
    proposal = walking.model_committee_review(campus)
    ballot = Ballot.objects.open().get(proposal=proposal)
    Ballot.objects.filter(pk=ballot.pk).update(rule={**ballot.rule, "reconsider_days": days})
    cast(ballot, choice, choice, choice)
    return close(ballot, **kwargs)


@pytest.mark.parametrize(
    ("choice", "state"),
    [("approve", "unit_approval"), ("request_changes", "changes_requested"), ("decline", "declined")],
)
def test_decision_is_taken_up_again(model, choice, state):
    ballot = decided(model, choice)
    assert Proposal.objects.get(pk=ballot.proposal_id).state == state
    opened = reconsider(ballot=ballot, reason=WHY, by=voters(ballot)[0])
    proposal = Proposal.objects.get(pk=ballot.proposal_id)
    assert (proposal.state, proposal.returned_from) == ("committee_review", None)
    assert (opened.revision, opened.step.round, opened.votes.count()) == (ballot.revision, 2, 0)
    ballot.refresh_from_db()
    assert (ballot.state, ballot.outcome) == ("closed", choice)
    entry = Entry.objects.get(act="reconsider")
    assert (entry.by, entry.detail["note"]) == (voters(ballot)[0], WHY)
    assert not Step.objects.filter(proposal=proposal, key="dean_signoff", status="open").exists()
    cast(opened, "approve", "approve", "approve")
    close(opened)
    assert Proposal.objects.get(pk=proposal.pk).state == "unit_approval"
    assert Step.objects.get(proposal=proposal, key="dean_signoff", status="open").round == (
        2 if choice == "approve" else 1
    )


def test_page_says_which_decision_does_not_count_any_more(model):
    ballot = decided(model)
    site, said = site_for(model.proposer), "Does not count any more"
    assert said not in site.get(ballot.proposal.get_absolute_url()).content.decode()
    reconsider(ballot=ballot, reason=WHY, by=voters(ballot)[0])
    assert site.get(ballot.proposal.get_absolute_url()).content.decode().count(said) == 1


def test_pack_without_a_rule_for_it_lets_nobody(model):
    ballot = decided(model, days=None)
    with pytest.raises(Refused) as caught:
        reconsider(ballot=ballot, reason=WHY, by=voters(ballot)[0])
    said = "No rule of Micro-credential Committee lets it take up again what it decided."
    assert refusal(caught) == [("MU-9", said)]


def test_window_ends_with_the_last_local_day(model):
    zone = ZoneInfo(model.institution.timezone)
    ballot = decided(model, days=1)
    closed = ballot.closed_at.astimezone(zone).date()
    after = dt.datetime.combine(closed + dt.timedelta(days=2), dt.time(0, 0, 30), zone)
    with clock.at(after), pytest.raises(Refused) as caught:
        reconsider(ballot=ballot, reason=WHY, by=voters(ballot)[0])
    assert refusal(caught)[0][1].startswith("It could be reconsidered until ")
    with clock.at(after - dt.timedelta(minutes=2)):
        assert reconsider(ballot=ballot, reason=WHY, by=voters(ballot)[0])


def test_decision_on_which_something_rests_stands(model):
    ballot = decided(model)
    step = Step.objects.get(proposal=ballot.proposal, key="dean_signoff")
    signoffs.complete(step=step, outcome="request_changes", note="More", by=model.section_head)
    with pytest.raises(Refused) as caught:
        reconsider(ballot=ballot, reason=WHY, by=voters(ballot)[0])
    assert refusal(caught)[0][1] == f"“{step.title}” has been decided since, on the strength of it."


def test_decision_that_led_to_the_pilot_stands(model):
    ballot = decided(model)
    step = Step.objects.get(proposal=ballot.proposal, key="dean_signoff")
    signoffs.complete(step=step, outcome="approve", by=model.section_head)
    assert Proposal.objects.get(pk=ballot.proposal_id).state == "pilot"
    with pytest.raises(Refused) as caught:
        reconsider(ballot=ballot, reason=WHY, by=voters(ballot)[0])
    assert refusal(caught)[0][1] == "The pilot has begun, and badges may be issued under it."


def test_decision_stands_once_the_proposers_answered_it_or_withdrew(model):
    ballot = decided(model, "request_changes")
    walking.save(ballot.proposal, {"learning": {"need": walking.words(25)}}, model.proposer)
    transitions.perform(
        proposal=walking.fresh(ballot.proposal), transition="resubmit", by=model.proposer, note="Done."
    )
    with pytest.raises(Refused) as caught:
        reconsider(ballot=ballot, reason=WHY, by=voters(ballot)[0])
    assert refusal(caught)[0][1] == "This step has been decided anew since."
    other = decided(model)
    transitions.perform(
        proposal=walking.fresh(other.proposal), transition="withdraw", by=model.proposer, note="No."
    )
    with pytest.raises(Refused) as caught:
        reconsider(ballot=other, reason=WHY, by=voters(other)[0])
    assert refusal(caught)[0][1] == "The proposers have withdrawn it."


def test_reconsidering_without_a_word_why_or_without_a_decision_is_refused(model):
    ballot = decided(model)
    with pytest.raises(Refused) as caught:
        reconsider(ballot=ballot, reason=" ", by=voters(ballot)[0])
    assert refusal(caught) == [("", "Say why: it stands in the record.")]
    opened = reconsider(ballot=ballot, reason=WHY, by=voters(ballot)[0])
    with pytest.raises(Refused) as caught:
        reconsider(ballot=opened, reason=WHY, by=voters(ballot)[0])
    assert refusal(caught)[0][1] == "Only what was decided can be taken up again."
    close(opened)
    with pytest.raises(Refused) as caught:
        reconsider(ballot=opened, reason=WHY, by=voters(ballot)[0])
    assert refusal(caught)[0][1] == "Nothing was decided. The vote can be held again."


def test_open_conditions_are_dropped(model):
    ballot = decided(model, "approve_with_conditions", conditions=["Fewer hours."])
    reconsider(ballot=ballot, reason=WHY, by=voters(ballot)[0])
    assert (Condition.objects.get().state, Condition.objects.get().settled_by) == ("void", None)
    assert "conditions_void" in set(Entry.objects.values_list("act", flat=True))


@pytest.mark.parametrize("role", [*OUTSIDERS, "proposer"])
def test_reconsidering_by_others_is_denied(model, role):
    with pytest.raises(PermissionDenied):
        reconsider(ballot=decided(model), reason=WHY, by=getattr(model, role))


@pytest.mark.parametrize(
    ("choices", "allowed"),
    [
        # approved: three for it (one with conditions), one against, one abstained
        (("approve", "approve_with_conditions", "approve", "decline", "abstain"), [1, 1, 1, 0, 0]),
        (("request_changes", "request_changes", "request_changes", "approve", ""), [1, 1, 1, 0, 0]),
        (("decline", "approve", "decline", "decline", "request_changes"), [1, 0, 1, 1, 0]),
    ],
)
def test_only_who_voted_on_the_side_that_won_has_it_decided_anew(model, choices, allowed):
    proposal = walking.model_committee_review(model)
    ballot = Ballot.objects.open().get(proposal=proposal)
    Ballot.objects.filter(pk=ballot.pk).update(rule={**ballot.rule, "reconsider_days": 7})
    cast(ballot, *choices)
    ballot = close(ballot)
    views = [Viewpoint(ballot, person) for person in voters(ballot)]
    assert [not motions.mover_reasons(view) for view in views] == [bool(one) for one in allowed]
    loser = voters(ballot)[allowed.index(0)]
    with pytest.raises(Refused) as caught:
        reconsider(ballot=ballot, reason=WHY, by=loser)
    ((clause, text),) = refusal(caught)
    assert clause == "MU-9"
    assert text.startswith("Only a member who voted on the side that won can have it decided anew")
    opened = reconsider(ballot=ballot, reason=WHY, by=voters(ballot)[allowed.index(1)])
    assert (opened.kind, opened.takes_up, opened.motion) == ("reconsider", ballot, WHY)


def test_of_a_secret_ballot_anyone_who_took_part_has_it_decided_anew(model):
    proposal = walking.model_committee_review(model)
    opened = Ballot.objects.open().get(proposal=proposal)
    rule = {**opened.rule, "reconsider_days": 7, "secret": True, "secret_rule": "Bylaw 3"}
    Ballot.objects.filter(pk=opened.pk).update(rule=rule)
    ballot = Ballot.objects.get(pk=opened.pk)
    BallotBox.objects.create(ballot=ballot, counts=dict.fromkeys([*ballot.outcomes, "abstain"], 0))
    cast(ballot, "approve", "approve", "approve", "decline")
    ballot = close(ballot)
    with pytest.raises(Refused) as caught:
        reconsider(ballot=ballot, reason=WHY, by=voters(ballot)[4])
    said = "Only a member who took part in this secret ballot can have it decided anew, and you did not."
    assert refusal(caught) == [("MU-9", said)]
    assert reconsider(ballot=ballot, reason=WHY, by=voters(ballot)[3]).takes_up == ballot


def test_reconsidering_by_page_and_api(model):
    ballot = decided(model)
    chair, address = site_for(voters(ballot)[0]), reverse("ballot_reconsider", args=[ballot.pk])
    assert address in chair.get(reverse("ballot", args=[ballot.pk])).content.decode()
    assert "a new ballot opens on the same revision" in " ".join(chair.get(address).content.decode().split())
    assert chair.post(address, {"reason": ""}).status_code == 409
    assert site_for(voters(ballot)[4]).post(address, {"reason": WHY}).status_code == 409  # did not vote
    assert site_for(model.programme_manager).post(address, {"reason": WHY}).status_code == 403
    assert site_for(model.stranger).post(address, {"reason": WHY}).status_code == 404
    assert chair.post(address, {"reason": WHY}).status_code == 302
    late = api_for(voters(ballot)[0]).post(f"/api/v1/ballots/{ballot.pk}/reconsider/", {"reason": WHY})
    assert late.status_code == 409
    other = decided(model)
    api = f"/api/v1/ballots/{other.pk}/reconsider/"
    for role, status in (("proposer", 403), ("programme_manager", 403), ("stranger", 404)):
        assert api_for(getattr(model, role)).post(api, {"reason": WHY}).status_code == status
    shown = api_for(voters(other)[0]).post(api, {"reason": WHY}).json()
    assert (shown["state"], shown["my"]["may_vote"]) == ("open", True)


def test_rerun_after_reconsidering_is_not_needed(model):
    ballot = decided(model)
    opened = reconsider(ballot=ballot, reason=WHY, by=voters(ballot)[0])
    with pytest.raises(Refused):
        ballots.rerun(step=opened.step, by=voters(ballot)[0])

"""What waits for whom, and that asking costs the same however much there is."""

import datetime as dt

import pytest
from django.urls import reverse

from accounts.models import Delegation, RoleGrant
from journal import clock
from reviews import queues
from reviews.actions import ballots, opening, signoffs
from reviews.models import Ballot
from tests.reviews.support import at_step, close, committee_ballot, hold, voters
from tests.support import make_campus, site_for

pytestmark = pytest.mark.django_db


def designate(principal, delegate):
    grant = RoleGrant.objects.get(person=principal)
    return Delegation.objects.create(
        principal=principal, delegate=delegate, grant=grant, starts_on=dt.date(2020, 1, 1)
    )


def waiting(person):
    return [step.key for step in queues.steps_waiting_for(person)]


def test_signoff_waits_for_its_signer_alone(model):
    at_step(model, "dean_signoff")
    assert waiting(model.section_head) == ["dean_signoff"]
    for name in ("supervisor", "programme_manager", "administrator", "proposer", "nobody", "stranger"):
        assert waiting(getattr(model, name)) == []


def test_signoff_waits_for_a_designee_where_the_policy_lets_one(model):
    designate(model.section_head, model.nobody)
    designate(model.offices["provost"], model.nobody)
    at_step(model, "dean_signoff")
    at_step(model, "provost_adoption")
    assert waiting(model.nobody) == ["dean_signoff"]
    assert waiting(model.offices["provost"]) == ["provost_adoption"]


def test_own_held_and_finished_proposals_do_not_wait(model):
    at_step(model, "dean_signoff", proposers=[model.section_head])
    hold(at_step(model, "dean_signoff").proposal)
    done = at_step(model, "dean_signoff")
    signoffs.complete(step=done, outcome="decline", note="No", by=model.section_head)
    assert waiting(model.section_head) == []
    assert list(queues.steps_done_by(model.section_head)) == [done]


def test_designee_of_a_proposer_has_nothing_waiting(model):
    designate(model.section_head, model.nobody)
    at_step(model, "dean_signoff", proposers=[model.section_head])
    assert waiting(model.nobody) == []


def test_ballot_waits_until_voted_recused_closed_or_held(model):
    ballot = committee_ballot(model)
    chair, second, third = voters(ballot)[:3]
    ballots.vote(ballot=ballot, choice="abstain", by=second)
    ballots.recuse(ballot=ballot, by=third)
    assert [Ballot.objects.waiting_for(p).exists() for p in (chair, second, third)] == [True, False, False]
    assert list(Ballot.objects.chaired_by(chair)) == [ballot]
    hold(ballot.proposal)
    assert not Ballot.objects.waiting_for(chair).exists()


def test_closed_ballot_is_among_those_one_sat_on(model):
    ballot = close(committee_ballot(model))
    assert list(Ballot.objects.decided_with(voters(ballot)[3])) == [ballot]
    assert not Ballot.objects.decided_with(model.programme_manager).exists()


def test_undecided_vote_waits_for_chair_and_manager(model):
    ballot = committee_ballot(model)
    chair = voters(ballot)[0]
    assert not queues.votes_to_hold(chair).exists()
    close(ballot)
    for person in (chair, model.programme_manager):
        assert list(queues.votes_to_hold(person)) == [ballot.step]
    assert not queues.votes_to_hold(voters(ballot)[1]).exists()
    assert not queues.votes_to_hold(model.stranger).exists()


def test_body_without_its_seats_waits_for_the_manager(model):
    RoleGrant.objects.filter(office="academic_affairs").delete()
    step = at_step(model, "committee_ballot")
    assert opening.open_reasons(step)
    assert list(queues.votes_to_hold(model.programme_manager)) == [step]


def test_panel_to_be_formed_is_not_among_votes_to_hold():
    montana = make_campus("montana")
    at_step(montana, "subcommittee_ballot", answers={"offering": {"level": "graduate"}})
    assert not queues.votes_to_hold(montana.programme_manager).exists()


@pytest.mark.parametrize(
    "queue",
    [queues.steps_waiting_for, queues.panels_waiting_for, queues.votes_to_hold, queues.steps_done_by],
)
def test_queues_cost_the_same_for_one_and_three(model, queue, django_assert_num_queries):
    designate(model.section_head, model.nobody)
    at_step(model, "dean_signoff")
    counts = []
    for _ in range(2):
        with django_assert_num_queries(counts[0] if counts else 99, exact=bool(counts)) as captured:
            for step in queue(model.nobody):
                assert step.proposal.title
        counts.append(len(captured))
        at_step(model, "dean_signoff")
        at_step(model, "dean_signoff")


def test_ballots_shown_cost_the_same_for_one_and_three(model, django_assert_num_queries):
    ballot = committee_ballot(model)
    person = voters(ballot)[1]
    counts = []
    for _ in range(2):
        with django_assert_num_queries(counts[0] if counts else 99, exact=bool(counts)) as captured:
            for row in queues.ballots_for(Ballot.objects.waiting_for(person)):
                queues.shown(row, person)
        counts.append(len(captured))
        committee_ballot(model)
        committee_ballot(model)


def test_from_ballot_to_ballot(model):
    """By the day on which they close; after the last comes the first. A vote leads to the next by its address."""
    first, second, third = (committee_ballot(model, title=f"Ballot {n}") for n in (1, 2, 3))
    for ballot, days in ((first, 1), (second, 2), (third, 3)):
        Ballot.objects.filter(pk=ballot.pk).update(closes_at=clock.now() + dt.timedelta(days=days))
    member = voters(first)[1]
    first_page = reverse("ballot", args=[first.pk])
    assert "Next: <a href=" in " ".join(site_for(member).get(first_page).content.decode().split())

    def around(ballot):
        found = queues.beside(Ballot.objects.get(pk=ballot.pk), member)
        return [found[name] and found[name].pk for name in ("previous", "next")]

    assert around(first) == [None, second.pk]
    assert around(second) == [first.pk, third.pk]
    assert around(third) == [second.pk, first.pk]
    answer = site_for(member).post(reverse("ballot_vote", args=[first.pk]), {"choice": "approve"})
    assert answer.url == f"{first_page}#next"
    assert around(third) == [second.pk, second.pk]
    site_for(member).post(reverse("ballot_vote", args=[second.pk]), {"choice": "approve"})
    site_for(member).post(reverse("ballot_vote", args=[third.pk]), {"choice": "approve"})
    assert around(third) == [None, None]
    assert "No other ballot waits for you" in site_for(member).get(first_page).content.decode()

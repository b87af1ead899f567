"""Two people at the same moment, on real PostgreSQL."""

import threading

import pytest
from django.db import connection

from journal.models import Entry
from policies.reasons import Refused
from proposals.actions import transitions
from proposals.models import Proposal, Step
from reviews.actions import ballots, conditions, rescinding, signoffs, stopping
from reviews.models import Ballot, Condition, Vote
from tests.reviews.support import at_step, cast, committee_ballot, voters

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts):
    """Run the acts in threads of their own, released together; gives what each returned or raised."""
    barrier = threading.Barrier(len(acts))
    results = [None] * len(acts)

    def run(place, act):
        try:
            barrier.wait(timeout=10)
            results[place] = act()
        except Exception as error:  # noqa: BLE001 (the test looks at it)
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return results


def refused(results):
    return [result for result in results if isinstance(result, Refused)]


def test_two_closings_at_once_close_it_once(model):
    ballot = committee_ballot(model)
    cast(ballot, "approve", "approve", "approve")
    chair = voters(ballot)[0]
    results = at_once(*[lambda: ballots.close(ballot=ballot, by=chair)] * 2)
    (loser,) = refused(results)
    assert loser.reasons[0].text.startswith(f"{chair} closed this ballot on ")
    assert Entry.objects.filter(act="ballot_closed").count() == 1
    assert Step.objects.filter(key="dean_signoff").count() == 1
    assert Proposal.objects.get().state == "unit_approval"


def test_vote_at_the_moment_of_closing_is_counted_or_refused(model):
    ballot = committee_ballot(model)
    cast(ballot, "approve", "approve", "approve")
    chair, last = voters(ballot)[0], voters(ballot)[4]
    results = at_once(
        lambda: ballots.close(ballot=ballot, by=chair),
        lambda: ballots.vote(ballot=ballot, choice="decline", by=last),
    )
    tally = Ballot.objects.get().tally
    assert tally["no"] == Vote.objects.filter(person=last).count() == 1 - len(refused(results))


def test_two_votes_of_one_person_at_once_leave_one(model):
    ballot = committee_ballot(model)
    member = voters(ballot)[1]
    results = at_once(
        lambda: ballots.vote(ballot=ballot, choice="approve", by=member),
        lambda: ballots.vote(ballot=ballot, choice="decline", by=member),
    )
    assert not refused(results)
    assert (Vote.objects.count(), Vote.objects.get().changes) == (1, 1)


def test_withdrawing_at_the_moment_of_closing_does_one_of_both(model):
    ballot = committee_ballot(model)
    cast(ballot, "approve", "approve", "approve")
    results = at_once(
        lambda: ballots.close(ballot=ballot, by=voters(ballot)[0]),
        lambda: transitions.perform(
            proposal=ballot.proposal, transition="withdraw", by=model.proposer, note="We drop it."
        ),
    )
    assert not [r for r in results if isinstance(r, Exception) and not isinstance(r, Refused)]
    assert Proposal.objects.get().state == "withdrawn"  # in either order the withdrawal stands
    assert Ballot.objects.get().state == ("void" if refused(results) else "closed")


def test_two_signatures_at_once_sign_once(model):
    step = at_step(model, "dean_signoff")

    def sign():
        return signoffs.complete(step=step, outcome="request_changes", note="More", by=model.section_head)

    (loser,) = refused(at_once(sign, sign))
    assert loser.reasons[0].text.startswith("Someone was faster")


def test_two_reruns_at_once_open_one_ballot(model):
    ballot = committee_ballot(model)
    chair = voters(ballot)[0]
    ballots.close(ballot=ballot, by=chair)
    results = at_once(
        lambda: ballots.rerun(step=ballot.step, by=chair),
        lambda: ballots.rerun(step=ballot.step, by=model.programme_manager),
    )
    assert [reason.text for error in refused(results) for reason in error.reasons] == [
        "A ballot of this step is open already."
    ]
    assert Ballot.objects.open().count() == 1


def test_ruling_and_vote_at_once_never_count_the_vote(model):
    ballot = committee_ballot(model)
    cast(ballot, "approve", "", "approve", "approve")
    chair, member = voters(ballot)[:2]
    line = ballot.roll.get(person=member).pk
    results = at_once(
        lambda: ballots.rule_recusal(ballot=ballot, line=line, reason="Your sister.", by=chair),
        lambda: ballots.vote(ballot=ballot, choice="decline", by=member),
    )
    assert not [r for r in results if isinstance(r, Exception) and not isinstance(r, Refused)]
    tally = ballots.close(ballot=ballot, by=chair).tally
    assert (tally["yes"], tally["no"], tally["recused"]) == (3, 0, 1)


def test_condition_accepted_and_waived_at_once_is_settled_once(model):
    ballot = committee_ballot(model)
    cast(ballot, *["approve_with_conditions"] * 3)
    chair = voters(ballot)[0]
    ballots.close(ballot=ballot, by=chair, conditions=["Fewer hours."])
    condition = conditions.meet(condition=Condition.objects.get(), note="Done", by=model.proposer)
    results = at_once(
        lambda: conditions.accept(condition=condition, by=chair),
        lambda: conditions.waive(condition=condition, reason="Enough.", by=model.programme_manager),
    )
    assert len(refused(results)) == 1
    settled = Entry.objects.filter(act__in=["condition_accepted", "condition_waived"])
    assert settled.count() == 1


def test_closed_and_stopped_at_once_is_one_of_both(model):
    """The chair closes in one window and stops in the other; the slower act is told what became of the ballot."""
    ballot = committee_ballot(model)
    cast(ballot, "approve", "approve", "approve")
    chair = voters(ballot)[0]
    results = at_once(
        lambda: ballots.close(ballot=ballot, by=chair),
        lambda: stopping.stop(ballot=ballot, reason="Wait.", by=chair),
    )
    (loser,) = refused(results)
    closed = Ballot.objects.get().state == "closed"
    told = f"{chair} closed this ballot on " if closed else "This ballot is void: Wait."
    assert loser.reasons[0].text.startswith(told)
    assert Proposal.objects.get().state == ("unit_approval" if closed else "committee_review")


def test_vote_on_rescinding_opened_twice_at_once_opens_once(model):
    ballot = committee_ballot(model)
    cast(ballot, "approve", "approve", "approve")
    ballots.close(ballot=ballot, by=voters(ballot)[0])
    rescinding.move(ballot=ballot, reason="Anew.", by=voters(ballot)[1])
    results = at_once(
        lambda: rescinding.open_vote(ballot=ballot, by=voters(ballot)[0]),
        lambda: rescinding.open_vote(ballot=ballot, by=model.programme_manager),
    )
    (loser,) = refused(results)
    assert loser.reasons[0].text == "A vote on rescinding it is open already."
    assert Ballot.objects.open().count() == 1
